"""Converts tool servers to and from plain values for the settings file; keys in them are neither read nor written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from desktop_chat.core.addresses import without_secrets
from desktop_chat.core.field_rules import plain_fields, read_fields
from desktop_chat.core.secret_patterns import contains_key
from desktop_chat.core.tool_servers import ToolServer, is_server_name


def tool_servers_from(tables: object, wrong: list[str]) -> tuple[tuple[ToolServer, ...], list[Any]]:
    """Return the servers, and the unreadable entries to keep in the file. Names of ignored members are added to
    `wrong`."""
    if not isinstance(tables, list):
        wrong.append("tool_servers")
        return (), []
    servers: dict[str, ToolServer] = {}
    unread = []
    for number, table in enumerate(tables, 1):
        place = f"tool_servers[{number}]"
        server = _server_from(table, place, wrong)
        if server is None or server.name in servers:
            wrong.append(place)
            unread.append(table)
        else:
            servers[server.name], dropped = without_keys(server)
            wrong.extend(dropped)
    return tuple(servers.values()), unread


def tool_servers_to(servers: tuple[ToolServer, ...]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the tables to write, and the names of what was left out of them."""
    tables, left_out = [], []
    for server in servers:
        clean, dropped = without_keys(server)
        tables.append(plain_fields(clean))
        left_out.extend(dropped)
    return tables, left_out


def without_keys(server: ToolServer) -> tuple[ToolServer, list[str]]:
    """Return the server in a form that may be stored, and the names of what was removed: arguments and parts of the
    address that look like keys."""
    place = f"tool_servers.{server.name}"
    arguments = tuple(argument for argument in server.arguments if not contains_key(argument))
    url = without_secrets(server.url)
    dropped = [f"{place}.arguments"] if arguments != server.arguments else []
    dropped += [f"{place}.url"] if url != server.url else []
    return replace(server, arguments=arguments, url=url), dropped


def _server_from(table: object, place: str, wrong: list[str]) -> ToolServer | None:
    if not isinstance(table, dict):
        return None
    server = ToolServer(**read_fields(ToolServer, table, wrong, f"{place}."))
    is_whole = bool(server.command) != bool(server.url)
    return server if is_whole and is_server_name(server.name) else None
