"""Budgets: how much may be spent on a day and in a month, in each currency, and what one more request does to them.

A budget counts only what was spent in its own currency: amounts in different currencies are never added together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from desktop_chat.core.prices import Cost, Price

Pairs = tuple[tuple[str, str], ...]
"""How budgets are stored: pairs of a budget's key ("USD day") and an amount, or the period for which it is waived."""
_MILLION = Decimal(1_000_000)
_LARGEST = Decimal(1_000_000_000)


class BudgetPeriod(StrEnum):
    """What a budget is for: the calendar day or month in local time."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that is meant to be spent in a period, in one currency (ISO 4217)."""

    period: BudgetPeriod
    currency: str
    amount: Decimal

    @property
    def key(self) -> str:
        """How the budget is named in the settings."""
        return key_of(self.period, self.currency)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is known of the cost of requests before they are sent: the least that they cost in each currency. Nothing in
    any of them is free; `is_unknown` if a price is not known."""

    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    is_unknown: bool = False

    def concerns(self, budget: Budget) -> bool:
        """Return whether the requests may cost something in the budget's currency."""
        return self.is_unknown or budget.currency in self.amounts


@dataclass(frozen=True, slots=True)
class BudgetState:
    """What was spent of a budget, and what requests would add. `is_at_least`: more may have been spent."""

    budget: Budget
    spent: Decimal
    estimate: Decimal = Decimal(0)
    is_at_least: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether the budget was used up before this request."""
        return self.spent >= self.budget.amount


@dataclass(frozen=True, slots=True)
class OverBudget:
    """The budgets that a request concerns and that are reached, or that it would exceed; whether it is refused."""

    states: tuple[BudgetState, ...] = ()
    is_refused: bool = False


def key_of(period: BudgetPeriod, currency: str) -> str:
    """Return the key of a budget in the settings."""
    return f"{currency} {period}"


def budgets_from(pairs: Iterable[tuple[str, str]]) -> tuple[Budget, ...]:
    """Return the budgets in the settings, days before months; what is not a budget is ignored."""
    found = [budget for key, amount in pairs if (budget := _budget_from(key, amount)) is not None]
    return tuple(sorted(found, key=lambda budget: (budget.currency, budget.period)))


def with_budget(pairs: Pairs, period: BudgetPeriod, currency: str, amount: Decimal | None) -> Pairs:
    """Return the pairs with one budget set; None or 0 removes it."""
    key = key_of(period, currency)
    others = tuple(pair for pair in pairs if pair[0] != key)
    return (*others, (key, f"{amount:f}")) if amount else others


def first_day(period: BudgetPeriod, today: date) -> date:
    """Return the first day of a period."""
    return today if period is BudgetPeriod.DAY else today.replace(day=1)


def waived(pairs: Pairs, budgets: Iterable[Budget], today: date) -> Pairs:
    """Return the pairs with these budgets waived until their day or month ends; what is over is forgotten."""
    new = {budget.key: _name_of(budget.period, today) for budget in budgets}
    current = {_name_of(period, today) for period in BudgetPeriod}
    return (*((key, when) for key, when in pairs if key not in new and when in current), *new.items())


def in_force(budgets: Iterable[Budget], waivers: Iterable[tuple[str, str]], today: date) -> tuple[Budget, ...]:
    """Return the budgets that are not waived now."""
    known = dict(waivers)
    return tuple(budget for budget in budgets if known.get(budget.key) != _name_of(budget.period, today))


def estimate_of(prompt_tokens: int, price: Price | None) -> Estimate:
    """Return what a request with a prompt of this size costs at least: the length of the answer is not known."""
    if price is None:
        return Estimate(is_unknown=True)
    return Estimate() if price.is_free else Estimate({price.currency: price.input * prompt_tokens / _MILLION})


def over_budget(
    budgets: Iterable[Budget], spent_in: Mapping[BudgetPeriod, Sequence[Cost]], estimate: Estimate
) -> tuple[BudgetState, ...]:
    """Return the budgets that requests concern and that are reached, or that they would exceed. `spent_in` has what was
    spent in the current day and month."""
    concerned = (budget for budget in budgets if estimate.concerns(budget))
    found = states_of(concerned, spent_in, estimate)
    return tuple(each for each in found if each.is_reached or each.spent + each.estimate > each.budget.amount)


def states_of(
    budgets: Iterable[Budget], spent_in: Mapping[BudgetPeriod, Sequence[Cost]], estimate: Estimate | None = None
) -> tuple[BudgetState, ...]:
    """Return what was spent of each budget, and what requests would add to it."""
    estimate = estimate or Estimate()
    return tuple(_state_of(budget, spent_in.get(budget.period, ()), estimate) for budget in budgets)


def _state_of(budget: Budget, spent: Sequence[Cost], estimate: Estimate) -> BudgetState:
    costs = [cost for cost in spent if cost.currency == budget.currency]
    amount = sum((cost.amount for cost in costs), Decimal(0))
    estimated = estimate.amounts.get(budget.currency, Decimal(0))
    return BudgetState(budget, amount, estimated, any(cost.is_at_least for cost in costs))


def _budget_from(key: str, text: str) -> Budget | None:
    currency, _, period = key.partition(" ")
    try:
        amount = Decimal(text)
        kind = BudgetPeriod(period)
    except (InvalidOperation, ValueError):
        return None
    is_currency = len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()
    return Budget(kind, currency, amount) if is_currency and amount.is_finite() and 0 < amount <= _LARGEST else None


def _name_of(period: BudgetPeriod, today: date) -> str:
    """Return which day ("2026-11-30") or month ("2026-11") it is."""
    return today.isoformat()[: 10 if period is BudgetPeriod.DAY else 7]
