"""The application in its own process, flooded with text: prints the longest gap of its event loop as JSON.

Usage: flood_child.py SERVER_PORT DATA_DIR. Gaps are CPU seconds of the window's thread between two iterations of its
event loop; `clicked` are the times of Stop on the monotonic clock.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("journeys", "services")]

from desk import Desk  # noqa: E402 -- the path comes first
from PySide6.QtCore import Qt, QTimer  # noqa: E402 -- the path comes first
from PySide6.QtTest import QTest  # noqa: E402 -- the path comes first
from PySide6.QtWidgets import QAbstractButton  # noqa: E402 -- the path comes first

from desktop_chat.app.loop import run  # noqa: E402 -- the path comes first
from desktop_chat.app.main_thread_gc import MainThreadGC  # noqa: E402 -- the path comes first
from desktop_chat.app.start import make_qt_application  # noqa: E402 -- the path comes first
from desktop_chat.core.entities import Connection, Status  # noqa: E402 -- the path comes first

app = make_qt_application()
MainThreadGC(app)  # like the program
TURN_MS = 2
IDLE_S = 3.0
STOPS = 8


class Turns:
    """Reads the thread's CPU clock in each iteration of the loop."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.setInterval(TURN_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self._seen = time.thread_time()
        self._longest = 0.0

    def longest(self) -> float:
        """Return the longest gap since the last call."""
        self._look()
        found, self._longest = self._longest, 0.0
        return found

    def _look(self) -> None:
        now = time.thread_time()
        self._longest = max(self._longest, now - self._seen)
        self._seen = now


async def answered(desk: Desk, question: str) -> None:
    desk.ask(question)
    await desk.until(lambda: desk.tab.session.path)
    await desk.answered()
    await asyncio.sleep(0.3)


async def main(port: int, data_dir: Path) -> dict[str, object]:
    desk = Desk(app, data_dir)
    await desk.open()
    connection = Connection("here", "Here", f"http://127.0.0.1:{port}/v1")
    await desk.with_model(connection, "plain")
    await answered(desk, "the first reply loads the parser")
    await desk.with_model(connection, "flood")
    await asyncio.sleep(1)
    turns = Turns()
    await asyncio.sleep(IDLE_S)
    found: dict[str, object] = {"idle": turns.longest()}
    await answered(desk, "go")
    found |= {"flood": turns.longest(), "whole": desk.last.text.count("word") == 50_000}
    clicked, gaps = [], []
    for _ in range(STOPS):
        await desk.with_model(connection, "flood-for-ever")  # a new tab, so that stopped replies are not sent again
        await asyncio.sleep(0.3)
        clicked.append(await stopped(desk, turns))
        gaps.append(turns.longest())
    await desk.close()
    return {**found, "clicked": clicked, "stopping": max(gaps)}


async def stopped(desk: Desk, turns: Turns) -> float:
    desk.ask("go")
    await desk.until(lambda: desk.tab.session.running and desk.last.text)
    stop = desk.find("Stop", QAbstractButton)
    await asyncio.sleep(0.01)
    turns.longest()  # discard the time for finding the button
    await asyncio.sleep(0.2)
    clicked = time.perf_counter()
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    reply = await desk.answered()
    assert reply.status is Status.CANCELLED
    await asyncio.sleep(0.05)
    return clicked


if __name__ == "__main__":
    place = Path(sys.argv[2])
    (place / "settings.toml").write_text('language = "en"\nscheme = "light"\n')
    print(json.dumps(run(main(int(sys.argv[1]), place), app)), flush=True)
