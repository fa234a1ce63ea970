"""The search in real files: any substring, in any script, never a query language."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from store_samples import conversation, indexed_terms, message

from desktop_chat.core.entities import Status
from desktop_chat.core.ports import SearchHit, WriteBatch
from desktop_chat.services.sqlite.grams import grams_of
from desktop_chat.services.sqlite.hardening import GuardedConnection
from desktop_chat.services.sqlite.maintenance import fill_index, remove_old_index
from desktop_chat.services.sqlite.message_index import Lookup
from desktop_chat.services.sqlite.migrations import MIGRATIONS, index_by_grams, migrate
from desktop_chat.services.sqlite.sqlite_search import AFTER, BEFORE, Search, snippet
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
        SearchHit(by_text.id, "How do I read a file in chunks?", texts[0].id),
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


@pytest.mark.parametrize("text", ["a b", "a\nb", "*a*\rb", "a&nbsp;b"])
async def test_a_space_is_found_wherever_one_is_visible(store: SqliteStore, text: str) -> None:
    one = conversation(title="")
    await store.write(WriteBatch((one,), (message(one, text),)))
    assert [hit.conversation_id for hit in await store.search(" ")] == [one.id]


async def test_text_behind_a_zero_byte_is_found(store: SqliteStore) -> None:
    one = conversation(title="")
    await store.write(WriteBatch((one,), (message(one, "\0 the needle"),)))
    assert [hit.conversation_id for hit in await store.search("needle")] == [one.id]


async def test_a_snippet_shows_the_text_around_the_match(store: SqliteStore) -> None:
    one = conversation(title="")
    await store.write(WriteBatch((one,), (message(one, "ß" * 50 + "a" * 200 + " needle " + "b" * 200),)))
    (hit,) = await store.search("NEEDLE")
    assert hit.snippet.startswith("…aaa")
    assert " needle b" in hit.snippet
    assert hit.snippet.endswith("b…")


async def test_a_search_runs_in_many_slices(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.message_index.SLICE", 3)
    monkeypatch.setattr("desktop_chat.services.sqlite.message_index.QUICK_S", -1.0)
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.LOOKING_UP_S", 0.0)
    ones = [conversation(updated_at=float(n), title="") for n in range(10)]
    await store.write(WriteBatch(tuple(ones), tuple(message(one, f"word {n}") for n, one in enumerate(ones))))
    for query, found in (("word", range(9, -1, -1)), ("o", range(9, -1, -1)), ("7", [7]), ("word 7", [7])):
        assert [hit.snippet for hit in await store.search(query)] == [f"word {n}" for n in found]


async def test_a_slow_lookup_goes_on_in_smaller_slices(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.message_index.SLICE", 8)
    monkeypatch.setattr("desktop_chat.services.sqlite.message_index.SLOW_S", -1.0)
    monkeypatch.setattr("desktop_chat.services.sqlite.message_index.QUICK_S", -1.0)
    one = conversation(title="")
    await store.write(WriteBatch((one,), tuple(message(one, f"word {n}") for n in range(30))))
    lookup = Lookup(["word"[:3], "rd2"])

    def look_up(connection: GuardedConnection) -> None:
        lookup.advance(connection, inf)

    await store._do(look_up)
    assert lookup.complete
    assert lookup.matches == {3, *range(21, 31)}, "messages 2 and 20 to 29"


async def test_hits_come_while_the_search_runs(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.READING_S", 0.0)
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.FIRST_READING_S", 0.0)
    ones = [conversation(updated_at=float(n), title="") for n in range(5)]
    await store.write(WriteBatch(tuple(ones), tuple(message(one, f"word {n}") for n, one in enumerate(ones))))
    came: list[list[SearchHit]] = []
    found = await store.search("word", on_hits=came.append)
    assert len(came) > 1
    assert [hit for hits in came for hit in hits] == found
    assert [hit.conversation_id for hit in found] == [one.id for one in reversed(ones)]


async def test_candidates_in_vain_share_statements(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """All pieces of the query are in each text, and the query itself in one."""
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.FIRST_READING_S", 0.0)
    ones = [conversation(updated_at=float(n), title="") for n in range(400)]
    texts = [message(one, "Words and cords." if one is ones[7] else "Worn, a ford.") for one in ones]
    await store.write(WriteBatch(tuple(ones), tuple(texts)))
    asked: list[str] = []
    await store._do(lambda connection: connection.set_trace_callback(asked.append))
    assert await store.search("word") == [SearchHit(ones[7].id, "Words and cords.", texts[7].id)]
    assert len(asked) < 150, "with one for each candidate, there would be more than 400"


@pytest.mark.parametrize("few", [0, 1_000])
async def test_hits_among_candidates_in_vain_are_found_in_order(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.FEW", few)
    ones = [conversation(updated_at=float(n), title="swords" if n == 170 else "") for n in range(300)]
    hits = {3: "a [wo](http://a.b)rd", 40: "ｗｏｒｄ und ä", 41: "a word", 200: "w&shy;ord"}
    vain = ("Worn, a ford.", "worn\n\n**two rd** ford", "Worn ä ford", "[worn](ford)", "&amp; worn<br>ford")
    texts = [message(one, hits.get(n, vain[n % len(vain)])) for n, one in enumerate(ones)]
    long = message(ones[60], "worn ford " * 6_000 + "word")
    await store.write(WriteBatch(tuple(ones), (*texts, long)))
    found = [hit.conversation_id for hit in await store.search("word")]
    assert found == [ones[n].id for n in (200, 170, 60, 41, 40, 3)]


async def test_the_first_hits_are_told_before_all_is_looked_up(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.message_index.NEWEST", 10)
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.LOOKING_UP_S", inf)
    ones = [conversation(updated_at=float(n), title="") for n in range(100)]
    texts = [message(one, "a rare word" if one is ones[7] else "a word") for one in ones]
    await store.write(WriteBatch(tuple(ones), tuple(texts)))
    common, rare = Search("word", 200), Search("rare", 200)
    await store._do(common.step)
    assert common.hits[:1] == [SearchHit(ones[99].id, "a word", texts[99].id)]
    assert common._lookup is not None
    assert len(common._lookup.matches) == 10
    await store._do(rare.step)
    assert rare._lookup is not None
    assert len(rare._lookup.matches) == 1, "no text is read before it is known which"


async def test_an_old_conversation_with_new_words_comes_first(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first hit is in a message that was stored long before, among those not looked up yet."""
    monkeypatch.setattr("desktop_chat.services.sqlite.message_index.SLICE", 2)
    monkeypatch.setattr("desktop_chat.services.sqlite.message_index.QUICK_S", -1.0)
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.LOOKING_UP_S", 0.0)
    old = conversation(updated_at=100.0, title="")
    others = [conversation(updated_at=float(n), title="") for n in range(20)]
    first = message(old, "a word long ago")
    await store.write(WriteBatch((old,), (first,)))
    await store.write(WriteBatch(tuple(others), tuple(message(one, "a word since") for one in others)))
    await store.write(WriteBatch((), (message(old, "a word of today"),)))
    found = await store.search("word", limit=3)
    assert [hit.conversation_id for hit in found] == [old.id, others[19].id, others[18].id]
    assert found[0].message_id == first.id


