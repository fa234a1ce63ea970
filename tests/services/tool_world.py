"""Tool servers for tests: the odd one, in its modes, behind the client that the application uses."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tool_servers import ServerState, ServerStatus, ToolServer
from desktop_chat.core.tools import Tool, ToolResult
from desktop_chat.services.secrets.keys import KnownKeys
from desktop_chat.services.tools.mcp_servers import McpServers

ODD = Path(__file__).parent / "odd_tool_server.py"


def odd_server(mode: str = "", *arguments: str, name: str = "odd", variables: tuple[str, ...] = ()) -> ToolServer:
    return ToolServer(name, sys.executable, (str(ODD), mode, *arguments), variables=variables)


@dataclass
class ToolWorld:
    """Servers of some settings."""

    preferences: Preferences
    servers: McpServers
    values: dict[str, str] = field(default_factory=dict)
    keys: KnownKeys = field(default_factory=KnownKeys)

    async def tools(self, name: str = "odd") -> tuple[Tool, ...]:
        """Start a server and return its tools."""
        status = await self.servers.start(name)
        assert status.state is ServerState.READY, (status, self.servers.log(name))
        return status.tools

    async def call(self, own_name: str, text: str = "", server: str = "odd") -> ToolResult:
        tool = next(tool for tool in await self.tools(server) if tool.own_name == own_name)
        return await self.servers.call(tool, {"text": text})

    async def status_where(self, holds: Callable[[ServerStatus], object], name: str = "odd") -> ServerStatus:
        """Wait for a status."""
        reached = asyncio.Event()
        remove = self.servers.changed.add(lambda _: reached.set())
        try:
            async with asyncio.timeout(60):
                while not holds(self.servers.status(name)):
                    reached.clear()
                    await reached.wait()
        finally:
            remove()
        return self.servers.status(name)

    async def log_with(self, words: str, name: str = "odd") -> tuple[str, ...]:
        """Wait until the log has these words."""
        await self.status_where(lambda _: any(words in line for line in self.servers.log(name)), name)
        return self.servers.log(name)


@asynccontextmanager
async def tool_world(
    *servers: ToolServer, values: Mapping[str, str] | None = None, connect_s: float = 20.0
) -> AsyncIterator[ToolWorld]:
    preferences, keys = Preferences(Settings(tool_servers=servers)), KnownKeys()

    async def values_of(server: ToolServer) -> Mapping[str, str]:
        return {name: (values or {})[name] for name in server.secret_names}

    async def ready() -> ssl.SSLContext:
        return ssl.create_default_context()

    made = McpServers(preferences, values_of, keys, ready, connect_s=connect_s)
    try:
        yield ToolWorld(preferences, made, dict(values or {}), keys)
    finally:
        await made.aclose()
