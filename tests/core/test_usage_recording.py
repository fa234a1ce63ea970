"""Which requests become entries of the ledger, with which price and times."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from desktop_chat.core.entities import Api, Usage
from desktop_chat.core.exchanges import Exchange, Mark
from desktop_chat.core.prices import FREE, Cost, Price
from desktop_chat.core.usage_ledger import UsageEntry, UsageLedger, UsageOrigin, UsageSum, sum_of_costs, total_of
from desktop_chat.core.usage_recording import UsageRecorder

PRICE = Price("USD", Decimal(1), Decimal("0.1"), Decimal(10), None, "https://example.com")
USAGE = Usage(1_000_000, 100_000, None, 0)


def exchange(marks: dict[Mark, float], **more: Any) -> Exchange:
    """Return an exchange that has ended, with the times of its marks."""
    found = Exchange("m1", "c1", "One", Api.CHAT_COMPLETIONS, "gpt", "https://api.example.com/v1/x", {}, hide=str)
    found.marks.update({Mark.SENT: 0.1, Mark.ENDED: 3.0, **marks})
    found.started_at, found.conversation_id = 1_000.0, "talk"
    for name, value in more.items():
        setattr(found, name, value)
    return found


def recorded(ended: Exchange, price: Price | None = PRICE) -> UsageEntry | None:
    """Return what the ledger gets."""
    entries: list[UsageEntry] = []
    ledger = cast(UsageLedger, SimpleNamespace(record=entries.append))
    asked: list[tuple[str, str]] = []

    def price_of(host: str, model: str) -> Price | None:
        asked.append((host, model))
        return price

    UsageRecorder(ledger, price_of, lambda _: UsageOrigin.WINDOW).take(ended)
    assert asked == [("https://api.example.com:443", "gpt")] * len(entries)
    return entries[0] if entries else None


def test_a_whole_answer() -> None:
    entry = recorded(exchange({Mark.FIRST_TOKEN: 1.0}, usage=USAGE, finish_reason="stop"))
    assert entry is not None
    assert entry.at.timestamp() == 1_003.0
    assert (entry.conversation_id, entry.message_id, entry.connection_id) == ("talk", "m1", "c1")
    assert entry.cost == Cost("USD", Decimal(2))
    assert (entry.first_token_s, entry.generation_s) == (1.0, 2.0)


def test_an_answer_in_one_piece_has_no_speed() -> None:
    entry = recorded(exchange({Mark.FIRST_TOKEN: 2.95}, usage=USAGE, finish_reason="stop"))
    assert entry is not None
    assert entry.generation_s is None


def test_a_stopped_answer_cost_at_least_what_was_counted() -> None:
    entry = recorded(exchange({Mark.FIRST_TOKEN: 1.0}, is_stopped=True))
    assert entry is not None
    assert entry.usage == Usage()
    assert entry.cost == Cost("USD", Decimal(0), is_at_least=True)
    assert entry.generation_s is None
    counted = recorded(exchange({Mark.FIRST_TOKEN: 1.0}, is_stopped=True, usage=USAGE))
    assert counted is not None
    assert counted.cost == Cost("USD", Decimal(2), is_at_least=True)


def test_what_was_finished_before_the_stop_is_exact() -> None:
    entry = recorded(exchange({Mark.FIRST_TOKEN: 1.0}, is_stopped=True, usage=USAGE, finish_reason="stop"))
    assert entry is not None
    assert entry.cost == Cost("USD", Decimal(2))


def test_unknown_prices_stay_unknown_and_free_ones_are_never_a_lower_bound() -> None:
    stopped = exchange({Mark.FIRST_TOKEN: 1.0}, is_stopped=True)
    unknown, free = recorded(stopped, None), recorded(stopped, FREE)
    assert unknown is not None
    assert free is not None
    assert unknown.cost is None
    assert free.cost == Cost("", Decimal(0))


@pytest.mark.parametrize(
    ("ended", "is_recorded"),
    [
        (exchange({}, error_code="authentication_failed", status=401), False),
        (exchange({}, error_code="connection_lost"), False),
        (exchange({Mark.FIRST_TOKEN: 1.0}, error_code="connection_lost"), True),
        (exchange({}, error_code="provider_fault", usage=USAGE), True),
        (exchange({}, is_stopped=True), True),
        (exchange({}), True),
    ],
    ids=["refused", "lost before", "lost meanwhile", "fault with usage", "stopped", "empty"],
)
def test_what_costs_nothing_is_not_recorded(ended: Exchange, is_recorded: bool) -> None:
    assert (recorded(ended) is not None) is is_recorded


def test_a_request_that_was_stopped_before_it_was_sent_is_not_recorded() -> None:
    stopped = exchange({}, is_stopped=True)
    del stopped.marks[Mark.SENT]
    assert recorded(stopped) is None


def test_sums_are_added_up() -> None:
    one = UsageSum("a", "A", 1, 10, 5, 3, 1, (Cost("USD", Decimal(1)),), first_token_s=1.0)
    two = replace(one, costs=(Cost("EUR", Decimal(2)), Cost("USD", Decimal(3), is_at_least=True)), unpriced=1)
    total = total_of([one, two, replace(two, uncounted=2)])
    costs = (Cost("EUR", Decimal(4)), Cost("USD", Decimal(7), is_at_least=True))
    assert total == UsageSum("", "", 3, 30, 15, 9, 3, costs, unpriced=2, uncounted=2)
    assert sum_of_costs([Cost("", Decimal(0))]) == ()
