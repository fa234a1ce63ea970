"""One message in view for screen readers: its text and its controls, as widgets that paint nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from desktop_chat.ui.text.address_text import shown_address
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.accessibility.mirrored_text import MirroredText
from desktop_chat.ui.transcript.blocks.control_painter import ControlRef
from desktop_chat.ui.transcript.controls.focus_chain import Target


@dataclass(frozen=True, slots=True)
class Sign:
    """Words around a message: its state, its numbers."""

    words: str
    rect: QRect


class MirroredControl(QPushButton):
    """A button in the place of a control or a link. Pressing it presses that control."""

    focus_taken = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.ref: ControlRef | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def represent(self, target: Target | None, top: int = 0) -> None:
        """Represent a control; None hides it."""
        self.ref = target.ref if target is not None else None
        if target is None:
            self.hide()
            return
        control = target.control
        is_link = control.name == "link"
        self.setAccessibleName(control.spoken or control.label or control.value)
        self.setAccessibleDescription(tr("Link: {address}", address=shown_address(control.value)) if is_link else "")
        self.setGeometry(control.rects[0].toAlignedRect().translated(0, target.placed.y - top))
        self.show()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_taken.emit()


class MessagePanel(QFrame):
    """The parts of one message; reused for others."""

    pressed = Signal(object)
    """A `ControlRef`."""
    focused = Signal(object)
    """A `ControlRef`, or None for the text itself."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.message_id = ""
        self.text = MirroredText(self)
        self.text.focus_taken.connect(partial(self.focused.emit, None))
        self._controls: list[MirroredControl] = []
        self._signs: list[QLabel] = []

    def rename(self, message_id: str, name: str) -> None:
        """Represent a message."""
        if message_id != self.message_id:
            self.message_id = message_id
            self.text.clear_parts()
            self.show_parts((), ())
        if name != self.accessibleName():
            self.setAccessibleName(name)
            self.text.setAccessibleName(name)

    def show_parts(self, targets: Sequence[Target], signs: Sequence[Sign]) -> None:
        """Show a button for each control and a label for each sign, in their places."""
        while len(self._controls) < len(targets):
            self._controls.append(self._new_control())
        for number, control in enumerate(self._controls):
            control.represent(targets[number] if number < len(targets) else None, self.y())
        while len(self._signs) < len(signs):
            self._signs.append(QLabel(self))
        for number, label in enumerate(self._signs):
            sign = signs[number] if number < len(signs) else Sign("", QRect())
            label.setAccessibleName(sign.words)
            label.setGeometry(sign.rect.translated(0, -self.y()))
            label.setVisible(bool(sign.words))

    def control(self, ref: ControlRef) -> MirroredControl | None:
        """Return the button of a control."""
        return next((one for one in self._controls if one.ref == ref), None)

    def _new_control(self) -> MirroredControl:
        control = MirroredControl(self)
        control.clicked.connect(partial(self._press, control))
        control.focus_taken.connect(partial(self._take_focus, control))
        return control

    def _press(self, control: MirroredControl, _checked: bool = False) -> None:
        if control.ref is not None:
            self.pressed.emit(control.ref)

    def _take_focus(self, control: MirroredControl) -> None:
        if control.ref is not None:
            self.focused.emit(control.ref)
