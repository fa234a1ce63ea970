"""A prompt that is too long is shortened at its beginning, by whole questions; its last question is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fakes import FakeProviders, MemoryStore
from hypothesis import given
from hypothesis import strategies as st
from session_parts import session_parts

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import ChatOptions, Connection, Message, Role, Status
from desktop_chat.core.errors import ContextTooLong
from desktop_chat.core.library import Library
from desktop_chat.core.prompt import shorter_start
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.write_behind import WriteBehind


def path_of(roles: list[Role]) -> list[Message]:
    return [Message(str(n), "c", None, role, "x", Status.COMPLETE, 0.0) for n, role in enumerate(roles)]


@given(st.lists(st.sampled_from([Role.USER, Role.ASSISTANT]), max_size=12))
def test_the_rest_starts_with_a_question_and_includes_the_last_one(roles: list[Role]) -> None:
    path = path_of(roles)
    start = shorter_start(path)
    if Role.USER in roles:
        assert path[start].role is Role.USER or start == 0
        assert Role.USER in roles[start:]
    else:
        assert start == 0


def test_about_half_is_left() -> None:
    path = path_of([Role.USER, Role.ASSISTANT] * 6)
    assert shorter_start(path) == 6
    assert shorter_start(path[4:]) == 4
    assert shorter_start(path[:2]) == 0


@pytest.fixture
async def chat() -> AsyncIterator[tuple[ChatSession, FakeProviders]]:
    store, providers = MemoryStore(), FakeProviders()
    write_behind = WriteBehind(store)
    preferences = Preferences(Settings(connections=(Connection("a", "A", "https://example.com"),)))
    library = Library(store, write_behind)
    conversation = library.create(ChatOptions("a", "m"))
    session = ChatSession(
        conversation.id,
        (),
        library=library,
        write_behind=write_behind,
        providers=providers,
        connections=Connections(preferences),
        preferences=preferences,
        **session_parts(preferences),
    )
    yield session, providers
    await session.aclose()
    await write_behind.aclose()


async def ended(session: ChatSession) -> None:
    if session._record is not None:
        await session._record


async def test_shortening_omits_the_older_half_from_then_on(chat: tuple[ChatSession, FakeProviders]) -> None:
    session, providers = chat
    providers.provider.script("one")
    providers.provider.script("two")
    providers.provider.script(ContextTooLong())
    providers.provider.script("three")
    for question in ("q1", "q2", "q3"):
        session.send(question)
        await ended(session)
    session.shorten(session.path[-1].id)
    await ended(session)
    assert [m.text for m in providers.provider.prompts[-1].messages] == ["q2", "two", "q3"]
    assert [m.text for m in session.path] == ["q1", "one", "q2", "two", "q3", "three"], "nothing is gone"
    session.send("q4")
    await ended(session)
    assert providers.provider.prompts[-1].messages[0].text == "q2"
    session.shorten(session.path[-1].id)
    await ended(session)
    session.shorten(session.path[-1].id)
    await ended(session)
    session.shorten(session.path[-1].id)
    await ended(session)
    assert [m.text for m in providers.provider.prompts[-1].messages] == ["q4"], "the last question always stays"
