"""The words of budgets: which one is reached or would be exceeded, in the window, on the terminal and for callers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop_chat.core.budgets import BudgetPeriod, BudgetState
from desktop_chat.core.prices import Cost
from desktop_chat.ui.text import usage_text
from desktop_chat.ui.text.translation import tr


def exceeded(states: Sequence[BudgetState]) -> str:
    """Return which budgets are reached, or would be exceeded."""
    return " ".join(map(_sentence, states))


def spent(state: BudgetState) -> str:
    """Return how much of a budget is spent."""
    return tr("{spent} of {budget}", spent=_spent(state), budget=_budget(state))


def name(period: BudgetPeriod) -> str:
    """Return what a budget is for."""
    return tr("Today") if period is BudgetPeriod.DAY else tr("This month")


def _sentence(state: BudgetState) -> str:
    words = _REACHED if state.is_reached else _EXCEEDED
    return words[state.budget.period](state)


def _budget(state: BudgetState) -> str:
    return usage_text.money(state.budget.currency, state.budget.amount)


def _spent(state: BudgetState) -> str:
    return usage_text.cost((Cost(state.budget.currency, state.spent, state.is_at_least),))


def _estimate(state: BudgetState) -> str:
    return usage_text.money(state.budget.currency, state.estimate)


_REACHED: dict[BudgetPeriod, Callable[[BudgetState], str]] = {
    BudgetPeriod.DAY: lambda state: tr(
        "Today's budget of {budget} is reached: {spent} spent.", budget=_budget(state), spent=_spent(state)
    ),
    BudgetPeriod.MONTH: lambda state: tr(
        "This month's budget of {budget} is reached: {spent} spent.", budget=_budget(state), spent=_spent(state)
    ),
}
_EXCEEDED: dict[BudgetPeriod, Callable[[BudgetState], str]] = {
    BudgetPeriod.DAY: lambda state: tr(
        "This would cost at least {estimate} and exceed today's budget of {budget}: {spent} spent.",
        estimate=_estimate(state),
        budget=_budget(state),
        spent=_spent(state),
    ),
    BudgetPeriod.MONTH: lambda state: tr(
        "This would cost at least {estimate} and exceed this month's budget of {budget}: {spent} spent.",
        estimate=_estimate(state),
        budget=_budget(state),
        spent=_spent(state),
    ),
}
