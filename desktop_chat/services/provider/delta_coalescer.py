"""Joins pieces that arrive together into one delta, and mends characters that were cut in two on the way.

JSON may carry one half of a surrogate pair; what such a half leaves behind could neither be stored nor shown.
"""

from __future__ import annotations

from desktop_chat.core.deltas import Delta, ReasoningDelta, RefusalDelta, TextDelta

Piece = TextDelta | ReasoningDelta | RefusalDelta


class DeltaCoalescer:
    """Say pieces and add deltas, then take them: fewer, in the same order, with the same text."""

    def __init__(self) -> None:
        self.kinds: set[type[Piece]] = set()
        """The kinds of pieces that were said."""
        self._kind: type[Piece] | None = None
        self._texts: list[str] = []
        self._ready: list[Delta] = []

    def say(self, kind: type[Piece], text: str) -> None:
        """Add a piece of text."""
        if kind is not self._kind:
            self._close()
            self._kind = kind
            self.kinds.add(kind)
        self._texts.append(text)

    def add(self, delta: Delta) -> None:
        """Add a delta of another kind behind the text so far."""
        self._close()
        self._ready.append(delta)

    def take(self, *, last: bool = False) -> list[Delta]:
        """Return what was added since; half a character waits for its other half unless this is the `last` time."""
        half = self._texts[-1][-1:] if self._texts and not last else ""
        if "\ud800" <= half <= "\udbff":
            self._texts[-1] = self._texts[-1][:-1]
            self._close()
            self._texts.append(half)
        else:
            self._close()
        ready, self._ready = self._ready, []
        return ready

    def _close(self) -> None:
        text = "".join(self._texts)
        self._texts.clear()
        if text and self._kind is not None:
            self._ready.append(self._kind(whole_characters(text)))


def whole_characters(text: str) -> str:
    """Return `text` with surrogate pairs joined and halves replaced, so that it can be encoded."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
