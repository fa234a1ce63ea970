"""What connections that nobody named are called: the demo and the environment speak the language of the window."""

from __future__ import annotations

from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.ui.i18n import tr


def connection_name(connection: Connection) -> str:
    """Return the name a person gave, or ours in the current language."""
    match connection.kind:
        case ConnectionKind.DEMO:
            return tr("Demo (no AI)")
        case ConnectionKind.ENVIRONMENT:
            return tr("Environment")
        case _:
            return connection.name
