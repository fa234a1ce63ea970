"""What a conversation used: read once, then counted along, without gaps and doubles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_chat.core.conversation_usage import ConversationUsage
from desktop_chat.core.entities import Usage
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin, UsageSum
from desktop_chat.services.sqlite.usage_store import UsageStore

ENTRY = UsageEntry(
    datetime(2026, 11, 30, tzinfo=UTC),
    UsageOrigin.WINDOW,
    "c1",
    "OpenAI",
    "",
    "gpt",
    Usage(10, 5, 2, 4),
    Cost("USD", Decimal("0.5")),
    conversation_id="talk",
    message_id="m1",
)
ONCE = UsageSum("", "", 1, 10, 4, 5, 2, (Cost("USD", Decimal("0.5")),))


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[UsageStore]:
    async with aclosing(UsageStore(tmp_path / "usage.sqlite3")) as ledger:
        yield ledger


async def test_what_was_recorded_before_and_what_follows(ledger: UsageStore) -> None:
    ledger.record(ENTRY)
    ledger.record(replace(ENTRY, conversation_id="other"))
    usage = ConversationUsage(ledger, "talk")
    totals: list[UsageSum] = []
    usage.changed.add(totals.append)
    await usage.load()
    assert usage.total == ONCE
    ledger.record(replace(ENTRY, conversation_id="other"))
    ledger.record(replace(ENTRY, usage=Usage(), cost=None))
    ledger.record(replace(ENTRY, message_id="m2", cost=Cost("", Decimal(0))))
    assert [total.requests for total in totals] == [1, 2, 3]
    first, second = usage.of("m1"), usage.of("m2")
    assert first == replace(ONCE, requests=2, unpriced=1, uncounted=1)
    assert second == replace(ONCE, costs=())
    assert usage.of("m3") is None
    usage.close()
    ledger.record(ENTRY)
    assert usage.total.requests == 3


async def test_what_is_recorded_while_it_is_read_counts_once(ledger: UsageStore) -> None:
    usage = ConversationUsage(ledger, "talk")
    read = ledger.sums_of_messages

    async def slow(conversation_id: str) -> list[UsageSum]:
        found = await read(conversation_id)
        if len(found) < 2:  # an entry comes between the reading and its result
            ledger.record(replace(ENTRY, message_id=f"m{len(found)}"))
        return found

    ledger.sums_of_messages = slow  # type: ignore[method-assign]
    await usage.load()
    assert usage.total.requests == 2


async def test_without_the_file_what_is_recorded_from_now_on_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").mkdir()
    async with aclosing(UsageStore(tmp_path / "file")) as ledger:
        usage = ConversationUsage(ledger, "talk")
        await usage.load()
        assert "cannot read what a conversation used" in caplog.text
        ledger.record(ENTRY)
        assert usage.total == ONCE
        caplog.clear()
