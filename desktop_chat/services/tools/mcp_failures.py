"""Says why a connection to a tool server failed, for all exceptions that mcp and its transports raise."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import httpx2
import mcp_types
from mcp import MCPError
from pydantic import ValidationError

from desktop_chat.core.tool_servers import ServerFailure

logger = logging.getLogger(__name__)


class SessionError(Exception):
    """A connection could not be made, or has ended. `sent` tells whether a call may have reached the server."""

    def __init__(self, failure: ServerFailure, detail: str = "", *, sent: bool = True) -> None:
        super().__init__(failure, detail)
        self.failure = failure
        self.detail = detail
        self.sent = sent


def is_closed(error: MCPError) -> bool:
    """Return whether a request failed because the connection ended. Servers use the same code for their own errors."""
    return bool(error.code == mcp_types.CONNECTION_CLOSED and error.message.startswith("Connection closed"))


def session_error(error: BaseException, closed: ServerFailure) -> SessionError:
    """Return the failure that an exception stands for; `closed` is why the connection ended, if it did."""
    for cause in _causes(error):
        if isinstance(cause, SessionError):
            return cause
        if isinstance(cause, MCPError):
            failure = closed if is_closed(cause) else ServerFailure.PROTOCOL
            return SessionError(failure, "" if failure is closed else cause.message)
        if isinstance(cause, ValidationError):
            first = cause.errors(include_url=False, include_input=False)[0]
            return SessionError(ServerFailure.PROTOCOL, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        for kind, failure in _KINDS:
            if isinstance(cause, kind):
                return SessionError(failure, getattr(cause, "strerror", None) or str(cause))
    logger.info("a tool server failed: %r", error)
    return SessionError(ServerFailure.PROTOCOL, str(error))


_KINDS: tuple[tuple[type[BaseException], ServerFailure], ...] = (
    (TimeoutError, ServerFailure.SILENT),
    (httpx2.HTTPError, ServerFailure.UNREACHABLE),
    (asyncio.CancelledError, ServerFailure.ENDED),
    (OSError, ServerFailure.NOT_STARTED),
    (ValueError, ServerFailure.PROTOCOL),
)
"""The first match counts: a timeout is an OSError, too."""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the innermost errors of a group, or the error."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _causes(one)
    else:
        yield error
