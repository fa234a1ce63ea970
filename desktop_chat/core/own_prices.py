"""The user's own prices and context windows: what is valid in an entry, in the settings file as in the form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from desktop_chat.core.prices import Price, PriceEntry

LARGEST = Decimal(1_000_000)
"""The most that a million tokens may cost."""
LARGEST_WINDOW = 1_000_000_000
_LONGEST = 200
_DECIMALS = 10
_CURRENCY = re.compile(r"[A-Z]{3}")
_HOST = re.compile(r"[a-z0-9._\-:\[\]]+")


@dataclass(slots=True)
class _Reading:
    """The members of one entry, and the names of the wrong ones."""

    members: Mapping[str, Any]
    wrong: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        value = self.members.get(name, "")
        if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
            self.wrong.append(name)
            return ""
        return value.strip()

    def number(self, name: str, most: Decimal) -> Decimal | None:
        """Return a number that may be written as a text; None if it is empty or wrong."""
        value = self.members.get(name, "")
        if isinstance(value, str) and not value.strip():
            return None
        try:
            number = Decimal("nan") if isinstance(value, bool) else Decimal(str(value).strip())
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite() or not 0 <= number <= most or -int(number.as_tuple().exponent) > _DECIMALS:
            self.wrong.append(name)
            return None
        return number

    def tokens(self, name: str) -> int | None:
        """Return a number of tokens; None if it is empty or wrong."""
        number = self.number(name, Decimal(LARGEST_WINDOW))
        if number is not None and number != number.to_integral_value():
            self.wrong.append(name)
            return None
        return None if number is None else int(number)


def read_own(members: Mapping[str, Any]) -> tuple[PriceEntry | None, list[str]]:
    """Return an entry, or None and the names of what is wrong in it: "model", "host", "currency", "input",
    "cached_input", "output", "batch_factor", "exact_up_to", "context_window". Numbers may be texts. Without a price
    for input and output, only the window counts; without a currency, the model is free."""
    reading = _Reading(members)
    model, host, currency = reading.text("model"), _host_in(reading), reading.text("currency").upper()
    of_input, of_output = reading.number("input", LARGEST), reading.number("output", LARGEST)
    of_cached, factor = reading.number("cached_input", LARGEST), reading.number("batch_factor", Decimal(1))
    exact_up_to, window = reading.tokens("exact_up_to"), reading.tokens("context_window")
    if not model:
        reading.wrong.append("model")
    if (of_input is None) != (of_output is None):
        reading.wrong.append("output" if of_output is None else "input")
    price = None
    if of_input is not None and of_output is not None:
        price = Price(currency, of_input, of_cached, of_output, factor, "", exact_up_to)
        if not _fits(currency, of_input, of_cached, of_output):
            reading.wrong.append("currency")
    elif not window:
        reading.wrong.append("input")
    if reading.wrong:
        return None, list(dict.fromkeys(reading.wrong))
    return PriceEntry(host, model, price, window or 0), []


def plain_own(entry: PriceEntry) -> dict[str, Any]:
    """Return an entry as it is written to the settings file."""
    found: dict[str, Any] = {"model": entry.model, "host": entry.host}
    if (price := entry.price) is not None:
        found |= {"currency": price.currency, "input": _plain(price.input), "cached_input": _plain(price.cached_input)}
        found |= {"output": _plain(price.output), "batch_factor": _plain(price.batch_factor)}
        if price.exact_up_to is not None:
            found["exact_up_to"] = price.exact_up_to
    return found | ({"context_window": entry.window} if entry.window else {})


def with_own(
    entries: tuple[PriceEntry, ...], new: PriceEntry, before: PriceEntry | None = None
) -> tuple[PriceEntry, ...]:
    """Return the entries with a new one in the place of `before`, or at the end; it replaces another one for the same
    model at the same host."""
    kept = [entry for entry in entries if entry is before or not _is_same_place(entry, new)]
    if before in kept:
        return tuple(new if entry is before else entry for entry in kept)
    return (*kept, new)


def missing_of(ours: tuple[PriceEntry, ...], theirs: tuple[PriceEntry, ...]) -> tuple[PriceEntry, ...]:
    """Return those of their entries for whose model at this host we have none."""
    return tuple(new for new in theirs if not any(_is_same_place(entry, new) for entry in ours))


def _is_same_place(first: PriceEntry, second: PriceEntry) -> bool:
    return (first.host, first.model.casefold()) == (second.host, second.model.casefold())


def _host_in(reading: _Reading) -> str:
    """Return a host's name, which may be given as an address; empty for every host."""
    text = reading.text("host").lower()
    if not text:
        return ""
    try:
        name = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        name = ""
    if not _HOST.fullmatch(name):
        reading.wrong.append("host")
    return name


def _fits(currency: str, *amounts: Decimal | None) -> bool:
    return bool(_CURRENCY.fullmatch(currency)) or (not currency and not any(amounts))


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"
