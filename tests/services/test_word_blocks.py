"""Words whose pieces are all common are found, or known to be nowhere, from filters of many messages each."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from store_samples import conversation, message, open_and_tidy

from desktop_chat.core.entities import Status
from desktop_chat.core.ports import WriteBatch
from desktop_chat.services.sqlite import message_index, word_blocks
from desktop_chat.services.sqlite.maintenance import empty_index, fill_index, fill_words
from desktop_chat.services.sqlite.migrations import MIGRATIONS, migrate, note_the_words_of_blocks
from desktop_chat.services.sqlite.sqlite_search import Search
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

VAIN = "Worn, a ford."
"""It has all pieces of three letters of "word"."""


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make blocks of four messages."""
    for module in (word_blocks, message_index):
        monkeypatch.setattr(module, "BLOCK", 4)
    monkeypatch.setattr(message_index, "NEWEST", 2)
    monkeypatch.setattr(message_index, "SLICE", 8)
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.LOOKING_UP_S", inf)
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.FIRST_READING_S", 0.0)


async def candidates(store: SqliteStore, query: str) -> set[int]:
    """Return the messages that are read for a query."""
    search = Search(query, 200)
    while await store._do(search.step):
        pass
    assert search._lookup is not None
    return search._lookup.matches | search._unindexed


async def test_only_blocks_with_the_word_have_candidates(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "history.db")
    await open_and_tidy(store)
    one = conversation(title="")
    texts = [message(one, VAIN) for _ in range(30)]
    texts[13] = replace(texts[13], text="Swords and fords.")
    await store.write(WriteBatch((one,), tuple(texts)))
    assert await candidates(store, "wor") == {*range(1, 31)}
    assert await candidates(store, "word") == {12, 13, 14, 15}
    assert await candidates(store, "words and fords") == {14}
    assert await candidates(store, "wordy") == set()
    assert [hit.message_id for hit in await store.search("word")] == [texts[13].id]
    await store.aclose()


async def test_what_is_stored_anew_is_found_by_its_new_words(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "history.db")
    await open_and_tidy(store)
    one = conversation(title="")
    texts = [message(one, VAIN) for _ in range(10)]
    running = message(one, "", status=Status.RUNNING)
    await store.write(WriteBatch((one,), (*texts, running)))
    done = replace(running, text="a word", status=Status.COMPLETE)
    await store.write(WriteBatch((), (replace(texts[2], text="a swordfish"), done)))
    assert await candidates(store, "word") == {1, 2, 3, 8, 9, 10, 11}
    await store.write(WriteBatch((), (replace(done, text="nothing"),)))
    await store.write(WriteBatch(deleted=(texts[2].id,)))
    assert await store.search("word") == []
    await store.write(WriteBatch((), (replace(done, text="word"),)))
    assert [hit.message_id for hit in await store.search("word")] == [done.id]
    await store.aclose()


async def test_a_file_of_an_earlier_version_is_searched_while_its_words_are_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqliteStore, "_start_upkeep", lambda _store: None)
    monkeypatch.setattr(message_index, "_AT_ONCE", 3)
    file = tmp_path / "old.db"
    old_file(file)
    store = SqliteStore(file)
    await store.open()
    assert await candidates(store, "word") == {*range(1, 31)}, "nothing is noted yet"
    await store.write(WriteBatch((conversation(id="d", title=""),), (message(conversation(id="d"), VAIN),)))
    goes_on, seen = True, []
    while goes_on:
        goes_on = await store._do(fill_words)
        seen.append(len(await candidates(store, "word")))
        assert [hit.message_id for hit in await store.search("word")] == ["m14"]
        await store.aclose()
        store = SqliteStore(file)  # as after a kill
        await store.open()
    assert seen == sorted(seen, reverse=True)
    assert len(seen) > 9
    assert await candidates(store, "word") == {12, 13, 14, 15}
    assert not await store._do(fill_words)
    await store.aclose()


async def test_the_words_of_an_earlier_version_are_noted_in_the_background(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    old_file(file)
    store = SqliteStore(file)
    await open_and_tidy(store)
    assert await candidates(store, "word") == {12, 13, 14, 15}
    await store.aclose()


async def test_a_new_index_has_new_filters(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "history.db")
    await open_and_tidy(store)
    one = conversation(title="")
    texts = [message(one, "word" if n == 13 else VAIN) for n in range(30)]
    await store.write(WriteBatch((one,), tuple(texts)))
    await store._do(empty_index)
    assert [hit.message_id for hit in await store.search("word")] == [texts[13].id]
    while await store._do(fill_index):
        assert [hit.message_id for hit in await store.search("word")] == [texts[13].id]
    assert await candidates(store, "word") == {12, 13, 14, 15}
    await store.aclose()


@pytest.mark.parametrize("bits", [b"", b"no filter", 7, "text", b"\x78\x9c\x03\x00\x00\x00\x00\x01"])
async def test_a_filter_that_another_program_wrote_hides_nothing(tmp_path: Path, bits: object) -> None:
    store = SqliteStore(tmp_path / "history.db")
    await open_and_tidy(store)
    one = conversation(title="")
    await store.write(WriteBatch((one,), (message(one, "a word"),)))
    await store._do(lambda connection: connection.execute("UPDATE word_parts SET bits = ?", (bits,)).fetchall())
    assert len(await store.search("word")) == 1
    assert await candidates(store, "ward") == set()
    await store.write(WriteBatch((), (message(one, "another word"),)))
    assert await candidates(store, "word") == {1, 2}
    await store.aclose()


def old_file(file: Path) -> None:
    """Make a file from before there were filters, with thirty messages in its index."""
    with closing(sqlite3.connect(file, isolation_level=None)) as old:
        migrate(old, file, MIGRATIONS[: MIGRATIONS.index(note_the_words_of_blocks)])
        old.execute(
            "INSERT INTO conversations (seq, id, title, folded_title, title_is_own, created_at, updated_at, pinned, "
            "draft, connection_id, model, system_prompt, streaming) "
            "VALUES (1, 'c', '', '', 1, 0, 0, 0, '', '', '', '', 1)"
        )
        for seq in range(1, 31):
            text = "a swordfish" if seq == 14 else VAIN
            old.execute(
                "INSERT INTO messages (seq, id, conversation_id, role, text, status, created_at, reasoning, "
                "connection_name, model, skipped_events) "
                "VALUES (?, ?, 'c', 'user', ?, 'complete', 0, '', '', '', 0)",
                (seq, f"m{seq}", text),
            )
            terms = message_index._terms(text)
            old.execute("INSERT INTO message_grams (rowid, grams) VALUES (?, ?)", (seq, terms))
