"""The application in its own process, which streams reply after reply; prints its memory as JSON at the end.

Usage: memory_child.py SERVER_PORT DATA_DIR REPLIES. Opens a new tab every 50 replies and closes the old one, like a
user over days. Reports the memory that is not backed by files, in megabytes, after each twentieth of the replies.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("journeys", "services")]

from desk import Desk  # noqa: E402 -- the path comes first
from PySide6.QtCore import Qt  # noqa: E402 -- the path comes first

from desktop_chat.app.loop import run  # noqa: E402 -- the path comes first
from desktop_chat.app.main_thread_gc import MainThreadGC, collect_and_trim  # noqa: E402 -- the path comes first
from desktop_chat.app.start import make_qt_application  # noqa: E402 -- the path comes first
from desktop_chat.core.entities import Connection, Status  # noqa: E402 -- the path comes first

app = make_qt_application()
MainThreadGC(app)
REPLIES_A_TAB = 50
PARTS = 20
MODEL = "paragraphs"


def memory_mb() -> float:
    collect_and_trim()  # like after some idle seconds
    rollup = Path("/proc/self/smaps_rollup").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Anonymous:")) / 1024


async def main(port: int, data_dir: Path, replies: int) -> dict[str, object]:
    desk = Desk(app, data_dir)
    await desk.open()
    connection = Connection("here", "Here", f"http://127.0.0.1:{port}/v1")
    await desk.with_model(connection, MODEL)
    memory, tasks, whole = [], [], 0
    for number in range(replies):
        if number and number % REPLIES_A_TAB == 0:
            await desk.with_model(connection, MODEL)
            desk.window.tabs.close_others(desk.window.tabs.current_id)
        desk.ask(f"question {number}")
        await desk.until(lambda: desk.tab.session.running)
        reply = await desk.answered()
        whole += reply.status is Status.COMPLETE
        if (number + 1) % max(1, replies // PARTS) == 0:
            await asyncio.sleep(1)
            memory.append(round(memory_mb(), 1))
            tasks.append(len(asyncio.all_tasks()))
    desk.press(Qt.Key.Key_Escape)
    await desk.close()
    return {"memory_mb": memory, "tasks": tasks, "whole": whole}


if __name__ == "__main__":
    place = Path(sys.argv[2])
    (place / "settings.toml").write_text('language = "en"\nscheme = "light"\n', encoding="utf-8")
    print(json.dumps(run(main(int(sys.argv[1]), place, int(sys.argv[3])), app)), flush=True)
