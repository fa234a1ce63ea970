"""Python runs only in a sandbox that was tried, and the sandbox keeps the user's files and the network out."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from desktop_chat.services.tools import run_python
from desktop_chat.services.tools.run_python import Sandbox, find_sandbox, run_python_tool


@pytest.fixture
async def sandbox() -> Sandbox:
    found = await find_sandbox()
    if found is None:
        pytest.skip("this system has no sandbox; then the tool is not offered, which another test checks")
    return found


async def test_a_program_and_its_errors(sandbox: Sandbox) -> None:
    tool = run_python_tool(sandbox)
    assert (await tool.run({"code": "import math\nprint(math.comb(5, 2))"})).text == "10"
    failed = await tool.run({"code": "1/0"})
    assert failed.is_error
    assert "ZeroDivisionError" in failed.text
    assert (await tool.run({"code": "pass"})).text == "(no output)"
    assert "status 3" in (await tool.run({"code": "import os; os._exit(3)"})).text


async def test_the_users_files_the_network_and_other_processes_are_out_of_reach(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "planted")
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    code = f"""
import os, socket
print(os.path.exists({str(tmp_path)!r}), os.path.exists("/home"), os.path.exists("/root"))
print([name for _, name in socket.if_nameindex()])
print(sum(name.isdigit() for name in os.listdir("/proc")) < 5)
print("OPENAI_API_KEY" in os.environ)
open("/tmp/own", "w").write("x")
print(os.listdir("/tmp"))
"""
    result = await sandbox.run(code)
    assert result.text.split("\n") == ["False False False", "['lo']", "True", "False", "['own']"]
    assert (await sandbox.run("import os; print(os.listdir('/tmp'))")).text == "[]", "nothing is left for the next"


async def test_limits_of_time_memory_and_output(sandbox: Sandbox) -> None:
    assert "ended after" in (await sandbox.run("while True: pass", 0.5)).text
    assert "MemoryError" in (await sandbox.run("x = bytearray(4 * 10**9)")).text
    much = await sandbox.run("while True: print('x' * 1000)")
    assert much.is_error
    assert much.text.endswith("printed too much.]")


async def test_stopping_ends_the_program(sandbox: Sandbox) -> None:
    running = asyncio.create_task(sandbox.run("import time; time.sleep(100)"))
    await asyncio.sleep(0.1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@pytest.mark.parametrize(
    "script", ["exit 1", "echo escaped", 'shift; while [ "$1" != -- ]; do shift; done; shift; exec "$@"']
)
async def test_a_sandbox_that_does_not_keep_its_promises_is_not_offered(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    fake.chmod(0o755)
    which = shutil.which
    monkeypatch.setattr(
        run_python.shutil, "which", lambda name, **more: str(fake) if name == "bwrap" else which(name, **more)
    )
    assert await find_sandbox() is None


async def test_without_bubblewrap_there_is_no_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_python.shutil, "which", lambda *_, **__: None)
    assert await find_sandbox() is None
