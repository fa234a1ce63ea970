"""Finds, checks and runs all tools: built-in ones, those of the demo, and those of tool servers."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from desktop_chat.core.settings import Preferences
from desktop_chat.core.tool_servers import ServerState
from desktop_chat.core.tools import Tool, ToolResult
from desktop_chat.services.demo.demo_tools import DEMO_SERVER, DEMO_TOOLS, call_demo_tool
from desktop_chat.services.tools.argument_check import problem_of
from desktop_chat.services.tools.built_in_tool import BuiltInTool
from desktop_chat.services.tools.calculate import calculate_tool
from desktop_chat.services.tools.chosen_folders import ChosenFolders
from desktop_chat.services.tools.current_time import current_time_tool
from desktop_chat.services.tools.fetch_page import fetch_page_tool
from desktop_chat.services.tools.mcp_results import bounded
from desktop_chat.services.tools.mcp_servers import McpServers
from desktop_chat.services.tools.read_files import list_folder_tool, read_file_tool
from desktop_chat.services.tools.run_python import find_sandbox, run_python_tool
from desktop_chat.services.tools.tool_definitions import wire_name


class Toolbox:
    """Implements `core.tool_servers.AllTools`. `ready` waits for the HTTP client and returns the trust store."""

    def __init__(
        self, preferences: Preferences, servers: McpServers, ready: Callable[[], Awaitable[ssl.SSLContext]]
    ) -> None:
        self.servers = servers
        self._preferences = preferences
        self._tools = {
            tool.name: tool
            for tool in (
                current_time_tool(),
                calculate_tool(),
                fetch_page_tool(ready),
                read_file_tool(self._folders),
                list_folder_tool(self._folders),
            )
        }
        self._trial: asyncio.Task[None] | None = None

    async def built_in(self) -> tuple[Tool, ...]:
        """Return the built-in tools that this system offers. Never fails."""
        return tuple(tool.tool for tool in (await self._built_in()).values())

    def demo(self) -> tuple[Tool, ...]:
        """Return the demo's tools, which are offered only to it."""
        return DEMO_TOOLS

    async def find(self, ids: tuple[str, ...]) -> tuple[Tool, ...]:
        """Return the tools with these ids, starting their servers if needed; see `core.tools.Toolbox`."""
        needed = dict.fromkeys(each.partition("/")[0] for each in ids)
        known = {tool.id: tool for tool in DEMO_TOOLS}
        known |= {tool.id: tool for tool in await self.built_in()} if "" in needed else {}
        started = [self.servers.start(name) for name in needed if name not in {"", DEMO_SERVER}]
        for status in await asyncio.gather(*started):
            if status.state is ServerState.READY:
                known |= {tool.id: tool for tool in status.tools}
        return _with_unique_names([known[each] for each in dict.fromkeys(ids) if each in known])

    async def check(self, tool: Tool, arguments: Mapping[str, Any]) -> str:
        """Return why arguments do not fit a tool's schema; see `core.tools.Toolbox`."""
        return await asyncio.to_thread(problem_of, tool, arguments)

    async def call(self, tool: Tool, arguments: Mapping[str, Any]) -> ToolResult:
        """Run a tool; see `core.tools.Toolbox`."""
        if tool.server == DEMO_SERVER:
            return await call_demo_tool(tool, arguments)
        if tool.server:
            return await self.servers.call(tool, arguments)
        built_in = (await self._built_in()).get(tool.own_name)
        if built_in is None:
            return ToolResult(f"There is no tool {tool.name}.", is_error=True)
        result = await built_in.run(arguments)
        return replace(result, text=bounded(result.text))

    async def aclose(self) -> None:
        """End the tool servers. May be called twice."""
        if self._trial is not None:
            self._trial.cancel()
            await asyncio.wait({self._trial})
        await self.servers.aclose()

    async def _built_in(self) -> dict[str, BuiltInTool]:
        if self._trial is None:
            self._trial = asyncio.create_task(self._try_sandbox(), name="try the sandbox")
        await asyncio.wait({self._trial})
        return self._tools

    async def _try_sandbox(self) -> None:
        sandbox = await find_sandbox()
        if sandbox is not None:
            tool = run_python_tool(sandbox)
            self._tools[tool.name] = tool

    def _folders(self) -> ChosenFolders:
        return ChosenFolders(self._preferences.settings.tool_folders)


def _with_unique_names(tools: list[Tool]) -> tuple[Tool, ...]:
    """Return the tools under names of which no two are the same, whichever servers they come from."""
    taken: set[str] = set()
    unique = []
    for tool in tools:
        named = tool if tool.name not in taken else replace(tool, name=wire_name(tool.server, tool.own_name, taken))
        taken.add(named.name)
        unique.append(named)
    return tuple(unique)
