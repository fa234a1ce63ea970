"""What was sent for the last replies and what came back, byte for byte, for the request inspector: in memory only."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

from desktop_chat.core.deltas import FinishDelta, ReasoningDelta, TextDelta, UsageDelta
from desktop_chat.core.entities import Api, Usage, new_id
from desktop_chat.core.listeners import Listeners

MAX_BYTES = 32 * 1024 * 1024
"""What the exchanges of all replies may hold together: sent and received bytes. The newest is always kept."""
MAX_EXCHANGES = 100
MAX_RECEIVED = 8 * 1024 * 1024
"""Bytes that are kept of one answer; what follows is counted only."""
_PIECE_BYTES, _MESSAGE_BYTES = 120, 200
"""What a piece takes in addition to its bytes, and a message of a body in addition to its text."""
GAP_LIMITS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
"""The upper ends of the classes of gaps between events; the last class has none."""


class Mark(StrEnum):
    """Moments of an exchange, in their usual order; those of the connection are missing when it was open already."""

    RESOLVED = "resolved"
    """The name of the server has become an address."""
    CONNECTED = "connected"
    SECURED = "secured"
    """The TLS handshake is over."""
    SENT = "sent"
    ANSWERED = "answered"
    """The headers of the answer have arrived."""
    FIRST_BYTE = "first_byte"
    """The first byte of its body."""
    FIRST_TOKEN = "first_token"  # noqa: S105 -- a token of text
    ENDED = "ended"


Headers = tuple[tuple[str, str], ...]


@dataclass(slots=True, repr=False)
class Exchange:
    """One request for a reply, with its answer as far as it has arrived. Written by the provider while it streams;
    everything that is shown or saved of it goes through `hide`, which removes keys, and its `repr` shows nothing."""

    reply_id: str
    connection_id: str
    connection_name: str
    api: Api
    model: str
    url: str
    body: Mapping[str, Any]
    """As sent, but with `PromptImage`s in the place of data URLs."""
    hide: Callable[[str], str]
    conversation_id: str = ""
    is_kept: bool = False
    """Whether it was read from disk: keys were taken out of its body, so it cannot be sent again as it was."""
    clock: Callable[[], float] = time.monotonic
    started_at: float = field(default_factory=time.time)
    """Seconds since the epoch, UTC."""
    id: str = field(default_factory=new_id)
    request_headers: Headers = ()
    http_version: str = ""
    status: int = 0
    """The HTTP status; 0 until there is an answer."""
    response_headers: Headers = ()
    marks: dict[Mark, float] = field(default_factory=dict)
    """Seconds from the start."""
    pieces: list[tuple[float, bytes]] = field(default_factory=list)
    """What was read of the body, each with its time in seconds from the start; reads of fast streams are 25 to 40 ms
    apart, so events that arrived between two of them have the same time."""
    sent: int = 0
    """Bytes of the request's body."""
    received: int = 0
    """Bytes of the answer's body so far."""
    finish_reason: str | None = None
    usage: Usage | None = None
    error_code: str = ""
    error_detail: str = ""
    is_stopped: bool = False
    """Whether it was cancelled from here."""
    _began: float = 0.0

    def __post_init__(self) -> None:
        self._began = self.clock()

    def begin(self) -> None:
        """Note that it begins only now, after it was encoded or waited for its turn."""
        self.started_at, self._began = time.time(), self.clock()

    @property
    def is_cut(self) -> bool:
        """Whether more arrived than was kept."""
        return self.received > MAX_RECEIVED

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return Mark.ENDED in self.marks

    @property
    def content(self) -> bytes:
        """What was kept of the answer's body."""
        return b"".join(piece for _, piece in self.pieces)

    @property
    def size(self) -> int:
        """The memory that this exchange holds, in bytes. The texts of the request count, too: while its conversation is
        open they are shared with the messages, then they are not."""
        parts = sum(len(member) for member in self.body.values() if isinstance(member, list))
        received = min(self.received, MAX_RECEIVED) + _PIECE_BYTES * len(self.pieces)
        return self.sent + _MESSAGE_BYTES * parts + received

    def mark(self, mark: Mark) -> None:
        """Note that something happened now; only the first time counts."""
        self.marks.setdefault(mark, self.clock() - self._began)

    def take(self, piece: bytes) -> None:
        """Note a piece of the body that was read now."""
        self.mark(Mark.FIRST_BYTE)
        room = MAX_RECEIVED - self.received
        self.received += len(piece)
        if room > 0:
            self.pieces.append((self.clock() - self._began, piece[:room]))

    def note(self, deltas: Iterable[object]) -> None:
        """Note what a piece meant."""
        for delta in deltas:
            if isinstance(delta, TextDelta | ReasoningDelta):
                self.mark(Mark.FIRST_TOKEN)
            elif isinstance(delta, FinishDelta):
                self.finish_reason = delta.reason
            elif isinstance(delta, UsageDelta):
                self.usage = delta.usage

    def header(self, name: str) -> str:
        """Return a header of the answer, or ""; names are compared without case."""
        return next((value for key, value in self.response_headers if key.lower() == name), "")

    @property
    def request_id(self) -> str:
        """The server's name for the request; empty if it gave none."""
        return next(filter(None, map(self.header, _REQUEST_IDS)), "")


