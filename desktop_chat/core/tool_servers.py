"""Tool servers as values: how one is started or reached, and in which state it is; and the port that runs them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from desktop_chat.core.field_rules import short_text, text_list, text_sequence
from desktop_chat.core.hosts import host_of
from desktop_chat.core.tools import Tool, Toolbox

if TYPE_CHECKING:
    from desktop_chat.core.listeners import Listeners

MAX_SERVER_NAME = 40


@dataclass(frozen=True, slots=True)
class ToolServer:
    """A server of the Model Context Protocol: a program with `command`, or an address with `url`.

    The values of its variables and headers are in the keyring (see `secret_id`), never here.
    """

    name: str = short_text()
    """Unique; names the server in tool ids, so it has no slash."""
    command: str = ""
    """The program to start, without its arguments; empty for a server with an address."""
    arguments: tuple[str, ...] = text_sequence()
    variables: tuple[str, ...] = text_list()
    """Names of the environment variables that the program gets besides the usual ones."""
    url: str = ""
    headers: tuple[str, ...] = text_list()
    """Names of the HTTP headers that are sent to the address."""
    enabled: bool = True

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The names whose values are in the keyring."""
        return self.headers if self.url else self.variables

    @property
    def bound_to(self) -> str:
        """What the values are for, in the form of a host: the address's host, or exactly this command. After a change
        of the settings file nothing is sent anywhere else."""
        if self.url:
            return host_of(self.url)
        command = "\0".join((self.command, *self.arguments))
        return f"http://command-{hashlib.sha256(command.encode()).hexdigest()[:32]}:80"


def is_server_name(name: str) -> bool:
    """Return whether a name can be a tool server's."""
    return bool(name.strip()) and name.isprintable() and "/" not in name and len(name) <= MAX_SERVER_NAME


def secret_id(server: str, name: str) -> str:
    """Return the id in the keyring of a variable's or header's value."""
    return f"tools/{server}/{name}"


class ServerState(StrEnum):
    """The state of a tool server."""

    OFF = "off"
    """The user switched it off."""
    IDLE = "idle"
    """It starts when one of its tools is needed."""
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


class ServerFailure(StrEnum):
    """Why a tool server does not run."""

    NO_PROGRAM = "no_program"
    """The command was not found."""
    NOT_STARTED = "not_started"
    """The system refused to start the program; the detail is its message."""
    ENDED = "ended"
    """The program ended, or the connection was closed."""
    SILENT = "silent"
    """It did not answer in time, or not in the protocol."""
    TOO_MUCH = "too_much"
    """It sent a message larger than what is read."""
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    """The server wants a login or a key, or another one."""
    PROTOCOL = "protocol"
    """It answered with an error; the detail is its message."""
    SECRETS = "secrets"
    """The keyring did not give the values of its variables or headers."""
    KEYS_ELSEWHERE = "keys_elsewhere"
    """The command or address is not the one that the values were entered for."""


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """A tool server's state, as data."""

    state: ServerState
    failure: ServerFailure | None = None
    detail: str = ""
    """The system's or the server's own words, redacted; at most 500 characters."""
    tools: tuple[Tool, ...] = ()
    """What it offered when it was last asked; also while it is not running."""
    given_up: bool = False
    """Whether it failed so often in a row that only the user starts it again."""
    left_out: int = 0
    """How many of its tools cannot be offered: too many, without a name, or with a schema that is too large."""


class ToolServers(Protocol):
    """The tool servers of the settings. Each is started when it is first needed. No method fails."""

    @property
    def changed(self) -> Listeners[str]:
        """Notified of the name of a server whose status or log changed."""
        ...

    def status(self, name: str) -> ServerStatus:
        """Return a server's status; OFF for an unknown one."""
        ...

    def log(self, name: str) -> tuple[str, ...]:
        """Return the last lines of a server's log, redacted: what it wrote to its standard error, its log messages,
        and what was wrong with what it sent."""
        ...

    async def start(self, name: str) -> ServerStatus:
        """Start a server unless it runs, is switched off or failed too often; return its status then."""
        ...

    async def restart(self, name: str) -> ServerStatus:
        """End a server and start it again, however often it failed."""
        ...


class AllTools(Toolbox, Protocol):
    """All tools of this computer, as the window lists them."""

    @property
    def servers(self) -> ToolServers:
        """The tool servers of the settings."""
        ...

    async def built_in(self) -> tuple[Tool, ...]:
        """Return the built-in tools that this system offers. Never fails."""
        ...

    def demo(self) -> tuple[Tool, ...]:
        """Return the demo's tools, which are offered only to it."""
        ...
