"""The toolbox finds, checks and runs tools of all kinds, and loads mcp only for a server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from tool_world import ToolWorld, odd_server, tool_world

from desktop_chat.core.tool_servers import ToolServer
from desktop_chat.core.tools import Tool
from desktop_chat.services.tools.lazy_toolbox import LazyToolbox
from desktop_chat.services.tools.toolbox import Toolbox


@pytest.fixture
async def world() -> AsyncIterator[ToolWorld]:
    async with tool_world(odd_server(name="a"), odd_server("names", name="a_b"), ToolServer("gone", "no-such")) as made:
        yield made


@pytest.fixture
async def toolbox(world: ToolWorld) -> AsyncIterator[Toolbox]:
    made = Toolbox(world.preferences, world.servers, world.servers._ready)
    yield made
    await made.aclose()


async def test_built_in_tools_are_found_by_id_and_run(toolbox: Toolbox) -> None:
    assert {"/current_time", "/calculate", "/fetch_page", "/read_file", "/list_folder"} <= {
        tool.id for tool in await toolbox.built_in()
    }
    (tool,) = await toolbox.find(("/calculate",))
    assert await toolbox.check(tool, {"expression": "1"}) == ""
    assert "expression" in await toolbox.check(tool, {})
    assert (await toolbox.call(tool, {"expression": "6*7"})).text == "42"


async def test_what_is_not_available_is_left_out_and_the_order_is_that_of_the_choice(toolbox: Toolbox) -> None:
    ids = ("a/echo", "/nothing", "gone/x", "nobody/x", "/calculate", "a/pid", "a/echo")
    assert [tool.id for tool in await toolbox.find(ids)] == ["a/echo", "/calculate", "a/pid"]


async def test_names_are_unique_across_servers(world: ToolWorld, toolbox: Toolbox) -> None:
    world.preferences.put_tool_server(odd_server("names", name="a b"))
    tools = await toolbox.find(("a_b/a_b", "a b/a_b"))
    assert len({tool.name for tool in tools}) == 2


async def test_a_tool_that_is_not_there_any_more(toolbox: Toolbox) -> None:
    tool = Tool("x", "", "x", "", {}, "")
    assert (await toolbox.call(tool, {})).is_error
    assert (await toolbox.call(Tool("gone_x", "gone", "x", "", {}, ""), {})).is_error


async def test_a_lazy_toolbox_makes_one_when_it_is_needed(toolbox: Toolbox) -> None:
    made = []

    def make() -> Toolbox:
        made.append(1)
        return toolbox

    lazy = LazyToolbox(make)
    await lazy.aclose()
    assert made == []
    assert [tool.id for tool in await lazy.find(("/calculate",))] == ["/calculate"]
    assert lazy.servers is toolbox.servers
    assert len(made) == 1


def test_mcp_is_loaded_for_servers_only() -> None:
    """Not with the toolbox, the picker, the settings or a built-in tool."""
    code = """
import asyncio, sys
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tool_servers import ToolServer
from desktop_chat.services.secrets.keys import KnownKeys
from desktop_chat.services.tools.mcp_servers import McpServers
from desktop_chat.services.tools.toolbox import Toolbox
import desktop_chat.ui.chat.tool_picker, desktop_chat.ui.settings.tools_page

async def main():
    preferences = Preferences(Settings(tool_servers=(ToolServer("x", "y"),)))
    toolbox = Toolbox(preferences, McpServers(preferences, None, KnownKeys(), None), None)
    (tool,) = await toolbox.find(("/calculate",))
    await toolbox.call(tool, {"expression": "1"})
    toolbox.servers.status("x")
    await toolbox.aclose()

asyncio.run(main())
print(sorted({"mcp", "mcp_types", "jsonschema", "pydantic", "markdownify"} & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"


def test_the_application_starts_without_tools() -> None:
    modules = "[name for name in sys.modules if 'tool_servers' in name or 'services.tools' in name]"
    code = f"import sys, desktop_chat.app.application; print({modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"
