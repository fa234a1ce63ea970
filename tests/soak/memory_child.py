"""The application in its own process, which streams reply after reply; prints its memory as JSON at the end.

Usage: memory_child.py SERVER_PORT DATA_DIR REPLIES. Opens a new tab every 20 replies and closes the old one, like a
user over days. Reports the memory that is not backed by files, in megabytes, whenever a tab is about to be closed, so
that as much is open each time.

Before that, WARM_UP replies fill what is bounded by design: the inspector's last requests (100, and 32 MB), the items
and layouts that the open tab keeps (120 and 300), and the caches of SQLite, Qt and the interpreter.
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
from desktop_chat.core.exchanges import MAX_EXCHANGES  # noqa: E402 -- the path comes first

app = make_qt_application()
MainThreadGC(app)
REPLIES_A_TAB = 20
WARM_UP = MAX_EXCHANGES + REPLIES_A_TAB
MODEL = "paragraphs"


def memory_mb() -> float:
    collect_and_trim(frozen=True)  # like after some idle seconds, once the user has turned to something else
    rollup = Path("/proc/self/smaps_rollup").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Anonymous:")) / 1024


async def main(port: int, data_dir: Path, replies: int) -> dict[str, object]:
    desk = Desk(app, data_dir)
    await desk.open()
    connection = Connection("here", "Here", f"http://127.0.0.1:{port}/v1")
    await desk.with_model(connection, MODEL)
    memory: list[float] = []
    tasks: list[int] = []
    whole = 0
    for number in range(WARM_UP + replies):
        if number and number % REPLIES_A_TAB == 0:
            if number >= WARM_UP:
                await note_rest(memory, tasks)
            await desk.with_model(connection, MODEL)
            desk.window.tabs.close_others(desk.window.tabs.current_id)
        desk.ask(f"question {number}")
        await desk.until(lambda: desk.tab.session.running)
        reply = await desk.answered()
        whole += reply.status is Status.COMPLETE
    await note_rest(memory, tasks)
    desk.press(Qt.Key.Key_Escape)
    await desk.close()
    return {"memory_mb": memory, "tasks": tasks, "whole": whole - WARM_UP}


async def note_rest(memory: list[float], tasks: list[int]) -> None:
    """Note the memory and the number of tasks at rest."""
    await asyncio.sleep(1)
    memory.append(round(memory_mb(), 1))
    tasks.append(len(asyncio.all_tasks()))


if __name__ == "__main__":
    place = Path(sys.argv[2])
    (place / "settings.toml").write_text('language = "en"\nscheme = "light"\n', encoding="utf-8")
    print(json.dumps(run(main(int(sys.argv[1]), place, int(sys.argv[3])), app)), flush=True)
