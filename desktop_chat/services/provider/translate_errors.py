"""Translates exceptions of the SDK, the HTTP client and the system into the core's errors.

The libraries' exceptions contain keys (an unsendable header, a 401 that repeats it), so none of them leaves this
package: the cause of a translated error is a `ForeignError` with the same message, redacted.
"""

from __future__ import annotations

import errno
import json
import socket
import ssl
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from desktop_chat.core.errors import (
    BadResponse,
    ChatError,
    ConnectionLost,
    ConnectionRefused,
    ConnectTimedOut,
    NameNotFound,
    ProviderError,
    ProxyRefused,
    RequestRejected,
    ResponsesMissing,
    TlsUntrusted,
    WrongAddress,
)
from desktop_chat.services.provider.delta_coalescer import whole_characters
from desktop_chat.services.provider.server_errors import WORDS_LIMIT, error_for
from desktop_chat.services.provider.tls_errors import words_of
from desktop_chat.services.secrets.redact import redact

_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.ETIMEDOUT}

_SYSTEM: tuple[tuple[type[BaseException], type[ProviderError]], ...] = (
    (socket.gaierror, NameNotFound),
    (ConnectionRefusedError, ConnectionRefused),
    (ConnectionError, ConnectionLost),
    (TimeoutError, ConnectTimedOut),
    (json.JSONDecodeError, BadResponse),
    (UnicodeDecodeError, BadResponse),
    (UnicodeEncodeError, RequestRejected),
)
"""Exceptions of the system and the standard library."""


class ForeignError(Exception):
    """A library's exception, as redacted text."""


class translate_errors:  # noqa: N801 -- used as a verb: `with translate_errors(keys):`
    """Translate foreign exceptions in the block into ProviderErrors, and redact `keys` from all of them.

    `via_proxy`: if something is unreachable, it is the proxy. Unexpected exceptions, which are bugs, pass unchanged.
    """

    def __init__(self, keys: tuple[str, ...], *, via_proxy: bool = False) -> None:
        self._keys = keys
        self._via_proxy = via_proxy

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not isinstance(error, Exception):
            return
        translated = error if isinstance(error, ChatError) else _translate(error, via_proxy=self._via_proxy)
        if translated is None:
            return
        clean = type(translated)(
            self._redacted(translated.detail),
            retry_after_s=translated.retry_after_s,
            parameter=self._redacted(translated.parameter),
        )
        try:
            raise clean from self._cause(error)
        finally:
            clean.__context__ = None

    def _redacted(self, words: str) -> str:
        return whole_characters(redact(words, self._keys))

    def _cause(self, error: Exception) -> ForeignError | None:
        if isinstance(error, ChatError):
            return error.__cause__ if isinstance(error.__cause__, ForeignError) else None
        words = (f"{type(e).__module__}.{type(e).__name__}: {_short(e)}" for e in _chain(error))
        return ForeignError(whole_characters("; ".join(redact(one, self._keys) for one in words))[:2_000])


def _translate(error: Exception, *, via_proxy: bool) -> ProviderError | None:
    import httpx2  # noqa: PLC0415 -- already loaded with the SDK
    import openai  # noqa: PLC0415

    chain = list(_chain(error))
    for cause in chain:
        if isinstance(cause, openai.APIStatusError):
            return _from_status(cause)
        found = _from_system(cause, via_proxy=via_proxy) or _from_http(cause, httpx2)
        if found is not None:
            return found
    known = (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, OSError, json.JSONDecodeError, ExceptionGroup)
    return ConnectionLost(_short(error)) if isinstance(error, known) else None


def _from_status(error: Any) -> ProviderError:
    found = error_for(error.status_code, error.response.text, error.response.headers)
    if (
        type(found) is WrongAddress
        and error.status_code in {404, 405}
        and error.request.url.path.endswith("/responses")
    ):
        return ResponsesMissing(found.detail)
    return found


def _from_system(error: BaseException, *, via_proxy: bool) -> ProviderError | None:
    """Translate the deepest cause in the chain: the operating system's error."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return TlsUntrusted(words_of(error))
    if isinstance(error, (ssl.SSLWantReadError, ssl.SSLWantWriteError)):
        return None  # part of a handshake, not why it failed
    if isinstance(error, ssl.SSLError):
        no_tls = any(word in str(error) for word in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST"))
        return (WrongAddress if no_tls else ConnectionLost)(error.reason or "")
    if isinstance(error, OSError) and error.errno in _UNREACHABLE:
        return ConnectTimedOut(_short(error))
    if isinstance(error, ImportError) and "SOCKS" in str(error):  # httpx2 lacks a package for such a proxy
        return ProxyRefused(_short(error))
    kind = next((kind for kinds, kind in _SYSTEM if isinstance(error, kinds)), None)
    if via_proxy and kind in {NameNotFound, ConnectionRefused}:
        kind = ProxyRefused
    return None if kind is None else kind(_short(error))


def _from_http(error: BaseException, httpx2: Any) -> ProviderError | None:
    """Translate errors of the HTTP client itself. Kinds that wrap a system error come after it in the chain."""
    for kinds, result in (
        (httpx2.ProxyError, ProxyRefused),
        (httpx2.ReadTimeout, ConnectionLost),
        (httpx2.WriteTimeout, ConnectionLost),
        (httpx2.TimeoutException, ConnectTimedOut),
        ((httpx2.UnsupportedProtocol, httpx2.InvalidURL), WrongAddress),
        (httpx2.LocalProtocolError, RequestRejected),
        (httpx2.DecodingError, BadResponse),
    ):
        if isinstance(error, kinds):
            return result(_short(error))
    if isinstance(error, httpx2.RemoteProtocolError):
        gone = "disconnected" in str(error) or "closed connection" in str(error)
        return ConnectionLost(_short(error)) if gone else BadResponse(_short(error))
    return None


def _chain(error: BaseException, seen: set[int] | None = None) -> Iterator[BaseException]:
    """Yield an error's causes, deepest first, including members of groups and suppressed contexts: the HTTP client
    hides system errors with `from None`."""
    seen = set() if seen is None else seen
    if id(error) in seen:
        return
    seen.add(id(error))
    members = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for inner in (*members, error.__cause__, error.__context__):
        if inner is not None:
            yield from _chain(inner, seen)
    yield error


def _short(error: BaseException) -> str:
    reason = error.reason if isinstance(error, (UnicodeDecodeError, UnicodeEncodeError)) else str(error)
    return reason[:WORDS_LIMIT]
