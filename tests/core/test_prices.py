"""What tokens cost, for whom, and when it is only known in part."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.entities import Usage
from desktop_chat.core.prices import (
    FREE,
    Cost,
    Price,
    PriceEntry,
    PriceTable,
    cost_of,
    prices_from,
)


def price(of_input: str = "2", of_cached: str | None = "0.5", of_output: str = "8", **more: object) -> Price:
    cached = None if of_cached is None else Decimal(of_cached)
    values: dict[str, object] = {
        "batch_factor": Decimal("0.5"),
        "source": "https://x.example",
    }
    return Price("USD", Decimal(of_input), cached, Decimal(of_output), **(values | more))  # type: ignore[arg-type]


OPENAI = "https://api.openai.com/v1"
TABLE = PriceTable(
    [
        PriceEntry("api.openai.com", "gpt-4o", price("2.5")),
        PriceEntry("api.openai.com", "gpt-4o-2024-05-13", price("5")),
        PriceEntry("api.openai.com", "gpt-4", price("30")),
        PriceEntry("openrouter.ai", "openai/gpt-4o", price("2.5")),
        PriceEntry("api.anthropic.com", "claude-opus-4.5", price("5")),
    ]
)


@pytest.mark.parametrize(
    ("address", "model", "input_price"),
    [
        (OPENAI, "gpt-4o", "2.5"),
        (OPENAI, "GPT-4o", "2.5"),
        ("https://api.openai.com:443", "gpt-4o-2024-08-06", "2.5"),
        ("api.openai.com", "gpt-4o-latest", "2.5"),
        (OPENAI, "gpt-4o-2024-05-13", "5"),
        ("https://openrouter.ai/api/v1", "openai/gpt-4o", "2.5"),
        ("https://openrouter.ai/api/v1", "openai/gpt-4o-2024-11-20", "2.5"),
        ("https://api.anthropic.com/v1", "claude-opus-4-5-20251101", "5"),
    ],
)
def test_a_model_is_found_by_host_and_name(address: str, model: str, input_price: str) -> None:
    found = TABLE.price_of(address, model)
    assert found is not None
    assert found.input == Decimal(input_price)


@pytest.mark.parametrize(
    ("address", "model"),
    [
        (OPENAI, "gpt-4o-mini"),
        (OPENAI, "gpt-4-0613"),  # four digits name other models
        (OPENAI, "gpt-4-1106-preview"),
        (OPENAI, "openai/gpt-4o"),
        ("https://openrouter.ai/api/v1", "gpt-4o"),
        ("https://openrouter.ai/api/v1", "openai/gpt-4o:free"),
        ("https://example.com/v1", "gpt-4o"),
        (OPENAI, ""),
        ("", "gpt-4o"),
        ("https://[broken", "gpt-4o"),
    ],
)
def test_what_is_not_listed_is_unknown_never_nothing(address: str, model: str) -> None:
    assert TABLE.price_of(address, model) is None


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:11434/v1", "http://[::1]:8000/v1", "http://192.168.1.5/v1", "http://nas.local"]
)
def test_what_runs_here_or_in_the_own_network_is_free(address: str) -> None:
    found = TABLE.price_of(address, "llama3")
    assert found is FREE
    assert found.is_free
    assert cost_of(Usage(1000, None), found) == Cost("", Decimal(0))


def test_own_entries_come_before_the_shipped_ones() -> None:
    own = [PriceEntry("", "gpt-4o", price("9")), PriceEntry("api.openai.com", "gpt-4o", price("7"))]
    table = PriceTable(TABLE.shipped, [*own, PriceEntry("127.0.0.1", "proxied", price("3"))])
    assert table.price_of(OPENAI, "gpt-4o") == price("7")
    assert table.price_of("https://example.com", "gpt-4o") == price("9")
    assert table.price_of("http://127.0.0.1:4000/v1", "proxied") == price("3")
    assert table.price_of(OPENAI, "gpt-4") == price("30")


def test_cached_tokens_cost_less_and_reasoning_is_output() -> None:
    usage = Usage(prompt_tokens=1_000_000, completion_tokens=500_000, reasoning_tokens=400_000, cached_tokens=200_000)
    assert cost_of(usage, price()) == Cost("USD", Decimal("1.6") + Decimal("0.1") + Decimal(4))


@pytest.mark.parametrize(
    ("usage", "at", "is_at_least"),
    [
        (Usage(10, 10), price(), False),
        (Usage(None, 10), price(), True),
        (Usage(10, None), price(), True),
        (Usage(10, 10, cached_tokens=5), price(of_cached=None), True),
        (Usage(10, 10, cached_tokens=0), price(of_cached=None), False),
        (Usage(200_000, 1), price(exact_up_to=200_000), False),
        (Usage(200_001, 1), price(exact_up_to=200_000), True),
        (Usage(1, 1), price(exact_up_to=0), True),
    ],
)
def test_an_amount_says_when_it_is_a_lower_bound(usage: Usage, at: Price, is_at_least: bool) -> None:
    assert cost_of(usage, at).is_at_least is is_at_least


def test_tokens_whose_price_is_unknown_are_not_counted() -> None:
    assert cost_of(Usage(1_000_000, 0, cached_tokens=400_000), price(of_cached=None)).amount == Decimal("1.2")


def test_a_batch_costs_its_share() -> None:
    usage = Usage(1_000_000, 0)
    assert cost_of(usage, price(), is_batch=True).amount == Decimal(1)
    assert cost_of(usage, price(batch_factor=None), is_batch=True).amount == Decimal(2)


COUNTS = st.integers(min_value=0, max_value=10**9)
AMOUNTS = st.decimals(min_value=0, max_value=1000, places=4)


@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS), max_size=8), AMOUNTS, AMOUNTS, AMOUNTS)
def test_costs_add_up_exactly(
    counts: list[tuple[int, int, int]], first: Decimal, second: Decimal, third: Decimal
) -> None:
    at = price(str(first), str(second), str(third))
    usages = [Usage(prompt, output, None, min(cached, prompt)) for prompt, output, cached in counts]
    total = Usage(*(sum(getattr(u, name) for u in usages) for name in ("prompt_tokens", "completion_tokens")))
    total = Usage(total.prompt_tokens, total.completion_tokens, None, sum(u.cached_tokens or 0 for u in usages))
    assert sum((cost_of(u, at).amount for u in usages), Decimal(0)) == cost_of(total, at).amount


def test_a_wrong_file_is_a_bug() -> None:
    with pytest.raises(KeyError):
        prices_from({"provider": [{"models": [["x", "1", "", "2", 0]]}]})
