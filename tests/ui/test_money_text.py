"""Amounts of money in words: unknown rather than wrong, and at least where something is missing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageSum
from desktop_chat.ui.text.money_text import amount, cost_of_sum, usage_rows

USD, EUR = Cost("USD", Decimal("0.0123")), Cost("EUR", Decimal(1234))


@pytest.mark.parametrize(
    ("value", "words"),
    [("1234.5", "1,234.50 USD"), ("0.012345", "0.0123 USD"), ("0.00001", "under 0.0001 USD"), ("0", "0.0000 USD")],
)
def test_amounts(value: str, words: str) -> None:
    assert amount("USD", Decimal(value)) == words


@pytest.mark.parametrize(
    ("used", "words"),
    [
        (UsageSum(), ""),
        (UsageSum(costs=(EUR, USD)), "1,234.00 EUR + 0.0123 USD"),
        (UsageSum(costs=(USD,), unpriced=1), "at least 0.0123 USD"),
        (UsageSum(costs=(Cost("USD", Decimal("0.5"), is_at_least=True),)), "at least 0.5000 USD"),
        (UsageSum(costs=(Cost("USD", Decimal(0), is_at_least=True),)), "cost unknown"),
        (UsageSum(unpriced=2), "cost unknown"),
    ],
)
def test_the_cost_of_requests(used: UsageSum, words: str) -> None:
    assert cost_of_sum(used) == words


def test_rows_of_a_table() -> None:
    used = UsageSum("", "", 2, 1_000, 400, 50, 20, (USD,))
    assert usage_rows(used) == [
        ("Requests", "2"),
        ("Tokens in", "1,000"),
        ("of them cached", "400"),
        ("Tokens out", "50"),
        ("of them reasoning", "20"),
        ("Cost", "0.0123 USD"),
    ]
    lost = UsageSum("", "", 1, 10, uncounted=1)
    assert usage_rows(lost)[1:] == [("Tokens in", "at least 10"), ("Tokens out", "unknown"), ("Cost", "free")]
    assert usage_rows(UsageSum(unpriced=1))[-1] == ("Cost", "unknown"), "and not: Cost: cost unknown"
