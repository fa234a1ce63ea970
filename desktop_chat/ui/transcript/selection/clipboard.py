"""Puts text on the clipboard for the transcript, and says so for a moment."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

from desktop_chat.ui.transcript.blocks.code_state import CodeState
from desktop_chat.ui.transcript.entries import BlockEntry

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.view import TranscriptView

_SAID_MS = 1_500
_SLICE_S = 0.008
LETTERS_AT_ONCE = 60_000
"""Characters of Markdown whose letters are found at once: those that are not in view must be laid out for it."""


class Clipboard:
    """Copies of selections, messages and code."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._said: list[tuple[CodeState, BlockEntry]] = []
        self._timer = QTimer(view)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAID_MS)
        self._timer.timeout.connect(self._unsay)
        self._pieces: Iterator[str] = iter(())
        self._gathered: list[str] = []
        self._gathering = QTimer(view)
        self._gathering.timeout.connect(self._gather)

    def put(self, text: str) -> None:
        """Copy a text; nothing happens for an empty one."""
        if text:
            QGuiApplication.clipboard().setText(_kept(text))
            self._view.copied.emit(text)

    def put_selection(self, *, markdown: bool = True) -> None:
        """Copy what is selected. The letters of very much text are gathered while other things go on."""
        copier = self._view.copier
        if markdown or copier.size() <= LETTERS_AT_ONCE:
            self.put(copier.text(markdown=markdown))
            return
        self._pieces, self._gathered = copier.pieces(markdown=False), []
        self._gathering.start()

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
        self.say_done(entry, "copy_code")

    def say_done(self, entry: BlockEntry, name: str) -> None:
        """Let a control of a block say for a moment that it did what it is for."""
        entry.code.done = name
        entry.layout = None
        self._said.append((entry.code, entry))
        self._timer.start()
        self._view.show_changes()

    def offer_primary(self) -> None:
        """Let the middle button of the mouse paste what is selected, where the system has that."""
        clipboard = QGuiApplication.clipboard()
        if clipboard.supportsSelection() and (text := self.letters()):
            clipboard.setText(_kept(text), QClipboard.Mode.Selection)

    def letters(self) -> str:
        """Return the letters that are selected; of very much text its Markdown, which costs nothing."""
        copier = self._view.copier
        return copier.text(markdown=copier.size() > LETTERS_AT_ONCE)

    def _gather(self) -> None:
        """Take the next messages, as many as fit in a part of a frame."""
        late = time.perf_counter() + _SLICE_S
        for piece in self._pieces:
            self._gathered.append(piece)
            if time.perf_counter() > late:
                return
        self._gathering.stop()
        self.put(self._view.copier.join(self._gathered))
        self._gathered = []

    def _unsay(self) -> None:
        for state, entry in self._said:
            state.done = ""
            entry.layout = None
        self._said.clear()
        self._view.show_changes()


def _kept(text: str) -> str:
    """Return a text so that Qt has all of it: a byte order mark at its beginning is lost on the way there."""
    return "\ufeff" + text if text.startswith("\ufeff") else text
