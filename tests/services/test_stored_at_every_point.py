"""Whatever a reply does, with text, images and tools: what is on disk after a write is what there was."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from chat_story import CONNECTION
from fakes import FakeProviders, ScriptedProvider
from hypothesis import example, given, settings
from hypothesis import strategies as st
from property_tests import examples
from session_parts import FakeToolbox, session_parts

from desktop_chat.core.connections import Connections
from desktop_chat.core.deltas import (
    Delta,
    FinishDelta,
    ImageDelta,
    ReasoningDelta,
    RecastDelta,
    TextDelta,
    ToolCallDelta,
)
from desktop_chat.core.entities import ChatOptions, Message, Status
from desktop_chat.core.errors import StoreError
from desktop_chat.core.events import ReplyEnded
from desktop_chat.core.library import Library
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.prompt import Prompt
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tools import ToolCall, ToolResult, stopped
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.sqlite.salvage import salvage
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

WRITE, FAIL = "write", "fail"
"""Compare what is on disk; let writes fail until then."""
TEXTS = st.text("ab \n", min_size=1, max_size=4)
STEPS = st.one_of(
    st.builds(TextDelta, TEXTS),
    st.builds(ReasoningDelta, TEXTS),
    st.just(RecastDelta()),
    st.builds(ImageDelta, st.just("image/png"), st.sampled_from([b"one", b"two"])),
    st.just(ToolCallDelta(0, "", "tool", "")),
    st.sampled_from([WRITE, WRITE, FAIL]),
)
ROUNDS = st.lists(st.lists(STEPS, max_size=8), min_size=1, max_size=3)


class FailingStore(SqliteStore):
    """Fails while it is told to."""

    fails = False

    async def write(self, batch: WriteBatch) -> None:
        if self.fails:
            raise StoreError
        await super().write(batch)


class Disk(ScriptedProvider):
    """A model that looks at the disk while it answers, and so does its tool."""

    def __init__(self, file: Path, rounds: list[list[Delta | str]]) -> None:
        super().__init__()
        self._file = file
        self._rounds = iter(rounds)
        self.store = FailingStore(file)
        self.write_behind = WriteBehind(self.store)
        self.compared = 0

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        for step in next(self._rounds, []):
            if step == FAIL:
                self.store.fails = True
                with suppress(StoreError):
                    await self.write_behind.flush()
            elif isinstance(step, str):
                await self.look()
            else:
                yield step
        yield FinishDelta("stop")

    async def tool(self, _: Mapping[str, Any]) -> ToolResult:
        found, now = await self.look()
        assert found == stopped(now), "each change of a call is stored"
        return ToolResult("found")

    async def look(self) -> tuple[tuple[ToolCall, ...], tuple[ToolCall, ...]]:
        """Compare what is on disk with the reply; return the calls of both."""
        self.store.fails = False
        await self.write_behind.flush()
        assert self.session.reply is not None
        now = self.session.reply.so_far()
        found = next(m for m in salvage(self._file).messages if m.id == now.id)
        assert (found.text, found.reasoning, found.attachments) == (now.text, now.reasoning, now.attachments)
        self.compared += 1
        return found.tool_calls, now.tool_calls

    async def run(self) -> Message:
        await self.store.open()
        library = Library(self.store, self.write_behind)
        preferences = Preferences(Settings(connections=(CONNECTION,), safe_tools=("/tool",)))
        toolbox = FakeToolbox()
        options = ChatOptions(connection_id="c1", model="m", tools=(toolbox.add("tool", self.tool),))
        self.session = ChatSession(
            library.create(options).id,
            (),
            library=library,
            write_behind=self.write_behind,
            providers=FakeProviders(self),
            connections=Connections(preferences),
            preferences=preferences,
            **session_parts(preferences, toolbox),
        )
        ended: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self.session.events.add(
            lambda event: ended.set_result(event.message) if isinstance(event, ReplyEnded) else None
        )
        self.session.send("go")
        message = await ended
        self.store.fails = False
        await self.write_behind.aclose()
        (_, stored) = await self.store.messages(message.conversation_id)
        await self.store.aclose()
        assert stored == message
        return message


@given(ROUNDS)
@example([[TextDelta("a"), FAIL, ImageDelta("image/png", b"one"), WRITE]])
@example([[TextDelta("a"), ImageDelta("image/png", b"one"), WRITE, TextDelta("b"), WRITE, RecastDelta(), WRITE]])
@settings(deadline=None, max_examples=examples(40))
def test_the_disk_has_what_the_reply_has(rounds: list[list[Delta | str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(Path(folder) / "history.db", [*rounds, []])
        message = asyncio.run(disk.run())
    assert message.failure is None or message.status is Status.FAILED
    assert disk.compared >= sum(step == WRITE for step in rounds[0])
