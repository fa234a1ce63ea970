"""The window's endpoint: a process that starts, fails, dies, is told what changes, and never outlives its owner."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeCallers, MemorySecrets, MemoryStore
from whole_program import until

from desktop_chat.app import endpoint_owner
from desktop_chat.app.endpoint_owner import EndpointOwner
from desktop_chat.core.caller_conversations import CallerConversations
from desktop_chat.core.connections import Connections
from desktop_chat.core.endpoint_callers import Caller
from desktop_chat.core.endpoint_control import ChangeToken, decode_command
from desktop_chat.core.endpoint_token import TOKEN_ID
from desktop_chat.core.entities import Connection, ConnectionKind, Status
from desktop_chat.core.errors import StoreError
from desktop_chat.core.library import Library
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.local_endpoint import KEEPS_ENDING, EndpointState, EndpointStatus
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.write_behind import WriteBehind

CHILD = Path(__file__).with_name("endpoint_child.py")
LOCAL = Connection("local", "Ollama", "http://127.0.0.1:11434/v1")
KEY = "sk-only-in-memory-0123456789"


class Here:
    """An owner whose child is the scripted one, and everything around it."""

    def __init__(self, log: Path, **settings: object) -> None:
        self.log = log
        self.preferences = Preferences(Settings(connections=(LOCAL,), **settings))
        self.secrets = MemorySecrets()
        self.callers = FakeCallers()
        self.saved: Listeners[Settings] = Listeners()
        self.store = MemoryStore()
        self.write_behind = WriteBehind(self.store)
        self.library = Library(self.store, self.write_behind)
        self.states: list[EndpointStatus] = []
        self.temporary: tuple[Connection, ...] = ()

    def open(self, mode: str = "ready") -> EndpointOwner:
        connections = Connections(self.preferences, self.temporary)
        self.owner = EndpointOwner(
            [sys.executable, str(CHILD), mode, str(self.log)],
            preferences=self.preferences,
            connections=connections,
            secrets=self.secrets,
            callers=self.callers,
            record=CallerConversations(self.library, self.write_behind, connections),
            saved=self.saved,
            environment_keys={"environment": KEY},
        )
        self.owner.changed.add(self.states.append)
        return self.owner

    @property
    def told(self) -> list[dict[str, Any]]:
        """Everything the children were told, in order; the first thing of each is what it is."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    @property
    def pids(self) -> list[int]:
        return [line["pid"] for line in self.told if "pid" in line]

    def tell(self, *events: dict[str, object]) -> None:
        """Have the child tell something."""
        assert self.owner._process is not None
        self.owner._process.send(ChangeToken(json.dumps(events)))

    async def running(self) -> None:
        await until(lambda: self.owner.status.state is EndpointState.RUNNING)


@asynccontextmanager
async def an_owner(tmp_path: Path, **settings: object) -> AsyncIterator[Here]:
    here = Here(tmp_path / "told", **settings)
    yield here
    await here.owner.aclose()
    await here.write_behind.aclose()
    await until(lambda: not [pid for pid in here.pids if is_alive(pid)])


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Here]:
    async with an_owner(tmp_path, endpoint=True) as here:
        yield here


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def began(stream_id: str, caller: str = "curl") -> dict[str, object]:
    facts = {
        "id": stream_id,
        "caller": caller,
        "connection": "Ollama",
        "model": "llama",
        "path": "/v1/responses",
    }
    return {"stream": facts | {"started_at": 1.0}}


async def test_it_starts_when_it_is_switched_on_and_ends_when_off(tmp_path: Path) -> None:
    async with an_owner(tmp_path) as here:
        owner = here.open()
        assert owner.status == EndpointStatus()
        assert here.pids == []
        here.preferences.update(endpoint=True)
        await here.running()
        assert owner.status.url == "http://127.0.0.1:43210"
        assert here.preferences.settings.endpoint_port == 43_210, "the address stays the same"
        [pid] = here.pids
        here.preferences.update(endpoint=False)
        await until(lambda: not is_alive(pid))
        assert [status.state for status in here.states] == [
            EndpointState.STARTING,
            EndpointState.RUNNING,
            EndpointState.OFF,
        ]


