"""Converts the user's own prices to and from the settings file; an entry that is wrong stays in the file as it is."""

from __future__ import annotations

from typing import Any

from desktop_chat.core.own_prices import plain_own, read_own
from desktop_chat.core.prices import PriceEntry


def prices_from(tables: Any, wrong: list[str]) -> tuple[tuple[PriceEntry, ...], list[Any]]:
    """Return the entries and those that could not be read; `wrong` gets the names of their wrong members."""
    if not isinstance(tables, list):
        wrong.append("prices")
        return (), []
    entries, unread = [], []
    for place, table in enumerate(tables, 1):
        entry, members = read_own(table) if isinstance(table, dict) else (None, [])
        if entry is None:
            wrong.extend([f"prices[{place}].{name}" for name in members] or [f"prices[{place}]"])
            unread.append(table)
        else:
            entries.append(entry)
    return tuple(entries), unread


def prices_to(entries: tuple[PriceEntry, ...]) -> list[dict[str, Any]]:
    """Return the entries as tables."""
    return [plain_own(entry) for entry in entries]
