"""What a session needs besides its own subject: blobs in memory, scripted tools, approvals of its settings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypedDict

from desktop_chat.core.approvals import Approvals
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import Blobs
from desktop_chat.core.settings import Preferences
from desktop_chat.core.tool_servers import ServerState, ServerStatus
from desktop_chat.core.tools import Tool, Toolbox, ToolResult
from desktop_chat.services.memory_blobs import MemoryBlobs

Work = Callable[[Mapping[str, Any]], Awaitable[ToolResult]]


class SessionParts(TypedDict):
    blobs: Blobs
    toolbox: Toolbox
    approvals: Approvals


def session_parts(preferences: Preferences, toolbox: Toolbox | None = None, blobs: Blobs | None = None) -> SessionParts:
    """Return keyword arguments for a session, or for all open ones."""
    return SessionParts(
        blobs=blobs or MemoryBlobs(), toolbox=toolbox or FakeToolbox(), approvals=Approvals(preferences)
    )


class FakeToolServers:
    """Tool servers whose statuses tests set; implements `core.tool_servers.ToolServers`."""

    def __init__(self) -> None:
        self.changed: Listeners[str] = Listeners()
        self.statuses: dict[str, ServerStatus] = {}
        """What a server's status is, and becomes when it is started."""
        self.logs: dict[str, tuple[str, ...]] = {}
        self.started: list[str] = []
        self.restarted: list[str] = []

    def status(self, name: str) -> ServerStatus:
        return self.statuses.get(name, ServerStatus(ServerState.IDLE))

    def log(self, name: str) -> tuple[str, ...]:
        return self.logs.get(name, ())

    async def start(self, name: str) -> ServerStatus:
        self.started.append(name)
        self.changed.emit(name)
        return self.status(name)

    async def restart(self, name: str) -> ServerStatus:
        self.restarted.append(name)
        self.changed.emit(name)
        return self.status(name)


class FakeToolbox:
    """Tools that tests define as coroutines, by name; each takes any arguments but those that `problems` name."""

    def __init__(self) -> None:
        self.tools: dict[str, Tool] = {}
        self.problems: dict[str, str] = {}
        """What is wrong with the arguments of a tool, by its name."""
        self.called: list[tuple[str, Mapping[str, Any]]] = []
        self.stopped: list[str] = []
        """The tools whose call was cancelled."""
        self.servers = FakeToolServers()
        self.demo_tools: tuple[Tool, ...] = ()
        self.changed = asyncio.Event()
        """Set at each call."""
        self._work: dict[str, Work] = {}

    def add(self, name: str, work: Work, server: str = "", fingerprint: str = "1") -> str:
        """Add a tool, and return its id."""
        tool = Tool(name, server, name, f"Does {name}.", {"type": "object"}, fingerprint)
        self.tools[tool.id], self._work[name] = tool, work
        return tool.id

    async def built_in(self) -> tuple[Tool, ...]:
        return tuple(tool for tool in self.tools.values() if not tool.server)

    def demo(self) -> tuple[Tool, ...]:
        return self.demo_tools

    async def find(self, ids: tuple[str, ...]) -> tuple[Tool, ...]:
        return tuple(self.tools[each] for each in ids if each in self.tools)

    async def check(self, tool: Tool, arguments: Mapping[str, Any]) -> str:
        return self.problems.get(tool.name, "")

    async def call(self, tool: Tool, arguments: Mapping[str, Any]) -> ToolResult:
        self.called.append((tool.name, arguments))
        self.changed.set()
        try:
            return await self._work[tool.name](arguments)
        except asyncio.CancelledError:
            self.stopped.append(tool.name)
            raise
