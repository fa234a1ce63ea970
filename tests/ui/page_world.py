"""A page to read: a transcript on the screen, and the positions of its characters and controls."""

from __future__ import annotations

from collections.abc import Callable

from live_model import LiveModel
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shared_helper import shared_helper

from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.blocks.block_layout import Control
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.copying import layout_text
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.transcript.viewport.scroller import Placed

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


class Page:
    """A view with messages, alternating from the user and the model."""

    def __init__(self, app: QApplication, qtbot: QtBot, *texts: str, running: bool = False) -> None:
        self.theme = Theme(app)
        self.theme.set_scheme("light")
        messages = [said(number, text) for number, text in enumerate(texts)]
        if running:
            messages.append(said(len(texts), "", Status.RUNNING))
        self.view = on_screen(self.theme, qtbot, LiveModel(messages))

    # --- looking ------------------------------------------------------------------------------------------------

    @property
    def copied(self) -> str:
        """Return what Ctrl+C would copy."""
        return self.view.copier.text(markdown=True)

    @property
    def letters(self) -> str:
        """Return what is highlighted on the screen."""
        return self.view.copier.text(markdown=False)

    def block(self, words: str) -> Placed:
        return next(
            one
            for one in self.view.page.placed
            if isinstance(one.entry, BlockEntry) and one.entry.layout and words in layout_text(one.entry.layout)
        )

    def entry(self, words: str) -> BlockEntry:
        entry = self.block(words).entry
        assert isinstance(entry, BlockEntry)
        return entry

    def point(self, words: str, along: float = 0.1) -> QPoint:
        """Return a position in the first character of some words, at a fraction of its width."""
        placed = self.block(words)
        layout = placed.entry.layout
        assert layout is not None
        for box in layout.boxes:
            at = box.text.find(words)
            if at >= 0:
                rect = box.rects(at, at + 1)[0]
                inside = QPointF(rect.left() + rect.width() * along, rect.center().y())
                return (inside + QPointF(self.view.page.column_x, placed.y)).toPoint()
        raise AssertionError(words)

    def control(self, words: str, name: str) -> Control:
        """Return a control of the block with these words."""
        return next(control for control in self.block(words).entry.controls() if control.name == name)

    def sees(self, words: str, name: str) -> bool:
        """Return whether a control is currently painted."""
        placed = self.block(words)
        message_id = self.view.model.row(placed.spot.place).message.id
        return self.view.hit_tester.shows(self.control(words, name), message_id, placed.entry)

    # --- hands --------------------------------------------------------------------------------------------------

    def press(self, words: str, name: str) -> None:
        """Click a control of the block with these words."""
        placed = self.block(words)
        at = self.control(words, name).rects[0].center() + QPointF(self.view.page.column_x, placed.y)
        QTest.mouseMove(self.view.viewport(), at.toPoint())
        QTest.mouseClick(self.view.viewport(), LEFT, NONE, at.toPoint())

    def drag(self, start: QPoint, *stops: QPoint, let_go: bool = True) -> None:
        """Press, move over some positions, and release."""
        port = self.view.viewport()
        QTest.mousePress(port, LEFT, NONE, start)
        for stop in stops:
            QTest.mouseMove(port, stop)
        if let_go:
            QTest.mouseRelease(port, LEFT, NONE, stops[-1] if stops else start)

    def double_press(self, at: QPoint) -> None:
        """Double-click, and keep the button pressed."""
        port = self.view.viewport()
        QTest.mouseClick(port, LEFT, NONE, at)
        QTest.mousePress(port, LEFT, NONE, at)
        kind, spot, globally = QEvent.Type.MouseButtonDblClick, QPointF(at), QPointF(port.mapToGlobal(at))
        QApplication.sendEvent(port, QMouseEvent(kind, spot, globally, LEFT, LEFT, NONE))

    def click(self, at: QPoint, *, shift: bool = False) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, SHIFT if shift else NONE, at)

    def key(self, key: Qt.Key, *, shift: bool = True, control: bool = False) -> None:
        QTest.keyClick(self.view, key, (SHIFT if shift else NONE) | (CONTROL if control else NONE))


Open = Callable[..., Page]


def on_screen(theme: Theme, qtbot: QtBot, model: TranscriptModel, height: int = 500) -> TranscriptView:
    """Show a transcript that owns its model."""
    view = TranscriptView(theme, ErrorWords())
    view.use_highlighting(shared_helper())
    qtbot.addWidget(view)
    model.setParent(view)
    view.resize(700, height)
    view.set_model(model)
    view.show()
    qtbot.waitExposed(view)
    return view


def said(number: int, text: str, status: Status = Status.COMPLETE, reasoning: str = "") -> Message:
    role = Role.ASSISTANT if number % 2 else Role.USER
    parent = f"m{number - 1}" if number else None
    return Message(f"m{number}", "c", parent, role, text, status, 1_700_000_000.0, model="test-1", reasoning=reasoning)
