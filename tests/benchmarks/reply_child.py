"""The whole application on a screen while it receives a paced stream: prints the cost as JSON.

Usage: reply_child.py PORT MODEL DATA_DIR [MARK...]. A mark is a number of characters: also reports the CPU time from
the first text until that many were received. A warm-up reply loads the parser and the highlighter.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "journeys")]

from desk import Desk  # noqa: E402 -- the path comes first

from desktop_chat.app.loop import run  # noqa: E402 -- the path comes first
from desktop_chat.app.main_thread_gc import MainThreadGC  # noqa: E402 -- the path comes first
from desktop_chat.app.start import make_qt_application  # noqa: E402 -- the path comes first
from desktop_chat.core.deltas import TextDelta  # noqa: E402 -- the path comes first
from desktop_chat.core.entities import Connection  # noqa: E402 -- the path comes first
from desktop_chat.core.events import ReplyDelta, ReplyEnded  # noqa: E402 -- the path comes first
from desktop_chat.ui.transcript.view import TranscriptView  # noqa: E402 -- the path comes first

WARM_UP = "1000@1000-warm"


class Meter:
    """Listens to the session: reads the CPU clock at the first text and at each mark."""

    def __init__(self, marks: list[int]) -> None:
        self.start = 0.0
        self.characters = 0
        self.passed: list[float] = []
        self.ended = asyncio.Event()
        self._marks = marks

    def __call__(self, event: object) -> None:
        if isinstance(event, ReplyEnded):
            self.ended.set()
        elif isinstance(event, ReplyDelta) and isinstance(event.delta, TextDelta):
            self.start = self.start or time.process_time()
            self.characters += len(event.delta.text)
            while len(self.passed) < len(self._marks) and self.characters >= self._marks[len(self.passed)]:
                self.passed.append(time.process_time() - self.start)


class Paints:
    """Checks at each paint how much of the last reply is on screen, and whether its end is."""

    def __init__(self) -> None:
        self.shown = 0
        self.last_at = 0.0
        self.away = 0
        self.count = 0
        painted = TranscriptView.paintEvent

        def paint(view: TranscriptView, event: object) -> None:
            painted(view, event)
            self._look(view)

        TranscriptView.paintEvent = paint

    def _look(self, view: TranscriptView) -> None:
        if not view.page.placed:
            return
        self.count += 1
        length = view.model.row(view.model.rowCount() - 1).length
        if length != self.shown:
            self.shown, self.last_at = length, time.monotonic()
        last = view.page.placed[-1]
        self.away += last.spot != view.document.last() or last.y + last.entry.height > view.viewport().height()


def memory_mb() -> float:
    """Return the private memory of the process (Linux)."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Dirty:", "Private_Clean:"))) / 1024


async def answered(desk: Desk, connection: Connection, model: str, meter: Meter) -> None:
    await desk.with_model(connection, model)
    await asyncio.sleep(1)
    desk.tab.session.events.add(meter)
    desk.ask("go")
    await meter.ended.wait()


async def main(port: int, model: str, data_dir: Path, marks: list[int]) -> dict[str, object]:
    paints = Paints()
    desk = Desk(app, data_dir)
    await desk.open()
    MainThreadGC(app)  # like the program
    connection = Connection("here", "Here", f"http://127.0.0.1:{port}/v1")
    await answered(desk, connection, WARM_UP, Meter([]))
    await asyncio.sleep(1)
    gc.collect()
    paints.away, paints.count, memory, meter = 0, 0, memory_mb(), Meter(marks)
    await answered(desk, connection, model, meter)
    await desk.application.write_behind.flush()
    await asyncio.sleep(0.1)
    found = {
        "cpu": time.process_time() - meter.start,
        "marks": meter.passed,
        "characters": meter.characters,
        "shown": paints.shown,
        "painted_at": paints.last_at,
        "away": paints.away,
        "paints": paints.count,
        "memory": memory_mb() - memory,
    }
    await desk.close()
    return found


if __name__ == "__main__":
    app = make_qt_application()
    address, name, place, *numbers = sys.argv[1:]
    (Path(place) / "settings.toml").write_text('language = "en"\nscheme = "light"\n')
    limits = [int(number) for number in numbers]
    print(json.dumps(run(main(int(address), name, Path(place), limits), app)), flush=True)
