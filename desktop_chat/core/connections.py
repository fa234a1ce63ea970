"""All connections that the user can choose from: stored ones, and those that exist only for this run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from desktop_chat.core.entities import Api, Connection
from desktop_chat.core.secret_patterns import contains_key
from desktop_chat.core.settings import Preferences

SET_BY_THE_REQUEST = frozenset({"host", "content-length", "content-type", "connection", "transfer-encoding"})
"""Headers that no connection may set. Another "Host" could send a key to another site on the same server."""
DEMO_NAME = "Demo (no AI)"
"""The demo's name on the command line; the window shows it translated."""


def host_of(base_url: str) -> str:
    """Return the scheme, host and port of an address, which a key belongs to; empty if it is not an http(s) address.
    Applying `host_of` to the result returns it unchanged."""
    try:
        parts = urlsplit(base_url.strip())
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in parts.hostname:
        return ""
    host = parts.hostname.lower()
    return f"{parts.scheme}://[{host}]:{port}" if ":" in host else f"{parts.scheme}://{host}:{port}"


def is_loopback(base_url: str) -> bool:
    """Return whether an address is on this computer; such servers are never reached through a proxy."""
    host = _host_name(base_url)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name; so is "127.example.com"
        return False


def needs_key(base_url: str) -> bool:
    """Return whether a server is contacted only with a key. A server on this computer or its local network often needs
    none, so it is tried without; it may still refuse."""
    return is_on_internet(base_url)


def is_on_internet(address: str) -> bool:
    """Return whether an address's host, by name or number, is outside this computer and its local network."""
    from desktop_chat.core.hosts import is_public_host  # noqa: PLC0415  (not before the first paint)

    return is_public_host(_host_name(address))


def _host_name(base_url: str) -> str:
    try:
        return (urlsplit(base_url.strip()).hostname or "").lower()
    except ValueError:
        return ""


_CREDENTIAL_WORDS = frozenset(
    {"authorization", "auth", "cookie", "secret", "password", "credential", "credentials", "key"}
)
_AUTHORIZATION_VALUE = re.compile(r"(?i:\b(?:bearer|basic)\s+\S{6,})")


def credential_headers(headers: Iterable[tuple[str, str]]) -> list[str]:
    """Return the names of headers that seem to contain a key. They are rejected and never stored: keys belong in the
    keyring."""
    return [name for name, value in headers if _names_credential(name) or _is_credential(value)]


def _is_credential(value: str) -> bool:
    return _AUTHORIZATION_VALUE.search(value) is not None or contains_key(value)


def _names_credential(name: str) -> bool:
    words = set(re.split(r"[^a-z0-9]+", name.lower()))
    joined = any(word.endswith(("apikey", "token")) for word in words)
    return (joined or bool(words & _CREDENTIAL_WORDS)) and "idempotency" not in words


def is_secret_parameter(name: str, value: str) -> bool:
    """Return whether a query parameter seems to contain a key; `value` may be percent-encoded."""
    return name.lower() in _SECRET_PARAMETERS or _names_credential(name) or _is_credential(unquote(value))


_SECRET_PARAMETERS = frozenset({"code", "sig", "signature"})
"""Names of the key in signed URLs, besides `_CREDENTIAL_WORDS`."""


class Connections:
    """Connections by id. `temporary` ones (environment, demo) are shown but never stored."""

    def __init__(self, preferences: Preferences, temporary: Iterable[Connection] = ()) -> None:
        self._preferences = preferences
        self._temporary = tuple(temporary)

    def add_temporary(self, connection: Connection) -> None:
        """Add a connection that exists for this run only."""
        self._temporary = (*self._temporary, connection)

    def put(self, connection: Connection) -> None:
        """Change an existing connection: a stored one in the settings, a temporary one until the application ends."""
        if self._preferences.connection(connection.id) is not None:
            self._preferences.put_connection(connection)
        self._temporary = tuple(connection if other.id == connection.id else other for other in self._temporary)

    def use_api(self, connection_id: str, api: Api) -> None:
        """Use this API for a connection from now on. Unknown ids are ignored."""
        connection = self.get(connection_id)
        if connection is not None:
            self.put(replace(connection, api=api))

    def all(self) -> tuple[Connection, ...]:
        """Return the stored connections in the user's order, then the temporary ones."""
        return (*self._preferences.settings.connections, *self._temporary)

    def get(self, connection_id: str) -> Connection | None:
        """Return a connection by id, or None."""
        return next((c for c in self.all() if c.id == connection_id), None)

    def named(self, name: str) -> Connection | None:
        """Return the first connection with this name, ignoring case, or None."""
        return next((c for c in self.all() if c.name.casefold() == name.casefold()), None)


class ModelCache:
    """The models listed by each connection's server, in memory so that the picker opens filled. A changed address is
    another server, whose models are not known yet."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str], tuple[str, ...]] = {}

    def get(self, connection: Connection) -> tuple[str, ...] | None:
        """Return the model names; None if the server was not asked yet."""
        return self._models.get((connection.id, connection.base_url))

    def put(self, connection: Connection, models: Iterable[str]) -> None:
        """Remember a server's model names."""
        self._models[connection.id, connection.base_url] = tuple(models)
