"""Each shipped price can be used, and says where it was read."""

from __future__ import annotations

import datetime as dt
import tomllib
from decimal import Decimal
from typing import Any

import pytest

from desktop_chat.ui.resources import resource_text
from desktop_chat.ui.text.price_list import shipped_prices

MEMBERS = {"hosts", "routers", "prefix", "currency", "source", "read", "batch", "exact_up_to", "models"}
PROVIDERS: list[dict[str, Any]] = tomllib.loads(resource_text("prices.toml"))["provider"]


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider["models"][0][0])
def test_a_provider_names_its_source(provider: dict[str, Any]) -> None:
    assert set(provider) <= MEMBERS
    assert provider["source"].startswith("https://")
    assert isinstance(provider["read"], dt.date)
    assert provider["currency"] in {"USD", "CNY", "EUR"}
    assert ("prefix" in provider) is ("routers" in provider)
    for name, of_input, of_cached, of_output, window in provider["models"]:
        assert name == name.strip().lower()
        assert 0 < Decimal(of_input) <= Decimal(of_output), name
        assert not of_cached or Decimal(of_cached) < Decimal(of_input), name
        assert window == 0 or 4_096 <= window <= 10_000_000, name


def test_no_model_is_listed_twice() -> None:
    places = [(entry.host, entry.model.replace(".", "-")) for entry in shipped_prices().shipped]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("address", "model", "input_price"),
    [
        ("https://api.openai.com/v1", "gpt-4o-2024-08-06", "2.50"),
        ("https://openrouter.ai/api/v1", "openai/gpt-4o", "2.50"),
        ("https://openrouter.ai/api/v1", "anthropic/claude-sonnet-4.5", "3"),
        ("https://api.anthropic.com/v1", "claude-sonnet-4-5-20250929", "3"),
        ("https://generativelanguage.googleapis.com/v1beta/openai", "models/gemini-2.5-flash", "0.30"),
        ("https://api.groq.com/openai/v1", "openai/gpt-oss-120b", "0.15"),
        ("https://api.deepseek.com", "deepseek-flash", "0.15"),
    ],
)
def test_well_known_models_are_found(address: str, model: str, input_price: str) -> None:
    found = shipped_prices().price_of(address, model)
    assert found is not None
    assert found.input == Decimal(input_price)
