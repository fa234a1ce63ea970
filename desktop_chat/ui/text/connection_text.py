"""What connections and their servers are called: the demo and the environment speak the language of the window."""

from __future__ import annotations

from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.ui.text.address_text import address_words
from desktop_chat.ui.text.translation import tr


def connection_name(connection: Connection) -> str:
    """Return the name a person gave, or ours in the current language."""
    match connection.kind:
        case ConnectionKind.DEMO:
            return tr("Demo (no AI)")
        case ConnectionKind.ENVIRONMENT:
            return tr("Environment")
        case _:
            return connection.name


def shown_host(host: str) -> str:
    """Return whom a key is for (as `core.connections.host_of` writes it) as a person knows it. That it is not encrypted
    is said."""
    words = address_words(host)
    if words.scheme == "https://":
        return words.host.removesuffix(":443")
    return words.scheme + words.host.removesuffix(":80")
