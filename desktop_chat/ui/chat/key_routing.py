"""Routes keys that the focused part of a tab ignores: to the transcript or the composer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.commands import Scope, command_of
from desktop_chat.ui.transcript.view import TranscriptView

_CONTROL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_META = Qt.KeyboardModifier.MetaModifier


class KeyRouting:
    """Passes keys between a tab's transcript and its composer."""

    def __init__(self, transcript: TranscriptView, composer: Composer) -> None:
        self._transcript = transcript
        self._composer = composer

    def press(self, event: QKeyEvent) -> bool:
        """Handle a key. Returns whether it was used."""
        if not self._transcript.isVisible():
            return False
        command = command_of(event, Scope.CHAT_PAGE)
        if command not in {"", "paste"}:
            return self._read(event, command)
        is_written = command == "paste" or _writes(event)
        if is_written and not self._composer.edit.hasFocus() and self._composer.isVisible():
            return self._write(event)
        return False

    def _read(self, event: QKeyEvent, command: str) -> bool:
        """Scroll; moving between messages also focuses the transcript, so that Tab enters the message."""
        if command in {"next_message", "previous_message"} and not self._transcript.hasFocus():
            self._transcript.setFocus(Qt.FocusReason.OtherFocusReason)
        self._transcript.keyPressEvent(event)
        return True

    def _write(self, event: QKeyEvent) -> bool:
        self._composer.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        QApplication.sendEvent(self._composer.edit, event)
        return True


def _writes(event: QKeyEvent) -> bool:
    """Return whether a key types a character."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    is_command = modifiers & (_CONTROL | _ALT | _META) not in {Qt.KeyboardModifier.NoModifier, _CONTROL | _ALT}
    return not is_command and event.text().isprintable() and bool(event.text().strip())
