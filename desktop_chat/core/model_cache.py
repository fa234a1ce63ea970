"""The model names each connection's server gave, kept while the window lives so that a picker opens filled."""

from __future__ import annotations

from collections.abc import Iterable

from desktop_chat.core.entities import Connection


class ModelCache:
    """Model names by connection; another address is another server, whose names are not known yet."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str], tuple[str, ...]] = {}

    def get(self, connection: Connection) -> tuple[str, ...] | None:
        """Return the names, or None where the server was not asked yet."""
        return self._models.get((connection.id, connection.base_url))

    def put(self, connection: Connection, models: Iterable[str]) -> None:
        """Remember what the server said."""
        self._models[connection.id, connection.base_url] = tuple(models)
