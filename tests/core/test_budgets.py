"""Budgets: which ones a request exceeds, for any amounts; and what is known of the spending of all processes."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.budget_watch import BudgetWatch
from desktop_chat.core.budgets import (
    Budget,
    BudgetPeriod,
    Estimate,
    budgets_from,
    estimate_of,
    first_day,
    in_force,
    over_budget,
    states_of,
    waived,
    with_budget,
)
from desktop_chat.core.entities import Usage
from desktop_chat.core.errors import StoreError
from desktop_chat.core.prices import FREE, Cost, Price
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.services.sqlite.usage_store import UsageStore
from desktop_chat.ui.languages import local_day

DAY, MONTH = BudgetPeriod.DAY, BudgetPeriod.MONTH
TODAY = date(2026, 11, 30)
USD_5 = Budget(DAY, "USD", Decimal(5))
PRICE = Price("USD", Decimal(2), None, Decimal(10), None, "")

currencies = st.sampled_from(["USD", "CNY", "EUR"])
amounts = st.decimals(0, 1_000, places=4)
budgets = st.builds(Budget, st.sampled_from(BudgetPeriod), currencies, st.decimals("0.01", 1_000, places=2))
spendings = st.fixed_dictionaries(
    {period: st.lists(st.builds(Cost, currencies, amounts, st.booleans()), max_size=5) for period in BudgetPeriod}
)
estimates = st.builds(Estimate, st.dictionaries(currencies, amounts), st.booleans())


# --- which are exceeded ----------------------------------------------------------------------------------------------


@given(st.lists(budgets, max_size=6), spendings, estimates)
def test_exactly_the_budgets_that_the_money_exceeds_are_told(
    known: list[Budget], spent: dict[BudgetPeriod, list[Cost]], estimate: Estimate
) -> None:
    found = {state.budget for state in over_budget(known, spent, estimate)}
    for budget in known:
        used = sum((c.amount for c in spent[budget.period] if c.currency == budget.currency), Decimal(0))
        more = estimate.amounts.get(budget.currency)
        concerns = estimate.is_unknown or more is not None
        assert (budget in found) == (concerns and (used >= budget.amount or used + (more or 0) > budget.amount))


@given(st.lists(budgets, max_size=6), spendings, estimates, st.decimals(0, 100, places=2))
def test_spending_more_never_takes_a_warning_back(
    known: list[Budget], spent: dict[BudgetPeriod, list[Cost]], estimate: Estimate, more: Decimal
) -> None:
    before = {state.budget for state in over_budget(known, spent, estimate)}
    spent = {period: [*costs, Cost("USD", more)] for period, costs in spent.items()}
    assert before <= {state.budget for state in over_budget(known, spent, estimate)}


@given(st.lists(budgets, max_size=6), spendings)
def test_what_is_free_is_never_held_back(known: list[Budget], spent: dict[BudgetPeriod, list[Cost]]) -> None:
    assert over_budget(known, spent, estimate_of(1_000_000, FREE)) == ()


def test_the_estimate_is_what_the_prompt_costs() -> None:
    assert estimate_of(500_000, PRICE) == Estimate({"USD": Decimal(1)})
    assert estimate_of(500_000, None) == Estimate(is_unknown=True)
    spent = {DAY: [Cost("USD", Decimal("4.5"), is_at_least=True)]}
    [state] = over_budget([USD_5], spent, estimate_of(500_000, PRICE))
    assert (state.spent, state.estimate, state.is_reached, state.is_at_least) == (Decimal("4.5"), 1, False, True)
    assert over_budget([USD_5], spent, estimate_of(250_000, PRICE)) == (), "up to the last cent is within"
    assert over_budget([USD_5], {DAY: [Cost("CNY", Decimal(9))]}, estimate_of(1, None)) == (), "another currency"
    [reached] = states_of([USD_5], {DAY: [Cost("USD", Decimal(5))]})
    assert reached.is_reached


# --- what the settings say -------------------------------------------------------------------------------------------


@given(st.lists(budgets, max_size=6))
def test_budgets_come_back_from_the_settings(known: list[Budget]) -> None:
    pairs: tuple[tuple[str, str], ...] = ()
    for budget in known:
        pairs = with_budget(pairs, budget.period, budget.currency, budget.amount)
    last = {budget.key: budget for budget in known}
    assert set(budgets_from(pairs)) == set(last.values())
    for budget in known:
        pairs = with_budget(pairs, budget.period, budget.currency, Decimal(0))
    assert pairs == ()


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=5))
def test_anything_in_a_settings_file_is_read(pairs: list[tuple[str, str]]) -> None:
    assert all(budget.amount > 0 for budget in budgets_from(pairs))


@pytest.mark.parametrize("pair", [("USD day", "NaN"), ("USD day", "-1"), ("USD day", "Infinity"), ("usd day", "1"),
                                  ("USD week", "1"), ("USD", "1"), ("USDday", "1"), ("USD day", "")])  # fmt: skip
def test_what_is_no_budget_is_ignored(pair: tuple[str, str]) -> None:
    assert budgets_from([pair]) == ()


@given(st.lists(budgets, max_size=4, unique_by=lambda budget: budget.key), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_budget_put_aside_is_back_with_the_next_day_or_month(known: list[Budget], today: date) -> None:
    pairs = waived((), known, today)
    assert in_force(known, pairs, today) == ()
    tomorrow = today + timedelta(days=1)
    back = in_force(known, pairs, tomorrow)
    assert [each for each in known if each.period is DAY or tomorrow.day == 1] == list(back)
    assert len(waived(pairs, (), tomorrow + timedelta(days=31))) == 0, "what is over is forgotten"


def test_periods_begin_on_the_day_and_on_the_first() -> None:
    assert (first_day(DAY, TODAY), first_day(MONTH, TODAY)) == (TODAY, date(2026, 11, 1))


# --- what is known of the spending -----------------------------------------------------------------------------------


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[UsageStore]:
    ledger = UsageStore(tmp_path / "usage.sqlite3")
    yield ledger
    await ledger.aclose()


def entry(amount: str, at: datetime | None = None) -> UsageEntry:
    cost = Cost("USD", Decimal(amount))
    return UsageEntry(at or datetime.now(UTC), UsageOrigin.WINDOW, "c", "Mine", "", "m", Usage(1, 1), cost)


def watch(ledger: UsageStore, *pairs: tuple[str, str], over: str = "ask") -> tuple[BudgetWatch, Preferences]:
    preferences = Preferences(Settings(budgets=pairs, over_budget=over))
    prices = {"paid": PRICE, "local": FREE}
    return BudgetWatch(ledger, preferences, lambda _host, model: prices.get(model)), preferences


async def test_spending_counts_from_the_moment_it_is_recorded(ledger: UsageStore, tmp_path: Path) -> None:
    ledger.record(entry("3"))
    budgets, _ = watch(ledger, ("USD day", "5"), ("USD month", "50"))
    paid = budgets.estimate("https://x", "paid", 10)
    await budgets.read()
    assert budgets.exceeded_by(paid) == ()
    ledger.record(entry("2.5"))
    [state] = budgets.exceeded_by(paid)
    assert (state.budget, state.spent) == (USD_5, Decimal("5.5"))
    await budgets.read()
    assert [each.spent for each in budgets.states()] == [Decimal("5.5")] * 2, "and only once"
    assert budgets.exceeded_by(budgets.estimate("https://x", "local", 10)) == ()
    other = UsageStore(tmp_path / "usage.sqlite3")
    other.record(entry("45"))
    await other.aclose()
    await budgets.read()
    assert [each.budget.period for each in budgets.exceeded_by(paid)] == [DAY, MONTH], "other processes spend, too"


class _Busy(UsageStore):
    """A ledger to which an entry comes while it is read, `left` times."""

    left = 1

    async def spent(self, since: date) -> tuple[Cost, ...]:
        found = await super().spent(since)
        if self.left:
            self.left -= 1
            self.record(entry("1"))
        return found


@pytest.mark.parametrize("left", [1, 2])
async def test_what_comes_while_it_is_read_counts_once(tmp_path: Path, left: int) -> None:
    async with aclosing(_Busy(tmp_path / "usage.sqlite3")) as ledger:
        ledger.left = left
        budgets, _ = watch(ledger, ("USD day", "5"), ("USD month", "50"))
        await budgets.read()
        assert [each.spent for each in budgets.states()] == [left, left]


async def test_what_was_recorded_still_counts_if_the_ledger_cannot_be_read(
    ledger: UsageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_since: date) -> tuple[Cost, ...]:
        raise StoreError("broken")

    budgets, _ = watch(ledger, ("USD day", "5"))
    ledger.record(entry("3"))
    monkeypatch.setattr(ledger, "spent", fail)
    with pytest.raises(StoreError):
        await budgets.read()
    assert [each.spent for each in budgets.states()] == [3]


async def test_a_new_day_begins_with_nothing_spent(ledger: UsageStore) -> None:
    days = [local_day(time.time())]
    preferences = Preferences(Settings(budgets=(("USD day", "5"),)))
    budgets = BudgetWatch(ledger, preferences, lambda _host, _model: PRICE, lambda: days[-1])
    ledger.record(entry("6"))
    await budgets.read()
    assert [state.spent for state in budgets.states()] == [6]
    days.append(days[0] + timedelta(days=1))
    assert [state.spent for state in budgets.states()] == [0]


async def test_a_budget_is_put_aside_in_the_settings(ledger: UsageStore) -> None:
    budgets, preferences = watch(ledger, ("USD day", "5"), over="warn")
    assert not budgets.asks
    ledger.record(entry("6"))
    exceeded = budgets.exceeded_by(Estimate(is_unknown=True))
    assert len(exceeded) == 1
    budgets.waive(exceeded)
    assert preferences.settings.waived_budgets == (("USD day", local_day(time.time()).isoformat()),)
    assert budgets.exceeded_by(Estimate(is_unknown=True)) == ()


async def test_without_budgets_nothing_is_read(ledger: UsageStore, tmp_path: Path) -> None:
    budgets, _ = watch(ledger)
    await budgets.read()
    assert not (tmp_path / "usage.sqlite3").exists()
    assert budgets.states() == ()
