"""The search over real files: any substring, in any script, never a query language."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from store_samples import conversation, message

from desktop_chat.core.ports import SearchHit, WriteBatch
from desktop_chat.services.sqlite.sqlite_store import SqliteStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "history.db")
    await store.open()
    yield store
    await store.aclose()


async def test_search_finds_titles_and_texts_newest_first(store: SqliteStore) -> None:
    by_text = conversation(title="Python", updated_at=1.0)
    by_title = conversation(title="Reading in CHUNKS", updated_at=5.0)
    thrown = conversation(title="chunks", trashed_at=1.0)
    texts = (message(by_text, "How do I read a file\nin chunks?"), message(by_text, "Chunks again"))
    await store.write(WriteBatch((by_text, by_title, thrown), texts))
    assert await store.search("Chunks") == [
        SearchHit(by_title.id, ""),
        SearchHit(by_text.id, "How do I read a file in chunks?"),
    ]
    assert await store.search("chunks", limit=1) == [SearchHit(by_title.id, "")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("天", True),
        ("天气", True),
        ("今天天气", True),
        ("天空", False),
        ("да", True),
        ("STRASSE", True),
        ("straße", True),
        ('"quoted"', True),
        ("a OR b", False),
        ("NEAR(", True),
        ("x*", True),
        ("100%", True),
        ("%", True),
        ("_", False),
        ("text:", False),
        ("-", True),
        ("\0", True),
        ("x", True),
    ],
)
async def test_a_query_is_a_plain_substring(store: SqliteStore, query: str, found: bool) -> None:
    one = conversation(title="")
    text = 'Wie ist 今天天气? ДА, Straße, "quoted" near( 100% x* - zero\0byte end'
    await store.write(WriteBatch((one,), (message(one, text),)))
    assert bool(await store.search(query)) is found


async def test_a_snippet_shows_the_words_around_the_match(store: SqliteStore) -> None:
    one = conversation()
    await store.write(WriteBatch((one,), (message(one, "ß" * 50 + "a" * 200 + " needle " + "b" * 200),)))
    (hit,) = await store.search("NEEDLE")
    assert hit.snippet.startswith("…aaa")
    assert " needle b" in hit.snippet
    assert hit.snippet.endswith("b…")


async def test_a_search_goes_on_over_many_slices(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.SLICE", 3)
    ones = [conversation(updated_at=float(n), title="") for n in range(10)]
    await store.write(WriteBatch(tuple(ones), tuple(message(one, f"word {n}") for n, one in enumerate(ones))))
    assert [hit.snippet for hit in await store.search("word")] == [f"word {n}" for n in reversed(range(10))]
    assert [hit.snippet for hit in await store.search("7")] == ["word 7"]


async def test_a_cancelled_search_lets_others_work(store: SqliteStore) -> None:
    one = conversation()
    await store.write(WriteBatch((one,), (message(one, "word"),)))
    task = asyncio.create_task(store.search("wo"))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert await store.conversations() == [one]
