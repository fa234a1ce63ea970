"""Converts settings and workspace to and from plain values; each invalid value falls back to its own default."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import Any, TypeVar

from desktop_chat.core.connections import SET_BY_THE_REQUEST, credential_headers
from desktop_chat.core.entities import Api, Connection, ConnectionKind
from desktop_chat.core.settings import (
    LANGUAGES,
    READING_WIDTHS,
    SCHEMES,
    SEND_KEYS,
    SMOOTH_SCROLLING,
    SNAPSHOTS,
    ZOOM_STEPS,
    Settings,
)
from desktop_chat.core.workspace import OpenTab, ScrollPlace, Workspace

IDLE_LIMIT_RANGE = (1.0, 86_400.0)
RETRIES_RANGE = (0, 10)
LONGEST_FAMILY = 200
"""Characters of a font family name."""
_ANY = 2**53
T = TypeVar("T")

_UNREAD_CONNECTIONS = "connections"


class Members:
    """Reads the members of one table; records the names of those with a wrong type or range."""

    def __init__(self, table: dict[str, Any], wrong: list[str], place: str = "") -> None:
        self._table = table
        self._wrong = wrong
        self._place = place

    def text(self, name: str, default: str, allowed: tuple[str, ...] = ()) -> str:
        value = self._table.get(name, default)
        if not isinstance(value, str) or (allowed and value not in allowed):
            return self._fall_back(name, default)
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        value = self._table.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            return self._fall_back(name, default)
        return float(value)

    def whole(self, name: str, default: int, low: int = 0, high: int = _ANY) -> int:
        value = self._table.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            return self._fall_back(name, default)
        return value

    def one_of(self, name: str, default: int, allowed: tuple[int, ...]) -> int:
        value = self.whole(name, default)
        return value if value in allowed else self._fall_back(name, default)

    def family(self, name: str, default: str) -> str:
        value = self.text(name, default)
        return value if len(value) <= LONGEST_FAMILY and value.isprintable() else self._fall_back(name, default)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._table.get(name, default)
        return value if isinstance(value, bool) else self._fall_back(name, default)

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return a table of strings as pairs of name and value."""
        value = self._table.get(name, {})
        if not isinstance(value, dict):
            return self._fall_back(name, ())
        self._wrong.extend(f"{self._place}{name}.{key}" for key, text in value.items() if not isinstance(text, str))
        return tuple((key, text) for key, text in value.items() if isinstance(text, str))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the strings of a list, without duplicates."""
        value = self._table.get(name, [])
        if not isinstance(value, list):
            return self._fall_back(name, ())
        self._wrong.extend(
            f"{self._place}{name}[{at}]" for at, text in enumerate(value, 1) if not isinstance(text, str)
        )
        return tuple(dict.fromkeys(text for text in value if isinstance(text, str)))

    def tables(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the tables of a list, each with its position."""
        value = self._table.get(name, [])
        if not isinstance(value, list):
            self._wrong.append(self._place + name)
            return []
        places = [(f"{self._place}{name}[{number}]", entry) for number, entry in enumerate(value, 1)]
        self._wrong.extend(place for place, entry in places if not isinstance(entry, dict))
        return [(place, entry) for place, entry in places if isinstance(entry, dict)]

    def _fall_back(self, name: str, default: T) -> T:
        self._wrong.append(self._place + name)
        return default


def settings_from(table: dict[str, Any]) -> tuple[Settings, dict[str, Any], list[str]]:
    """Return the settings, the unknown members to keep in the file, and the names of ignored ones."""
    wrong: list[str] = []
    members, plain = Members(table, wrong), Settings()
    connections, unread = _connections_from(members, wrong)
    settings = Settings(
        scheme=members.text("scheme", plain.scheme, SCHEMES),
        language=members.text("language", plain.language, LANGUAGES),
        zoom=members.number("zoom", plain.zoom, ZOOM_STEPS[0], ZOOM_STEPS[-1]),
        send_key=members.text("send_key", plain.send_key, SEND_KEYS),
        reading_width=members.one_of("reading_width", plain.reading_width, READING_WIDTHS),
        text_font=members.family("text_font", plain.text_font),
        code_font=members.family("code_font", plain.code_font),
        smooth_scrolling=members.text("smooth_scrolling", plain.smooth_scrolling, SMOOTH_SCROLLING),
        wrap_code=members.flag("wrap_code", default=plain.wrap_code),
        wrap_tables=members.flag("wrap_tables", default=plain.wrap_tables),
        show_timings=members.flag("show_timings", default=plain.show_timings),
        announce_sentences=members.flag("announce_sentences", default=plain.announce_sentences),
        idle_limit_s=members.number("idle_limit_s", plain.idle_limit_s, *IDLE_LIMIT_RANGE),
        patience_s=members.number("patience_s", plain.patience_s, *IDLE_LIMIT_RANGE),
        retries=members.whole("retries", plain.retries, *RETRIES_RANGE),
        snapshots=members.text("snapshots", plain.snapshots, SNAPSHOTS),
        warn_of_keys=members.flag("warn_of_keys", default=plain.warn_of_keys),
        trusted_sites=members.texts("trusted_sites"),
        ca_file=members.text("ca_file", plain.ca_file),
        default_connection_id=members.text("default_connection_id", plain.default_connection_id),
        default_model=members.text("default_model", plain.default_model),
        last_models=members.pairs("last_models"),
        connections=connections,
    )
    known = {field.name for field in fields(Settings)}
    kept = {name: value for name, value in table.items() if name not in known}
    return settings, kept | ({_UNREAD_CONNECTIONS: unread} if unread else {}), wrong


