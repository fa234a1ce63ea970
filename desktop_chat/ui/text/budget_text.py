"""The words of budgets: which one is reached or would be exceeded, in the window and on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop_chat.core.budgets import BudgetPeriod, BudgetState
from desktop_chat.core.prices import Cost
from desktop_chat.ui.text import usage_text
from desktop_chat.ui.text.translation import tr


def exceeded(states: Sequence[BudgetState], *, is_least: bool = True) -> str:
    """Return which budgets are reached, or would be exceeded. `is_least`: the estimate is a lower bound."""
    return " ".join(_sentence(state, is_least=is_least) for state in states)


def refused(words: str) -> str:
    """Return, for the terminal, that nothing was sent, and the remedy."""
    return tr("{problem} Nothing has been sent. Use --over-budget to send it all the same.", problem=words)


def over_for_callers(states: Sequence[BudgetState], *, asks: bool) -> str:
    """Return which budgets are reached, and what callers of the local endpoint get then."""
    words = exceeded(states)
    if asks:
        return tr("{problem} Callers get error 402 (budget_reached) until you raise it.", problem=words)
    return tr("{problem} Callers are still answered; the header X-Budget-Exceeded tells them.", problem=words)


def spent(state: BudgetState) -> str:
    """Return how much of a budget is spent."""
    return tr("{spent} of {budget}", spent=_spent(state), budget=_budget(state))


def name(period: BudgetPeriod) -> str:
    """Return what a budget is for."""
    return tr("Today") if period is BudgetPeriod.DAY else tr("This month")


def _sentence(state: BudgetState, *, is_least: bool) -> str:
    if state.is_reached:
        return _REACHED[state.budget.period](state)
    amount = usage_text.money(state.budget.currency, state.estimate)
    estimate = tr("at least {amount}", amount=amount) if is_least else tr("about {amount}", amount=amount)
    return _EXCEEDED[state.budget.period](state, estimate)


def _budget(state: BudgetState) -> str:
    return usage_text.money(state.budget.currency, state.budget.amount)


def _spent(state: BudgetState) -> str:
    return usage_text.cost((Cost(state.budget.currency, state.spent, state.is_at_least),))


_REACHED: dict[BudgetPeriod, Callable[[BudgetState], str]] = {
    BudgetPeriod.DAY: lambda state: tr(
        "Today's budget of {budget} is reached: {spent} spent.", budget=_budget(state), spent=_spent(state)
    ),
    BudgetPeriod.MONTH: lambda state: tr(
        "This month's budget of {budget} is reached: {spent} spent.", budget=_budget(state), spent=_spent(state)
    ),
}
_EXCEEDED: dict[BudgetPeriod, Callable[[BudgetState, str], str]] = {
    BudgetPeriod.DAY: lambda state, estimate: tr(
        "This would cost {estimate} and exceed today's budget of {budget}: {spent} spent.",
        estimate=estimate,
        budget=_budget(state),
        spent=_spent(state),
    ),
    BudgetPeriod.MONTH: lambda state, estimate: tr(
        "This would cost {estimate} and exceed this month's budget of {budget}: {spent} spent.",
        estimate=estimate,
        budget=_budget(state),
        spent=_spent(state),
    ),
}
