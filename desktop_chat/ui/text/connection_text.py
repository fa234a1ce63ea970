"""Display names of connections and their servers; those of the demo and the environment are translated."""

from __future__ import annotations

from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.ui.text.address_text import address_words
from desktop_chat.ui.text.translation import tr


def connection_name(connection: Connection) -> str:
    """Return the user's name for a connection, or a translated name for a built-in one."""
    match connection.kind:
        case ConnectionKind.DEMO:
            return tr("Demo (no AI)")
        case ConnectionKind.ENVIRONMENT:
            return tr("Environment")
        case _:
            return connection.name


def shown_host(host: str) -> str:
    """Return the display form of the host that a key is for, as written by `core.hosts.host_of`. An unencrypted
    connection keeps its scheme."""
    words = address_words(host)
    if words.scheme == "https://":
        return words.host.removesuffix(":443")
    return words.scheme + words.host.removesuffix(":80")
