"""How long Stop takes while three tools run: from the click to the end of the reply, with all tools ended and a
conversation that accepts the next question; compared with cancelling the same work alone."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from harness import ROOT, Row

TITLE = "Stop while tools run"
ROUNDS = 100
P95_S = 0.050


def measure() -> list[Row]:
    sys.path[:0] = [str(ROOT / "tests")]
    with tempfile.TemporaryDirectory() as folder:
        floor, times, valid = asyncio.run(_measure(Path(folder)))
    median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    return [
        Row(
            f"Stop while a child process, a connection and a coroutine run as tools, {ROUNDS} times: all ended, every "
            "call answered, the next question sent",
            f"{statistics.median(floor) * 1000:.1f} ms",
            f"median {median * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms, {valid} of {ROUNDS} valid",
            f"{median / statistics.median(floor):.1f}x",
            f"p95 at most 50 ms, {ROUNDS} of {ROUNDS}",
            p95 <= P95_S and valid == ROUNDS,
        )
    ]


class _Work:
    """Three tools that never end by themselves; `running` counts those that have begun and not ended."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.running = 0
        self.all_run = asyncio.Event()

    async def child(self) -> None:
        process = await asyncio.create_subprocess_exec("sleep", "1000")
        try:
            await self._until_cancelled()
        finally:
            process.kill()
            await process.wait()
            self.running -= 1

    async def connection(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            self._note()
            await reader.read()
        finally:
            writer.close()
            self.running -= 1

    async def coroutine(self) -> None:
        try:
            await self._until_cancelled()
        finally:
            self.running -= 1

    def all(self) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
        return {"child": self.child, "connection": self.connection, "coroutine": self.coroutine}

    async def _until_cancelled(self) -> None:
        self._note()
        await asyncio.Event().wait()

    def _note(self) -> None:
        self.running += 1
        if self.running == len(self.all()):
            self.all_run.set()


async def _measure(folder: Path) -> tuple[list[float], list[float], int]:
    silent = await asyncio.start_server(_keep_silent, "127.0.0.1", 0)
    work = _Work(silent.sockets[0].getsockname()[1])
    async with silent:
        floor = [await _cancel(work) for _ in range(ROUNDS)]
        times, valid = await _stop_replies(work, folder)
    return floor, times, valid


async def _keep_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def _cancel(work: _Work) -> float:
    """Cancel the work without a conversation around it."""
    work.all_run.clear()
    tasks = [asyncio.create_task(each(), name="work") for each in work.all().values()]
    await work.all_run.wait()
    begun = time.perf_counter()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return time.perf_counter() - begun


async def _stop_replies(work: _Work, folder: Path) -> tuple[list[float], int]:
    from fakes import FakeProviders  # noqa: PLC0415 -- the harness extends the path
    from session_parts import FakeToolbox, session_parts  # noqa: PLC0415

    from desktop_chat.core.connections import Connections  # noqa: PLC0415
    from desktop_chat.core.deltas import FinishDelta, ToolCallDelta  # noqa: PLC0415
    from desktop_chat.core.entities import ChatOptions, Connection  # noqa: PLC0415
    from desktop_chat.core.library import Library  # noqa: PLC0415
    from desktop_chat.core.session import ChatSession  # noqa: PLC0415
    from desktop_chat.core.settings import Preferences, Settings  # noqa: PLC0415
    from desktop_chat.core.write_behind import WriteBehind  # noqa: PLC0415
    from desktop_chat.services.sqlite.sqlite_store import SqliteStore  # noqa: PLC0415

    store = SqliteStore(folder / "history.db")
    await store.open()
    write_behind, toolbox, providers = WriteBehind(store), FakeToolbox(), FakeProviders()
    library = Library(store, write_behind)
    ids = tuple(toolbox.add(name, _as_tool(each)) for name, each in work.all().items())
    preferences = Preferences(Settings(connections=(Connection("c", "Here", "http://127.0.0.1:9"),), safe_tools=ids))
    session = ChatSession(
        library.create(ChatOptions(connection_id="c", model="m", tools=ids)).id,
        (),
        library=library,
        write_behind=write_behind,
        providers=providers,
        connections=Connections(preferences),
        preferences=preferences,
        **session_parts(preferences, toolbox),
    )
    calls = [ToolCallDelta(n, f"call{n}", name, '{"words": "some"}') for n, name in enumerate(work.all())]
    providers.provider.script("Let me see. ", *calls, FinishDelta("tool_calls"))
    times, valid = [], 0
    for _ in range(ROUNDS):
        times.append(await _stop_one(session, work))
        reply = session.path[-1]
        answered = [call for call in reply.tool_calls if call.status == "stopped" and call.result]
        valid += len(answered) == len(calls) and not work.running and len({call.id for call in answered}) == len(calls)
    await session.aclose()
    await write_behind.aclose()
    await store.aclose()
    return times, valid


async def _stop_one(session: Any, work: _Work) -> float:
    ended = asyncio.Event()
    stop_listening = session.events.add(lambda event: ended.set() if type(event).__name__ == "ReplyEnded" else None)
    work.all_run.clear()
    session.send("go")
    await work.all_run.wait()
    begun = time.perf_counter()
    session.cancel()
    await ended.wait()
    stop_listening()
    return time.perf_counter() - begun


def _as_tool(work: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[Mapping[str, Any]], Coroutine[Any, Any, Any]]:
    async def call(_: Mapping[str, Any]) -> Any:
        with suppress(ConnectionError):
            await work()
        raise AssertionError

    return call
