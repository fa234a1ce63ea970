"""Converts settings and workspace to and from plain values; each invalid value falls back to its own default."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.connections import RESERVED_HEADERS
from desktop_chat.core.entities import Api, Connection, ConnectionKind
from desktop_chat.core.field_rules import Rule, plain_fields, read_fields
from desktop_chat.core.secret_patterns import credential_headers
from desktop_chat.core.settings import Settings
from desktop_chat.core.workspace import OpenTab, ScrollPlace, UsageChoice, Workspace

_UNREAD_CONNECTIONS = "connections"
_TOOL_SERVERS = "tool_servers"
_PRICES = "prices"
_API = Rule(Api.CHAT_COMPLETIONS.value, choices=tuple(api.value for api in Api))


def settings_from(table: dict[str, Any]) -> tuple[Settings, dict[str, Any], list[str]]:
    """Return the settings, the unknown members to keep in the file, and the names of ignored ones."""
    wrong: list[str] = []
    values = read_fields(Settings, table, wrong)
    connections, unread_connections = _connections_from(table, wrong)
    unread = {_UNREAD_CONNECTIONS: unread_connections} if unread_connections else {}
    settings = Settings(**values, connections=connections)
    if (tables := table.get(_TOOL_SERVERS)) is not None:
        from desktop_chat.services.tool_server_values import tool_servers_from  # noqa: PLC0415  (rarely needed)

        servers, unread_servers = tool_servers_from(tables, wrong)
        settings = replace(settings, tool_servers=servers)
        unread |= {_TOOL_SERVERS: unread_servers} if unread_servers else {}
    if (tables := table.get(_PRICES)) is not None:
        from desktop_chat.services.price_values import prices_from  # noqa: PLC0415  (few have any)

        prices, unread_prices = prices_from(tables, wrong)
        settings = replace(settings, prices=prices)
        unread |= {_PRICES: unread_prices} if unread_prices else {}
    known = {field.name for field in fields(Settings)}
    kept = {name: value for name, value in table.items() if name not in known}
    return settings, kept | unread, wrong


def settings_to(settings: Settings, kept: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the table to write, without temporary connections and keys, and the names of what was left out."""
    connections, left_out = [], []
    for connection in settings.connections:
        if connection.kind is ConnectionKind.STORED:
            clean, dropped = without_credentials(connection)
            connections.append(_connection_to(clean))
            left_out.extend(dropped)
    connections += kept.get(_UNREAD_CONNECTIONS, [])
    table = kept | plain_fields(settings) | {"connections": connections}
    if settings.tool_servers:
        from desktop_chat.services.tool_server_values import tool_servers_to  # noqa: PLC0415  (rarely needed)

        servers, dropped = tool_servers_to(settings.tool_servers)
        table[_TOOL_SERVERS] = servers + kept.get(_TOOL_SERVERS, [])
        left_out.extend(dropped)
    if settings.prices:
        from desktop_chat.services.price_values import prices_to  # noqa: PLC0415  (few have any)

        table[_PRICES] = prices_to(settings.prices) + kept.get(_PRICES, [])
    return table, left_out


def without_credentials(connection: Connection) -> tuple[Connection, list[str]]:
    """Return the connection in a form that may be stored, and the names of what was removed."""
    from desktop_chat.core.addresses import without_secrets  # noqa: PLC0415  (after the first paint)

    refused = credential_headers(connection.headers)
    refused += [name for name, _ in connection.headers if name.strip().lower() in RESERVED_HEADERS]
    address = without_secrets(connection.base_url)
    place = f"connections.{connection.name}"
    dropped = [f"{place}.headers.{name}" for name in refused]
    if address != connection.base_url:
        dropped.append(f"{place}.base_url")
    headers = tuple(header for header in connection.headers if header[0] not in refused)
    return replace(connection, base_url=address, headers=headers), dropped


def workspace_from(table: dict[str, Any]) -> tuple[Workspace, list[str]]:
    """Return the workspace, and the names of ignored members."""
    wrong: list[str] = []
    values = read_fields(Workspace, table, wrong)
    tabs, closed = (_tabs_from(table, name, wrong) for name in ("tabs", "closed"))
    workspace = Workspace(**values, tabs=tabs, closed=closed, usage=_usage_from(table.get("usage", {}), wrong))
    return replace(workspace, active=min(workspace.active, max(0, len(workspace.tabs) - 1))), wrong


