"""The models of each connection, remembered for this run."""

from __future__ import annotations

from collections.abc import Iterable

from desktop_chat.core.entities import Connection


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