_REQUEST_IDS = ("x-request-id", "request-id", "apim-request-id", "x-amzn-requestid", "x-generation-id", "cf-ray")


class ExchangeLog:
    """The exchanges of the last replies; older ones make room for new ones."""

    def __init__(self, most_bytes: int = MAX_BYTES, most: int = MAX_EXCHANGES) -> None:
        self._most_bytes = most_bytes
        self._most = most
        self._exchanges: deque[Exchange] = deque()
        self.ended: Listeners[Exchange] = Listeners()
        """Emits each exchange once nothing more will come, also those that belong to no reply."""

    def add(self, exchange: Exchange) -> None:
        """Add an exchange that begins now."""
        self._exchanges.append(exchange)
        held = sum(each.size for each in self._exchanges)
        while len(self._exchanges) > 1 and (held > self._most_bytes or len(self._exchanges) > self._most):
            held -= self._exchanges.popleft().size

    def end(self, exchange: Exchange) -> None:
        """Note that nothing more will come of an exchange."""
        exchange.mark(Mark.ENDED)
        self.ended.emit(exchange)

    def of(self, reply_id: str) -> list[Exchange]:
        """Return the exchanges of a reply, oldest first."""
        return [each for each in self._exchanges if each.reply_id == reply_id]


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """One event of a stream as it was sent, and the time in seconds from the start at which its end was read."""

    at_s: float
    text: str


def timed_events(pieces: Iterable[tuple[float, bytes]]) -> list[TimedEvent]:
    """Divide a stream at its empty lines. What follows the last one is an event, too: an answer in one piece is a
    single event."""
    found: list[TimedEvent] = []
    rest = b""
    at_s = 0.0
    for at_s, piece in pieces:
        rest += piece
        if b"\n\n" in rest or b"\r" in rest:
            text = rest.replace(b"\r\n", b"\n")
            *whole, rest = text.split(b"\n\n")
            found += [TimedEvent(at_s, _decoded(event)) for event in whole if event.strip()]
    if rest.strip():
        found.append(TimedEvent(at_s, _decoded(rest)))
    return found


def whole_lines(pieces: Iterable[tuple[float, bytes]]) -> list[tuple[float, bytes]]:
    """Return what was read in pieces that end with a line, each with the time at which its end was read: neither a
    character nor a key, which has no line break, is cut in two."""
    found: list[tuple[float, bytes]] = []
    rest = b""
    at_s = 0.0
    for at_s, piece in pieces:
        whole, end, after = piece.rpartition(b"\n")
        if end:
            found.append((at_s, rest + whole + end))
            rest = after
        else:
            rest += after
    return [*found, (at_s, rest)] if rest else found


def gaps_of(events: Sequence[TimedEvent]) -> list[float]:
    """Return the seconds between events that were not read together."""
    times = sorted({event.at_s for event in events})
    return [after - before for before, after in pairwise(times)]


def gap_classes(gaps: Iterable[float]) -> list[int]:
    """Return how many gaps there are in each class, by `GAP_LIMITS_S`."""
    counts = [0] * (len(GAP_LIMITS_S) + 1)
    for gap in gaps:
        counts[sum(gap >= limit for limit in GAP_LIMITS_S)] += 1
    return counts


def _decoded(event: bytes) -> str:
    return event.strip(b"\n").decode("utf-8", "replace")
