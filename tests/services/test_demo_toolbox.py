"""The toolbox finds, checks and runs the demo's tools, beside those of this computer."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing

import pytest

from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tool_servers import ToolServer
from desktop_chat.core.tools import ToolResult
from desktop_chat.services.demo.demo_tools import BROKEN, DEMO_TOOLS, WEATHER
from desktop_chat.services.secrets.keys import KnownKeys
from desktop_chat.services.tools.mcp_servers import McpServers
from desktop_chat.services.tools.toolbox import Toolbox


@pytest.fixture
async def toolbox() -> AsyncIterator[Toolbox]:
    async def ready() -> ssl.SSLContext:
        raise AssertionError

    async def values_of(_: ToolServer) -> Mapping[str, str]:
        raise AssertionError

    preferences = Preferences(Settings())
    servers = McpServers(preferences, values_of, KnownKeys(), ready)
    async with aclosing(Toolbox(preferences, servers, ready)) as made:
        yield made


async def test_the_tools_of_the_demo_are_found_without_starting_a_server(toolbox: Toolbox) -> None:
    assert await toolbox.find(tuple(tool.id for tool in DEMO_TOOLS)) == DEMO_TOOLS
    assert await toolbox.find((f"{WEATHER.id}x", "unknown/weather")) == ()


async def test_they_are_checked_and_run(toolbox: Toolbox) -> None:
    assert await toolbox.check(WEATHER, {"city": "Paris"}) == ""
    assert await toolbox.check(WEATHER, {"town": "Paris"})
    assert (await toolbox.call(WEATHER, {"city": "Paris"})).text.startswith("Paris: ")
    assert await toolbox.call(BROKEN, {}) == ToolResult("The sensor does not answer.", is_error=True)


async def test_they_are_not_among_the_built_in_ones(toolbox: Toolbox) -> None:
    """They are for conversations with the demo only."""
    assert not {tool.id for tool in await toolbox.built_in()} & {tool.id for tool in DEMO_TOOLS}
