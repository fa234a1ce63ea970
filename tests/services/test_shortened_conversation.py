"""A conversation that was shortened stays so: closed and opened again, after a restart, and in an older file."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeProviders
from session_parts import session_parts

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import NEXT_QUESTION, ChatOptions, Connection
from desktop_chat.core.errors import ContextTooLong
from desktop_chat.core.library import Library
from desktop_chat.core.prompt_size import RequestSize
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.sqlite.migrations import MIGRATIONS, migrate
from desktop_chat.services.sqlite.salvage import salvage
from desktop_chat.services.sqlite.sqlite_store import SqliteStore


class Desk:
    """What one run of the program has of conversations."""

    def __init__(self, store: SqliteStore) -> None:
        self.write_behind = WriteBehind(store)
        self.library = Library(store, self.write_behind)
        self.providers = FakeProviders()
        self._preferences = Preferences(Settings(connections=(Connection("a", "A", "https://example.com"),)))

    async def session(self, conversation_id: str = "") -> ChatSession:
        found = conversation_id or self.library.create(ChatOptions("a", "m")).id
        return ChatSession(
            found,
            await self.write_behind.messages(found),
            library=self.library,
            write_behind=self.write_behind,
            providers=self.providers,
            connections=Connections(self._preferences),
            preferences=self._preferences,
            **session_parts(self._preferences),
        )

    async def ask(self, session: ChatSession, text: str) -> list[str]:
        """Ask, and return what was sent."""
        if not self.providers.provider.prompts:
            self.providers.provider.script("ok")
        session.send(text)
        return await self.sent(session)

    async def sent(self, session: ChatSession) -> list[str]:
        if session._record is not None:
            await session._record
        return [message.text for message in self.providers.provider.prompts[-1].messages]


@asynccontextmanager
async def run(file: Path) -> AsyncIterator[Desk]:
    """The program from its start to its end."""
    store = SqliteStore(file)
    await store.open()
    desk = Desk(store)
    await desk.library.load()
    yield desk
    await desk.write_behind.aclose()
    await store.aclose()


async def shortened(desk: Desk) -> ChatSession:
    """Three questions, of which the first is left out."""
    for reply in ("one", "two", ContextTooLong(), "three"):
        desk.providers.provider.script(reply)
    session = await desk.session()
    for question in ("q1", "q2", "q3"):
        await desk.ask(session, question)
    session.shorten(session.path[-1].id)
    assert await desk.sent(session) == ["q2", "two", "q3"]
    return session


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


async def test_closing_and_opening_it_keeps_it_short(file: Path) -> None:
    async with run(file) as desk:
        session = await shortened(desk)
        await session.aclose()
        again = await desk.session(session.conversation_id)
        assert again.left_out == 2
        assert await desk.ask(again, "q4") == ["q2", "two", "q3", "three", "q4"]
        await again.aclose()


async def test_a_restart_keeps_it_short(file: Path) -> None:
    async with run(file) as desk:
        session = await shortened(desk)
        await session.aclose()
    async with run(file) as desk:
        again = await desk.session(session.conversation_id)
        assert [message.text for message in again.path] == ["q1", "one", "q2", "two", "q3", "three"], "nothing is gone"
        assert await desk.ask(again, "q4") == ["q2", "two", "q3", "three", "q4"]
        await again.aclose()


async def test_leaving_out_all_waits_for_the_next_question_and_holds_behind_it(file: Path) -> None:
    async with run(file) as desk:
        session = await desk.session()
        await desk.ask(session, "q1")
        session.leave_out(RequestSize(1_000), 1)
        assert session.left_out == 2
        await session.aclose()
    async with run(file) as desk:
        again = await desk.session(session.conversation_id)
        assert await desk.ask(again, "q2") == ["q2"]
        await again.aclose()
    async with run(file) as desk:
        again = await desk.session(session.conversation_id)
        assert (await desk.ask(again, "q3"))[0] == "q2"
        await again.aclose()


async def test_all_is_sent_where_the_first_message_is_not_on_the_path(file: Path) -> None:
    async with run(file) as desk:
        session = await shortened(desk)
        q2 = session.path[2].id
        removed = session.delete(q2)
        assert session.left_out == 0
        assert await desk.ask(session, "q5") == ["q1", "one", "q5"]
        session.undelete(removed)
        session.show_alternative(q2)
        assert session.left_out == 2, "what comes back is where it was"
        await session.aclose()


async def test_a_question_asked_anew_in_the_place_of_the_first_is_the_first(file: Path) -> None:
    async with run(file) as desk:
        session = await shortened(desk)
        q2 = session.path[2].id
        assert session.request_size("q2, better", at_id=q2).tokens == len("q2, better") // 4
        session.edit_and_resend(q2, "q2, better")
        assert await desk.sent(session) == ["q2, better"]
        assert session.left_out == 2
        await session.aclose()


async def test_an_edit_above_the_first_message_is_counted_with_all_that_it_sends(file: Path) -> None:
    async with run(file) as desk:
        session = await desk.session()
        for question in ("x" * 400, "q2", "q3"):
            await desk.ask(session, question)
        session.leave_out(RequestSize(1_000), 1)
        await desk.ask(session, "q4")
        assert session.left_out == 6
        assert session.request_size("q3", at_id=session.path[4].id).tokens >= 100
        session.edit_and_resend(session.path[4].id, "q3")
        assert (await desk.sent(session))[0] == "x" * 400
        await session.aclose()


async def test_it_can_be_taken_back(file: Path) -> None:
    async with run(file) as desk:
        session = await shortened(desk)
        options = session.conversation.options
        desk.library.set_options(session.conversation_id, replace(options, sent_from_id=""))
        assert session.left_out == 0
        assert (await desk.ask(session, "q4"))[0] == "q1"
        await session.aclose()


async def test_a_conversation_of_an_older_version_sends_all(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        migrate(connection, file, MIGRATIONS[:6])
        connection.execute(
            "INSERT INTO conversations (id, title, folded_title, title_is_own, created_at, updated_at, pinned, draft,"
            " connection_id, model, system_prompt, streaming) VALUES ('c', 'Old', 'old', 1, 1, 1, 0, '', '', '', '', 1)"
        )
    async with run(file) as desk:
        assert desk.library["c"].options.sent_from_id == ""
    copy = file.with_name(f"history.before-v{len(MIGRATIONS)}.db")
    assert salvage(copy).conversations[0].options.sent_from_id == ""


async def test_what_is_read_out_of_a_copy_is_as_short(file: Path) -> None:
    async with run(file) as desk:
        session = await shortened(desk)
        q2 = session.path[2].id
        await session.aclose()
    [found] = salvage(file).conversations
    assert found.options.sent_from_id == q2
    assert q2 != NEXT_QUESTION
