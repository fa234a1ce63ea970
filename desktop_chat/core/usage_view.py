"""What the usage page shows: periods, and the measure by which days and rows are compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from desktop_chat.core.usage_ledger import UsageSum

_DAYS = {"week": 7, "month": 30, "quarter": 90, "year": 365}


class UsagePeriod(StrEnum):
    """A choice of days. All but LAST_MONTH and ALL end today; DAY is a single day."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    ALL = "all"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `since` up to the day before `until`; None has no limit."""

    since: date | None = None
    until: date | None = None


class Measure(StrEnum):
    """What is counted. Money is measured in one currency, named beside it."""

    TOKENS = "tokens"
    REQUESTS = "requests"
    MONEY = "money"


def days_of(period: UsagePeriod, today: date, chosen: date | None = None) -> Days:
    """Return the days of a period; `chosen` is the day of DAY."""
    tomorrow, month = today + timedelta(days=1), today.replace(day=1)
    match period:
        case UsagePeriod.ALL:
            return Days()
        case UsagePeriod.THIS_MONTH:
            return Days(month, tomorrow)
        case UsagePeriod.LAST_MONTH:
            return Days((month - timedelta(days=1)).replace(day=1), month)
        case UsagePeriod.DAY:
            day = chosen or today
            return Days(day, day + timedelta(days=1))
        case _:
            return Days(tomorrow - timedelta(days=_DAYS[period]), tomorrow)


def tokens_of(found: UsageSum) -> int:
    """Return the tokens of a sum in both directions."""
    return found.prompt_tokens + found.completion_tokens


def amount_of(found: UsageSum, measure: Measure, currency: str = "") -> Decimal:
    """Return how much a sum is by a measure; 0 if it has nothing in this currency."""
    if measure is Measure.MONEY:
        return next((cost.amount for cost in found.costs if cost.currency == currency), Decimal(0))
    return Decimal(found.requests if measure is Measure.REQUESTS else tokens_of(found))


def currencies_of(sums: Iterable[UsageSum]) -> list[str]:
    """Return the currencies in which something was spent, in their order."""
    return sorted({cost.currency for found in sums for cost in found.costs})


def by_day(sums: Iterable[UsageSum], measure: Measure, currency: str = "") -> dict[date, Decimal]:
    """Return the amount of each day, from sums by day."""
    return {date.fromisoformat(found.key): amount_of(found, measure, currency) for found in sums}
