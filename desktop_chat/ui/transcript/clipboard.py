"""Puts text on the clipboard for the transcript, and says so for a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

from desktop_chat.ui.transcript.entries import BlockEntry, CodeState

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.view import TranscriptView

_SAID_MS = 1_500


class Clipboard:
    """Copies of selections, messages and code."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._said: list[tuple[CodeState, BlockEntry]] = []
        self._timer = QTimer(view)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAID_MS)
        self._timer.timeout.connect(self._unsay)

    def put(self, text: str) -> None:
        """Copy a text; nothing happens for an empty one."""
        if text:
            QGuiApplication.clipboard().setText(text)
            self._view.copied.emit(text)

    def put_selection(self, *, markdown: bool = True) -> None:
        """Copy what is selected."""
        self.put(self._view.copier.text(markdown=markdown))

    def put_message(self, message_id: str, *, markdown: bool = True) -> None:
        """Copy the whole text of a message."""
        place = self._view.model.place_of(message_id)
        if place is not None:
            row = self._view.model.row(place)
            self.put(row.text.whole() if markdown else self._view.copier.message_text(place))

    def put_code(self, message_id: str, entry: BlockEntry, code: str) -> None:
        """Copy the code of a block, all parts of it, and let its button say so."""
        place = self._view.model.place_of(message_id)
        if place is None:
            return
        self.put(self._view.copier.code_text(self._view.document.item(place), entry, code))
        entry.code.copied = True
        entry.layout = None
        self._said.append((entry.code, entry))
        self._timer.start()
        self._view.show_changes()

    def offer_primary(self) -> None:
        """Let the middle button of the mouse paste what is selected, where the system has that."""
        clipboard = QGuiApplication.clipboard()
        if clipboard.supportsSelection() and (text := self._view.copier.text(markdown=False)):
            clipboard.setText(text, QClipboard.Mode.Selection)

    def _unsay(self) -> None:
        for state, entry in self._said:
            state.copied = False
            entry.layout = None
        self._said.clear()
        self._view.show_changes()
