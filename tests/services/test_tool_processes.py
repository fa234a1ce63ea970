"""Processes of tool servers: a clean environment, no key in it, and none left when the application is killed."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
from key_search import KEY, is_in, processes_with_it, words_with_it
from tool_world import odd_server, tool_world

from desktop_chat.services.tools.child_environment import child_environment, find_program


async def test_a_server_gets_what_was_entered_for_it_and_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{KEY}@127.0.0.1:1")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    async with tool_world(odd_server(variables=("TOKEN",)), values={"TOKEN": "a value"}) as world:
        environment = json.loads((await world.call("environment")).text)
        pid = int((await world.call("pid")).text)
        assert processes_with_it(pid) == []
    assert environment["TOKEN"] == "a value"
    assert environment["LANG"] == "de_DE.UTF-8"
    assert environment["HOME"] == os.environ["HOME"]
    assert not is_in(json.dumps(environment))
    assert {name for name in environment if "PROXY" in name.upper() or "KEY" in name} == set()


async def test_a_value_is_redacted_from_the_log_and_from_failures() -> None:
    async with tool_world(odd_server("says-its-token", variables=("TOKEN",)), values={"TOKEN": KEY}) as world:
        await world.servers.start("odd")
        log = await world.log_with("my token")
        assert words_with_it([*log, world.servers.status("odd").detail]) == []


async def test_a_variable_of_the_user_wins() -> None:
    environment = child_environment({"LANG": "fr"}, {"LANG": "de", "PATH": "/usr/bin", "SECRET": "x", "LC_TIME": "C"})
    assert environment["LANG"] == "fr"
    assert environment["LC_TIME"] == "C"
    assert "SECRET" not in environment


def test_a_program_is_found_in_the_path_by_name_and_in_the_home_folder(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "server"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    assert find_program("server", {"PATH": str(program.parent)}) == str(program)
    assert find_program(str(program), {"PATH": ""}) == str(program)
    assert find_program("no-such-program", {"PATH": str(program.parent)}) is None


@pytest.mark.skipif(sys.platform == "win32", reason="a job object does it there")
async def test_no_server_and_no_grandchild_outlives_a_kill_of_the_application() -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).parent / "owning_child.py"), stdout=asyncio.subprocess.PIPE
    )
    assert owner.stdout is not None
    pids = [int(word) for word in (await owner.stdout.readline()).split()]
    assert all(map(_is_alive, pids))
    owner.kill()
    await owner.wait()
    async with asyncio.timeout(60):
        while any(map(_is_alive, pids)):  # noqa: ASYNC110 -- nothing tells
            await asyncio.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
