"""The store compared with a simple model: for arbitrary writes, orders and searches."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from property_tests import examples

from desktop_chat.core.entities import (
    ChatOptions,
    Conversation,
    Failure,
    Message,
    Role,
    Status,
    Timing,
    Usage,
)
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.ports import JournalEntry, WriteBatch
from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.markdown.folding import folded
from desktop_chat.markdown.plain_text import first_hit
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
WORDS = st.text(st.sampled_from('aAéÉßs 天气今"*%_-:ДдİΣσ\0xи\u0306\u0323'), max_size=14)
TIME = st.floats(0, 4e9)
COUNT = st.none() | st.integers(0, 2**40)
SECONDS = st.none() | st.floats(0, 1e6)
CONVERSATION_IDS = st.sampled_from(["c1", "c2", "c3"])
MESSAGE_IDS = st.sampled_from([f"m{number}" for number in range(6)])

OPTIONS = st.builds(
    ChatOptions, TEXT, TEXT, TEXT, st.none() | st.floats(0, 2), COUNT, st.none() | TEXT, streaming=st.booleans()
)
CONVERSATIONS = st.builds(
    Conversation,
    id=CONVERSATION_IDS,
    title=TEXT | WORDS,
    title_is_own=st.booleans(),
    created_at=TIME,
    updated_at=TIME,
    pinned=st.booleans(),
    trashed_at=st.none() | TIME,
    leaf_id=st.none() | MESSAGE_IDS,
    draft=TEXT,
    options=OPTIONS,
)
MESSAGES = st.builds(
    Message,
    id=MESSAGE_IDS,
    conversation_id=CONVERSATION_IDS,
    parent_id=st.none(),
    role=st.sampled_from(Role),
    text=TEXT | WORDS,
    status=st.sampled_from(Status),
    created_at=TIME,
    reasoning=TEXT,
    connection_name=TEXT,
    model=TEXT,
    finish_reason=st.none() | TEXT,
    failure=st.none() | st.builds(Failure, TEXT, TEXT, SECONDS),
    usage=st.none() | st.builds(Usage, st.integers(0, 9), COUNT, COUNT),
    timing=st.none() | st.builds(Timing, SECONDS, SECONDS, st.floats(0, 9)),
    skipped_events=st.integers(0, 9),
    left_out=st.sets(st.sampled_from(LeftOut)).map(lambda parts: tuple(part for part in LeftOut if part in parts)),
)
ENTRIES = st.builds(JournalEntry, MESSAGE_IDS, TEXT, TEXT)
BATCHES = st.builds(
    WriteBatch,
    st.lists(CONVERSATIONS, max_size=2).map(tuple),
    st.lists(MESSAGES, max_size=3).map(tuple),
    st.lists(ENTRIES, max_size=3).map(tuple),
    st.lists(MESSAGE_IDS, max_size=2).map(tuple),
)
STEPS = st.lists(BATCHES | st.lists(CONVERSATION_IDS, max_size=2), max_size=8)


class Model:
    """The store's contract, in dictionaries."""

    def __init__(self) -> None:
        self.conversations: dict[str, Conversation] = {}
        self.messages: dict[str, Message] = {}
        self.journal: dict[str, list[JournalEntry]] = {}

    def write(self, batch: WriteBatch) -> None:
        for name in batch.deleted:
            self.messages.pop(name, None)
            self.journal.pop(name, None)
        self.conversations |= {c.id: c for c in batch.conversations}
        for message in batch.messages:
            if message.conversation_id in self.conversations:
                self.messages[message.id] = message
                self.journal.pop(message.id, None)
        for entry in batch.journal:
            message = self.messages.get(entry.message_id)
            if message is not None and message.status is Status.RUNNING:
                self.journal.setdefault(entry.message_id, []).append(entry)

    def delete(self, doomed: list[str]) -> None:
        for conversation_id in doomed:
            self.conversations.pop(conversation_id, None)
        kept = {m.id: m for m in self.messages.values() if m.conversation_id in self.conversations}
        self.messages = kept
        self.journal = {name: entries for name, entries in self.journal.items() if name in kept}

    def whole(self) -> dict[str, Message]:
        return {message.id: self._with_journal(message) for message in self.messages.values()}

    def _with_journal(self, message: Message) -> Message:
        entries = self.journal.get(message.id, [])
        return replace(
            message,
            text=message.text + "".join(entry.text for entry in entries),
            reasoning=message.reasoning + "".join(entry.reasoning for entry in entries),
        )

    def found(self, query: str) -> set[str]:
        shown = {c.id for c in self.conversations.values() if c.trashed_at is None}
        find_query = FindQuery(query.replace("\0", " "))
        by_title = {c.id for c in self.conversations.values() if find_query.folded in folded(c.title)}
        ended = (m for m in self.messages.values() if m.status is not Status.RUNNING)
        by_text = {m.conversation_id for m in ended if first_hit(m.text, find_query)}
        return shown & (by_title | by_text)