async def test_what_it_starts_with(here: Here) -> None:
    here.secrets.keep_in_memory("local", KEY, "http://127.0.0.1:11434")
    here.callers.known = [Caller("curl", 2.0, blocked=True), Caller("node", 2.0)]
    here.preferences.update(endpoint_origins=("https://example.org",), endpoint_record=True)
    here.open()
    await here.running()
    await until(lambda: len(here.told) == 3)
    about, start, record = here.told
    assert start["start"] == {
        "token": here.secrets.keys[TOKEN_ID],
        "host": "127.0.0.1",
        "port": 0,
        "origins": ["https://example.org"],
        "default_connection": "",
        "default_model": "",
        "blocked": ["curl"],
        "keys": {"local": [KEY, "http://127.0.0.1:11434"]},
        "connections": [],
    }
    assert record == {"record": True}
    assert not [name for name in about["environment"] if "KEY" in name or "TOKEN" in name]


async def test_connections_of_this_run_are_handed_over_and_no_key_elsewhere(here: Here) -> None:
    from_environment = Connection(
        "environment", "Environment", "https://api.example/v1", kind=ConnectionKind.ENVIRONMENT
    )
    demo = Connection("demo", "Demo", "http://127.0.0.1:1/v1", default_model="chat", kind=ConnectionKind.DEMO)
    here.temporary = (from_environment, demo)
    here.open()
    await here.running()
    about, start = here.told
    assert decode_command(json.dumps(start).encode()).connections == (from_environment, demo)
    assert start["start"]["keys"] == {"environment": [KEY, "https://api.example:443"]}
    assert KEY not in str(about)


async def test_a_taken_port_is_a_failure_that_another_port_ends(tmp_path: Path) -> None:
    async with an_owner(tmp_path, endpoint=True, endpoint_port=4_000) as here:
        owner = here.open("taken")
        await until(lambda: owner.status.state is EndpointState.FAILED)
        assert (owner.status.problem, owner.status.detail) == ("port_taken", "4000")
        assert len(here.pids) == 1, "it is not tried again by itself"
        owner.retry()
        await until(lambda: len(here.pids) == 2 and owner.status.state is EndpointState.FAILED)
        here.preferences.update(endpoint_port=0)
        await here.running()
        assert here.preferences.settings.endpoint_port == 43_210


async def test_another_port_is_another_start(here: Here) -> None:
    here.open()
    await here.running()
    here.preferences.update(endpoint_port=4_001)
    await until(lambda: here.owner.status.url == "http://127.0.0.1:4001")
    assert len(here.pids) == 2


async def test_one_that_keeps_ending_is_given_up(here: Here, caplog: pytest.LogCaptureFixture) -> None:
    owner = here.open("dies")
    await until(lambda: owner.status.state is EndpointState.FAILED)
    assert owner.status.problem == KEEPS_ENDING
    assert len(here.pids) == endpoint_owner.MAX_STARTS
    assert "ended with code" in caplog.text


async def test_one_that_died_is_started_again(here: Here, caplog: pytest.LogCaptureFixture) -> None:
    here.open()
    await here.running()
    here.tell(began("1"))
    await until(lambda: here.owner.streams)
    os.kill(here.pids[0], 9)
    await until(lambda: len(here.pids) == 2 and here.owner.status.state is EndpointState.RUNNING)
    assert here.owner.streams == {}
    assert "ended with code -9" in caplog.text


async def test_a_program_that_cannot_be_started_is_a_failure(here: Here) -> None:
    owner = here.open()
    owner._command = ["/nowhere/at/all"]
    await until(lambda: owner.status.state is EndpointState.FAILED)
    assert owner.status.detail == "No such file or directory"


async def test_streams_are_followed_and_stopped(here: Here) -> None:
    owner = here.open()
    await here.running()
    changes: list[None] = []
    owner.streams_changed.add(changes.append)
    here.tell(began("1"), began("2", "node"), {"progress": {"1": 7, "9": 1}})
    await until(lambda: len(changes) == 3)
    assert {name: (stream.began.caller, stream.tokens) for name, stream in owner.streams.items()} == {
        "1": ("curl", 7),
        "2": ("node", 0),
    }
    owner.stop_stream("2")
    await until(lambda: {"stop_stream": "2"} in here.told)
    here.tell({"ended": {"id": "2", "status": "cancelled"}})
    await until(lambda: list(owner.streams) == ["1"])


