"""Loads the shipped prices and context windows when one is first needed, never at startup, and puts the user's own
before them."""

from __future__ import annotations

from functools import cache, lru_cache

from desktop_chat.core.prices import PriceEntry, PriceTable, prices_from
from desktop_chat.ui.resources import resource_text


@cache
def shipped_prices() -> PriceTable:
    """Return the prices in `resources/prices.toml`, without the user's own."""
    import tomllib  # noqa: PLC0415  (may not be needed otherwise)

    return prices_from(tomllib.loads(resource_text("prices.toml")))


@lru_cache(maxsize=2)
def price_table(own: tuple[PriceEntry, ...]) -> PriceTable:
    """Return all prices, the user's own first."""
    return PriceTable(shipped_prices().shipped, own) if own else shipped_prices()
