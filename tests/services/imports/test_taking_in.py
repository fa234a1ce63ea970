"""Imported conversations enter the store whole or not at all, once, and nothing that is there is replaced."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from imported_chats import COUNT, LONG, imported

from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.importing import Imported
from desktop_chat.core.ports import WriteBatch
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.sqlite_store import SqliteStore


@pytest.mark.parametrize("length", [3, LONG])
async def test_a_new_conversation_comes_with_all_its_messages_once(paths: Paths, length: int) -> None:
    item = imported(0, length)
    store = SqliteStore(paths.database_file)
    taken = await store.take_in(item)
    again = await store.take_in(item)
    assert await store.conversations() == [item.conversation]
    assert await store.messages(item.conversation.id) == list(item.messages)
    assert taken == Imported(item.conversation.id, "Chat 0", is_new=True, messages=length)
    assert again == Imported(item.conversation.id, "Chat 0")
    assert [hit.conversation_id for hit in await store.search("Text 2")] == [item.conversation.id]
    await store.aclose()


async def test_a_preview_adds_nothing(paths: Paths) -> None:
    store = SqliteStore(paths.database_file)
    taken = await store.take_in(imported(0, 3), adds=False)
    assert (taken.is_new, taken.messages) == (True, 3)
    assert await store.conversations() == []
    await store.aclose()


async def test_new_messages_are_added_and_what_changed_comes_beside_it(paths: Paths) -> None:
    store = SqliteStore(paths.database_file)
    await store.take_in(imported(0, 3))
    grown = imported(0, 4)
    changed = replace(grown.messages[1], text="Changed")
    newer = replace(grown, messages=(grown.messages[0], changed, *grown.messages[2:]))
    taken = await store.take_in(newer)
    again = await store.take_in(newer)
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
    store = SqliteStore(paths.database_file)
    await store.take_in(mine)
    stolen = replace(other.messages[0], id=mine.messages[0].id, text="Stolen")
    await store.take_in(replace(other, messages=(stolen,)))
    assert await store.messages(mine.conversation.id) == list(mine.messages)
    await store.aclose()


async def test_what_is_written_meanwhile_stays(paths: Paths) -> None:
    item = imported(0, 2)
    store = SqliteStore(paths.database_file)
    await store.take_in(item)
    own = Message("own", item.conversation.id, item.messages[1].id, Role.ASSISTANT, "Mine", Status.COMPLETE, 2.0)
    await store.write(WriteBatch(messages=(own,)))
    await store.take_in(imported(0, 3))
    assert own in await store.messages(item.conversation.id)
    await store.aclose()


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
    file = tmp_path / "history.db"
    done = import_and_kill(file, moment)
    store = SqliteStore(file)
    there = await store.conversations()
    assert len(there) >= done + 1
    for conversation in there:
        assert len(await store.messages(conversation.id)) == LONG
    for number in range(COUNT):
        await store.take_in(imported(number))
    for number in range(COUNT):
        item = imported(number)
        assert await store.messages(item.conversation.id) == list(item.messages)
    await store.aclose()
