"""All connections a person can choose from: the stored ones, and those that exist for this run only."""

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
"""Headers that no connection may have. Another "Host" would have a key handled by another site on the same server."""
DEMO_NAME = "Demo (no AI)"
"""The connection that answers with canned replies; the same in every language."""


def host_of(base_url: str) -> str:
    """Return scheme, host and port of an address: what a key belongs to. Empty for what is not an http(s) address. What
    is returned is an address again, with itself as its host."""
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
    """Say whether an address is on this computer; such a server is never reached through a proxy."""
    host = _host_name(base_url)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name, and "127.example.com" is one, too
        return False


def needs_key(base_url: str) -> bool:
    """Say whether a server is asked only with a key. One on this computer or in its own network often has none, so it
    is asked without, and may still refuse."""
    return is_on_internet(base_url)


def is_on_internet(address: str) -> bool:
    """Say whether an address is, by its host's name or number, beyond this computer and its own network."""
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
    """Return the names of the headers that look as if they held a key. Those are refused and never stored: a key
    belongs in the keyring."""
    return [name for name, value in headers if _names_credential(name) or _is_credential(value)]


def _is_credential(value: str) -> bool:
    return _AUTHORIZATION_VALUE.search(value) is not None or contains_key(value)


def _names_credential(name: str) -> bool:
    words = set(re.split(r"[^a-z0-9]+", name.lower()))
    joined = any(word.endswith(("apikey", "token")) for word in words)
    return (joined or bool(words & _CREDENTIAL_WORDS)) and "idempotency" not in words


def is_secret_parameter(name: str, value: str) -> bool:
    """Say whether a parameter of an address's query looks as if it held a key; `value` may be percent-encoded."""
    return name.lower() in _SECRET_PARAMETERS or _names_credential(name) or _is_credential(unquote(value))


_SECRET_PARAMETERS = frozenset({"code", "sig", "signature"})
"""What signed addresses call a key, besides the words of `_CREDENTIAL_WORDS`."""


class Connections:
    """Connections by id. `temporary` ones (environment, demo) are shown but never stored."""

    def __init__(self, preferences: Preferences, temporary: Iterable[Connection] = ()) -> None:
        self._preferences = preferences
        self._temporary = tuple(temporary)

    def add_temporary(self, connection: Connection) -> None:
        """Add a connection that exists for this run only."""
        self._temporary = (*self._temporary, connection)

    def put(self, connection: Connection) -> None:
        """Change a connection that is there: a stored one in the settings, another until the program ends."""
        if self._preferences.connection(connection.id) is not None:
            self._preferences.put_connection(connection)
        self._temporary = tuple(connection if other.id == connection.id else other for other in self._temporary)

    def use_api(self, connection_id: str, api: Api) -> None:
        """Ask a connection by this API from now on; unknown ids are no error."""
        connection = self.get(connection_id)
        if connection is not None:
            self.put(replace(connection, api=api))

    def all(self) -> tuple[Connection, ...]:
        """Return stored connections first, in the person's order, then the temporary ones."""
        return (*self._preferences.settings.connections, *self._temporary)

    def get(self, connection_id: str) -> Connection | None:
        """Return a connection by id, or None."""
        return next((c for c in self.all() if c.id == connection_id), None)

    def named(self, name: str) -> Connection | None:
        """Return the first connection with a name, letter case folded, or None."""
        return next((c for c in self.all() if c.name.casefold() == name.casefold()), None)


class ModelCache:
    """The models that each connection's server listed, kept in memory so that a picker opens filled. Another address is
    another server, whose models are not known yet."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str], tuple[str, ...]] = {}

    def get(self, connection: Connection) -> tuple[str, ...] | None:
        """Return the names, or None where the server was not asked yet."""
        return self._models.get((connection.id, connection.base_url))

    def put(self, connection: Connection, models: Iterable[str]) -> None:
        """Remember what the server said."""
        self._models[connection.id, connection.base_url] = tuple(models)
