"""Shared parts of the transcript's benchmarks: a view on screen, the cost of a frame, and a paint counter."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from samples import SECTION, TOKEN, message, text_of

from desktop_chat.app.main_thread_gc import MainThreadGC
from desktop_chat.app.start import make_qt_application
from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.events import ReplyDelta
from desktop_chat.core.reply import Reply
from desktop_chat.services.highlight_process import HighlightProcess
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView

SIZE = (1_000, 800)
HELPER = HighlightProcess()
"""Highlights the code of all views, like in the program; ends with this process."""
PIECE = 2 * TOKEN
"""Two tokens: the text of one frame."""
assert len(SECTION) % PIECE == 0, "a section is a whole number of frames"
PIECES = [SECTION[at : at + PIECE] for at in range(0, len(SECTION), PIECE)]
Subject = tuple[QWidget, Callable[[str], None]]
"""A widget on screen, and a function that appends text to it."""


def application() -> QApplication:
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    made = make_qt_application()
    made.setQuitOnLastWindowClosed(False)
    MainThreadGC(made)  # like the program
    return made


class Paints:
    """Counts the paints of all widgets of a class; must be created before them."""

    def __init__(self, kind: type[QWidget]) -> None:
        self.of: Counter[QWidget] = Counter()
        painted = kind.paintEvent

        def paint(widget: QWidget, event: object) -> None:
            self.of[widget] += 1
            painted(widget, event)

        kind.paintEvent = paint


def frame(widget: QWidget, change: Callable[[], object], paints: Paints | None = None) -> float:
    """Measure CPU milliseconds of one change and the following paint; `paints` checks that there is exactly one.

    Other work of the loop, such as highlighting, is included, with its own paints.
    """
    before = paints.of[widget] if paints is not None else 0
    started = time.process_time()
    change()
    QCoreApplication.sendPostedEvents(None, 0)
    QApplication.sendPostedEvents(widget.window(), QEvent.Type.UpdateRequest)
    assert paints is None or paints.of[widget] == before + 1, f"painted {paints.of[widget] - before} times"
    QCoreApplication.processEvents()
    return (time.process_time() - started) * 1_000


def settle(view: TranscriptView | None = None, seconds: float = 0.05) -> None:
    """Finish pending work: splitting, highlighting, exposing windows."""
    quiet = time.monotonic() + seconds
    while time.monotonic() < quiet or (view is not None and is_busy(view)):
        QCoreApplication.processEvents()


def is_busy(view: TranscriptView) -> bool:
    behind = any(item.behind for item in view.document._items.values())
    return behind or bool(view.sync._changed) or view._highlighter._timer.isActive()


def plain_floor() -> Subject:
    """Appends to a QPlainTextEdit that follows its end."""
    edit = QPlainTextEdit()
    edit.resize(*SIZE)
    edit.setPlainText(text_of(2_000))
    edit.show()
    settle()

    def append(piece: str) -> None:
        cursor = QTextCursor(edit.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(piece)
        edit.verticalScrollBar().setValue(edit.verticalScrollBar().maximum())

    return edit, append


def opened(theme: Theme, model: TranscriptModel) -> TranscriptView:
    view = TranscriptView(theme, ErrorWords())
    view.use_highlighting(HELPER)
    view.resize(*SIZE)
    view.set_model(model)
    view.show()
    QCoreApplication.processEvents()
    return view


def stream(theme: Theme, text: str, before: Iterable[Message] = ()) -> tuple[TranscriptView, Callable[[str], None]]:
    """A growing reply that already has some text, below other messages."""
    running = message(10**6, "", status=Status.RUNNING)
    model = live_model(running, before)
    say(model, text)
    view = opened(theme, model)
    model.tell()
    settle(view)

    def append(piece: str) -> None:
        say(model, piece)
        model.tell()

    return view, append


def live_model(running: Message, before: Iterable[Message] = (), parent: QObject | None = None) -> TranscriptModel:
    """A model whose last message is a reply that runs."""
    reply = Reply(running)
    return TranscriptModel([*before, running], reply=lambda: reply, parent=parent)


def say(model: TranscriptModel, piece: str) -> None:
    """Have the reply say more, as a session does."""
    reply, delta = model.row(model.rowCount() - 1).reply, TextDelta(piece)
    assert reply is not None
    reply.take(delta)
    model.on_event(ReplyDelta(reply.message.id, delta))


def history(count: int) -> list[Message]:
    """Return this many messages, questions and answers alternating, of typical length."""
    return [message(number, SECTION[:800], Role.ASSISTANT if number % 2 else Role.USER) for number in range(count)]


def discard(widget: QWidget) -> None:
    widget.close()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def memory_mb() -> float:
    """Return the memory of the process (Linux)."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if statm.exists() else 0.0
