"""Conversations read from the database beside the process that writes it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_chat.core.entities import Conversation, Message, Role, Status, new_id
from desktop_chat.core.errors import StoreTooNew
from desktop_chat.core.ports import JournalEntry, WriteBatch
from desktop_chat.services.sqlite.migrations import MIGRATIONS
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.services.sqlite.stored_conversations import StoredConversations

OLD, NEW = (Conversation(title=title, updated_at=at) for title, at in (("Old", 1.0), ("New", 2.0)))
TRASHED = Conversation(title="Gone", updated_at=3.0, trashed_at=4.0)


def said(conversation: Conversation, text: str, status: Status = Status.COMPLETE, parent: str | None = None) -> Message:
    role = Role.USER if parent is None else Role.ASSISTANT
    return Message(new_id(), conversation.id, parent, role, text, status, 1.0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "history.db")
    await store.conversations()
    yield store
    await store.aclose()


async def test_they_are_listed_and_read_while_the_store_is_open(store: SqliteStore, tmp_path: Path) -> None:
    question = said(NEW, "What is a heron?")
    reply = said(NEW, "A bird.", parent=question.id)
    await store.write(WriteBatch((OLD, NEW, TRASHED), (question, reply, said(OLD, "Something else"))))
    with StoredConversations(tmp_path / "history.db") as stored:
        assert stored.ids(with_trash=False) == [NEW.id, OLD.id]
        assert stored.ids(with_trash=True) == [TRASHED.id, NEW.id, OLD.id]
        found = stored.get(NEW.id)
        assert found is not None
        assert found.conversation == replace(NEW, leaf_id=found.conversation.leaf_id)
        assert [message.text for message in found.messages] == ["What is a heron?", "A bird."]
        assert stored.containing("heron") == [NEW.id]
        assert stored.containing("") == []
        assert stored.get(new_id()) is None


async def test_a_running_reply_has_what_is_journalled(store: SqliteStore, tmp_path: Path) -> None:
    question = said(NEW, "Go on")
    running = said(NEW, "", Status.RUNNING, question.id)
    other = said(NEW, "", Status.RUNNING, question.id)
    await store.write(WriteBatch((NEW,), (question, running, other)))
    await store.write(WriteBatch(journal=(JournalEntry(running.id, "So far", "Thought"),)))
    with StoredConversations(tmp_path / "history.db") as stored:
        found = stored.get(NEW.id)
    assert found is not None
    texts = {message.id: (message.text, message.reasoning) for message in found.messages}
    assert texts[running.id] == ("So far", "Thought")
    assert texts[other.id] == ("", "")


def test_a_file_that_does_not_exist_has_none(tmp_path: Path) -> None:
    with StoredConversations(tmp_path / "history.db") as stored:
        assert stored.ids(with_trash=True) == []
        assert stored.containing("x") == []
        assert stored.get(OLD.id) is None


async def test_a_newer_file_is_refused_and_an_older_one_is_read(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    store = SqliteStore(file)
    await store.write(WriteBatch((OLD, NEW), (said(OLD, "Kept"),)))
    await store.aclose()
    for version in (len(MIGRATIONS) + 1, len(MIGRATIONS) - 1):
        with sqlite3.connect(file) as connection:
            connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
        if version > len(MIGRATIONS):
            with pytest.raises(StoreTooNew):
                StoredConversations(file).__enter__()
            continue
        with StoredConversations(file) as stored:
            assert stored.ids(with_trash=False) == [NEW.id, OLD.id]
            found = stored.get(OLD.id)
        assert found is not None
        assert [message.text for message in found.messages] == ["Kept"]
