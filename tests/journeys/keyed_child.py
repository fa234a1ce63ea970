"""The application in its own process, with a key from a pipe: asks, and prints when text is shown and the tab stored.

Usage: keyed_child.py DATA_DIR; the key is the first line of standard input. It runs until it is killed.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

from desk import Desk
from fakes import MemorySecrets

from desktop_chat.app.loop import run
from desktop_chat.app.main_thread_gc import MainThreadGC
from desktop_chat.app.start import make_qt_application
from desktop_chat.services.paths import Paths

app = make_qt_application()
MainThreadGC(app)


async def main(data_dir: Path, key: str) -> int:
    secrets = MemorySecrets()
    secrets.keys["here"] = key
    desk = Desk(app, data_dir, secrets)
    await desk.open()
    for name in ("", "openai", "httpx2", "httpcore2", "desktop_chat"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    desk.ask("go")
    await desk.speaking(characters=100)
    await desk.until(lambda: _holds(desk.tab.conversation_id, Paths(data_dir).workspace_file), "the stored tab")
    print("speaking", flush=True)
    await asyncio.sleep(60)
    return 1


def _holds(conversation_id: str, file: Path) -> bool:
    return file.exists() and conversation_id in file.read_text(encoding="utf-8")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    Paths(place).make_directories()
    run(main(place, sys.stdin.readline().strip()), app)
