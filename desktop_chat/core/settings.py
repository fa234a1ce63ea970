"""All settings as one value, their allowed values, and the one place that changes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from desktop_chat.core.batch_job import (
    DEFAULT_AT_ONCE,
    DEFAULT_RETRIES,
    MAX_AT_ONCE,
    MAX_PER_MINUTE,
    MAX_RETRIES,
)
from desktop_chat.core.entities import Connection
from desktop_chat.core.field_rules import between, one_of, short_text, text_list, text_table
from desktop_chat.core.global_keys import GLOBAL_KEYS
from desktop_chat.core.listeners import Listeners

if TYPE_CHECKING:  # settings without one never load them
    from desktop_chat.core.prices import PriceEntry
    from desktop_chat.core.tool_servers import ToolServer

ZOOM_STEPS = (0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Each field declares its default and limits, for the settings file and the settings pages; missing
    or invalid values fall back to the default."""

    scheme: str = one_of("system", "light", "dark")
    language: str = one_of("system", "en", "zh_CN")
    zoom: float = between(1.0, ZOOM_STEPS[0], ZOOM_STEPS[-1])
    send_key: str = one_of("enter", "ctrl_enter")
    """"enter": Enter sends, Shift+Enter breaks the line; "ctrl_enter": Enter breaks the line, Ctrl+Enter sends."""
    reading_width: int = one_of(760, 640, 960, 0)
    """The widest column of text in pixels at zoom 1: normal, narrow, wide; 0 is as wide as the window."""
    text_font: str = short_text()
    """The font family of text; empty for the system's."""
    code_font: str = short_text()
    """The font family of code; empty for the system's."""
    smooth_scrolling: str = one_of("system", "on", "off")
    """Whether scrolling by wheel or key is animated; "system" follows the desktop's animation setting."""
    wrap_code: bool = False
    """Whether long lines of code wrap; each block has a button that overrides it."""
    wrap_tables: bool = True
    """Whether the cells of a table that is wider than the column wrap; otherwise the table scrolls sideways."""
    show_timings: bool = False
    """Whether the timings of a reply are always shown, not only on hover or keyboard focus."""
    announce_sentences: bool = True
    """Whether a screen reader announces each sentence of a running reply, not only its start and end."""
    idle_limit_s: float = between(60.0, 1.0, _DAY_S)
    """Seconds a reply may stay silent; also the longest wait before a retry that a server may ask for."""
    patience_s: float = between(600.0, 1.0, _DAY_S)
    """Seconds a reply may send only keep-alive signals, or take when it is not streamed."""
    retries: int = between(2, 0, 10)
    """How often a request is retried before its first character."""
    summarise_automatically: bool = False
    """Whether what is older is summarised before a request that the model's context window cannot hold."""
    snapshots: str = one_of("hourly", "daily", "weekly", "never")
    """How often a snapshot of the conversations is made."""
    long_paste: str = one_of("file", "text")
    """Whether a long pasted text is attached as a file, or inserted into the message."""
    image_size: int = one_of(2048, 0)
    """The most pixels of an attached image's longer side; 0 keeps its size."""
    keep_requests: bool = False
    """Whether the requests of replies and their answers are kept on disk for the request inspector."""
    warn_of_keys: bool = True
    """Whether to ask before sending text that seems to contain a secret key."""
    notifications: str = one_of("all", "failed", "off")
    """Which replies and batches the desktop notifies the user of when they end unseen."""
    notification_text: bool = False
    """Whether a notification shows the beginning of the reply."""
    autostart: bool = False
    """Whether the desktop starts the application with the session; what its autostart entry says counts."""
    quick_key: str = one_of("off", *GLOBAL_KEYS)
    """The key that opens the quick window from any program."""
    tray: str = one_of("off", "icon", "close")
    """"icon": there is an icon in the desktop's tray; "close": and closing the window only hides it."""
    look_for_newer: bool = False
    """Whether each start checks once for a newer version of the application."""
    endpoint: bool = False
    """Whether programs and pages on this computer may use the models through the local endpoint."""
    endpoint_port: int = between(0, 0, 65_535)
    """The endpoint's port: any free one at first, then the one that it got."""
    endpoint_origins: tuple[str, ...] = text_list()
    """The origins whose pages may use the endpoint."""
    endpoint_record: bool = False
    """Whether what callers of the endpoint ask is kept as conversations."""
    budgets: tuple[tuple[str, str], ...] = text_table()
    """How much is meant to be spent: pairs of "USD day" or "USD month" and an amount (see `core.budgets`)."""
    over_budget: str = one_of("warn", "ask")
    """What happens before a request that exceeds a budget: a warning, or nothing is sent until it is confirmed."""
    waived_budgets: tuple[tuple[str, str], ...] = text_table()
    """Budgets that the user put aside: pairs of a budget and the day or month for which."""
    trusted_sites: tuple[str, ...] = text_list()
    """Hosts whose links open without confirmation; with the port if it is not the default."""
    ca_file: str = ""
    """A PEM file with certificates to trust in addition to the system's; empty for none."""
    tool_rounds: int = between(25, 1, 100)
    """How often a model may call tools within one reply."""
    always_allowed: tuple[tuple[str, str], ...] = text_table()
    """Tools that run without approval: pairs of a tool's id and its fingerprint when it was allowed."""
    safe_tools: tuple[str, ...] = text_list("/current_time", "/calculate")
    """The ids of built-in tools that run without approval."""
    default_connection_id: str = ""
    """The connection of new conversations: the last one used."""
    default_model: str = ""
    last_models: tuple[tuple[str, str], ...] = text_table()
    """The last model used on each connection: pairs of connection id and model."""
    batch_connection_id: str = ""
    """The connection of new batches: that of the last one. The following fields are its options as well."""
    batch_model: str = ""
    batch_at_once: int = between(DEFAULT_AT_ONCE, 1, MAX_AT_ONCE)
    batch_per_minute: float = between(0.0, 0.0, MAX_PER_MINUTE)
    batch_retries: int = between(DEFAULT_RETRIES, 0, MAX_RETRIES)
    batch_streaming: bool = True
    connections: tuple[Connection, ...] = ()
    tool_folders: tuple[str, ...] = text_list()
    """The folders in which tools may read files."""
    tool_servers: tuple[ToolServer, ...] = ()
    prices: tuple[PriceEntry, ...] = ()
    """The user's own prices and context windows, which come before the shipped ones (see `own_prices.py`)."""


