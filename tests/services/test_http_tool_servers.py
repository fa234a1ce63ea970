"""Tool servers at addresses: headers from the keyring, bounded answers, and failures that are said."""

from __future__ import annotations

import pytest
from http_tool_server import http_tool_server
from tool_world import tool_world

from desktop_chat.core.tool_servers import ServerFailure, ServerState, ToolServer


async def test_the_headers_are_sent_and_a_tool_answers() -> None:
    async with http_tool_server() as http:
        server = ToolServer("odd", url=http.url, headers=("Authorization",))
        async with tool_world(server, values={"Authorization": "Bearer the-token"}) as world:
            assert (await world.call("echo")).text == "hello"
        assert {headers["authorization"] for headers in http.headers} == {"Bearer the-token"}


@pytest.mark.parametrize(
    ("mode", "failure"), [("refuses", ServerFailure.REFUSED), ("redirects", ServerFailure.PROTOCOL)]
)
async def test_a_server_that_does_not_let_us_in(mode: str, failure: ServerFailure) -> None:
    async with http_tool_server(mode) as http, tool_world(ToolServer("odd", url=http.url)) as world:
        status = await world.servers.start("odd")
        assert (status.state, status.failure) == (ServerState.FAILED, failure)


async def test_an_address_where_nothing_listens() -> None:
    async with tool_world(ToolServer("odd", url="http://127.0.0.1:9/mcp")) as world:
        assert (await world.servers.start("odd")).failure is ServerFailure.UNREACHABLE


@pytest.mark.parametrize("mode", ["returns-much", "compresses"])
async def test_an_answer_that_is_not_read(mode: str) -> None:
    async with http_tool_server(mode) as http, tool_world(ToolServer("odd", url=http.url)) as world:
        result = await world.call("echo")
        assert result.is_error
        assert len(result.text) < 1_000