@pytest.mark.parametrize("query", ["🎉", "→", "⚠", "%", "->"])
async def test_a_symbol_is_found(store: SqliteStore, query: str) -> None:
    one, other = conversation(title=""), conversation(title="")
    texts = (message(one, "done 🎉 → ⚠️ 5% ->"), message(other, "a &rarr; b, 🎉 &#x26a0; 7&#37; -&gt;"))
    await store.write(WriteBatch((one, other), (*texts, message(other, "not here"))))
    assert {hit.conversation_id for hit in await store.search(query)} == {one.id, other.id}


async def test_an_unchanged_text_stays_found_however_often_it_is_stored(store: SqliteStore) -> None:
    one = conversation(title="")
    said = message(one, "the needle")
    for text, status in (("needle", "running"), ("needle", "complete"), ("thread", "complete"), ("needle", "complete")):
        await store.write(WriteBatch((one,), (replace(said, text=text, status=Status(status)),)))
        found = await store.search("needle")
        assert bool(found) is (status == "complete" and text == "needle")
    assert indexed_terms(store._file) == grams_of("needle")


async def test_a_cancelled_search_lets_others_work(store: SqliteStore) -> None:
    one = conversation()
    await store.write(WriteBatch((one,), (message(one, "word"),)))
    task = asyncio.create_task(store.search("wo"))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert await store.conversations() == [one]