@dataclass(frozen=True, slots=True)
class SettingsProblem:
    """What was wrong with a settings file; everything else in it is in effect."""

    file: str
    """The file's name."""
    set_aside: str = ""
    """Its new name if none of it could be read."""
    members: tuple[str, ...] = ()
    """Settings that were ignored ("zoom", "connections.OpenAI.headers.Authorization")."""
    detail: str = ""
    """The system's error message."""


class Preferences:
    """The settings in effect; notifies listeners of changes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.changed: Listeners[Settings] = Listeners()

    @property
    def settings(self) -> Settings:
        return self._settings

    def update(self, **changes: Any) -> None:
        """Change some fields by name. Raises TypeError for an unknown one (a bug)."""
        settings = replace(self._settings, **changes)
        if settings != self._settings:
            self._settings = settings
            self.changed.emit(settings)

    def connection(self, connection_id: str) -> Connection | None:
        """Return a stored connection by id."""
        return next((c for c in self._settings.connections if c.id == connection_id), None)

    def put_connection(self, connection: Connection) -> None:
        """Add a connection, or replace the one with the same id in place."""
        connections = self._settings.connections
        if self.connection(connection.id) is None:
            self.update(connections=(*connections, connection))
        else:
            self.update(connections=tuple(connection if c.id == connection.id else c for c in connections))

    def tool_server(self, name: str) -> ToolServer | None:
        """Return a tool server by name."""
        return next((server for server in self._settings.tool_servers if server.name == name), None)

    def put_tool_server(self, server: ToolServer, instead_of: str = "") -> None:
        """Add a tool server, or replace the one with the name `instead_of` (or its own) in place."""
        servers = self._settings.tool_servers
        old = instead_of or server.name
        if self.tool_server(old) is None:
            self.update(tool_servers=(*servers, server))
        else:
            self.update(tool_servers=tuple(server if known.name == old else known for known in servers))

    def remove_tool_server(self, name: str) -> None:
        """Remove a tool server. Unknown names are ignored."""
        self.update(tool_servers=tuple(known for known in self._settings.tool_servers if known.name != name))

    def note_used(self, connection_id: str, model: str) -> None:
        """Remember the connection and model that were used or chosen; new conversations start with them."""
        others = tuple(pair for pair in self._settings.last_models if pair[0] != connection_id)
        used = ((connection_id, model),) if model else ()
        self.update(default_connection_id=connection_id, default_model=model, last_models=(*others, *used))

    def trust_site(self, host: str) -> None:
        """Open links to a host without confirmation from now on."""
        if host not in self._settings.trusted_sites:
            self.update(trusted_sites=(*self._settings.trusted_sites, host))

    def stop_trusting_site(self, host: str) -> None:
        """Ask again before opening links to a host. Unknown hosts are ignored."""
        self.update(trusted_sites=tuple(known for known in self._settings.trusted_sites if known != host))

    def remove_connection(self, connection_id: str) -> None:
        """Remove a connection. Unknown ids are ignored."""
        self.update(
            connections=tuple(c for c in self._settings.connections if c.id != connection_id),
            last_models=tuple(pair for pair in self._settings.last_models if pair[0] != connection_id),
        )
