"""Merges pieces that arrive together into one delta, and repairs characters that were split on the way.

JSON may contain half of a surrogate pair, which could be neither stored nor shown.
"""

from __future__ import annotations

from desktop_chat.core.deltas import Delta, ReasoningDelta, RefusalDelta, TextDelta, ToolCallDelta

Piece = TextDelta | ReasoningDelta | RefusalDelta


class DeltaCoalescer:
    """Collects pieces of text and other deltas; `take` returns fewer deltas with the same text in the same order."""

    def __init__(self) -> None:
        self.kinds: set[type[Piece]] = set()
        """The kinds of text added so far."""
        self._kind: type[Piece] | None = None
        self._texts: list[str] = []
        self._ready: list[Delta] = []
        self._halves: dict[int, str] = {}
        """Half a surrogate pair at the end of a call's arguments so far, by the call's index."""

    def say(self, kind: type[Piece], text: str) -> None:
        """Add a piece of text."""
        if kind is not self._kind:
            self._close()
            self._kind = kind
            self.kinds.add(kind)
        self._texts.append(text)

    def add(self, delta: Delta) -> None:
        """Add a delta that is not text."""
        self._close()
        self._ready.append(delta)

    def add_call(self, index: int, call_id: str, name: str, arguments: str) -> None:
        """Add a fragment of a tool call; one that consists only of arguments is joined to the one before."""
        arguments = self._halves.pop(index, "") + arguments
        if "\ud800" <= arguments[-1:] <= "\udbff":
            self._halves[index], arguments = arguments[-1], arguments[:-1]
        call_id, name, arguments = whole_characters(call_id), whole_characters(name), whole_characters(arguments)
        self._close()
        before = self._ready[-1] if self._ready else None
        if type(before) is ToolCallDelta and before.index == index and not call_id and not name:
            self._ready[-1] = ToolCallDelta(index, before.call_id, before.name, before.arguments + arguments)
        else:
            self._ready.append(ToolCallDelta(index, call_id, name, arguments))

    def take(self, *, last: bool = False) -> list[Delta]:
        """Return everything added since the last call; half a surrogate pair waits for its other half unless `last`."""
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
    """Return `text` with surrogate pairs joined and lone halves replaced, so that it can be encoded."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
