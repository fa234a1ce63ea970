"""The user's own prices: what is valid, written back as it was read, and put before the shipped ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.own_prices import plain_own, read_own, with_own
from desktop_chat.core.prices import Price, PriceEntry, PriceTable

FULL = {
    "model": "own",
    "host": "https://api.example.com/v1",
    "currency": "eur",
    "input": "2.50",
    "cached_input": 0.5,
    "output": 10,
    "batch_factor": "0.5",
    "exact_up_to": "200000",
    "context_window": 128_000,
}
ENTRY = PriceEntry(
    "api.example.com",
    "own",
    Price("EUR", Decimal("2.50"), Decimal("0.5"), Decimal(10), Decimal("0.5"), "", 200_000),
    128_000,
)


def test_a_whole_entry() -> None:
    assert read_own(FULL) == (ENTRY, [])


def test_only_a_window_and_only_a_free_price() -> None:
    window, wrong = read_own({"model": "own", "context_window": "8192"})
    assert (window, wrong) == (PriceEntry("", "own", None, 8_192), [])
    free, wrong = read_own({"model": "own", "input": "0", "output": "0"})
    assert wrong == []
    assert free is not None
    assert free.price is not None
    assert free.price.is_free


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"model": " "}, ["model"]),
        ({"model": 7}, ["model"]),
        ({"model": "x" * 201}, ["model"]),
        ({"model": "a\nb"}, ["model"]),
        ({"host": "no host at all"}, ["host"]),
        ({"host": "http://[1"}, ["host"]),
        ({"currency": "dollars"}, ["currency"]),
        ({"exact_up_to": "1.5"}, ["exact_up_to"]),
        ({"exact_up_to": -1}, ["exact_up_to"]),
        ({"exact_up_to": "long"}, ["exact_up_to"]),
        ({"currency": ""}, ["currency"]),
        ({"input": "much"}, ["input"]),
        ({"input": "-1"}, ["input"]),
        ({"input": "nan"}, ["input"]),
        ({"input": "1000001"}, ["input"]),
        ({"input": "0.00000000001"}, ["input"]),
        ({"input": True}, ["input"]),
        ({"output": ""}, ["output"]),
        ({"batch_factor": "1.5"}, ["batch_factor"]),
        ({"context_window": "1.5"}, ["context_window"]),
        ({"context_window": [1]}, ["context_window"]),
        ({"input": "x", "cached_input": "y"}, ["input", "cached_input"]),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], wrong: list[str]) -> None:
    entry, found = read_own(FULL | changes)
    assert entry is None
    assert set(wrong) <= set(found)
    assert found[0] == wrong[0]


AMOUNTS = st.decimals(0, 1_000_000, places=4)


@given(
    st.builds(
        Price,
        currency=st.sampled_from(["USD", "CNY"]),
        input=AMOUNTS,
        cached_input=st.none() | AMOUNTS,
        output=AMOUNTS,
        batch_factor=st.none() | st.decimals(0, 1, places=2),
        source=st.just(""),
    ),
    st.integers(0, 1_000_000),
)
def test_an_entry_is_read_as_it_was_written(price: Price, window: int) -> None:
    entry = PriceEntry("", "own", price, window)
    assert read_own(plain_own(entry)) == (entry, [])


def test_a_new_entry_replaces_that_of_the_same_model() -> None:
    other, again = PriceEntry("", "other", None, 1), PriceEntry("api.example.com", "OWN", None, 2)
    assert with_own((ENTRY, other), again) == (other, again)
    assert with_own((ENTRY, other), again, ENTRY) == (again, other)
    assert with_own((ENTRY, other), PriceEntry("", "other", None, 3), ENTRY) == (PriceEntry("", "other", None, 3),)
    assert with_own((), ENTRY) == (ENTRY,)


def test_own_entries_come_first_and_may_have_a_window_alone() -> None:
    shipped = PriceEntry("api.example.com", "own", ENTRY.price, 128_000)
    table = PriceTable([shipped], [PriceEntry("", "own", None, 5)])
    assert table.price_of("api.example.com", "own") == ENTRY.price
    assert table.window_of("api.example.com", "own") == 5
    assert table.own_window_of("api.example.com", "own") == 5
    assert PriceTable([shipped]).own_window_of("api.example.com", "own") == 0
    assert PriceTable([shipped]).window_of("https://api.example.com/v1", "own") == 128_000
