"""Exports of rows are the same, byte for byte, as those of objects."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from export_samples import conversations
from hypothesis import HealthCheck, given, settings
from store_samples import conversation, message

from desktop_chat.app.export_parts import export_words
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.connections import DEMO_NAME
from desktop_chat.core.entities import Conversation, Failure, Message, Role, Source, Status, Timing, Usage
from desktop_chat.core.errors import StoreError
from desktop_chat.core.exporting import ExportedConversation, ExportFormat, ExportRequest
from desktop_chat.services.exports.markdown_export import markdown_bytes, markdown_of
from desktop_chat.services.exports.own_json import blobs_of, own_json
from desktop_chat.services.exports.source import StoredConversation
from desktop_chat.services.sqlite import plain_rows
from desktop_chat.services.sqlite.migrations import MIGRATIONS
from desktop_chat.services.sqlite.plain_rows import PlainConversation, Shape, reads_plainly
from desktop_chat.services.sqlite.sqlite_rows import (
    CONVERSATION_COLUMNS,
    MESSAGE_COLUMNS,
    conversation_row,
    message_row,
    upsert,
)
from desktop_chat.services.sqlite.stored_conversations import StoredConversations

PUT_CONVERSATION = upsert("conversations", ("folded_title", *CONVERSATION_COLUMNS))
PUT_MESSAGE = upsert("messages", MESSAGE_COLUMNS)
IMAGE = Attachment(AttachmentKind.IMAGE, "a.png", "image/png", 3, "a" * 64, 8, 8)
IN_TEXT = f"See ![sun](attachment:{IMAGE.sha256})"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "history.db", isolation_level=None)) as connection:
        for step in MIGRATIONS:
            step(connection)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        yield connection


@pytest.fixture
def stored(history: sqlite3.Connection, tmp_path: Path) -> Iterator[StoredConversations]:
    with StoredConversations(tmp_path / "history.db") as stored:
        yield stored


def put(history: sqlite3.Connection, one: Conversation, *messages: Message) -> Conversation:
    history.execute("BEGIN")
    history.execute(PUT_CONVERSATION, conversation_row(one))
    for each in messages:
        history.execute(PUT_MESSAGE, message_row(each))
    history.execute("COMMIT")
    return one


def read(stored: StoredConversations, one: Conversation, shape: Shape) -> StoredConversation:
    [found] = stored.read([one.id], shape)
    assert found is not None
    return found


def place_of(sha256: str, name: str) -> str:
    return f"<{sha256[:3]}/{name}>" if sha256.startswith("a") else ""


def assert_same(stored: StoredConversations, one: Conversation) -> None:
    """A conversation that is read as rows must be written as one that is read as objects."""
    usual = stored.get(one.id)
    assert usual is not None
    rows = read(stored, one, Shape.JSON)
    assert b"".join(own_json([rows], None, now=0.0)) == b"".join(own_json([usual], None, now=0.0))
    assert list(blobs_of(rows)) == list(blobs_of(usual))
    texts = read(stored, one, Shape.TEXT)
    for reasoning in (True, False):
        for all_branches in (True, False):
            request = ExportRequest(ExportFormat.MARKDOWN, Path("out"), reasoning=reasoning, all_branches=all_branches)
            expected = markdown_of(usual, request, export_words(), place_of).encode("utf-8", "replace")
            assert markdown_bytes(texts, request, export_words(), place_of) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conversations())
def test_any_conversation_is_written_in_the_same_way(
    history: sqlite3.Connection, stored: StoredConversations, drawn: ExportedConversation
) -> None:
    assert_same(stored, put(history, drawn.conversation, *drawn.messages))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conversations(is_plain=True))
def test_any_conversation_of_text_and_numbers_is_read_without_objects(
    history: sqlite3.Connection, stored: StoredConversations, drawn: ExportedConversation
) -> None:
    one = put(history, drawn.conversation, *drawn.messages)
    rows = read(stored, one, Shape.JSON)
    assert isinstance(rows, PlainConversation)
    assert not rows.messages
    assert_same(stored, one)


def test_every_kind_of_message_is_written_in_the_same_way(
    history: sqlite3.Connection, stored: StoredConversations
) -> None:
    trip = conversation(title='A "trip"\u2028\x7f 中文')
    kinds = [
        {"text": "".join(map(chr, range(256))) + "\u2028\uffff\U0001f600"},
        {"role": Role.ASSISTANT, "model": "m\u202e", "reasoning": "Because\n\u3000\n  so", "finish_reason": ""},
        {"role": Role.ASSISTANT, "usage": Usage(1, 2, None, 4), "timing": Timing(0.1, None, 1e22)},
        {"role": Role.SYSTEM, "text": ""},
        {"role": Role.ASSISTANT, "text": "", "reasoning": "No answer."},
        {"role": Role.ASSISTANT, "connection_name": DEMO_NAME, "skipped_events": 3},
        {"role": Role.ASSISTANT, "status": Status.FAILED, "failure": Failure("rate_limited", "Wait", 2.5)},
        {"role": Role.ASSISTANT, "sources": (Source("https://s.example", "Page"),)},
        {"text": IN_TEXT},
        {"text": IN_TEXT, "attachments": (IMAGE,)},
        {"created_at": 1e308 * 10},
    ]
    messages: list[Message] = []
    for values in kinds:
        messages.append(message(trip, **{"text": "Said", "parent": messages[-1] if messages else None, **values}))  # type: ignore[arg-type]
    put(history, trip, *messages)
    assert_same(stored, trip)
    assert isinstance(read(stored, trip, Shape.JSON), PlainConversation)
    assert isinstance(read(stored, trip, Shape.TEXT), PlainConversation)


def test_branches_and_the_one_that_is_shown_are_kept(history: sqlite3.Connection, stored: StoredConversations) -> None:
    trip = conversation()
    asked = message(trip, "Why?")
    first, second = (message(trip, text, asked, role=Role.ASSISTANT) for text in ("So.", "Because."))
    put(history, replace(trip, leaf_id=first.id), asked, first, second)
    assert_same(stored, trip)
    assert isinstance(read(stored, trip, Shape.JSON), PlainConversation)
    line = conversation()
    question = message(line, "Why?")
    put(history, replace(line, leaf_id=question.id), question, message(line, "So.", question))
    assert_same(stored, line)


def test_children_that_are_stored_before_their_parents_are_written_after_them(
    history: sqlite3.Connection, stored: StoredConversations
) -> None:
    trip = conversation()
    asked = message(trip, "Why?")
    put(history, trip, message(trip, "So.", asked, role=Role.ASSISTANT), asked)
    assert_same(stored, trip)
    assert isinstance(read(stored, trip, Shape.JSON), ExportedConversation)


def test_a_running_reply_is_read_with_its_journal(history: sqlite3.Connection, stored: StoredConversations) -> None:
    trip = conversation()
    asked = message(trip, "Why?")
    put(history, trip, asked, message(trip, "So", asked, role=Role.ASSISTANT, status=Status.RUNNING))
    assert isinstance(read(stored, trip, Shape.JSON), ExportedConversation)
    assert_same(stored, trip)


def test_conversations_come_in_the_order_of_their_ids_and_none_for_those_that_are_gone(
    history: sqlite3.Connection, stored: StoredConversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_rows, "_BYTES_AT_ONCE", 100)
    ones = [conversation(title=str(number)) for number in range(3 * plain_rows.AT_ONCE)]
    for number, one in enumerate(ones):
        put(history, one, message(one, "x" * number))
    gone = ones[5]
    history.execute("INSERT INTO deleted_conversations (id) VALUES (?)", (gone.id,))
    found = [
        None if each is None else each.conversation.id
        for each in stored.read([*(one.id for one in ones), "?"], Shape.JSON)
    ]
    assert found == [*(None if one is gone else one.id for one in ones), None]


def test_the_file_is_free_while_a_conversation_is_written(
    history: sqlite3.Connection, stored: StoredConversations
) -> None:
    ones = [put(history, conversation()) for _ in range(2)]
    reading = iter(stored.read([one.id for one in ones], Shape.JSON))
    next(reading)
    assert stored._connection is not None
    assert not stored._connection.in_transaction


def test_what_another_program_stored_in_place_of_numbers_is_written_in_the_same_way(
    history: sqlite3.Connection, stored: StoredConversations
) -> None:
    trip = conversation()
    put(history, trip, message(trip, "Hi", usage=Usage(1), timing=Timing(2.0)))
    history.execute("UPDATE messages SET created_at = 'now', prompt_tokens = 1.5, first_token_s = 9e999, total_s = 'x'")
    assert isinstance(read(stored, trip, Shape.JSON), PlainConversation)
    assert_same(stored, trip)


@pytest.mark.parametrize("shape", Shape)
def test_a_text_that_is_none_is_an_error_and_spoils_no_file(
    history: sqlite3.Connection, stored: StoredConversations, shape: Shape
) -> None:
    whole, broken = conversation(), conversation()
    put(history, whole, message(whole, "Whole"))
    put(history, broken, message(broken, "Broken"))
    history.execute("UPDATE messages SET text = CAST(x'ff41' AS TEXT) WHERE text = 'Broken'")
    reading = iter(stored.read([whole.id, broken.id], shape))
    assert isinstance(next(reading), PlainConversation)
    with pytest.raises(StoreError):
        next(reading)


def test_every_column_of_a_message_is_read_or_makes_it_one_that_is_not_plain() -> None:
    named = set(re.findall(r"\w+", " ".join(Shape.JSON.value)))
    with_others = {"conversation_id", "failure_detail", "failure_retry_after_s", "summary_in_use"}
    assert set(MESSAGE_COLUMNS) - with_others <= named


def test_without_json_in_sqlite_objects_are_read(
    history: sqlite3.Connection, stored: StoredConversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reads_plainly(history)
    trip = conversation()
    put(history, trip, message(trip, "Hi"))
    history.create_function("json_object", -1, lambda *_values: "{}")
    assert not reads_plainly(history)
    assert stored._connection is not None
    stored._connection.create_function("json_object", -1, lambda *_values: "{}")
    assert isinstance(read(stored, trip, Shape.JSON), ExportedConversation)