@pytest.mark.parametrize(
    ("text", "query", "snippet"),
    [
        ("Un re\u0301sume\u0301 nai\u0308f.", "resume naif", "Un re\u0301sume\u0301 nai\u0308f."),
        ("Ein Café", "cafe", "Ein Café"),
        ("ein cafe", "CAFÉ", "ein cafe"),
        ("半角 ｶﾀｶﾅ", "カタカナ", "半角 ｶﾀｶﾅ"),
        ("ＡＢＣ１２３", "abc123", "ＡＢＣ１２３"),
        ("two\u00a0words", "two words", "two words"),
        ("Soft co\u00adoperation", "cooperation", "Soft co\u00adoperation"),
        ("zero\u200bwidth", "zerowidth", "zero\u200bwidth"),
        ("a **bold** word and `code` here", "bold word and code", "a bold word and code here"),
        ("the nee**dle** of all", "needle", "the needle of all"),
        ("see [the docs](https://example.com/x) now", "see the docs now", "see the docs now"),
        ("# Title\n\n- [x] an item", "an item", "an item"),
        ("| a | b |\n|---|---|\n| `x|y` cell | 2 |", "cell", "x|y cell"),
        ("> quoted\n> twice", "quoted twice", "quoted twice"),
        ("1 &lt; 2", "1 < 2", "1 < 2"),
        ("```py\na[0](x) * 2\n```", "a[0](x) * 2", "a[0](x) * 2"),
    ],
)
async def test_it_finds_and_shows_the_visible_text(store: SqliteStore, text: str, query: str, snippet: str) -> None:
    one = conversation(title="")
    said = message(one, text)
    await store.write(WriteBatch((one,), (said,)))
    assert await store.search(query) == [SearchHit(one.id, snippet, said.id)]


@pytest.mark.parametrize("query", ["example.com", "](", "first second", "x y"])
async def test_invisible_text_is_not_found(store: SqliteStore, query: str) -> None:
    one = conversation(title="")
    text = "see [it](https://example.com)\n\nfirst\n\nsecond $x y$"
    await store.write(WriteBatch((one,), (message(one, text),)))
    assert await store.search(query) == []


async def test_the_first_matching_message_is_named(store: SqliteStore) -> None:
    one = conversation(title="A needle")
    texts = [message(one, text) for text in ("hay", "[it](https://needle.example)", "a **needle**", "needle again")]
    await store.write(WriteBatch((one,), tuple(texts)))
    assert await store.search("needle") == [SearchHit(one.id, "a needle", texts[2].id)]


