"""Puts text on the clipboard for the transcript, and briefly confirms it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

from desktop_chat.ui.transcript.blocks.code_state import CodeState
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.copying import Copier
from desktop_chat.ui.transcript.transcript_page import TranscriptPage

_SAID_MS = 1_500
_SLICE_S = 0.008
AT_ONCE = 60_000
"""Characters of Markdown whose plain text is made at once: blocks that are not in view are laid out for it."""


class Clipboard(QObject):
    """Copies selections, messages and code."""

    copied = Signal(str)

    def __init__(self, page: TranscriptPage, copier: Copier) -> None:
        super().__init__(page)
        self._page = page
        self.copier = copier
        self._said: list[tuple[CodeState, BlockEntry]] = []
        self._timer = QTimer(self, singleShot=True, interval=_SAID_MS)
        self._timer.timeout.connect(self._unsay)
        self._pieces: Iterator[str] = iter(())
        self._gathered: list[str] = []
        self._gathering = QTimer(self)
        self._gathering.timeout.connect(self._gather)

    def put(self, text: str) -> None:
        """Copy a text; an empty one is ignored."""
        if text:
            QGuiApplication.clipboard().setText(_kept(text))
            self.copied.emit(text)

    def put_selection(self, *, markdown: bool = True) -> None:
        """Copy the selection. The plain text of a very large one is gathered in slices."""
        if markdown or self.copier.size() <= AT_ONCE:
            self.put(self.copier.text(markdown=markdown))
            return
        self._pieces, self._gathered = self.copier.pieces(markdown=False), []
        self._gathering.start()

    def put_message(self, message_id: str, *, markdown: bool = True) -> None:
        """Copy the whole text of a message."""
        place = self._page.model.place_of(message_id)
        if place is not None:
            self.put(self.copier.source(place) if markdown else self.copier.message_text(place))

    def put_code(self, message_id: str, entry: BlockEntry, code: str) -> None:
        """Copy the code of a block with all its parts, and let its button say so."""
        place = self._page.model.place_of(message_id)
        if place is None:
            return
        self.put(self.copier.code_text(self._page.document.item(place), entry, code))
        self.say_done(entry, "copy_code")

    def say_done(self, entry: BlockEntry, name: str) -> None:
        """Let a control of a block briefly confirm that it was done."""
        entry.code.done = name
        entry.layout = None
        self._said.append((entry.code, entry))
        self._timer.start()
        self._page.show_changes()

    def offer_primary(self) -> None:
        """Let the middle mouse button paste the selection, where the system supports that."""
        clipboard = QGuiApplication.clipboard()
        if clipboard.supportsSelection() and (text := self.plain_text()):
            clipboard.setText(_kept(text), QClipboard.Mode.Selection)

    def plain_text(self) -> str:
        """Return the selection as plain text; a very large one as Markdown, which costs nothing."""
        return self.copier.text(markdown=self.copier.size() > AT_ONCE)

    def _gather(self) -> None:
        """Take as many of the next messages as fit in a part of a frame."""
        late = time.perf_counter() + _SLICE_S
        for piece in self._pieces:
            self._gathered.append(piece)
            if time.perf_counter() > late:
                return
        self._gathering.stop()
        self.put(self.copier.join(self._gathered))
        self._gathered = []

    def _unsay(self) -> None:
        for state, entry in self._said:
            state.done = ""
            entry.layout = None
        self._said.clear()
        self._page.show_changes()


def _kept(text: str) -> str:
    """Return a text that survives Qt whole: it drops one byte order mark at the beginning."""
    return "\ufeff" + text if text.startswith("\ufeff") else text
