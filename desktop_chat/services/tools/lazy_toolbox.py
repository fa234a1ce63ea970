"""All tools, loaded when the first one is needed: most conversations have none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop_chat.core.tools import Tool, ToolResult
    from desktop_chat.services.tools.mcp_servers import McpServers
    from desktop_chat.services.tools.toolbox import Toolbox


class LazyToolbox:
    """Implements `core.tool_servers.AllTools` by what `make` returns, which is called once."""

    def __init__(self, make: Callable[[], Toolbox]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Toolbox:
        return self._make()

    @property
    def servers(self) -> McpServers:
        """The tool servers of the settings."""
        return self._made.servers

    async def built_in(self) -> tuple[Tool, ...]:
        """Return the built-in tools that this system offers. Never fails."""
        return await self._made.built_in()

    def demo(self) -> tuple[Tool, ...]:
        """Return the demo's tools, which are offered only to it."""
        return self._made.demo()

    async def find(self, ids: tuple[str, ...]) -> tuple[Tool, ...]:
        """See `core.tools.Toolbox`."""
        return await self._made.find(ids)

    async def check(self, tool: Tool, arguments: Mapping[str, Any]) -> str:
        """See `core.tools.Toolbox`."""
        return await self._made.check(tool, arguments)

    async def call(self, tool: Tool, arguments: Mapping[str, Any]) -> ToolResult:
        """See `core.tools.Toolbox`."""
        return await self._made.call(tool, arguments)

    async def aclose(self) -> None:
        """End the tool servers, if any was started."""
        if "_made" in self.__dict__:
            await self._made.aclose()
