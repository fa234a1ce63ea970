"""Tools as values, and where there are none."""

from __future__ import annotations

from desktop_chat.core.tools import STOPPED_RESULT, CallStatus, NoTools, Tool, ToolCall, ToolResult, stopped

READ = Tool("files_read", "files", "read", "Reads a file.", {}, "1")


def test_a_tool_is_named_by_its_server_and_its_own_name() -> None:
    assert READ.id == "files/read"
    assert Tool("calculate", "", "calculate", "", {}, "1").id == "/calculate"


def test_every_call_of_an_ended_reply_has_an_answer() -> None:
    calls = [ToolCall(status.value, "f", "{}", status, "said") for status in CallStatus]
    ended = stopped(calls)
    assert ended[3:] == tuple(calls[3:])
    assert {(call.status, call.result) for call in ended[:3]} == {(CallStatus.STOPPED, STOPPED_RESULT)}


async def test_without_tools_nothing_is_found_and_nothing_runs() -> None:
    tools = NoTools()
    assert await tools.find(("files/read",)) == ()
    assert await tools.check(READ, {}) == ""
    assert await tools.call(READ, {}) == ToolResult("There is no tool files_read.", is_error=True)
