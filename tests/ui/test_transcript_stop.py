"""What the transcript shows immediately after Stop, in every phase of a reply: the text, and the pixels on screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from live_model import LiveModel
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_chat.core.deltas import ReasoningDelta, TextDelta
from desktop_chat.core.entities import Message, Role, Status, Timing
from desktop_chat.core.events import MessageAdded, ReplyDelta, ReplyEnded, ReplyStopping
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.view import TranscriptView

QUESTION = Message("q", "c", None, Role.USER, "Why?", Status.COMPLETE, 1_700_000_000.0)
RUNNING = Message("r", "c", "q", Role.ASSISTANT, "", Status.RUNNING, 1_700_000_000.0, model="test-1")


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> TranscriptView:
    theme = Theme(qapp)
    made = TranscriptView(theme, ErrorWords())
    theme.setParent(made)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.set_model(LiveModel([QUESTION], parent=made))
    made.show()
    qtbot.waitExposed(made)
    return made


def words_on(view: TranscriptView) -> list[str]:
    """Return all texts besides those of the messages."""
    layouts = [one.entry.layout for one in view.page.placed if one.entry.layout is not None]
    labels = [label.text for layout in layouts for label in layout.labels]
    return labels + [control.label for layout in layouts for control in layout.controls if control.shows_label]


def is_painted(view: TranscriptView) -> bool:
    """Return whether the screen, painted in parts, equals a full repaint."""
    QCoreApplication.processEvents()
    by_parts = view.screen().grabWindow(view.winId()).toImage()
    view.viewport().repaint()
    return by_parts == view.screen().grabWindow(view.winId()).toImage()


Came = list[TextDelta | ReasoningDelta]
PHASES: dict[str, tuple[Came, str]] = {
    "waiting": ([], ""),
    "thinking": ([ReasoningDelta("Hm. "), ReasoningDelta("Well.")], "Thought for 3 s"),
    "writing": ([TextDelta("One\n\n"), TextDelta("two")], ""),
    "both": ([ReasoningDelta("Hm. "), TextDelta("Long. " * 60)], "Thought for 3 s"),
}


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("between", [lambda: None, QCoreApplication.processEvents], ids=["same turn", "later turn"])
def test_stop_is_shown_at_once_in_every_phase(view: TranscriptView, phase: str, between: Callable[[], None]) -> None:
    came, thought = PHASES[phase]
    view.model.on_event(MessageAdded(RUNNING))
    between()
    for delta in came:
        view.model.on_event(ReplyDelta("r", delta))
        between()
    view.model.on_event(ReplyStopping("r"))
    assert "Stopping..." in words_on(view)
    between()
    text = "".join(delta.text for delta in came if isinstance(delta, TextDelta))
    reasoning = "".join(delta.text for delta in came if isinstance(delta, ReasoningDelta))
    timing = Timing(0.2, 3.0 if thought else None, 4.0)
    ended = replace(RUNNING, text=text, reasoning=reasoning, status=Status.CANCELLED, timing=timing)
    view.model.on_event(ReplyEnded(ended))
    said = words_on(view)
    assert "Stopped" in said
    assert not any(word.startswith(("Stopping", "Thinking", "Waiting")) for word in said)
    assert thought in ["", *said]
    assert is_painted(view)
