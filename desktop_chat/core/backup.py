"""What the settings in a backup add to those that are here: they change nothing, and give nothing more rights. What
its records of usage add are numbers only."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from desktop_chat.core.entities import Connection
from desktop_chat.core.own_prices import missing_of
from desktop_chat.core.settings import Settings

HABITS = (
    "scheme",
    "language",
    "zoom",
    "send_key",
    "reading_width",
    "text_font",
    "code_font",
    "smooth_scrolling",
    "wrap_code",
    "wrap_tables",
    "show_timings",
    "announce_sentences",
    "idle_limit_s",
    "patience_s",
    "retries",
    "snapshots",
    "long_paste",
    "image_size",
    "notifications",
    "tray",
    "budgets",
    "over_budget",
)
"""The settings that are taken over while they have their default here. The others give access, run or open something
on this computer, so they stay: what is allowed without asking, folders, trusted sites, the endpoint, certificates."""


@dataclass(frozen=True, slots=True)
class AddedSettings:
    """The settings with what was added, as counts of what matters to the user."""

    settings: Settings
    connections: int = 0
    """Their keys are not in a backup."""
    tool_servers: int = 0
    """They are off: each runs a program, or sends to an address, that a file named."""
    others: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return not (self.connections or self.tool_servers or self.others)


@dataclass(frozen=True, slots=True)
class AddedUsage:
    """How much of what was used was added, or would be: `requests` in the ledger, and `callers` of the endpoint."""

    requests: int = 0
    callers: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return not (self.requests or self.callers)


def changes_of(added: AddedSettings) -> dict[str, Any]:
    """Return the settings with what was added, by field."""
    return {each.name: getattr(added.settings, each.name) for each in fields(added.settings)}


def with_added(ours: Settings, theirs: Settings) -> AddedSettings:
    """Return our settings with what is only in theirs."""
    connections = _new_connections(ours, theirs)
    names = {server.name for server in ours.tool_servers}
    servers = [replace(server, enabled=False) for server in theirs.tool_servers if server.name not in names]
    changes = _habits(ours, theirs)
    if prices := missing_of(ours.prices, theirs.prices):
        changes["prices"] = (*ours.prices, *prices)
    others = len(changes)
    changes["connections"] = (*ours.connections, *connections)
    changes["tool_servers"] = (*ours.tool_servers, *servers)
    known = {connection.id for connection in changes["connections"]}
    remembered = {connection_id for connection_id, _ in ours.last_models}
    changes["last_models"] = (
        *ours.last_models,
        *(pair for pair in theirs.last_models if pair[0] in known and pair[0] not in remembered),
    )
    if not ours.default_connection_id and theirs.default_connection_id in known:
        changes |= {
            "default_connection_id": theirs.default_connection_id,
            "default_model": theirs.default_model,
        }
    return AddedSettings(replace(ours, **changes), len(connections), len(servers), others)


def _habits(ours: Settings, theirs: Settings) -> dict[str, Any]:
    defaults = {each.name: each.default for each in fields(Settings)}
    return {
        name: getattr(theirs, name) for name in HABITS if getattr(ours, name) == defaults[name] != getattr(theirs, name)
    }


def _new_connections(ours: Settings, theirs: Settings) -> list[Connection]:
    """Return the connections that are not here by their ids, which conversations name; a name that is taken gets a
    number."""
    ids = {connection.id for connection in ours.connections}
    names = {connection.name.casefold() for connection in ours.connections}
    added = []
    for connection in theirs.connections:
        if connection.id not in ids:
            name, number = connection.name, 1
            while name.casefold() in names:
                number += 1
                name = f"{connection.name} {number}"
            names.add(name.casefold())
            added.append(replace(connection, name=name))
    return added
