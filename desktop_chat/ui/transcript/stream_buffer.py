"""Text that has come but is not split into blocks yet: taken in small pieces, so that a frame can stop in time."""

from __future__ import annotations

from collections.abc import Callable

from desktop_chat.markdown.splitter import piece_end


class StreamBuffer:
    """Deltas in, pieces out, in order and whole."""

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self.length = 0
        """Characters ever added."""

    @property
    def pending(self) -> bool:
        return self._at < len(self._text)

    def add(self, text: str) -> None:
        """Add text at the end."""
        self._text = self._text[self._at :] + text if self.pending else text
        self._at = 0
        self.length += len(text)

    def take(self, feed: Callable[[str], None], is_late: Callable[[], bool]) -> None:
        """Feed pieces until none is left or it is late; at least one, so that it always goes on."""
        while self.pending:
            piece = self._text[self._at : piece_end(self._text, self._at)]
            self._at += len(piece)
            feed(piece)
            if is_late():
                return
