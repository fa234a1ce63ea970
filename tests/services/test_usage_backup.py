"""The ledger and the endpoint's callers come back from a backup: all of them once, and nothing that is here changes."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from key_search import KEY, is_in
from test_exports import Stored

from desktop_chat.app.usage_import import take_usage
from desktop_chat.core.backup import AddedUsage
from desktop_chat.core.endpoint_callers import Caller, CallerRecord, CallerUsage
from desktop_chat.core.entities import Usage
from desktop_chat.core.exporting import BackupRequest, ExportResult
from desktop_chat.core.importing import ImportKind, Unread, UnreadReason
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageBy, UsageEntry, UsageOrigin
from desktop_chat.services.endpoint.caller_store import MAX_CALLERS, CallerStore, stored_callers
from desktop_chat.services.exports.backup import BackupJob
from desktop_chat.services.imports.open_import import OpenImport
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.services.sqlite.usage_merge import grouped
from desktop_chat.services.sqlite.usage_store import UsageStore, stored_usage
from desktop_chat.services.usage_json import caller_from, entry_from, plain_caller, plain_entry

MORNING = datetime(2026, 11, 30, 9, 0, 0, 123_457, UTC)
REPLY = UsageEntry(
    MORNING,
    UsageOrigin.WINDOW,
    "c1",
    "Mine",
    "https://models.example:443",
    "gpt-5",
    Usage(1_000, 200, 50, 400),
    Cost("USD", Decimal("0.0030001")),
    conversation_id="talk",
    message_id="m1",
    first_token_s=0.51,
    generation_s=4.0,
)
ROW = replace(REPLY, origin=UsageOrigin.BATCH, conversation_id="", message_id="", cost=None)
"""A request of a batch, which belongs to no reply."""
CALL = replace(ROW, origin=UsageOrigin.ENDPOINT, caller="curl", at=MORNING + timedelta(hours=1), requests=3)
DAY = CallerUsage("2026-11-29", "curl", "Mine", "gpt-5", 2, 10, 0, 5, 0)


@pytest.fixture
def here(tmp_path: Path) -> Paths:
    return made(tmp_path / "here")


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Paths]:
    """Where a backup comes from: requests of all kinds, and two callers."""
    paths = made(tmp_path / "there")
    await record(paths, CALL, REPLY, ROW, ROW, replace(REPLY, at=MORNING + timedelta(seconds=5)))
    async with aclosing(CallerStore(paths.endpoint_file)) as store:
        await store.merge(
            [CallerRecord("curl", 5.0, 7.0, False, (DAY,)), CallerRecord("node", 6.0, 6.0, True)], adds=True
        )
    return paths


def made(folder: Path) -> Paths:
    paths = Paths(folder)
    paths.make_directories()
    return paths


async def record(paths: Paths, *entries: UsageEntry) -> None:
    async with aclosing(UsageStore(paths.usage_file)) as ledger:
        for entry in entries:
            ledger.record(entry)


def back_up(paths: Paths, target: Path) -> ExportResult:
    job = BackupJob(BackupRequest(target, replace=True), Stored(), lambda _: None, {}, 1.8e9)
    job.usage_file, job.callers_file = paths.usage_file, paths.endpoint_file
    return job.run()


async def take(source: Path, paths: Paths, *, adds: bool = True) -> tuple[AddedUsage, list[Unread]]:
    unread: list[Unread] = []
    with OpenImport(source) as opened:
        return await take_usage(opened, paths, unread.append, adds=adds), unread


def entries(paths: Paths) -> list[UsageEntry]:
    return list(stored_usage(paths.usage_file))


async def total(paths: Paths) -> int:
    """Return the requests in the sums by day, which are kept beside the entries."""
    async with aclosing(UsageStore(paths.usage_file)) as ledger:
        return sum(each.requests for each in await ledger.sums(None, None, UsageBy.DAY))


async def test_all_of_it_comes_once(tmp_path: Path, here: Paths, there: Paths) -> None:
    file = tmp_path / "all.zip"
    assert not back_up(there, file).is_usage_lost
    assert await take(file, here, adds=False) == (AddedUsage(7, 2), [])
    assert (entries(here), list(stored_callers(here.endpoint_file))) == ([], []), "a preview adds nothing"
    assert await take(file, here) == (AddedUsage(7, 2), [])
    assert entries(here) == entries(there)
    assert list(stored_callers(here.endpoint_file)) == list(stored_callers(there.endpoint_file))
    assert await total(here) == await total(there) == 7
    assert await take(file, here) == await take(file, there) == (AddedUsage(), [])
    assert await total(here) == 7


async def test_what_is_here_stays_as_it_is(tmp_path: Path, here: Paths, there: Paths) -> None:
    file = tmp_path / "all.zip"
    back_up(there, file)
    renamed = replace(REPLY, connection_name="Renamed", cost=Cost("EUR", Decimal(1)))
    await record(here, renamed, ROW, replace(REPLY, at=MORNING + timedelta(seconds=9)))
    async with aclosing(CallerStore(here.endpoint_file)) as store:
        await store.set_blocked("curl", blocked=True)
        await store.merge([CallerRecord("node", 1.0, 1.0, False)], adds=True)
    assert await take(file, here) == (AddedUsage(5, 1), [])
    assert renamed in entries(here)
    assert [entry.at.second for entry in entries(here) if entry.message_id] == [0, 5, 9], "it was continued in both"
    async with aclosing(CallerStore(here.endpoint_file)) as store:
        assert {caller.name: caller.blocked for caller in await store.callers()} == {"curl": True, "node": False}
        assert await store.usage() == [DAY]


async def test_a_reply_that_was_filled_in_from_its_message_is_not_counted_again(
    tmp_path: Path, here: Paths, there: Paths
) -> None:
    file = tmp_path / "all.zip"
    back_up(there, file)
    filled = replace(REPLY, at=MORNING - timedelta(milliseconds=20), cost=None, generation_s=None)
    await record(here, filled)
    assert await take(file, here) == (AddedUsage(5, 2), [])
    assert [entry for entry in entries(here) if entry.message_id] == [filled]


async def test_a_copied_data_folder_has_them_too(here: Paths, there: Paths) -> None:
    store = SqliteStore(there.database_file)
    await store.open()
    await store.aclose()
    assert await take(there.data_dir, here) == (AddedUsage(7, 2), [])
    there.usage_file.write_bytes(b"something else" * 99)
    added, [unread] = await take(there.data_dir, here)
    assert (added, unread.where, unread.reason) == (AddedUsage(), "usage", UnreadReason.DAMAGED)


async def test_an_export_of_another_program_has_none(tmp_path: Path, here: Paths) -> None:
    file = tmp_path / "usage.jsonl"
    file.write_text(json.dumps({"messages": []}))
    with OpenImport(file) as opened:
        assert opened.kind is ImportKind.JSONL
    assert await take(file, here) == (AddedUsage(), [])
    assert not here.usage_file.exists()


async def test_a_ledger_that_cannot_be_read_does_not_prevent_a_backup(
    tmp_path: Path, there: Paths, caplog: pytest.LogCaptureFixture
) -> None:
    there.usage_file.write_bytes(b"something else" * 99)
    with closing(sqlite3.connect(there.endpoint_file)) as newer:
        newer.execute("PRAGMA user_version = 99")
    file = tmp_path / "all.zip"
    assert back_up(there, file).is_usage_lost
    with zipfile.ZipFile(file) as archive:
        assert archive.read("usage.jsonl") == archive.read("callers.jsonl") == b""
    assert len(caplog.records) == 2
    caplog.clear()


async def test_no_key_is_in_it(tmp_path: Path, here: Paths, there: Paths) -> None:
    await record(there, replace(CALL, at=MORNING + timedelta(days=1), caller=KEY, connection_name=f"with {KEY}"))
    async with aclosing(CallerStore(there.endpoint_file)) as store:
        await store.merge([CallerRecord(KEY, 1.0, 1.0, False)], adds=True)
    file = tmp_path / "all.zip"
    back_up(there, file)
    with zipfile.ZipFile(file) as archive:
        assert not any(is_in(archive.read(name)) for name in archive.namelist())
    assert await take(file, there) == (AddedUsage(), []), "a name that is left out makes no doubles"
    assert (await take(file, here))[0] == AddedUsage(10, 2)


async def test_wrong_lines_are_said_and_the_others_taken(tmp_path: Path, here: Paths, there: Paths) -> None:
    file = tmp_path / "all.zip"
    back_up(there, file)
    good = plain_entry(REPLY)
    wrong: list[Any] = [3, "x", [], {}, None]
    wrong += [good | change for change in WRONG_MEMBERS]
    rewrite(file, "usage.jsonl", [*wrong, good])
    rewrite(file, "callers.jsonl", [{"name": ""}, {"name": "x" * 65, "first_seen": 1, "last_used": 1}, *WRONG_CALLERS])
    added, unread = await take(file, here)
    assert added == AddedUsage(1, 0)
    assert entries(here) == [REPLY]
    assert {each.reason for each in unread} == {UnreadReason.NOT_UNDERSTOOD}
    assert [each.where for each in unread[:2]] == ["usage.jsonl, 1", "usage.jsonl, 2"]
    assert len(unread) == len(wrong) + 2 + len(WRONG_CALLERS)
    rewrite(file, "usage.jsonl", [3] * 1_000)
    assert len((await take(file, here))[1]) == 100


WRONG_MEMBERS: tuple[dict[str, Any], ...] = (
    {"at": -1},
    {"at": 1e300},
    {"at": True},
    {"at": "2026"},
    {"at": float("nan")},
    {"origin": "elsewhere"},
    {"origin": 3},
    {"model": "m" * 2_000},
    {"prompt_tokens": -1},
    {"prompt_tokens": 1.5},
    {"completion_tokens": 10**13},
    {"requests": 0},
    {"requests": 10**12},
    {"cost": 1.5},
    {"cost": "1e999999"},
    {"cost": "-1"},
    {"cost": "NaN"},
    {"cost": "many"},
    {"currency": "dollars"},
    {"generation_s": -3},
)
WRONG_CALLERS: tuple[dict[str, Any], ...] = tuple(
    {"name": "x", "first_seen": 1, "last_used": 1} | change
    for change in ({"first_seen": "now"}, {"used": 3}, {"used": [3]}, {"used": [{"day": "today"}]}, {"name": "a\nb"})
)


def rewrite(file: Path, name: str, objects: Iterable[object]) -> None:
    """Replace one file in a backup."""
    with zipfile.ZipFile(file) as archive:
        contents = {each: archive.read(each) for each in archive.namelist()}
    contents[name] = "\n".join(map(json.dumps, objects)).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for each, content in contents.items():
            archive.writestr(each, content)


async def test_no_number_of_callers_fills_the_file(tmp_path: Path, here: Paths, there: Paths) -> None:
    file = tmp_path / "all.zip"
    back_up(there, file)
    records = [CallerRecord(f"caller {number}", 1.0, number + 1.0, False) for number in range(MAX_CALLERS + 5)]
    rewrite(file, "callers.jsonl", map(plain_caller, records))
    await take(file, here)
    async with aclosing(CallerStore(here.endpoint_file)) as store:
        callers = await store.callers()
    assert (len(callers), callers[0]) == (MAX_CALLERS, Caller(f"caller {MAX_CALLERS + 4}", MAX_CALLERS + 5.0))


def test_groups_are_replies_or_moments_and_bounded() -> None:
    other = replace(REPLY, message_id="m2")
    assert [len(group) for group in grouped([REPLY, REPLY, other, ROW, CALL])] == [2, 1, 1, 1]
    assert [len(group) for group in grouped([ROW] * 10_001)] == [10_000, 1]


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
COUNTS = st.none() | st.integers(0, 10**12)
SECONDS = st.none() | st.floats(0, 1e6)
AMOUNTS = st.decimals(0, 10**6, places=10)
ENTRIES = st.builds(
    UsageEntry,
    at=st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    origin=st.sampled_from(UsageOrigin),
    connection_id=WORDS,
    connection_name=WORDS,
    host=WORDS,
    model=WORDS,
    usage=st.builds(Usage, COUNTS, COUNTS, COUNTS, COUNTS),
    cost=st.none() | st.builds(Cost, st.sampled_from(["USD", ""]), AMOUNTS, st.booleans()),
    caller=WORDS,
    conversation_id=WORDS,
    message_id=WORDS,
    first_token_s=SECONDS,
    generation_s=SECONDS,
    requests=st.integers(1, 10**9),
)
USED = st.builds(
    CallerUsage,
    st.just("2026-11-30"),
    st.just("curl"),
    WORDS,
    WORDS,
    *[st.integers(0, 10**12)] * 5,
)
RECORDS = st.builds(
    CallerRecord,
    st.just("curl"),
    st.floats(0, 1e9),
    st.floats(0, 1e9),
    st.booleans(),
    st.lists(USED, max_size=3).map(tuple),
)


@given(entry=ENTRIES, record=RECORDS)
def test_any_record_is_the_same_afterwards(entry: UsageEntry, record: CallerRecord) -> None:
    found = entry_from(json.loads(json.dumps(plain_entry(entry))))
    assert found == entry
    assert found is not None
    assert found.at.timestamp() == entry.at.timestamp()
    assert caller_from(json.loads(json.dumps(plain_caller(record)))) == record
