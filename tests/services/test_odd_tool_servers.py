"""Tool servers that misbehave: what they cost is bounded, and what went wrong is said."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from tool_world import ODD, odd_server, tool_world

from desktop_chat.core.tool_servers import ServerFailure, ServerState, ToolServer
from desktop_chat.services.tools import mcp_servers, stdio_transport
from desktop_chat.services.tools.server_log import MAX_LINE, MAX_LINES


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


async def has_ended(pid: int) -> bool:
    async with asyncio.timeout(60):
        while is_alive(pid):  # noqa: ASYNC110 -- nothing tells
            await asyncio.sleep(0.01)
    return True


@pytest.mark.parametrize(
    ("mode", "failure"),
    [
        ("exits", ServerFailure.ENDED),
        ("hangs", ServerFailure.SILENT),
        ("no-json", ServerFailure.SILENT),
        ("endless-line", ServerFailure.TOO_MUCH),
    ],
)
async def test_a_server_that_does_not_start(mode: str, failure: ServerFailure) -> None:
    async with tool_world(odd_server(mode), connect_s=3.0 if mode == "hangs" else 20.0) as world:
        status = await world.servers.start("odd")
        assert (status.state, status.failure) == (ServerState.FAILED, failure)


async def test_what_a_server_says_before_it_exits_is_in_its_log() -> None:
    async with tool_world(odd_server("exits")) as world:
        await world.servers.start("odd")
        assert "no config found" in await world.log_with("no config found")


async def test_a_missing_program() -> None:
    async with tool_world(ToolServer("odd", "no-such-program-at-all")) as world:
        status = await world.servers.start("odd")
        assert (status.failure, status.detail) == (ServerFailure.NO_PROGRAM, "no-such-program-at-all")


async def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello", encoding="utf-8")
    (tmp_path / "text").chmod(0o755)
    async with tool_world(ToolServer("odd", str(tmp_path / "text"))) as world:
        assert (await world.servers.start("odd")).failure is ServerFailure.NOT_STARTED


async def test_names_for_models_are_permitted_and_unique() -> None:
    async with tool_world(odd_server("names")) as world:
        tools = await world.tools()
        names = [tool.name for tool in tools]
        assert len(set(names)) == len(names) == 7
        assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in names)
        assert names[0] == "odd_a_b"
        own_names = {tool.own_name for tool in tools}
        assert {"a/b", "a_b", "a.b", "天气"} <= own_names
        assert not any("\u200b" in name or "\n" in name for name in own_names)
        assert world.servers.status("odd").left_out == 5


async def test_of_thousands_of_tools_some_are_offered() -> None:
    async with tool_world(odd_server("thousands")) as world:
        assert len(await world.tools()) == 500
        assert world.servers.status("odd").left_out == 4_500


async def test_huge_and_deep_schemas_and_long_descriptions() -> None:
    async with tool_world(odd_server("schemas")) as world:
        tools = {tool.own_name: tool for tool in await world.tools()}
        assert set(tools) == {"small", "long"}
        assert len(tools["long"].description) == 8_000


async def test_a_list_of_tools_against_the_protocol() -> None:
    async with tool_world(odd_server("bad-list")) as world:
        status = await world.servers.start("odd")
        assert status.failure is ServerFailure.PROTOCOL
        assert "inputSchema" in status.detail
        assert "http" not in status.detail


async def test_a_server_that_dies_in_a_call_is_started_again_for_the_next() -> None:
    async with tool_world(odd_server("dies-in-a-call")) as world:
        result = await world.call("echo")
        assert (result.is_error, result.text) == (True, "The tool server ended during the call.")
        assert world.servers.status("odd").failure is ServerFailure.ENDED
        assert await world.tools()


async def test_a_server_that_died_meanwhile_is_started_again(tmp_path: Path) -> None:
    async with tool_world(odd_server()) as world:
        pid = int((await world.call("pid")).text)
        os.kill(pid, 9)
        await world.status_where(lambda status: status.state is ServerState.FAILED)
        again = await world.call("pid")
        assert int(again.text) != pid


async def test_a_server_that_keeps_dying_is_given_up_until_the_user_restarts_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with tool_world(odd_server("exits")) as world:
        for _ in range(mcp_servers.MAX_FAILURES):
            status = await world.servers.start("odd")
        assert status.given_up
        starts = 0

        async def counted(*_: object) -> None:
            nonlocal starts
            starts += 1

        monkeypatch.setattr(world.servers, "_start", counted)
        await world.servers.start("odd")
        assert starts == 0
        await world.servers.restart("odd")
        assert starts == 1


async def test_an_answer_that_is_too_large() -> None:
    async with tool_world(odd_server("returns-much")) as world:
        result = await world.call("echo", str(50 * 1024 * 1024))
        assert (result.is_error, result.text) == (True, "The tool server's answer was larger than 16 MB.")
        assert world.servers.status("odd").failure is ServerFailure.TOO_MUCH
        assert (await world.call("echo", "10")).text == "z" * 10


async def test_a_long_answer_is_cut_and_says_so() -> None:
    async with tool_world(odd_server("returns-much")) as world:
        result = await world.call("echo", str(5_000_000))
        assert len(result.text) < 4_001_000
        assert result.text.endswith("[1,000,000 more characters were left out.]")


async def test_a_flood_is_read_slowly_and_the_call_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdio_transport, "_PER_S", 100.0)
    async with tool_world(odd_server("floods")) as world:
        tools = await world.tools()
        call = asyncio.create_task(world.servers.call(tools[0], {}))
        await world.log_with("flood")
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert len(world.servers.log("odd")) <= MAX_LINES


async def test_a_log_without_end_is_bounded() -> None:
    async with tool_world(odd_server("logs-much")) as world:
        assert (await world.call("echo")).text == "logged"
        log = await world.log_with("line 4999")
        assert len(log) <= MAX_LINES
        assert max(map(len, log)) <= MAX_LINE


async def test_answers_of_all_kinds() -> None:
    async with tool_world(odd_server("answers-all")) as world:
        result = await world.call("echo")
        assert not result.is_error
        assert [image.media_type for image in result.images] == ["image/png"]
        assert result.images[0].content.startswith(b"\x89PNG")
        for words in ("one", "A damaged image", "image/x-evil", "audio/wav", "inside", "application/zip", "a page"):
            assert words in result.text


@pytest.mark.parametrize(
    ("mode", "words"),
    [("fails", "no such city"), ("errs", "it broke"), ("answers-nonsense", "cannot be read")],
)
async def test_errors_of_tools_are_words_for_the_model(mode: str, words: str) -> None:
    async with tool_world(odd_server(mode)) as world:
        result = await world.call("echo")
        assert result.is_error
        assert words in result.text
        assert world.servers.status("odd").state is ServerState.READY


async def test_changed_descriptions_are_noticed_and_change_the_fingerprint() -> None:
    async with tool_world(odd_server("changes")) as world:
        before = (await world.tools())[0]
        assert (await world.servers.call(before, {})).text == "changed"
        status = await world.status_where(lambda status: status.tools and "version 2" in status.tools[0].description)
        assert (status.tools[0].id, status.tools[0].name) == (before.id, before.name)
        assert status.tools[0].fingerprint != before.fingerprint
        result = await world.servers.call(before, {})
        assert result.is_error, "a call that was allowed for the old description does not run"
        assert "changed this tool" in result.text


async def test_stopping_a_call_leaves_the_server_usable() -> None:
    async with tool_world(odd_server()) as world:
        tools = {tool.own_name: tool for tool in await world.tools()}
        call = asyncio.create_task(world.servers.call(tools["slow"], {}))
        await asyncio.sleep(0)
        pid = int((await world.servers.call(tools["pid"], {})).text)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await world.log_with("cancelled")
        assert int((await world.servers.call(tools["pid"], {})).text) == pid


async def test_waiting_for_a_start_can_be_stopped_without_stopping_it() -> None:
    async with tool_world(odd_server()) as world:
        first = asyncio.create_task(world.servers.start("odd"))
        await world.status_where(lambda status: status.state is ServerState.STARTING)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert await world.tools()


async def test_several_servers_start_side_by_side() -> None:
    async with tool_world(odd_server(name="one"), odd_server(name="two")) as world:
        one, two = await asyncio.gather(world.call("echo", "1", "one"), world.call("echo", "2", "two"))
        assert (one.text, two.text) == ("1", "2")


async def test_a_server_that_is_switched_off_or_removed_ends() -> None:
    async with tool_world(odd_server()) as world:
        pid = int((await world.call("pid")).text)
        world.preferences.put_tool_server(replace(odd_server(), enabled=False))
        assert await has_ended(pid)
        assert (await world.servers.start("odd")).state is ServerState.OFF
        world.preferences.put_tool_server(odd_server())
        pid = int((await world.call("pid")).text)
        world.preferences.remove_tool_server("odd")
        assert await has_ended(pid)


async def test_no_process_is_left_behind() -> None:
    async with tool_world(odd_server("leaves-children"), odd_server("ignores-the-end", name="stubborn")) as world:
        child = int((await world.call("echo")).text)
        stubborn = int((await world.call("pid", server="stubborn")).text)
        assert is_alive(child)
        assert is_alive(stubborn)
    assert not is_alive(child)
    assert not is_alive(stubborn)


async def test_a_start_is_ended_with_the_application() -> None:
    async with tool_world(odd_server("hangs"), connect_s=60.0) as world:
        starting = asyncio.create_task(world.servers.start("odd"))
        await world.status_where(lambda status: status.state is ServerState.STARTING)
    await starting
    assert [command for command in commands() if str(ODD) in command and "hangs" in command] == []


def commands() -> list[str]:
    """Return the command lines of all processes."""
    return [_command(process) for process in Path("/proc").glob("[0-9]*")]


def _command(process: Path) -> str:
    try:
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
