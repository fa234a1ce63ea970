"""Measures what a frame of streaming costs at any length, against appending to a plain text widget in the same run.

Run alone (with PYTHONPATH=.) it prints the figures of one process: CPU times in milliseconds; look at the ratios. Each
frame appends two tokens and lets the view split, lay out and paint them; the paint is the window's own.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import harness
from harness import Row
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.events import ReplyDelta, TextDelta
from desktop_chat.ui.error_text import ErrorWords
from desktop_chat.ui.models.transcript_model import TranscriptModel
from desktop_chat.ui.theme import Theme
from desktop_chat.ui.transcript.view import TranscriptView

TITLE = "Transcript"
SIZE = (1_000, 800)
FRAMES = 1_200
TURNS = 30
PARAGRAPH = "Some words with **bold** ones, `code` and more of the usual prose that a model writes when it explains. "
SECTION = (
    "## A heading\n\n"
    + PARAGRAPH * 3
    + "\n\n- first item of a list\n- second item, a little longer than the first\n- third\n\n```python\n"
    + "".join(f"value_{n} = compute({n}, 'text')  # note\n" for n in range(12))
    + "```\n\n| name | value |\n|---|--:|\n"
    + "".join(f"| row {n} | {n * n} |\n" for n in range(6))
    + "\n> a quote of one line\n\n"
    + PARAGRAPH * 2
    + "\n\n"
)
TOKEN = 4
"""Characters."""


def tokens(start: int = 0) -> Iterator[str]:
    """The same text over and over, two tokens at a time."""
    letters = islice(cycle(SECTION), start, None)
    while True:
        yield "".join(islice(letters, 2 * TOKEN))


def text_of(token_count: int) -> str:
    """About so many tokens, in whole sections, so that no fence is open where the measuring begins."""
    return SECTION * max(1, token_count * TOKEN // len(SECTION))


def message(number: int, text: str, role: Role = Role.ASSISTANT, status: Status = Status.COMPLETE) -> Message:
    return Message(f"m{number}", "c", None, role, text, status, 1.7e9, model="bench")


def frame(widget: QWidget, change: Callable[[], None]) -> float:
    """CPU milliseconds of one change and the paint that follows."""
    started = time.process_time()
    change()
    QCoreApplication.sendPostedEvents(None, 0)
    QApplication.sendPostedEvents(widget.window(), QEvent.Type.UpdateRequest)
    QCoreApplication.processEvents()
    return (time.process_time() - started) * 1_000


def measured(widget: QWidget, change: Callable[[str], None]) -> tuple[float, float]:
    """Mean and longest frame."""
    pieces = tokens()
    for piece in islice(pieces, 60):
        frame(widget, lambda piece=piece: change(piece))
    times = [frame(widget, lambda piece=piece: change(piece)) for piece in islice(pieces, FRAMES // 2)]
    return sum(times) / len(times), max(times)


Subject = tuple[QWidget, Callable[[str], None]]
"""A widget on screen, and what appends a text to it."""


def in_turns(subjects: dict[str, Subject]) -> dict[str, float]:
    """A frame's cost for each subject: all stream by turns, so that a busy machine slows all; the median turn."""
    texts = {name: tokens() for name in subjects}
    turns: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(TURNS):
        for name, (widget, change) in subjects.items():
            widget.raise_()
            pieces = islice(texts[name], FRAMES // TURNS)
            turns[name].append(statistics.mean(frame(widget, partial(change, piece)) for piece in pieces))
    for widget, _ in subjects.values():
        widget.close()
    return {name: statistics.median(times[2:]) for name, times in turns.items()}


def plain_floor() -> Subject:
    """Appending to a QPlainTextEdit that follows its end."""
    edit = QPlainTextEdit()
    edit.resize(*SIZE)
    edit.setPlainText(text_of(2_000))
    edit.show()
    QCoreApplication.processEvents()

    def append(piece: str) -> None:
        cursor = QTextCursor(edit.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(piece)
        edit.verticalScrollBar().setValue(edit.verticalScrollBar().maximum())

    return edit, append


def stream(theme: Theme, token_count: int, history: int = 0) -> Subject:
    """A reply of so many tokens that goes on, below so many messages."""
    before = [message(n, SECTION, Role.ASSISTANT if n % 2 else Role.USER) for n in range(history)]
    running = message(history, "", status=Status.RUNNING)
    model = TranscriptModel([*before, running])
    model.on_event(ReplyDelta(running.id, TextDelta(text_of(token_count))))
    view = opened(theme, model)
    model.tell()
    deadline = time.monotonic() + 20
    while any(item.behind for item in view.document._items.values()) and time.monotonic() < deadline:
        QCoreApplication.processEvents()
    while view._highlighter._timer.isActive() and time.monotonic() < deadline:
        QCoreApplication.processEvents()

    def append(piece: str) -> None:
        model.on_event(ReplyDelta(running.id, TextDelta(piece)))
        model.tell()

    return view, append


def opened(theme: Theme, model: TranscriptModel) -> TranscriptView:
    view = TranscriptView(theme, ErrorWords())
    view.resize(*SIZE)
    view.set_model(model)
    view.show()
    QCoreApplication.processEvents()
    return view


def opening(theme: Theme, count: int) -> tuple[float, float]:
    """CPU milliseconds to the first paint, and memory in MB."""
    text = SECTION[:800]
    messages = [message(n, f"{n} {text}", Role.ASSISTANT if n % 2 else Role.USER) for n in range(count)]
    memory = _memory()
    started = time.process_time()
    view = opened(theme, TranscriptModel(messages))
    view.viewport().repaint()
    spent = (time.process_time() - started) * 1_000
    grown = _memory() - memory
    view.close()
    return spent, grown


def stepping(theme: Theme, count: int) -> tuple[float, float]:
    """A wheel step anywhere (95th of 100) and a step of resizing (mean), in CPU milliseconds."""
    model = TranscriptModel([message(n, SECTION, Role.ASSISTANT if n % 2 else Role.USER) for n in range(count)])
    view = opened(theme, model)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    QCoreApplication.processEvents()
    wheel = sorted(frame(view, lambda: view.scroll_by(-70)) for _ in range(100))[94]
    sizes = [frame(view, lambda step=step: view.resize(700 - step % 30, 800)) for step in range(30)]
    view.close()
    return wheel, sum(sizes) / len(sizes)


def open_tail(theme: Theme, text: str) -> tuple[float, float]:
    """Mean and longest frame while one long construct is still open."""
    model = TranscriptModel([message(0, "", status=Status.RUNNING)])
    model.on_event(ReplyDelta("m0", TextDelta(text)))
    view = opened(theme, model)
    model.tell()
    while any(item.behind for item in view.document._items.values()):
        QCoreApplication.processEvents()
    last = text[-200:]
    pieces = cycle(last[start : start + 8] for start in range(0, len(last), 8))

    def append(_: str) -> None:
        model.on_event(ReplyDelta("m0", TextDelta(next(pieces))))
        model.tell()

    result = measured(view, append)
    view.close()
    return result


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if Path("/proc/self/statm").exists() else 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


TAILS = {
    "50 KB paragraph": "Some words of a paragraph without an end. " * 1_200,
    "500-row table": "| a | b |\n|---|---|\n" + "| cell one | cell two of a row |\n" * 500,
    "5,000-line code": "```python\n" + "value = compute(1, 'text')  # note\n" * 5_000,
    "1,000-item list": "- an item of a long list\n" * 1_000,
    "one word of 200,000 letters": "w" * 200_000,
}


def figures() -> dict[str, float]:
    """Everything that is measured, in one process."""
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(["bench"])
    assert isinstance(application, QApplication)
    theme = Theme(application)
    opening(theme, 4)
    found: dict[str, float] = {}
    found |= in_turns(
        {
            "floor": plain_floor(),
            "2k": stream(theme, 2_000),
            "100k": stream(theme, 100_000),
            "history": stream(theme, 2_000, history=10_000),
        }
    )
    found["open 100"], _ = opening(theme, 100)
    found["open 10000"], found["open MB"] = opening(theme, 10_000)
    for count in (100, 10_000):
        found[f"wheel {count}"], found[f"resize {count}"] = stepping(theme, count)
    for name, text in TAILS.items():
        found[f"{name}: mean"], found[f"{name}: max"] = open_tail(theme, text)
    return found


def measure() -> list[Row]:
    """Three fresh processes, the median of each figure."""
    where = {"PYTHONPATH": str(harness.ROOT)}
    runs = [harness.run(harness.python(__file__), environment=where).report for _ in range(3)]
    median = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    return [
        _compared("a frame of two tokens, against a plain text append", median, "floor", "2k", 1.6),
        _compared("the same at 100,000 tokens, against 2,000", median, "2k", "100k", 1.15),
        _compared("the same below 10,000 messages, against none", median, "2k", "history", 1.15),
        _compared("opening 10,000 messages, against 100", median, "open 100", "open 10000", 2.0),
        _compared("a resize step in 10,000 messages, against 100", median, "resize 100", "resize 10000", 1.3),
        _limited("memory to open 10,000 messages", median["open MB"], 50, "MB"),
        _limited("a wheel step in 10,000 messages, p95", median["wheel 10000"], 8, "ms"),
        *[_limited(f"longest frame, open {name}", median[f"{name}: max"], 16.7, "ms") for name in TAILS],
    ]


def _compared(what: str, values: dict[str, float], floor: str, subject: str, at_most: float) -> Row:
    below, above = values[floor], values[subject]
    ratio = above / below
    return Row(what, f"{below:.2f} ms", f"{above:.2f} ms", f"{ratio:.2f}x", f"at most {at_most:g}x", ratio <= at_most)


def _limited(what: str, value: float, at_most: float, unit: str) -> Row:
    return Row(what, "-", f"{value:.1f} {unit}", "-", f"at most {at_most:g} {unit}", value <= at_most)


if __name__ == "__main__":
    taken = figures()
    for name, value in taken.items():
        print(f"{name:40} {value:8.2f}")
    print(json.dumps(taken))
