"""The words of usage: amounts of money, periods, and what a day or a row used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageBy, UsageOrigin, UsageSum
from desktop_chat.core.usage_view import UsagePeriod, tokens_of
from desktop_chat.ui.text import money_text
from desktop_chat.ui.text.translation import tr


def money(currency: str, amount: Decimal) -> str:
    """Return an amount of money, more precisely if it is small."""
    return money_text.amount(currency, amount) if amount else f"0 {currency}"


def cost(costs: Sequence[Cost], unpriced: int = 0, uncounted: int = 0) -> str:
    """Return what was spent in each currency; "unknown" rather than wrong, and "at least" where something is missing.
    Empty if it was nothing."""
    known = [each for each in costs if each.amount]
    is_bound = unpriced or any(each.is_at_least for each in costs)
    if not known and (is_bound or uncounted):
        return tr("unknown")
    amounts = " + ".join(money(each.currency, each.amount) for each in known or costs)
    return tr("at least {amount}", amount=amounts) if is_bound else amounts


def cost_of(found: UsageSum) -> str:
    """Return what the requests of a sum cost."""
    return cost(found.costs, found.unpriced)


def cost_lines(found: UsageSum) -> str:
    """Return what the requests of a sum cost, a line for each currency."""
    known = [each for each in found.costs if each.amount]
    return "\n".join(cost((each,), found.unpriced) for each in known) or cost_of(found)


def used_in_words(found: UsageSum) -> str:
    """Return requests, tokens and cost of a sum in one line."""
    money_part = money_text.cost_of_sum(found)
    parts = [tr("%n request(s)", n=found.requests), tr("{count} tokens", count=f"{tokens_of(found):,}"), money_part]
    return tr(", ").join(part for part in parts if part)


def period_name(period: UsagePeriod) -> str:
    """Return the name of a period; that of a single day is its date."""
    return _PERIODS[period]()


def row_name(by: UsageBy, found: UsageSum) -> str:
    """Return what a row of a table is called."""
    if by is UsageBy.ORIGIN:
        return _ORIGINS[UsageOrigin(found.key)]() if found.key in set(UsageOrigin) else found.key
    if by is UsageBy.CALLER and not found.key:
        return tr("No caller (this application)")
    return found.name or found.key or tr("unknown")


_PERIODS: dict[UsagePeriod, Callable[[], str]] = {
    UsagePeriod.WEEK: lambda: tr("Last 7 days"),
    UsagePeriod.MONTH: lambda: tr("Last 30 days"),
    UsagePeriod.QUARTER: lambda: tr("Last 90 days"),
    UsagePeriod.YEAR: lambda: tr("Last 12 months"),
    UsagePeriod.THIS_MONTH: lambda: tr("This month"),
    UsagePeriod.LAST_MONTH: lambda: tr("Last month"),
    UsagePeriod.ALL: lambda: tr("All time"),
}
_ORIGINS: dict[UsageOrigin, Callable[[], str]] = {
    UsageOrigin.WINDOW: lambda: tr("Conversations"),
    UsageOrigin.ASK: lambda: tr("Terminal"),
    UsageOrigin.BATCH: lambda: tr("Batches"),
    UsageOrigin.ENDPOINT: lambda: tr("Local endpoint"),
}
