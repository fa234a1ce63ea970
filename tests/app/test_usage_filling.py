"""What was used before there was a ledger is filled in once, in slices, and goes on where it ended."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_chat.app import usage_filling
from desktop_chat.app.usage_filling import fill_in
from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import (
    FROM_ENDPOINT,
    Connection,
    Conversation,
    Message,
    Role,
    Status,
    Timing,
    Usage,
)
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.prices import Cost, Price
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.usage_ledger import UsageBy, UsageEntry, UsageOrigin
from desktop_chat.services.endpoint.caller_store import CallerStore
from desktop_chat.services.sqlite import used_messages
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.services.sqlite.usage_store import UsageStore

PRICE = Price("USD", Decimal(1_000_000), Decimal(1_000_000), Decimal(1_000_000), None, "")
OPENAI = Connection("c1", "OpenAI", "https://api.openai.com/v1")
MORNING = time.mktime((2026, 11, 3, 9, 0, 0, 0, 0, -1))
REPLY = Message(
    "m1",
    "talk",
    None,
    Role.ASSISTANT,
    "text",
    Status.COMPLETE,
    MORNING,
    connection_name="OpenAI",
    model="gpt",
    usage=Usage(3, 2, 1, 1),
    timing=Timing(1.0, None, 5.0),
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_filling, "FIRST_S", 0.0)
    monkeypatch.setattr(usage_filling, "PAUSE_S", 0.0)
    monkeypatch.setattr(used_messages, "_ROWS", 2)


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[UsageStore]:
    async with aclosing(UsageStore(tmp_path / "usage.sqlite3")) as ledger:
        yield ledger


async def fill(ledger: UsageStore, folder: Path) -> None:
    connections = Connections(Preferences(Settings(connections=(OPENAI,))))
    files = (folder / "history.db", folder / "endpoint.sqlite3")
    await fill_in(ledger, *files, connections, lambda _host, _model: PRICE)


async def stored(folder: Path, *messages: Message) -> None:
    talks = (Conversation("talk"), Conversation("called", origin=FROM_ENDPOINT))
    async with aclosing(SqliteStore(folder / "history.db")) as store:
        await store.open()
        await store.write(WriteBatch(conversations=talks, messages=messages))


async def test_stored_replies_are_filled_in_once(ledger: UsageStore, tmp_path: Path) -> None:
    await stored(
        tmp_path,
        REPLY,
        replace(REPLY, id="m2", status=Status.CANCELLED, connection_name="Gone", timing=None),
        replace(REPLY, id="m3", usage=None),
        replace(REPLY, id="m4", conversation_id="called"),
        replace(REPLY, id="m5", role=Role.USER),
        replace(REPLY, id="m6", status=Status.INTERRUPTED, timing=Timing(None, None, 1.0)),
        replace(REPLY, id="m7"),
    )
    live = UsageEntry(
        datetime.now(UTC),
        UsageOrigin.WINDOW,
        "c1",
        "OpenAI",
        "",
        "gpt",
        Usage(7, 7),
        None,
        conversation_id="talk",
        message_id="m7",
    )
    ledger.record(live)
    await fill(ledger, tmp_path)
    await fill(ledger, tmp_path)
    first, second, third, last = (await ledger.entries(None, None)).entries
    assert [entry.message_id for entry in (second, first, third, last)] == ["m6", "m2", "m1", "m7"]
    assert third.usage == REPLY.usage
    assert third.cost == Cost("USD", Decimal(5))
    assert (third.connection_id, third.host) == ("c1", "https://api.openai.com:443")
    assert (third.at.timestamp(), third.first_token_s, third.generation_s) == (MORNING + 5.0, 1.0, 4.0)
    assert (first.connection_id, first.connection_name, first.cost) == ("", "Gone", None)
    assert second.cost == Cost("USD", Decimal(5), is_at_least=True)
    assert last == live


async def test_callers_of_earlier_days_are_filled_in_once(ledger: UsageStore, tmp_path: Path) -> None:
    await stored(tmp_path)
    async with aclosing(CallerStore(tmp_path / "endpoint.sqlite3")) as callers:
        for _ in range(3):
            await callers.note("curl", MORNING, "OpenAI", "gpt", Usage(1, 1))
    await fill(ledger, tmp_path)
    await fill(ledger, tmp_path)
    (entry,) = (await ledger.entries(None, None)).entries
    assert (entry.origin, entry.caller, entry.requests) == (UsageOrigin.ENDPOINT, "curl", 3)
    assert entry.cost == Cost("USD", Decimal(6), is_at_least=True)
    (day,) = await ledger.sums(None, None, UsageBy.DAY)
    assert (day.key, day.requests) == ("2026-11-03", 3)


async def test_without_a_database_it_is_tried_again(
    ledger: UsageStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await fill(ledger, tmp_path)
    assert "at the next start" in caplog.text
    caplog.clear()
    await stored(tmp_path, REPLY)
    await fill(ledger, tmp_path)
    assert len((await ledger.entries(None, None)).entries) == 1