def _connections_from(table: dict[str, Any], wrong: list[str]) -> tuple[tuple[Connection, ...], list[dict[str, Any]]]:
    connections: dict[str, Connection] = {}
    unread = []
    for place, entry in _tables_in(table, "connections", wrong):
        connection = _connection_from(entry, f"{place}.", wrong)
        if connection is None or connection.id in connections:
            wrong.append(place)
            unread.append(entry)
        else:
            connections[connection.id], dropped = without_credentials(connection)
            wrong.extend(dropped)
    return tuple(connections.values()), unread


def _connection_from(table: dict[str, Any], place: str, wrong: list[str]) -> Connection | None:
    from desktop_chat.core.addresses import normalise  # noqa: PLC0415  (after the first paint)
    from desktop_chat.core.azure import with_deployment  # noqa: PLC0415  (after the first paint)

    values = read_fields(Connection, table, wrong, place)
    base_url = normalise(values.get("base_url", ""))
    if not values.get("id") or not base_url:
        return None
    values |= {"base_url": base_url, "name": values.get("name") or base_url}
    api = Api(_API.read(table.get("api", _API.default), f"{place}api", wrong))
    return with_deployment(Connection(**values, headers=_headers_from(table, place, wrong), api=api))


def _headers_from(table: dict[str, Any], place: str, wrong: list[str]) -> tuple[tuple[str, str], ...]:
    found = []
    for at, header in _tables_in(table, "headers", wrong, place):
        name, value = (Rule("").read(header.get(part, ""), f"{at}.{part}", wrong) for part in ("name", "value"))
        if name:
            found.append((name, value))
    return tuple(found)


def _connection_to(connection: Connection) -> dict[str, Any]:
    return {
        "id": connection.id,
        "name": connection.name,
        "base_url": connection.base_url,
        "default_model": connection.default_model,
        "api": connection.api.value,
        "headers": [{"name": name, "value": value} for name, value in connection.headers],
    }


def _tabs_from(table: dict[str, Any], name: str, wrong: list[str]) -> tuple[OpenTab, ...]:
    tabs = []
    for place, entry in _tables_in(table, name, wrong):
        values = read_fields(OpenTab, entry, wrong, f"{place}.")
        index = entry.get("place")
        if index is not None:
            index = Rule(0).read(index, f"{place}.place", wrong)
        if values.get("conversation_id"):
            scroll_place = _scroll_place_from(entry.get("scroll_place"), f"{place}.scroll_place", wrong)
            batch = _batch_from(entry.get("batch"), values["conversation_id"], f"{place}.batch", wrong)
            tabs.append(OpenTab(**values, scroll_place=scroll_place, place=index, batch=batch))
    return tuple(tabs)


def _usage_from(table: object, wrong: list[str]) -> UsageChoice:
    if not isinstance(table, dict):
        wrong.append("usage")
        return UsageChoice()
    return UsageChoice(**read_fields(UsageChoice, table, wrong, "usage."))


def _batch_from(table: object, batch_id: str, place: str, wrong: list[str]) -> BatchJob | None:
    if table is None:
        return None
    if not isinstance(table, dict):
        wrong.append(place)
        return None
    return BatchJob(**read_fields(BatchJob, table, wrong, f"{place}.") | {"id": batch_id})


def _scroll_place_from(table: object, place: str, wrong: list[str]) -> ScrollPlace | None:
    if table is None:
        return None
    if not isinstance(table, dict):
        wrong.append(place)
        return None
    values = read_fields(ScrollPlace, table, wrong, f"{place}.")
    return ScrollPlace(**values) if values.get("message_id") else None


def _tables_in(table: dict[str, Any], name: str, wrong: list[str], place: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Return the tables of a list, each with its place in it."""
    entries = table.get(name, [])
    if not isinstance(entries, list):
        wrong.append(place + name)
        return []
    places = [(f"{place}{name}[{number}]", entry) for number, entry in enumerate(entries, 1)]
    wrong.extend(at for at, entry in places if not isinstance(entry, dict))
    return [(at, entry) for at, entry in places if isinstance(entry, dict)]
