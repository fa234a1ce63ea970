"""The real `desktop-chat serve`: what it prints, how it is told to end, and what it refuses."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx2
import pytest
from hostile_server import HostileServer

from desktop_chat.app import serve
from desktop_chat.app.arguments import parse
from desktop_chat.app.exit_codes import COMPLETE
from desktop_chat.app.serve_arguments import ServeArguments
from desktop_chat.app.serve_target import ServeTarget
from desktop_chat.core.endpoint_control import (
    AllowOrigins,
    ChangeToken,
    ControlCommand,
    ControlEvent,
    EndpointReady,
    RecordQuestions,
    StartServing,
    StopServing,
    decode_event,
    encode,
)
from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.core.prices import Price, PriceEntry
from desktop_chat.core.settings import Settings
from desktop_chat.services.demo.demo_provider import DemoServer
from desktop_chat.services.paths import Paths
from desktop_chat.services.settings_file import SettingsFile

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")
ROOT = str(Path(__file__).parents[2])
PROGRAM = f"import sys; sys.path.append({ROOT!r}); from desktop_chat.__main__ import main; main()"
TOKEN = "a-token-of-the-tests-0123456789"
KEY = "sk-serve/Key+with=signs-0123456789"
LOADED = (
    "import sys; from desktop_chat.app.serve import serve; import desktop_chat.app.serve_arguments; "
    "print([name for name in ('PySide6', 'fastapi', 'uvicorn') if name in sys.modules])"
)
Served = tuple[asyncio.subprocess.Process, str]


@asynccontextmanager
async def serving(folder: Path, *arguments: str, expects: str = "READY") -> AsyncIterator[Served]:
    """Start it with an empty data directory; yields the process and the address."""
    environment = {**os.environ, "DESKTOP_CHAT_TOKEN": TOKEN, "OPENAI_API_KEY": KEY}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, "--data-dir", str(folder), "serve", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        first = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        word, _, url = first.strip().partition(" ")
        assert word == expects
        yield process, url
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def without_keys() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}


async def ended(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """Wait for the end; return the exit code and what it said on standard error."""
    _, said = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return process.returncode, said.decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_streams_with_a_reason(server: HostileServer, tmp_path: Path, number: int) -> None:
    async with serving(tmp_path, "--base-url", server.base_url, "--model", "silence-after-text") as (process, url):
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=30) as client:
            body = {"message": "hi"}
            async with client.stream("POST", "/api/chat/stream", json=body) as response:
                pieces = response.aiter_text()
                said = await anext(pieces)
                process.send_signal(number)
                async for piece in pieces:
                    said += piece
        assert '"endpoint_ending"' in said
        assert said.rstrip().rpartition("data: ")[2].startswith('{"done"')
        code, log = await ended(process)
        assert code == 0
        assert TOKEN not in log
        assert KEY not in log


async def test_what_the_window_has_for_this_run_is_served_too(server: HostileServer, tmp_path: Path) -> None:
    own = Connection(
        "environment", "Environment", server.base_url, default_model="plain", kind=ConnectionKind.ENVIRONMENT
    )
    async with aclosing(DemoServer(speed=100.0)) as demo:
        start = StartServing(TOKEN, keys={"environment": (KEY, "")}, connections=(await demo.start(), own))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, "--data-dir", str(tmp_path), "serve", "--controlled",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=without_keys(),
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(encode(start))
        ready = decode_event(await asyncio.wait_for(process.stdout.readline(), 60))
        assert isinstance(ready, EndpointReady)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx2.AsyncClient(base_url=ready.url, headers=headers, trust_env=False, timeout=30) as client:
            models = {entry["id"] for entry in (await client.get("/v1/models")).json()["data"]}
            said = (await client.post("/api/chat/stream", json={"message": "hi"})).text
            shown = (await client.post("/api/chat/stream", json={"message": "hi", "model": "demo/demo"})).text
        process.stdin.close()
        await asyncio.wait_for(process.communicate(), 30)
    assert {"Environment/plain", "Demo (no AI)/demo"} <= models
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}", (
        "the demo is used by those alone who name it"
    )
    events = [json.loads(line.removeprefix("data: ")) for line in said.splitlines() if line]
    assert "".join(event.get("content", "") for event in events) == "Hello", "in one piece or in several"
    assert '"status": "complete"' in shown
    assert process.returncode == 0


async def test_what_the_window_saves_meanwhile_counts_at_once(server: HostileServer, tmp_path: Path) -> None:
    first = Connection("one", "One", server.base_url, default_model="plain")
    paid = Connection("paid", "Paid", "http://models.example:1/v1", default_model="gold")
    settings = Settings(connections=(first,), default_connection_id="one", retries=0)
    window = SettingsFile(Paths(tmp_path))
    await window.save_settings(settings)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, "--data-dir", str(tmp_path), "serve",
        stdout=asyncio.subprocess.PIPE, env=without_keys() | {"DESKTOP_CHAT_TOKEN": TOKEN},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        url = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().removeprefix("READY ").strip()
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=30) as client:

            async def said(model: str = "") -> str:
                return (await client.post("/api/chat/stream", json={"message": "hi", "model": model})).text

            assert '"complete"' in await said()
            assert server.requests[-1].body["model"] == "plain"
            other = replace(first, id="two", name="Two", default_model="length")
            await window.save_settings(replace(settings, connections=(other, paid), default_connection_id="two"))
            await said()
            assert server.requests[-1].body["model"] == "length", "the default is the window's"
            spent = replace(settings, connections=(other, paid), default_connection_id="two", over_budget="ask")
            price = PriceEntry("", "gold", Price("USD", Decimal(1000), None, Decimal(1000), None, "", None))
            await window.save_settings(replace(spent, budgets=(("USD day", "0.000001"),), prices=(price,)))
            assert "budget_reached" in await said("Paid/gold")
            (tmp_path / "settings.toml").write_text("this is no settings file")
            await said()
            assert server.requests[-1].body["model"] == "length", "what was read before stays in effect"
    finally:
        await window.aclose()
        process.kill()
        await process.communicate()


async def test_a_taken_port_is_a_sentence(server: HostileServer, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        async with serving(tmp_path, "--base-url", server.base_url, "--port", port, expects="") as (process, _):
            code, said = await ended(process)
    assert code == 1
    assert f"Port {port} is used by another program." in said
    assert "Traceback" not in said


async def test_neither_qt_nor_the_extra_is_loaded_before_it_serves() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"import sys; sys.path.append({ROOT!r}); {LOADED}", stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert said.decode().strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "--allow-network"),
        (["--port", "70000"], "is not a port"),
        (["--allow-origin", "localhost"], "is not an origin"),
        (["--connection", "a", "--base-url", "http://127.0.0.1:1/v1"], "not allowed with"),
        (["extra"], "unrecognized arguments"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(["serve", *arguments])
    assert caught.value.code == 2
    assert words in capsys.readouterr().err


def test_the_arguments() -> None:
    found = parse(["--data-dir", "/tmp", "serve", "--port", "8765", "--allow-origin", "http://localhost:3000"])
    assert isinstance(found, ServeArguments)
    assert (found.port, found.origins, found.host) == (8765, ("http://localhost:3000",), "127.0.0.1")


class _Line:
    """The line to a window that says all it has to say at once."""

    def __init__(self, _commands: object, _events: object, received: Callable[[ControlCommand], None]) -> None:
        self.told: list[ControlEvent] = []
        self.received = received
        for command in (
            StartServing(TOKEN),
            RecordQuestions(True),
            AllowOrigins(("http://a",)),
            ChangeToken("another"),
        ):
            received(command)

    def tell(self, event: ControlEvent) -> None:
        self.told.append(event)
        if isinstance(event, EndpointReady):
            self.received(StopServing())

    def close(self) -> None:
        pass


async def test_what_is_said_while_the_server_is_loaded_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "ControlLine", _Line)
    monkeypatch.setattr(serve.gc, "freeze", lambda: None)
    arguments = parse(["--data-dir", str(tmp_path), "serve", "--controlled"])
    assert isinstance(arguments, ServeArguments)
    target = ServeTarget(arguments)
    target.paths.make_directories()
    serving = serve._Serving(arguments, target)
    assert await serving.run() == COMPLETE
    server = serving._server
    assert server is not None
    assert (server.requests.records, server.gate.origins, server.gate.token) == (True, {"http://a"}, "another")
