"""Turns the bytes of one answer into deltas, without I/O: detects the kind of answer, reads its events, and limits its
size. The provider supplies the bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from desktop_chat.core.deltas import Delta, FinishDelta, ImageDelta, SkippedDelta, UsageDelta
from desktop_chat.core.entities import Api, Usage
from desktop_chat.core.errors import (
    BadResponse,
    ConnectionLost,
    EmptyAnswer,
    ProviderError,
    ProviderFault,
    ReplyTooLarge,
    WrongAddress,
)
from desktop_chat.services.provider.delta_coalescer import DeltaCoalescer
from desktop_chat.services.provider.dialects import DIALECTS, Dialect
from desktop_chat.services.provider.server_errors import words_of
from desktop_chat.services.provider.sse import BARE, SseDecoder, SseEvent
from desktop_chat.services.provider.think_tags import ThinkTagParser

MAX_REPLY_BYTES = 32 * 1024 * 1024
COST_OF_A_DELTA = 64
"""Bytes of memory per delta besides its text."""
HEAD_BYTES = 20_000
"""How much of an invalid answer is searched for a message to show."""
_BOM = b"\xef\xbb\xbf"
_KEEP_ALIVES = frozenset({"", "ping", "pong", "heartbeat", "keepalive", "keep-alive", "keep alive", ": keepalive"})
"""Data that only show that the server is alive."""
_decode_from_start = json.JSONDecoder().raw_decode


class ReplyReader:
    """Reads one answer, streamed or not; pieces of one kind that arrive together become one delta.

    `failure` is the error that ends the answer, to be raised after the deltas before it. `done`: nothing more will
    come. `finished`: the server gave a finish reason. `events` and `comments` count signs of life.
    """

    def __init__(self, content_type: str, dialect: Dialect = DIALECTS[Api.CHAT_COMPLETIONS]) -> None:
        self.done = False
        self.finished = False
        self.events = 0
        self.failure: ProviderError | None = None
        self._is_page = "html" in content_type.lower()
        self._read_json = dialect.make_reader()
        self._ends_with_reason = dialect.ends_with_reason
        self._sse = SseDecoder()
        self._coalescer = DeltaCoalescer()
        self._think_tags = ThinkTagParser()
        self._reason = ""
        self._unread = ""
        self._pings = 0
        self._whole: bytearray | None = None
        self._head = b""
        self._kind_known = False
        self._is_valid = False
        self._size = 0
        self._replaced = 0
        self._usage: Usage | None = None

    @property
    def comments(self) -> int:
        """Comment lines and other keep-alives so far."""
        return self._sse.comments + self._pings

    @property
    def has_usage(self) -> bool:
        """Whether the server has sent the token counts."""
        return self._usage is not None

    @property
    def unread(self) -> str:
        """The beginning of the first unreadable data: possibly why the stream broke. Empty if there is none."""
        return self._unread or words_of(self._sse.stray.decode("utf-8", "replace"))

    @property
    def waiting_bytes(self) -> int:
        """Size of a non-streamed answer that `end` will have to parse."""
        return len(self._whole or b"")

    @property
    def event_bytes(self) -> int:
        """Size of what has arrived of an event that `feed` will have to parse."""
        return self._sse.waiting_bytes

    def feed(self, data: bytes) -> list[Delta]:
        """Return the deltas that `data` adds."""
        try:
            if not self._kind_known:
                data = self._detect_kind(data)
            if self._whole is not None:
                return self._buffer(self._whole, data)
            events = self._sse.feed(data)
        except ProviderError as error:
            self.failure = error
            return self.rest()
        return self._read(events)

    def end(self) -> list[Delta]:
        """Return the deltas that the end of the answer adds; sets `failure` if there was no valid answer."""
        if self._whole is not None:
            return self._read_whole(bytes(self._whole))
        if not self._kind_known:
            self.failure = EmptyAnswer()
            return []
        deltas = [*self._read(self._sse.flush()), *self.rest()]
        if self.failure is None and not self.done:
            if not self._is_valid:
                self.failure = BadResponse(words_of(self._head.decode("utf-8", "replace")))
            elif not self.finished and self.unread:
                self.failure = ConnectionLost(self.unread)
        return deltas

    def rest(self) -> list[Delta]:
        """Return what was held back for data that will not come."""
        return self._think_tags.sort(self._coalescer.take(last=True), last=True)

    def _detect_kind(self, data: bytes) -> bytes:
        """Tell a web page, a JSON answer and a stream apart by their beginning: content types are often wrong."""
        data = self._head + data
        begin = data.removeprefix(_BOM).lstrip()
        if not begin:
            self._head = data[-len(_BOM) :]
            return b""
        self._kind_known = True
        self._head = begin[:HEAD_BYTES]
        if begin.startswith(b"<") or self._is_page:
            raise WrongAddress(words_of(self._head.decode("utf-8", "replace")))
        if begin[:1] in {b"{", b"["}:
            self._whole = bytearray()
            return begin
        return data

    def _buffer(self, whole: bytearray, data: bytes) -> list[Delta]:
        whole += data
        if len(whole) > MAX_REPLY_BYTES:
            whole.clear()
            raise ReplyTooLarge
        return []

    def _read(self, events: list[SseEvent]) -> list[Delta]:
        skipped = self._sse.replaced - self._replaced
        self._replaced = self._sse.replaced
        usage = self._usage
        try:
            for event in events:
                if self.done:
                    break
                skipped += self._read_event(event)
        except ProviderError as error:
            self.failure = error
        if skipped:
            self._coalescer.add(SkippedDelta(skipped))
        if self._usage is not None and self._usage != usage:
            self._coalescer.add(UsageDelta(self._usage))
        last = self.done or self.failure is not None
        return self._limited(self._think_tags.sort(self._coalescer.take(last=last), last=last))

    def _read_event(self, event: SseEvent) -> int:
        """Read one event; return 1 if it is unreadable."""
        data = event.data
        if data.startswith("[DONE]"):
            self.events += 1
            self._finish("stop")
            self.done = True
            return 0
        try:
            body = _parsed(data)
        except (ValueError, RecursionError):
            return self._read_non_json(event)
        if not body:
            self._pings += 1
            return 0
        self.events += 1
        if event.type == "error" and not (isinstance(body, dict) and body.get("error")):
            body = {"error": body}
        if about := self._read_json(body, self._coalescer):
            self._apply(about)
        elif about is not None:
            self._is_valid = True
        return 0

    def _read_non_json(self, event: SseEvent) -> int:
        """Read data that are not JSON; return 1 if they are unreadable."""
        data = event.data.strip()
        if data.lower() in _KEEP_ALIVES:
            self._pings += 1
            return 0
        self.events += 1
        lines = [line.strip() for line in data.split("\n")]
        if len(lines) > 1 or data.startswith("data:"):
            # A duplicate prefix, or events with neither an empty line nor a brace between them.
            inner = [SseEvent(_without_prefix(line), event.type) for line in lines if line]
            if any(one.data.startswith(("{", "[DONE]")) for one in inner):
                return sum(self._read_event(one) for one in inner if not self.done)
        if event.type == "error":
            raise ProviderFault(words_of(data)) from None
        self._unread = self._unread or words_of(data)
        return 0 if event.type == BARE else 1

    def _apply(self, about: Sequence[UsageDelta | FinishDelta] | None) -> None:
        if about is None:
            return
        self._is_valid = True
        for delta in about:
            if isinstance(delta, UsageDelta):
                self._usage = delta.usage
            else:
                self._finish(delta.reason, said=True)
                self.done = self._ends_with_reason

    def _finish(self, reason: str, *, said: bool = False) -> None:
        """Record that the reply is finished; a reason that the server `said` replaces an earlier one."""
        if not self.finished or (said and reason != self._reason):
            self.finished, self._reason = True, reason
            self._coalescer.add(FinishDelta(reason))

    def _limited(self, deltas: list[Delta]) -> list[Delta]:
        for delta in deltas:
            if type(delta) is ImageDelta:
                self._size += len(delta.content)
            text: str = getattr(delta, "text", "") or getattr(delta, "arguments", "")
            self._size += COST_OF_A_DELTA + (len(text) if text.isascii() else len(text.encode()))
        if self._size > MAX_REPLY_BYTES and self.failure is None:
            self.failure = ReplyTooLarge()
        return deltas

    def _read_whole(self, whole: bytes) -> list[Delta]:
        try:
            body = json.loads(whole.decode("utf-8", "replace"))
            about = self._read_json(body, self._coalescer)
        except (ValueError, RecursionError):
            self.failure = BadResponse()
            return []
        except ProviderError as error:
            self.failure = error
            return []
        if about is None:
            self.failure = BadResponse(words_of(body))
            return []
        self._apply(about)
        if self._usage is not None:
            self._coalescer.add(UsageDelta(self._usage))
        self._finish("stop")
        return self.rest()


def _without_prefix(line: str) -> str:
    while line.startswith("data:"):
        line = line[len("data:") :].lstrip()
    return line


def _parsed(data: str) -> object:
    """Return parsed JSON; fast if there is no white space around it. Raises ValueError."""
    if data[:1] == "{":
        body, end = _decode_from_start(data)
        if end == len(data):
            return body
    return json.loads(data)
