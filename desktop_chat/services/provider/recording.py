"""Which exchange the current task's request is recorded in, for the layers below the SDK."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from desktop_chat.core.exchanges import Exchange, Mark

if TYPE_CHECKING:
    import httpx2

_recorded: ContextVar[Exchange | None] = ContextVar("recorded", default=None)

_MARKS = {
    "connect_tcp.complete": Mark.CONNECTED,
    "start_tls.complete": Mark.SECURED,
    "send_request_body.complete": Mark.SENT,
    "receive_response_headers.complete": Mark.ANSWERED,
}
"""By the ends of httpcore2's trace events."""


@contextmanager
def recording(exchange: Exchange) -> Iterator[None]:
    """Record the requests of the block in an exchange."""
    token = _recorded.set(exchange)
    try:
        yield
    finally:
        _recorded.reset(token)


def mark(event: str) -> None:
    """Note a trace event of httpcore2 ("connection.connect_tcp.complete")."""
    exchange = _recorded.get()
    known = _MARKS.get(event.partition(".")[2])
    if exchange is not None and known is not None:
        exchange.mark(known)


def note_resolved() -> None:
    """Note that the name of the server has become an address."""
    exchange = _recorded.get()
    if exchange is not None:
        exchange.mark(Mark.RESOLVED)


def note_request(request: httpx2.Request) -> None:
    """Note the headers that are sent, and the size of the body."""
    exchange = _recorded.get()
    if exchange is not None:
        exchange.sent = int(request.headers.get("content-length", 0))
        exchange.request_headers = _texts(request.headers.raw)


def note_response(response: httpx2.Response) -> None:
    """Note status and headers of the answer, and the body where it has been read already, as that of an error is."""
    exchange = _recorded.get()
    if exchange is None:
        return
    exchange.mark(Mark.ANSWERED)
    exchange.status = response.status_code
    exchange.http_version = response.http_version
    exchange.response_headers = _texts(response.headers.raw)
    if response.is_stream_consumed and response.content:
        exchange.take(response.content)


def _texts(raw: list[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)
