"""All connections that the user can choose from: stored ones, and those that exist only for this run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from desktop_chat.core.entities import Api, Connection
from desktop_chat.core.settings import Preferences

RESERVED_HEADERS = frozenset({"host", "content-length", "content-type", "connection", "transfer-encoding"})
"""Headers that no connection may set. Another "Host" could send a key to another site on the same server."""
DEMO_NAME = "Demo (no AI)"
"""The demo's name on the command line; the window shows it translated."""


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
