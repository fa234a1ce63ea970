"""The longest gap of the event loop while text streams in, in CPU time, in its own process: prints JSON.

Usage: gaps_child.py [SECONDS], the duration of a steady stream of 100 tokens/s.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QStackedWidget
from samples import SECTION, TOKEN, message, text_of
from stage import HELPER, SIZE, application, discard, is_busy, live_model, say, settle, stream

from desktop_chat.core.entities import Status
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView

TABS = 8
TABS_S = 4.0


class Turns:
    """Reads the thread's CPU clock in each iteration of the loop, as often as possible."""

    def __init__(self) -> None:
        self._timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)
        self._seen = time.thread_time()
        self.longest_ms = 0.0
        self._timer.start()

    def stop(self) -> float:
        self._look()
        self._timer.stop()
        return self.longest_ms

    def _look(self) -> None:
        now = time.thread_time()
        self.longest_ms = max(self.longest_ms, (now - self._seen) * 1_000)
        self._seen = now


def run(seconds: float, goes_on: Callable[[], bool] = lambda: False) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until or goes_on():
        QCoreApplication.processEvents()
        time.sleep(0.0005)


class Source:
    """Feeds models at a fixed pace, token by token, from its own timer."""

    def __init__(self, models: list[TranscriptModel], per_second: int) -> None:
        self._models = models
        self._rate = per_second
        self._begun = time.monotonic()
        self.sent = 0
        self._timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._send)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _send(self) -> None:
        due = int((time.monotonic() - self._begun) * self._rate)
        for number in range(self.sent, due):
            start = number * TOKEN % len(SECTION)
            for model in self._models:
                say(model, SECTION[start : start + TOKEN])
        self.sent = max(self.sent, due)


def streaming(theme: Theme, length: int, per_second: int, seconds: float) -> float:
    """Return the longest gap while a reply of this many tokens grows."""
    view, _ = stream(theme, text_of(length))
    turns, source = Turns(), Source([view.model], per_second)
    run(seconds)
    source.stop()
    gap = turns.stop()
    settle(view)
    _check(view)
    discard(view)
    return gap


def backlog(theme: Theme, count: int) -> float:
    """Return the longest gap when this many tokens arrive at once."""
    view, _ = stream(theme, text_of(2_000))
    turns = Turns()
    run(0.1)
    QTimer.singleShot(0, view, lambda: say(view.model, text_of(count)))
    run(0.3, lambda: is_busy(view))
    gap = turns.stop()
    _check(view)
    discard(view)
    return gap


def _check(view: TranscriptView) -> None:
    item = view.document.item(0)
    kept = "".join(block.before + block.source for block in item.answer.blocks) + item.answer.rest
    assert kept == view.model.row(0).text.whole(), "text was lost"
    last = view.page.placed[-1]
    assert last.y + last.entry.height <= view.viewport().height(), "the end is not in view"


def tabs(theme: Theme, count: int) -> float:
    """Return the CPU seconds of this many transcripts streaming at once, one of them visible."""
    stack = QStackedWidget()
    stack.resize(*SIZE)
    models = []
    for _ in range(count):
        running = message(10**6, "", status=Status.RUNNING)
        models.append(live_model(running, parent=stack))
        say(models[-1], text_of(2_000))
        view = TranscriptView(theme, ErrorWords())
        view.use_highlighting(HELPER)
        view.set_model(models[-1])
        stack.addWidget(view)
    stack.show()
    settle(stack.currentWidget(), 0.3)
    source, started = Source(models, 100), time.process_time()
    run(TABS_S)
    spent = time.process_time() - started
    source.stop()
    assert len({model.row(0).length for model in models}) == 1
    discard(stack)
    return spent


if __name__ == "__main__":
    theme = Theme(application())
    streaming(theme, 2_000, 400, 1.0)
    found = {
        "steady": streaming(theme, 100_000, 100, float(sys.argv[1]) if len(sys.argv) > 1 else 10.0),
        "fast": streaming(theme, 2_000, 2_000, 5.0),
        "backlog": backlog(theme, 50_000),
        "one tab": tabs(theme, 1),
        "8 tabs": tabs(theme, TABS),
    }
    print(json.dumps(found))
    sys.stdout.flush()