def settings_to(settings: Settings, kept: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the table to write, without temporary connections and keys, and the names of what was left out."""
    connections, left_out = [], []
    for connection in settings.connections:
        if connection.kind is ConnectionKind.STORED:
            clean, dropped = without_credentials(connection)
            connections.append(_connection_to(clean))
            left_out.extend(dropped)
    table = {field.name: getattr(settings, field.name) for field in fields(settings) if field.name != "connections"}
    table |= {"last_models": dict(settings.last_models), "trusted_sites": list(settings.trusted_sites)}
    return kept | table | {"connections": [*connections, *kept.get(_UNREAD_CONNECTIONS, [])]}, left_out


def without_credentials(connection: Connection) -> tuple[Connection, list[str]]:
    """Return the connection in a form that may be stored, and the names of what was removed."""
    from desktop_chat.core.addresses import without_secrets  # noqa: PLC0415  (after the first paint)

    refused = credential_headers(connection.headers)
    refused += [name for name, _ in connection.headers if name.strip().lower() in SET_BY_THE_REQUEST]
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
    members, plain = Members(table, wrong), Workspace()
    workspace = Workspace(
        tabs=_tabs_from(members.tables("tabs"), wrong),
        active=members.whole("active", plain.active),
        closed=_tabs_from(members.tables("closed"), wrong),
        geometry=members.text("geometry", plain.geometry),
        width=members.whole("width", plain.width, 0, 100_000),
        height=members.whole("height", plain.height, 0, 100_000),
        sidebar_width=members.whole("sidebar_width", plain.sidebar_width, 0, 10_000),
        sidebar_shown=members.flag("sidebar_shown", default=plain.sidebar_shown),
    )
    return replace(workspace, active=min(workspace.active, max(0, len(workspace.tabs) - 1))), wrong


def workspace_to(workspace: Workspace) -> dict[str, Any]:
    """Return the table to write."""
    return asdict(workspace)


def _connections_from(members: Members, wrong: list[str]) -> tuple[tuple[Connection, ...], list[dict[str, Any]]]:
    connections: dict[str, Connection] = {}
    unread = []
    for place, table in members.tables("connections"):
        connection = _connection_from(table, f"{place}.", wrong)
        if connection is None or connection.id in connections:
            wrong.append(place)
            unread.append(table)
        else:
            connections[connection.id], dropped = without_credentials(connection)
            wrong.extend(dropped)
    return tuple(connections.values()), unread


def _connection_from(table: dict[str, Any], place: str, wrong: list[str]) -> Connection | None:
    from desktop_chat.core.addresses import normalise  # noqa: PLC0415  (after the first paint)
    from desktop_chat.core.azure import with_deployment  # noqa: PLC0415  (likewise)

    members = Members(table, wrong, place)
    connection_id, base_url = members.text("id", ""), normalise(members.text("base_url", ""))
    if not connection_id or not base_url:
        return None
    headers = (Members(header, wrong, f"{at}.") for at, header in members.tables("headers"))
    pairs = ((header.text("name", ""), header.text("value", "")) for header in headers)
    connection = Connection(
        id=connection_id,
        name=members.text("name", base_url),
        base_url=base_url,
        headers=tuple(pair for pair in pairs if pair[0]),
        default_model=members.text("default_model", ""),
        api=Api(members.text("api", Api.CHAT_COMPLETIONS, tuple(Api))),
    )
    return with_deployment(connection)


def _connection_to(connection: Connection) -> dict[str, Any]:
    return {
        "id": connection.id,
        "name": connection.name,
        "base_url": connection.base_url,
        "default_model": connection.default_model,
        "api": connection.api.value,
        "headers": [{"name": name, "value": value} for name, value in connection.headers],
    }


def _tabs_from(tables: Iterable[tuple[str, dict[str, Any]]], wrong: list[str]) -> tuple[OpenTab, ...]:
    tabs = []
    for place, table in tables:
        members = Members(table, wrong, f"{place}.")
        conversation_id = members.text("conversation_id", "")
        index = members.whole("place", 0) if table.get("place") is not None else None
        if conversation_id:
            scroll_place = _scroll_place_from(table.get("scroll_place"), place, wrong)
            tabs.append(OpenTab(conversation_id, scroll_place, index))
    return tuple(tabs)


def _scroll_place_from(table: object, place: str, wrong: list[str]) -> ScrollPlace | None:
    if table is None:
        return None
    if not isinstance(table, dict):
        wrong.append(f"{place}.scroll_place")
        return None
    members = Members(table, wrong, f"{place}.scroll_place.")
    message_id = members.text("message_id", "")
    block, offset = members.whole("block", 0, -_ANY), members.number("offset", 0.0, -_ANY, _ANY)
    return ScrollPlace(message_id, block, offset) if message_id else None
