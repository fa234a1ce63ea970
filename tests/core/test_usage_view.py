"""Periods and measures of the usage page."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageSum, total_of
from desktop_chat.core.usage_view import Days, Measure, UsagePeriod, amount_of, by_day, currencies_of, days_of

TODAY = date(2026, 3, 1)


def test_periods_end_today_or_with_their_month() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert days_of(UsagePeriod.WEEK, TODAY) == Days(date(2026, 2, 23), tomorrow)
    assert days_of(UsagePeriod.THIS_MONTH, TODAY) == Days(TODAY, tomorrow)
    assert days_of(UsagePeriod.LAST_MONTH, TODAY) == Days(date(2026, 2, 1), TODAY)
    assert days_of(UsagePeriod.DAY, TODAY, date(2026, 1, 5)) == Days(date(2026, 1, 5), date(2026, 1, 6))
    assert days_of(UsagePeriod.DAY, TODAY) == Days(TODAY, tomorrow)
    assert days_of(UsagePeriod.ALL, TODAY) == Days(None, None)


@given(
    st.sampled_from([each for each in UsagePeriod if each is not UsagePeriod.ALL]),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
)
def test_a_period_always_has_days(period: UsagePeriod, today: date) -> None:
    days = days_of(period, today)
    assert days.since is not None
    assert days.until is not None
    assert days.since < days.until <= today + timedelta(days=1)


def test_money_is_measured_in_one_currency() -> None:
    mixed = UsageSum("2026-03-01", "", 2, 10, 0, 5, 0, (Cost("CNY", Decimal(7)), Cost("USD", Decimal(1))))
    assert amount_of(mixed, Measure.MONEY, "USD") == 1
    assert amount_of(mixed, Measure.MONEY, "EUR") == 0
    assert amount_of(mixed, Measure.TOKENS) == 15
    assert by_day([mixed], Measure.REQUESTS) == {TODAY: Decimal(2)}
    assert currencies_of([mixed, UsageSum()]) == ["CNY", "USD"]


def test_a_total_adds_each_currency_for_itself() -> None:
    first = UsageSum("a", "A", 2, 10, 1, 5, 3, (Cost("USD", Decimal(1)),), unpriced=1)
    second = UsageSum("b", "B", 1, 5, 0, 1, 0, (Cost("CNY", Decimal(7)), Cost("USD", Decimal(2), True)), uncounted=1)
    costs = (Cost("CNY", Decimal(7)), Cost("USD", Decimal(3), is_at_least=True))
    assert total_of([first, second]) == UsageSum("", "", 3, 15, 1, 6, 3, costs, unpriced=1, uncounted=1)
    assert total_of([]) == UsageSum()
