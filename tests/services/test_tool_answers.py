"""A server of the newest protocol, answers of every kind, and the small parts between server and model."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from pathlib import Path

import mcp_types
import pytest
from tool_world import odd_server, tool_world

from desktop_chat.core.key_errors import KeyForOtherHost, KeyringLocked
from desktop_chat.core.tool_servers import ServerFailure, ServerState, ServerStatus, ToolServer
from desktop_chat.core.tools import Tool, ToolResult
from desktop_chat.services.tools.lazy_toolbox import LazyToolbox
from desktop_chat.services.tools.mcp_failures import SessionError, session_error
from desktop_chat.services.tools.mcp_results import MAX_IMAGES, result_of
from desktop_chat.services.tools.toolbox import Toolbox

MODERN = ToolServer("modern", sys.executable, (str(Path(__file__).parent / "modern_tool_server.py"),))
PNG = base64.b64encode(b"\x89PNG").decode()


async def test_a_server_of_the_newest_protocol_answers_and_tells_of_new_tools() -> None:
    async with tool_world(MODERN) as world:
        tools = {tool.own_name: tool for tool in await world.tools("modern")}
        assert set(tools) == {"add", "grow"}
        assert (await world.servers.call(tools["add"], {"a": 2, "b": 3})).text == "5"
        assert "error" in (await world.servers.call(tools["add"], {"a": "x"})).text.lower()
        async with asyncio.timeout(20):  # the subscription may begin only after the first change
            while len(world.servers.status("modern").tools) == 2:
                await world.servers.call(tools["grow"], {})
                await asyncio.sleep(0.05)
        assert "added" in {tool.own_name for tool in world.servers.status("modern").tools}


def test_structured_answers_are_json() -> None:
    answer = mcp_types.CallToolResult(content=[], structured_content={"celsius": 21})
    assert json.loads(result_of(answer).text) == {"celsius": 21}


def test_images_are_counted_and_resources_may_be_images() -> None:
    image = mcp_types.ImageContent(type="image", data=PNG, mime_type="image/png")
    blob = mcp_types.BlobResourceContents(uri="file:///a.png", blob=PNG, mime_type="image/png")
    content = [mcp_types.EmbeddedResource(type="resource", resource=blob), *[image] * (MAX_IMAGES + 1)]
    result = result_of(mcp_types.CallToolResult(content=content))
    assert len(result.images) == MAX_IMAGES
    assert result.text.count("left out") == 2
    assert result_of(mcp_types.CallToolResult(content=[mcp_types.TextContent(type="text", text="")])) == ToolResult("")


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (TimeoutError(), ServerFailure.SILENT),
        (ExceptionGroup("", [ExceptionGroup("", [PermissionError(13, "no")])]), ServerFailure.NOT_STARTED),
        (RuntimeError("anything"), ServerFailure.PROTOCOL),
        (SessionError(ServerFailure.REFUSED), ServerFailure.REFUSED),
        (ExceptionGroup("", [ValueError("x")]), ServerFailure.PROTOCOL),
    ],
)
def test_failures_of_all_kinds(error: BaseException, failure: ServerFailure) -> None:
    assert session_error(error, ServerFailure.ENDED).failure is failure


@pytest.mark.parametrize(
    ("error", "failure"),
    [(KeyringLocked(), ServerFailure.SECRETS), (KeyForOtherHost("x"), ServerFailure.KEYS_ELSEWHERE)],
)
async def test_values_that_the_keyring_does_not_give(error: Exception, failure: ServerFailure) -> None:
    async with tool_world(odd_server(variables=("TOKEN",))) as world:

        async def values_of(_: ToolServer) -> dict[str, str]:
            raise error

        world.servers._values_of = values_of
        assert (await world.servers.start("odd")).failure is failure


async def test_a_server_that_nobody_knows() -> None:
    async with tool_world() as world:
        assert world.servers.status("x") == ServerStatus(ServerState.OFF)
        assert world.servers.log("x") == ()
        assert (await world.servers.start("x")).state is ServerState.OFF
    async with tool_world(odd_server()) as world:
        assert world.servers.status("odd").state is ServerState.IDLE
    assert (await world.servers.start("odd")).state is ServerState.OFF, "nothing starts after the end"


async def test_a_server_is_ended_while_it_starts() -> None:
    async with tool_world(odd_server("hangs"), connect_s=60.0) as world:
        first = asyncio.create_task(world.servers.start("odd"))
        await world.status_where(lambda status: status.state is ServerState.STARTING)
        world.preferences.remove_tool_server("odd")
        assert (await first).failure is ServerFailure.ENDED
        assert world.servers.status("odd").state is ServerState.OFF


async def test_the_lazy_toolbox_hands_everything_on() -> None:
    async with tool_world() as world:
        lazy = LazyToolbox(lambda: Toolbox(world.preferences, world.servers, world.servers._ready))
        tools = {tool.id: tool for tool in await lazy.built_in()}
        calculate: Tool = tools["/calculate"]
        assert await lazy.check(calculate, {"expression": "1"}) == ""
        assert (await lazy.call(calculate, {"expression": "1"})).text == "1"
        assert lazy.demo()
        await lazy.aclose()


async def test_closing_while_the_sandbox_is_tried() -> None:
    async with tool_world() as world:
        toolbox = Toolbox(world.preferences, world.servers, world.servers._ready)
        listing = asyncio.create_task(toolbox.built_in())
        await asyncio.sleep(0)
        await toolbox.aclose()
        assert await listing
