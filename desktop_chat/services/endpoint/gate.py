"""The gate before everything else: which requests are let in, and which headers each answer has.

Anyone on this computer can reach the endpoint, and so can every page in a browser. A page cannot read the token; a
foreign name that leads to this computer (DNS rebinding) is refused by its `Host`, a foreign page by its `Origin`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from desktop_chat.core.endpoint_callers import UNKNOWN, caller_of
from desktop_chat.core.endpoint_errors import CallerBlocked, HostRefused, OriginRefused, RequestError, TokenRefused
from desktop_chat.services.endpoint.caller_request import JSON, OVER_BUDGET, Receive, Scope, Send
from desktop_chat.services.endpoint.error_answers import Words, error_body

App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_POLICY = "default-src 'none'; frame-ancestors 'none'"
_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
_OPEN_PATHS = frozenset({"/", "/health", "/favicon.ico"})
_WILDCARDS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  (compared, not bound)
_PREFLIGHT_S = b"600"


class Gate:
    """An ASGI application around another one."""

    def __init__(
        self,
        app: App,
        token: str,
        host: str,
        origins: tuple[str, ...],
        *,
        blocked: Callable[[str], bool],
        words: Words,
    ) -> None:
        """`blocked` says whether the user blocked a caller."""
        self.token = token
        self.origins = frozenset(origins)
        self._app = app
        self._host = host.lower()
        self._blocked = blocked
        self._words = words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            return
        headers = _readable(scope)
        origin = headers.get("origin", "")
        try:
            self._check_host(scope, headers)
            self._check_origin(origin, headers)
            is_preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in headers
            if not is_preflight and not _is_open(scope):
                self._check_token(headers)
                self._check_caller(headers)
        except RequestError as error:
            await self._refuse(error, self._decorated(send, scope, origin))
            return
        decorated = self._decorated(send, scope, origin)
        if is_preflight:
            await _answer_preflight(decorated)
            return
        scope["caller"] = self._caller_in(headers)
        await self._app(scope, receive, decorated)

    def _check_host(self, scope: Scope, headers: dict[str, str]) -> None:
        """Raise HostRefused unless the request names this computer, once."""
        if sum(name == b"host" for name, _ in scope["headers"]) != 1:
            raise HostRefused
        name = _name_in(f"//{headers['host']}")
        if name in {"localhost", self._host}:
            return
        try:
            address = ip_address(name)
        except ValueError:
            raise HostRefused from None
        if not (address.is_loopback or self._host in _WILDCARDS):  # an address cannot be rebound to another
            raise HostRefused

    def _check_origin(self, origin: str, headers: dict[str, str]) -> None:
        if origin and origin not in self.origins and origin != f"http://{headers['host']}":
            raise OriginRefused

    def _check_token(self, headers: dict[str, str]) -> None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = token.strip().encode("latin-1", "replace")
        if not compare_digest(given, self.token.encode()) or scheme.lower() != "bearer":
            raise TokenRefused

    def _check_caller(self, headers: dict[str, str]) -> None:
        if self._blocked(self._caller_in(headers)):
            raise CallerBlocked

    def _caller_in(self, headers: dict[str, str]) -> str:
        """Return the caller's name, unless it says the token: names are stored and shown."""
        name = caller_of(headers)
        return UNKNOWN if self.token in name else name

    async def _refuse(self, error: RequestError, send: Send) -> None:
        body = error_body(error, self._words)
        headers = [JSON, (b"content-length", str(len(body)).encode())]
        if isinstance(error, TokenRefused):
            headers.append((b"www-authenticate", b"Bearer"))
        await send({"type": "http.response.start", "status": error.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _decorated(self, send: Send, scope: Scope, origin: str) -> Send:
        """Return `send` with the headers that every answer has."""
        is_page = scope["path"] == "/" or scope["path"].startswith("/assets/")
        extra = [*_SECURITY, (b"content-security-policy", (PAGE_POLICY if is_page else _POLICY).encode())]
        if origin in self.origins:
            extra += [
                (b"access-control-allow-origin", origin.encode("latin-1")),
                (b"access-control-expose-headers", b"retry-after, " + OVER_BUDGET),
                (b"vary", b"Origin"),
            ]
        else:
            extra.append((b"cross-origin-resource-policy", b"same-origin"))

        async def decorated(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
                message["headers"] = [*headers, *extra]
            await send(message)

        return decorated


def _readable(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _is_open(scope: Scope) -> bool:
    """Return whether a request needs no token: for the page's files, which hold nothing of the user, and the sign of
    life."""
    is_public = scope["path"] in _OPEN_PATHS or scope["path"].startswith("/assets/")
    return is_public and scope["method"] in {"GET", "HEAD"}


def _name_in(address: str) -> str:
    try:
        parts = urlsplit(address)
        _ = parts.port
        return (parts.hostname or "").lower() if "@" not in parts.netloc else ""
    except ValueError:
        return ""


async def _answer_preflight(send: Send) -> None:
    """Allow what the endpoint needs; the origin, which the gate adds only for those allowed, decides."""
    headers = [
        (b"access-control-allow-methods", b"GET, POST"),
        (b"access-control-allow-headers", b"authorization, content-type, x-caller"),
        (b"access-control-max-age", _PREFLIGHT_S),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