async def test_reading_candidates_yields_to_others(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.READING_S", 0.0)
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.FIRST_READING_S", 0.0)
    ones = [conversation(updated_at=float(n), title="") for n in range(5)]
    await store.write(WriteBatch(tuple(ones), tuple(message(one, f"*word* {n}") for n, one in enumerate(ones))))
    search = asyncio.create_task(store.search("word"))
    await asyncio.sleep(0)
    await store.write(WriteBatch((conversation(title="between"),)))
    assert [hit.snippet for hit in await search] == [f"word {n}" for n in reversed(range(5))]


def old_file(file: Path) -> None:
    """Make a file of the oldest version with seven messages."""
    with closing(sqlite3.connect(file, isolation_level=None)) as old:
        migrate(old, file, MIGRATIONS[:1])
        old.execute(
            "INSERT INTO conversations VALUES"
            " (1, 'c', 'Café', 'café', 1, 0, 0, 0, NULL, NULL, '', '', '', '', NULL, NULL, NULL, 1)"
        )
        for number in range(1, 8):
            old.execute(
                "INSERT INTO messages VALUES (?, ?, 'c', NULL, 'user', ?, 'complete', 0, '', '', '', NULL, NULL, NULL,"
                " NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0)",
                (number, f"m{number}", f"A **bold** naïveté {number}."),
            )
            old.execute("INSERT INTO found_texts (rowid, text) VALUES (?, 'of an earlier rule')", (number,))


async def test_an_index_of_an_earlier_version_is_rebuilt_in_slices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "old.db"
    old_file(file)
    monkeypatch.setattr("desktop_chat.services.sqlite.maintenance._AT_ONCE", 3)
    store = SqliteStore(file)
    await store.open()
    assert [hit.conversation_id for hit in await store.search("cafe")] == ["c"], "titles are known at once"
    for number in range(1, 8):  # during and after rebuilding
        assert [hit.message_id for hit in await store.search(f"bold naivete {number}")] == [f"m{number}"]
    while await store._do(fill_index):
        pass
    for number in range(1, 8):
        assert [hit.message_id for hit in await store.search(f"bold naivete {number}")] == [f"m{number}"]
    assert await store.search("of an earlier rule") == []
    await store.aclose()


async def test_a_large_old_index_is_removed_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "old.db"
    old_file(file)
    monkeypatch.setattr("desktop_chat.services.sqlite.migrations._SMALL_INDEX", 0)
    monkeypatch.setattr("desktop_chat.services.sqlite.maintenance.SLICE_S", 0.0)
    monkeypatch.setattr("desktop_chat.services.sqlite.maintenance._ROWS_AT_ONCE", 1)
    monkeypatch.setattr(SqliteStore, "_start_upkeep", lambda _store: None)
    slices = 0
    with closing(sqlite3.connect(file, isolation_level=None)) as old:
        migrate(old, file, MIGRATIONS[: MIGRATIONS.index(index_by_grams)])
        old.execute("INSERT INTO found_texts (rowid, text) SELECT seq, text FROM messages")
    while True:
        store = SqliteStore(file)
        await store.open()
        assert [hit.message_id for hit in await store.search("bold naivete 3")] == ["m3"]
        go_on = await store._do(remove_old_index)
        await store.aclose()
        slices += 1
        if not go_on:
            break
    assert slices > 7, "an interrupted removal goes on at the next start"
    with closing(sqlite3.connect(file)) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name LIKE 'found_texts%'").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_text_too_long_for_the_index_is_read_in_pieces(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.message_index.INDEX_LIMIT", 1_000)
    one = conversation(title="")
    said = message(one, "hay *and* hay\n\n" * 8_000 + "the nee**dle**\n\n" + "hay\n\n" * 8_000)
    await store.write(WriteBatch((one,), (said,)))
    assert await store.search("the needle") == [SearchHit(one.id, "the needle", said.id)]
    assert await store.search("the noodle") == []


@pytest.mark.parametrize(
    ("text", "match", "shown"),
    [
        ("short text", "text", "short text"),
        ("line one\u2028  line   two", "two", "line one line two"),
        ("x" * 100 + "here" + "y" * 200, "here", "…" + "x" * BEFORE + "here" + "y" * (AFTER - 4) + "…"),
    ],
)
def test_a_snippet_is_one_line_around_the_match(text: str, match: str, shown: str) -> None:
    at = text.index(match)
    assert snippet(text, (at, at + len(match))) == shown
