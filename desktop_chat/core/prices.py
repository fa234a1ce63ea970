"""What the tokens of a model cost: the shipped table (`resources/prices.toml`), the user's own entries before it, and
how both are searched. What is not known is None, never 0."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from desktop_chat.core.entities import Usage
from desktop_chat.core.hosts import is_on_internet

_MILLION = Decimal(1_000_000)
_ZERO = Decimal(0)
_VERSION = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{3}|latest)")
"""What may follow a name without changing the price: a date, a number of a release, or "latest". Four digits may not:
"gpt-4-0613" and "gpt-4-1106-preview" are different models."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost. `cached_input` is None if the price of cached tokens is unknown, and `batch_factor`
    if that of a batch is."""

    currency: str
    """ISO 4217; empty if it costs nothing."""
    input: Decimal
    cached_input: Decimal | None
    output: Decimal
    batch_factor: Decimal | None
    source: str
    """The page with the price; empty for an entry of the user's own."""
    exact_up_to: int | None = None
    """Prompts of more tokens cost more than this, so an amount is a lower bound; 0 if any may; None if none does."""

    @property
    def is_free(self) -> bool:
        """Whether the model runs on this computer or network, and costs nothing."""
        return not self.currency


FREE = Price("", _ZERO, _ZERO, _ZERO, None, "")
"""The price of what runs on this computer or in its network."""


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of money. `is_at_least` marks a lower bound: some tokens were not counted, or cost more."""

    currency: str
    amount: Decimal
    is_at_least: bool = False


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """A model's price and context window at one host; `host` is empty in an entry for every host."""

    host: str
    model: str
    price: Price | None = None
    window: int = 0
    """In tokens; 0 if unknown."""
    read: str = ""
    """The day in ISO form on which a shipped price was read."""


_Places: TypeAlias = Mapping[tuple[str, str], PriceEntry]
"""Entries by host and name."""


class PriceTable:
    """Finds entries by host and name. The user's own come first, those for one host before those for all."""

    def __init__(self, shipped: Iterable[PriceEntry], own: Iterable[PriceEntry] = ()) -> None:
        self.shipped = tuple(shipped)
        self._own = _by_place(own)
        self._shipped = _by_place(self.shipped)

    def price_of(self, host: str, model: str) -> Price | None:
        """Return the price of a model at a host, which may be an address; None if unknown. A server on this computer or
        its network costs nothing, unless the user says otherwise."""
        name = _host_name(host)
        for entry in self._found(name, model):
            if entry.price is not None:
                return entry.price
        return FREE if name and not is_on_internet(f"https://{_bracketed(name)}") else None

    def window_of(self, host: str, model: str) -> int:
        """Return the context window of a model at a host, which may be an address, in tokens; 0 if unknown."""
        return next((entry.window for entry in self._found(_host_name(host), model) if entry.window), 0)

    def own_window_of(self, host: str, model: str) -> int:
        """Return the context window that the user has set for a model at a host; 0 if none."""
        found = self._found_in((self._own,), _host_name(host), model)
        return next((entry.window for entry in found if entry.window), 0)

    def _found(self, host: str, model: str) -> Iterable[PriceEntry]:
        return self._found_in((self._own, self._shipped), host, model)

    def _found_in(self, tables: Iterable[_Places], host: str, model: str) -> Iterable[PriceEntry]:
        names = _names_of(model)
        for table in tables:
            for place in (host, ""):
                for name in names:
                    if (entry := table.get((place, name))) is not None:
                        yield entry


def cost_of(usage: Usage, price: Price, *, is_batch: bool = False) -> Cost:
    """Return what these tokens cost. Tokens that the server did not count, or whose price is unknown, are missing in
    the amount, which is then a lower bound. Reasoning tokens are part of the completion tokens."""
    prompt, output = usage.prompt_tokens or 0, usage.completion_tokens or 0
    cached = min(usage.cached_tokens or 0, prompt)
    of_cached = _ZERO if price.cached_input is None else price.cached_input
    amount = ((prompt - cached) * price.input + cached * of_cached + output * price.output) / _MILLION
    is_at_least = usage.prompt_tokens is None or usage.completion_tokens is None
    is_at_least |= bool(cached) and price.cached_input is None
    if price.exact_up_to is not None and prompt > price.exact_up_to:
        is_at_least = True
    if is_batch:
        amount *= Decimal(1) if price.batch_factor is None else price.batch_factor
    return Cost(price.currency, amount, is_at_least and not price.is_free)


def prices_from(table: Mapping[str, Any]) -> PriceTable:
    """Return the table of a parsed file. Raises KeyError, TypeError or ValueError if the file is wrong: a bug."""
    return PriceTable(entry for provider in table["provider"] for entry in _entries_of(provider))


def _entries_of(provider: Mapping[str, Any]) -> Iterable[PriceEntry]:
    read = str(provider.get("read", ""))
    for name, of_input, of_cached, of_output, window in provider["models"]:
        price = Price(
            currency=provider["currency"],
            input=Decimal(of_input),
            cached_input=Decimal(of_cached) if of_cached else None,
            output=Decimal(of_output),
            batch_factor=Decimal(provider["batch"]) if "batch" in provider else None,
            source=provider["source"],
            exact_up_to=provider.get("exact_up_to"),
        )
        for host in provider["hosts"]:
            yield PriceEntry(host, name, price, int(window), read)
        for host in provider.get("routers", ()):
            yield PriceEntry(host, f"{provider['prefix']}/{name}", price, int(window), read)


def _by_place(entries: Iterable[PriceEntry]) -> _Places:
    return {(_host_name(entry.host), _plain(entry.model)): entry for entry in entries}


def _names_of(model: str) -> tuple[str, ...]:
    """Return the names under which a model may be listed, the exact one first."""
    name = _plain(model)
    version = list(_VERSION.finditer(name))
    ends = bool(version) and version[-1].end() == len(name)
    return (name, name[: version[-1].start()]) if ends else (name,)


def _plain(model: str) -> str:
    """Return a model's name as it is compared: makers and routers write versions with a dot or a hyphen, and Google
    lists its models below "models/"."""
    return model.strip().casefold().removeprefix("models/").replace(".", "-")


def _host_name(host: str) -> str:
    """Return the name in an address or a host, without scheme and port."""
    text = host.strip().lower()
    try:
        return urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name