async def test_what_changes_is_told(here: Here) -> None:
    owner = here.open()
    await here.running()
    before = await owner.token()
    await owner.renew_token()
    assert await owner.token() != before
    await owner.set_blocked("curl", blocked=True)
    await owner.set_blocked("curl", blocked=False)
    here.preferences.update(endpoint_origins=("http://localhost:3000",))
    here.preferences.update(endpoint_record=True)
    here.saved.emit(here.preferences.settings)  # what it read at its start may have been older
    here.preferences.update(zoom=1.25)
    here.saved.emit(here.preferences.settings)
    here.preferences.update(default_model="llama")
    here.saved.emit(here.preferences.settings)
    here.preferences.update(budgets=(("USD day", "5"),))
    here.saved.emit(here.preferences.settings)
    await until(lambda: len(here.told) == 10)
    assert here.told[2:] == [
        {"token": await owner.token()},
        {"block": "curl"},
        {"unblock": "curl"},
        {"origins": ["http://localhost:3000"]},
        {"record": True},
        {"reload": True},
        {"reload": True},
        {"reload": True},
    ]


async def test_a_key_that_comes_into_memory_starts_it_again(here: Here) -> None:
    here.open()
    await here.running()
    here.secrets.keep_in_memory("local", KEY, "http://127.0.0.1:11434")
    await until(lambda: len(here.pids) == 2 and here.owner.status.state is EndpointState.RUNNING)
    assert here.told[-1]["start"]["keys"] == {"local": [KEY, "http://127.0.0.1:11434"]}
    here.secrets.keep_in_memory("local", f"{KEY}2", "http://127.0.0.1:11434")
    await until(lambda: len(here.pids) == 3 and here.owner.status.state is EndpointState.RUNNING)
    assert here.told[-1]["start"]["keys"] == {"local": [f"{KEY}2", "http://127.0.0.1:11434"]}
    here.secrets.keep_in_memory("local", f"{KEY}2", "http://127.0.0.1:11434")
    await here.secrets.remove("local")
    await until(lambda: len(here.pids) == 4 and here.owner.status.state is EndpointState.RUNNING)
    assert here.told[-1]["start"]["keys"] == {}


async def test_what_is_asked_becomes_conversations(here: Here) -> None:
    owner = here.open()
    await here.running()
    asked = {"messages": [{"role": "user", "text": "Why?"}], "model": "llama", "connection_id": "local"}
    grown = {"answer": {"id": "1", "pieces": [["text", "Bec"]]}}
    answered = {"status": "failed", "usage": None}
    here.preferences.update(endpoint_record=True)
    here.tell(began("1"), {"asked": {"id": "1"} | asked}, grown)
    ended = {"id": "1", "status": "failed", "detail": "rate_limited"}
    here.tell({"ended": ended}, {"answered": {"id": "1"} | answered})
    await until(lambda: not owner.streams and here.library.shown() and here.library.shown()[0].leaf_id)
    here.tell({"asked": {"id": "2"} | asked})
    await until(lambda: len(here.library.shown()) == 2)
    await owner.aclose()
    await here.write_behind.flush()
    stored = {
        (messages[-1].text, messages[-1].status, messages[-1].failure and messages[-1].failure.code)
        for messages in [await here.store.messages(conversation.id) for conversation in here.library.shown()]
    }
    assert stored == {("Bec", Status.FAILED, "rate_limited"), ("", Status.INTERRUPTED, None)}


async def test_callers_that_cannot_be_read_keep_nothing_from_starting(
    here: Here, caplog: pytest.LogCaptureFixture
) -> None:
    here.callers.error = StoreError("broken")
    here.open()
    await here.running()
    assert "broken" in caplog.text


async def test_a_child_that_does_not_end_is_killed(here: Here) -> None:
    owner = here.open("stuck")
    await here.running()
    [pid] = here.pids
    begun = asyncio.get_running_loop().time()
    await owner.aclose()
    assert not is_alive(pid)
    assert asyncio.get_running_loop().time() - begun < 5 * endpoint_owner.GRACE_S
