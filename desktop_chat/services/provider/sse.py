"""Splits a stream of bytes into server-sent events, wherever the network splits it.

Follows the HTML standard (https://html.spec.whatwg.org/multipage/server-sent-events.html), with two differences: events
are limited to MAX_EVENT_BYTES, and bytes that are not UTF-8 are replaced. Three deviations are accepted: JSON events
without an empty line between them, a field `error` (llama.cpp), and JSON on separate lines.
"""

from __future__ import annotations

from typing import NamedTuple

from desktop_chat.core.errors import ReplyTooLarge

MAX_EVENT_BYTES = 4 * 1024 * 1024
COST_OF_A_LINE = 48
"""Bytes of memory per line of data besides its text."""

_BOM = b"\xef\xbb\xbf"
_COLON = 58
_KNOWN = frozenset({b"event", b"data", b"id", b"retry"})
BARE = "(bare)"
"""The type of a pseudo-event: JSON on separate lines."""
STRAY_BYTES = 2_000


class SseEvent(NamedTuple):
    """One complete event: its data lines joined by line feeds, and its type; empty for a plain message."""

    data: str
    type: str = ""

    def __repr__(self) -> str:
        """Show only the length: the data may contain a key."""
        return f"SseEvent({len(self.data)} characters, type={self.type!r})"


class SseDecoder:
    """Decodes bytes as they arrive into the events they complete.

    `replaced` counts events with bytes that were not UTF-8; `comments` counts comment lines, which servers send as
    keep-alives; `stray` is the beginning of the first line that is not valid SSE.
    """

    def __init__(self) -> None:
        self.replaced = 0
        self.comments = 0
        self.stray = b""
        self._bare: list[bytes] = []
        self._previous_type = ""
        self._partial: list[bytes] = []
        self._partial_size = 0
        self._data: list[bytes] = []
        self._data_size = 0
        self._type = ""
        self._skip_line_feed = False
        self._at_start = True

    @property
    def waiting_bytes(self) -> int:
        """Size of the event that is not complete yet."""
        return self._partial_size + self._data_size

    def feed(self, data: bytes) -> list[SseEvent]:
        """Return the events completed by `data`. Raises ReplyTooLarge for an event that is too long."""
        if self._skip_line_feed and data:
            self._skip_line_feed = False
            if data[0] == 10:
                data = data[1:]
        if not data:
            return []
        self._skip_line_feed = data[-1] == 13
        lines = data.splitlines()
        whole = data[-1] in b"\r\n"
        if self._partial and (len(lines) > 1 or whole):
            lines[0] = b"".join((*self._partial, lines[0]))
            self._partial, self._partial_size = [], 0
        if not whole:
            self._begin_line(lines.pop())
        if self._at_start and lines:
            self._at_start = False
            lines[0] = lines[0].removeprefix(_BOM)
        return self._take(lines)

    def flush(self) -> list[SseEvent]:
        """Return what is left at the end of the stream as if it were complete; truncated events are not detected."""
        rest = b"".join(self._partial)
        self._partial, self._partial_size = [], 0
        return self._take([rest.removeprefix(_BOM) if self._at_start else rest, b""])

    def _begin_line(self, piece: bytes) -> None:
        self._partial.append(piece)
        self._partial_size += len(piece)
        self._check_size()

    def _take(self, lines: list[bytes]) -> list[SseEvent]:
        events: list[SseEvent] = []
        for line in lines:
            if not line:
                if self._data or self._bare:
                    events.append(self._event())
                self._type = ""
            elif line.startswith(b"data:"):
                value = line[6:] if line[5:6] == b" " else line[5:]
                if self._data and _stands_alone(self._data, value):
                    events.append(self._previous_event())
                self._data.append(value)
                self._data_size += len(value) + COST_OF_A_LINE
                if self._data_size > MAX_EVENT_BYTES:
                    self._check_size()
            elif line[0] == _COLON:
                self.comments += 1
            else:
                self._take_field(line, events)
        return events

    def _take_field(self, line: bytes, events: list[SseEvent]) -> None:
        name, _, value = line.partition(b":")
        if name == b"event":
            if self._data:
                self._previous_type = self._type
            self._type = value.removeprefix(b" ").decode("utf-8", "replace")
        elif name == b"data":
            self._data.append(b"")
            self._data_size += COST_OF_A_LINE
            self._check_size()
        elif name == b"error":
            events.append(SseEvent(value.strip().decode("utf-8", "replace"), "error"))
        elif self._bare or line[:1] == b"{":
            self._bare.append(line)
            self._data_size += len(line) + COST_OF_A_LINE
            self._check_size()
        elif name not in _KNOWN and not self.stray:
            self.stray = line[:STRAY_BYTES]

    def _previous_event(self) -> SseEvent:
        """Return an event that is only ended by the next one's data."""
        following, self._type = self._type, self._previous_type or self._type
        event = self._event()
        self._type, self._previous_type = following, ""
        return event

    def _bare_event(self) -> SseEvent:
        """Return JSON that was on separate lines."""
        lines, self._bare, self._data_size = self._bare, [], 0
        return SseEvent(b"\n".join(lines).decode("utf-8", "replace"), BARE)

    def _event(self) -> SseEvent:
        if not self._data:
            return self._bare_event()
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        self._data, self._data_size = [], 0
        try:
            text = data.decode()
        except UnicodeDecodeError:
            self.replaced += 1
            text = data.decode("utf-8", "replace")
        return SseEvent(text, self._type)

    def _check_size(self) -> None:
        if self._partial_size + self._data_size > MAX_EVENT_BYTES:
            self._partial, self._data, self._bare = [], [], []
            self._partial_size = self._data_size = 0
            raise ReplyTooLarge


def _stands_alone(lines: list[bytes], following: bytes) -> bool:
    """Return whether a line of data must be an event of its own: JSON cannot continue with `following`."""
    return len(lines) == 1 and lines[0][-1:] == b"}" and following.lstrip()[:1] in {b"{", b"["}
