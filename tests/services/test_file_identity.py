"""A database that is removed, moved or replaced while open loses nothing silently."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from store_samples import conversation, message, open_and_tidy

from desktop_chat.core.entities import Status
from desktop_chat.core.errors import StoreError, StoreReplaced
from desktop_chat.core.ports import JournalEntry, WriteBatch
from desktop_chat.services.sqlite.sqlite_store import SqliteStore


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[SqliteStore]:
    file.parent.mkdir()
    store = SqliteStore(file)
    await open_and_tidy(store)
    await say(store, "before")
    yield store
    await store.aclose()


async def say(store: SqliteStore, words: str) -> None:
    one = conversation(title=words)
    await store.write(WriteBatch((one,), (message(one, words),)))


async def titles(file: Path) -> set[str]:
    """Return what a later run finds."""
    later = SqliteStore(file)
    found = {c.title for c in await later.conversations()}
    await later.aclose()
    return found


def rights_of(file: Path) -> int:
    return file.stat().st_mode & 0o777


@pytest.mark.parametrize("endings", [("",), ("", "-wal", "-shm"), ("", "-wal", "-shm", "-replies")])
async def test_a_removed_file_is_written_again(store: SqliteStore, file: Path, endings: tuple[str, ...]) -> None:
    for ending in endings:
        file.with_name(file.name + ending).unlink(missing_ok=True)
    await say(store, "after")
    await say(store, "and again")
    await store.aclose()
    assert await titles(file) == {"before", "after", "and again"}
    assert rights_of(file) == 0o600


async def test_so_is_one_whose_folder_was_moved(store: SqliteStore, file: Path) -> None:
    file.parent.rename(file.parent.with_name("elsewhere"))
    await say(store, "after")
    await store.aclose()
    assert await titles(file) == {"before", "after"}


async def test_while_it_cannot_be_written_this_is_reported_and_retried(store: SqliteStore, file: Path) -> None:
    shutil.rmtree(file.parent)
    file.parent.touch()  # something else is now in place of the folder
    with pytest.raises(StoreError):
        await say(store, "refused")
    file.parent.unlink()
    await say(store, "after")
    await store.aclose()
    assert await titles(file) == {"before", "after"}


async def test_a_reply_running_meanwhile_keeps_its_text(store: SqliteStore, file: Path) -> None:
    one = conversation(title="running")
    reply = message(one, "", status=Status.RUNNING)
    await store.write(WriteBatch((one,), (reply,)))
    await store.write(WriteBatch(journal=(JournalEntry(reply.id, "some ", ""),)))
    shutil.rmtree(file.parent)
    await store.write(WriteBatch(journal=(JournalEntry(reply.id, "more", ""),)))
    copy = file.parent.with_name("as a kill leaves it")
    shutil.copytree(file.parent, copy)
    later = SqliteStore(copy / file.name)
    assert (await later.open()).recovered_replies == (reply.id,)
    assert [m.text for m in await later.messages(one.id)] == ["some more"]
    await later.aclose()


async def test_another_file_in_its_place_is_not_touched_and_reported(store: SqliteStore, file: Path) -> None:
    other = SqliteStore(file.with_name("other.db"))
    await say(other, "from elsewhere")
    await other.aclose()
    file.with_name("other.db").replace(file)
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink()
    with pytest.raises(StoreReplaced):
        await say(store, "refused")
    assert await titles(file) == {"from elsewhere"}


async def test_the_same_file_with_another_inode_is_accepted(store: SqliteStore, file: Path) -> None:
    store._identity = (0, 0)
    await say(store, "after")
    assert {c.title for c in await store.conversations()} == {"before", "after"}
