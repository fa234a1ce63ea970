"""The tools of `ask`: built-in ones by name, and those of the servers in a configuration file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_chat.app.ask_prompt import WrongUsage
from desktop_chat.app.ask_target import AskTarget
from desktop_chat.core.errors import ChatError
from desktop_chat.core.tool_servers import ServerState, ToolServer
from desktop_chat.core.tools import NoTools, Toolbox
from desktop_chat.ui.text import terminal_text

if TYPE_CHECKING:
    from desktop_chat.services.tools.toolbox import Toolbox as AllTools

_CONFIG_BYTES = 1_000_000


class ToolsUnavailable(ChatError):
    """A tool that was asked for cannot be offered; `detail` is the sentence that says why."""

    code = "tools_unavailable"


class AskTools:
    """Loads nothing if no tool was asked for. Raises WrongUsage for a configuration that cannot be read."""

    def __init__(self, names: tuple[str, ...], config: Path | None, target: AskTarget) -> None:
        self._names = names
        self._target = target
        self._values: dict[str, Mapping[str, str]] = {}
        self._tools: AllTools | None = None
        if config is not None:
            target.preferences.update(tool_servers=self._servers_in(config))
        if names or config is not None:
            self._tools = self._make()

    @property
    def toolbox(self) -> Toolbox:
        """Finds and runs the tools."""
        return self._tools or NoTools()

    async def start(self) -> tuple[str, ...]:
        """Start the servers and return the ids of all tools. Raises ToolsUnavailable."""
        if self._tools is None:
            return ()
        built_in = {tool.own_name: tool.id for tool in await self._tools.built_in()} if self._names else {}
        if missing := [name for name in self._names if name not in built_in]:
            raise ToolsUnavailable(terminal_text.no_such_tool(missing[0]))
        servers = [server for server in self._target.preferences.settings.tool_servers if server.enabled]
        found = [built_in[name] for name in self._names]
        all_tools = self._tools
        for status, server in zip(
            await asyncio.gather(*(all_tools.servers.start(server.name) for server in servers)), servers, strict=True
        ):
            if status.state is not ServerState.READY:
                raise ToolsUnavailable(terminal_text.tool_server_failed(server.name, status))
            found += [tool.id for tool in status.tools]
        return tuple(found)

    async def aclose(self) -> None:
        """End the servers."""
        if self._tools is not None:
            await self._tools.aclose()

    def _servers_in(self, config: Path) -> tuple[ToolServer, ...]:
        from desktop_chat.core.tool_server_import import read_servers  # noqa: PLC0415  (rarely needed)

        try:
            with config.open("rb") as stream:
                text = stream.read(_CONFIG_BYTES).decode("utf-8-sig")
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or terminal_text.not_text()
            raise WrongUsage(terminal_text.unreadable(str(config), problem)) from None
        read = read_servers(text, to_save=False)
        for name, problem in read.problems:
            raise WrongUsage(terminal_text.tool_server_unusable(str(config), name, problem))
        for each in read.servers:
            if each.missing:
                raise WrongUsage(terminal_text.value_missing(str(config), each.server.name, each.missing[0]))
        self._values = {each.server.name: each.values for each in read.servers}
        return tuple(each.server for each in read.servers)

    def _make(self) -> AllTools:
        from desktop_chat.services.tools.mcp_servers import McpServers  # noqa: PLC0415  (rarely needed)
        from desktop_chat.services.tools.toolbox import Toolbox as AllTools  # noqa: PLC0415

        target = self._target
        servers = McpServers(target.preferences, self._values_of, target.keys, target.sdk.ready)
        return AllTools(target.preferences, servers, target.sdk.ready)

    async def _values_of(self, server: ToolServer) -> Mapping[str, str]:
        return self._values[server.name]
