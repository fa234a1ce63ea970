"""Imported conversations enter the store whole or not at all, once, and nothing that is there is replaced."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from imported_chats import COUNT, LONG, imported

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.entities import Failure, Message, Role, Source, Status, Summary, Timing, Usage
from desktop_chat.core.errors import StoreError, StoreReplaced, StoreTooNew
from desktop_chat.core.importing import Imported, ImportedConversation, ImportHeldBack, PlainMessage
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.tools import CallStatus, ToolCall
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.hardening import LONGEST_ROW
from desktop_chat.services.sqlite.import_writer import ImportWriter
from desktop_chat.services.sqlite.migrations import MIGRATIONS
from desktop_chat.services.sqlite.sqlite_store import SqliteStore


async def history(paths: Paths) -> SqliteStore:
    """Return the open store, as a window has it while conversations are added beside it."""
    store = SqliteStore(paths.database_file)
    await store.open()
    return store


def write(paths: Paths, *items: ImportedConversation) -> list[Imported]:
    with ImportWriter(paths.database_file) as writer:
        return writer.write(items)


def result(length: int, **values: Any) -> Imported:
    key = imported(0, length).conversation
    return Imported(key.id, "Chat 0", total=length, updated_at=key.updated_at, **values)


@pytest.mark.parametrize("length", [3, LONG])
async def test_a_new_conversation_comes_with_all_its_messages_once(paths: Paths, length: int) -> None:
    item = imported(0, length)
    store = await history(paths)
    taken = write(paths, item)
    again = write(paths, item)
    assert await store.conversations() == [item.conversation]
    assert await store.messages(item.conversation.id) == list(item.messages)
    assert taken == [result(length, is_new=True, messages=length)]
    assert again == [result(length)]
    assert [hit.conversation_id for hit in await store.search("Text 2")] == [item.conversation.id]
    await store.aclose()


async def test_many_come_together_and_any_part_of_a_message_is_kept(paths: Paths) -> None:
    plain, rich = imported(0, 3), imported(1, 3)
    image = Attachment(AttachmentKind.IMAGE, "a.png", "image/png", 3, "0" * 64)
    call = ToolCall("call", "search", "{}", CallStatus.DONE, "Found", images=(image,))
    middle = replace(
        rich.messages[1],
        usage=Usage(1, 2),
        timing=Timing(0.5),
        failure=Failure("http_error", "words"),
        sources=(Source("https://a.example"),),
        attachments=(image,),
        tool_calls=(call,),
        finish_reason="stop",
        text="Lone \ud83d half",
    )
    rich = replace(rich, messages=(rich.messages[0], middle, rich.messages[2]))
    store = await history(paths)
    taken = write(paths, plain, rich)
    assert [(each.messages, each.images) for each in taken] == [(3, 0), (3, 2)]
    stored = await store.messages(rich.conversation.id)
    assert stored == [rich.messages[0], replace(middle, text="Lone \ufffd half"), rich.messages[2]]
    assert await store.messages(plain.conversation.id) == list(plain.messages)
    await store.aclose()


async def test_plain_messages_are_stored_as_whole_ones_are(paths: Paths) -> None:
    key = imported(0).conversation.id
    rows = [
        PlainMessage("q", key, None, "user", "Cut \ud83d 你好", "complete", 1.0),
        PlainMessage("a", key, "q", "assistant", "Answer", "truncated", 2.0, "Hmm \ud83d", "Mine", "gpt \ud83d", 3),
    ]
    store = await history(paths)
    write(paths, replace(imported(0), messages=tuple(rows)))
    assert await store.messages(key) == [
        Message("q", key, None, Role.USER, "Cut \ufffd 你好", Status.COMPLETE, 1.0),
        Message(
            "a", key, "q", Role.ASSISTANT, "Answer", Status.TRUNCATED, 2.0, "Hmm \ufffd", "Mine", "gpt \ufffd",
            skipped_events=3,
        ),
    ]  # fmt: skip
    [again] = write(paths, replace(imported(0), messages=(rows[0], rows[1]._replace(text="Changed"))))
    assert (again.messages, again.changed) == (1, 1)
    assert [message.text for message in await store.messages(key)] == ["Cut \ufffd 你好", "Answer", "Changed"]
    await store.aclose()


_TREE = frozenset({"conversation_id", "parent_id"})
_IMAGE = Attachment(AttachmentKind.IMAGE, "a.png", "image/png", 3, "0" * 64)
_ALONE: dict[str, Any] = {
    "id": "1" * 32,
    "text": "Another text",
    "role": Role.ASSISTANT,
    "status": Status.CANCELLED,
    "created_at": 7.0,
    "reasoning": "Because",
    "connection_name": "Home",
    "model": "llama",
    "finish_reason": "",
    "failure": Failure("http_error"),
    "usage": Usage(0),
    "timing": Timing(0.0),
    "skipped_events": 2,
    "sources": (Source("https://a.example"),),
    "left_out": (LeftOut.USAGE,),
    "attachments": (_IMAGE,),
    "tool_calls": (ToolCall("call", "search", "{}", CallStatus.DONE, "Found"),),
    "summary": Summary(1, in_use=False),
}
"""A value for each field of a message that is not the usual one."""


@pytest.mark.parametrize("name", [each.name for each in fields(Message) if each.name not in _TREE])
async def test_a_message_with_only_one_unusual_field_keeps_it(paths: Paths, name: str) -> None:
    item = imported(0, 1)
    unusual = replace(item.messages[0], **{name: _ALONE[name]})
    store = await history(paths)
    write(paths, replace(item, messages=(unusual,)))
    assert await store.messages(item.conversation.id) == [unusual]
    await store.aclose()


async def test_texts_are_indexed_once_the_store_learns_of_them(paths: Paths) -> None:
    store = await history(paths)
    write(paths, imported(0, 3))
    waiting = "SELECT count(*) FROM unindexed"
    with closing(sqlite3.connect(paths.database_file)) as reader:
        assert reader.execute(waiting).fetchone() == (3,)
        store.tidy()
        while reader.execute(waiting).fetchone() != (0,):  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    assert [hit.snippet for hit in await store.search("ext 1")] == ["Text 1"]
    await store.aclose()


async def test_a_preview_adds_nothing(paths: Paths) -> None:
    store = await history(paths)
    with ImportWriter(paths.database_file) as writer:
        [taken] = writer.preview([imported(0, 3)])
    assert taken == result(3, is_new=True, messages=3)
    assert await store.conversations() == []
    await store.aclose()


async def test_new_messages_are_added_and_what_changed_comes_beside_it(paths: Paths) -> None:
    store = await history(paths)
    write(paths, imported(0, 3))
    grown = imported(0, 4)
    changed = replace(grown.messages[1], text="Changed")
    newer = replace(grown, messages=(grown.messages[0], changed, *grown.messages[2:]))
    [taken] = write(paths, newer)
    [again] = write(paths, newer)
    texts = [(message.text, message.parent_id) for message in await store.messages(grown.conversation.id)]
    first = grown.messages[0].id
    assert sorted(texts[1:], key=str) == sorted(
        [("Changed", first), ("Text 1", first), ("Text 2", changed.id), ("Text 3", grown.messages[2].id)], key=str
    )
    assert (taken.messages, taken.changed) == (2, 1)
    assert (again.messages, again.changed) == (0, 1)
    await store.aclose()


async def test_a_message_of_another_conversation_is_not_replaced(paths: Paths) -> None:
    mine, other = imported(0, 2), imported(1, 2)
    store = await history(paths)
    write(paths, mine)
    stolen = replace(other.messages[0], id=mine.messages[0].id, text="Stolen")
    write(paths, replace(other, messages=(stolen,)))
    assert await store.messages(mine.conversation.id) == list(mine.messages)
    await store.aclose()


async def test_what_is_written_meanwhile_stays(paths: Paths) -> None:
    item = imported(0, 2)
    store = await history(paths)
    write(paths, item)
    own = Message("own", item.conversation.id, item.messages[1].id, Role.ASSISTANT, "Mine", Status.COMPLETE, 2.0)
    await store.write(WriteBatch(messages=(own,)))
    write(paths, imported(0, 3))
    assert own in await store.messages(item.conversation.id)
    await store.aclose()


async def test_a_deleted_conversation_comes_back_whole(paths: Paths) -> None:
    item = imported(0, 3)
    store = await history(paths)
    write(paths, item)
    await store.delete([item.conversation.id])
    assert write(paths, item) == [result(3, is_new=True, messages=3)]
    assert await store.messages(item.conversation.id) == list(item.messages)
    await store.aclose()


async def test_a_failure_leaves_none_of_those_that_come_together(paths: Paths) -> None:
    store = await history(paths)
    whole, bad = imported(0, 2), imported(1, 2)
    bad = replace(bad, messages=(bad.messages[0], replace(bad.messages[1], text="x" * (LONGEST_ROW + 1))))
    with pytest.raises(StoreError):
        write(paths, whole, bad)
    assert await store.conversations() == []
    await store.aclose()


def test_without_a_database_of_this_version_nothing_comes(paths: Paths) -> None:
    with pytest.raises(ImportHeldBack):
        write(paths, imported(0, 2))
    with closing(sqlite3.connect(paths.database_file)) as older:
        older.execute(f"PRAGMA user_version = {len(MIGRATIONS) - 1}")
    with pytest.raises(ImportHeldBack):
        write(paths, imported(0, 2))
    with closing(sqlite3.connect(paths.database_file)) as newer:
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreTooNew):
        write(paths, imported(0, 2))


async def test_a_file_that_was_replaced_meanwhile_is_not_written(paths: Paths) -> None:
    store = await history(paths)
    await store.aclose()
    with ImportWriter(paths.database_file) as writer:
        paths.database_file.rename(paths.data_dir / "moved.db")
        with pytest.raises(StoreReplaced):
            writer.write([imported(0, 2)])


def import_and_kill(file: Path, moment: tuple[str, int]) -> int:
    """Let a process import until a moment, and kill it; return the last conversation that it had taken in."""
    world = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(Path(__file__).with_name("import_child.py")), str(file)]
    done = -1
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=world, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            word, number = line.split()
            done = int(number) if word == "done" else done
            if (word, int(number)) == moment:
                process.kill()
    return done


@pytest.mark.parametrize("moment", [("began", 0), ("began", 2), ("done", 1), ("began", COUNT - 1)])
async def test_a_kill_leaves_whole_conversations_and_the_same_import_completes_it(
    tmp_path: Path, moment: tuple[str, int]
) -> None:
    file = Paths(tmp_path).database_file
    done = import_and_kill(file, moment)
    store = SqliteStore(file)
    there = await store.conversations()
    assert len(there) >= done + 1
    for conversation in there:
        assert len(await store.messages(conversation.id)) == LONG
    write(Paths(tmp_path), *[imported(number) for number in range(COUNT)])
    for number in range(COUNT):
        item = imported(number)
        assert await store.messages(item.conversation.id) == list(item.messages)
    await store.aclose()
