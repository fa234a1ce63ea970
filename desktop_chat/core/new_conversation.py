"""The rules for a new conversation's connection and model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import ChatOptions, Connection, ConnectionKind
from desktop_chat.core.settings import Settings

Listed = Callable[[Connection], Sequence[str] | None]
"""Returns the models that a connection's server listed; None if it was not asked yet."""


def default_model(connection: Connection, settings: Settings, listed: Listed, *, own: str = "") -> str:
    """Return the first available of: the conversation's own model, the last one used on this connection, the
    connection's default, and the only one that its server lists. Empty if the user has to choose."""
    known = own or dict(settings.last_models).get(connection.id, "")
    if not known and connection.id == settings.default_connection_id:
        known = settings.default_model
    if known or connection.default_model:
        return known or connection.default_model
    models = listed(connection) or ()
    return models[0] if len(models) == 1 else ""


def default_options(connections: Connections, settings: Settings, listed: Listed) -> ChatOptions:
    """Return options with the last used connection, else the first real one, and its model. The demo is never chosen
    automatically."""
    last = connections.get(settings.default_connection_id)
    own = (connection for connection in connections.all() if connection.kind is not ConnectionKind.DEMO)
    chosen = last or next(own, None)
    if chosen is None:
        return ChatOptions()
    return ChatOptions(connection_id=chosen.id, model=default_model(chosen, settings, listed))