def with_store(story: Callable[[SqliteStore], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory() as place:
            store = SqliteStore(Path(place) / "history.db")
            try:
                await story(store)
            finally:
                await store.aclose()

    asyncio.run(run())


async def play(store: SqliteStore, steps: list[WriteBatch | list[str]]) -> Model:
    model = Model()
    for step in steps:
        if isinstance(step, WriteBatch):
            await store.write(step)
            model.write(step)
        else:
            await store.delete(step)
            model.delete(step)
    return model


async def check(store: SqliteStore, model: Model) -> None:
    assert {c.id: c for c in await store.conversations()} == model.conversations
    stored = [m for name in ("c1", "c2", "c3") for m in await store.messages(name)]
    assert {m.id: m for m in stored} == model.whole()
    assert len(stored) == len(model.messages)


@settings(max_examples=examples(60))
@given(STEPS, st.lists(WORDS, max_size=4))
def test_the_store_matches_the_model_and_finds_its_content(
    steps: list[WriteBatch | list[str]], words: list[str]
) -> None:
    async def story(store: SqliteStore) -> None:
        model = await play(store, steps)
        await check(store, model)
        texts = [m.text for m in model.messages.values()] + [c.title for c in model.conversations.values()]
        for query in (*words, *(text[1:4] for text in texts), *texts):
            if query:
                assert {hit.conversation_id for hit in await store.search(query)} == model.found(query), repr(query)

    with_store(story)


@settings(max_examples=examples(30))
@given(STEPS)
def test_a_restart_interrupts_running_replies_and_changes_nothing_else(steps: list[WriteBatch | list[str]]) -> None:
    async def story(store: SqliteStore) -> None:
        model = await play(store, steps)
        await store.aclose()
        again = SqliteStore(store._file)
        report = await again.open()
        running = {m.id for m in model.messages.values() if m.status is Status.RUNNING}
        assert set(report.recovered_replies) == running
        for name, message in model.whole().items():
            (stored,) = [m for m in await again.messages(message.conversation_id) if m.id == name]
            if name in running:
                assert (stored.text, stored.reasoning) == (message.text, message.reasoning)
                assert stored.status is Status.INTERRUPTED
            else:
                assert stored == message
        await again.aclose()

    with_store(story)


@settings(max_examples=examples(40))
@given(st.permutations(range(6)), st.lists(st.integers(-1, 5), min_size=6, max_size=6))
def test_a_tree_is_returned_parents_first_in_whatever_order_it_was_stored(order: list[int], parents: list[int]) -> None:
    one = Conversation(id="c1", created_at=1.0, updated_at=1.0)
    above = [f"m{parent}" if 0 <= parent < number else None for number, parent in enumerate(parents)]
    tree = [Message(f"m{n}", "c1", above[n], Role.USER, "t", Status.COMPLETE, 1.0) for n in range(6)]

    async def story(store: SqliteStore) -> None:
        for number in order:
            await store.write(WriteBatch((one,), (tree[number],)))
        stored = await store.messages("c1")
        assert sorted(m.id for m in stored) == [f"m{n}" for n in range(6)]
        seen: set[str | None] = {None}
        for message in stored:
            assert message.parent_id in seen
            seen.add(message.id)

    with_store(story)
