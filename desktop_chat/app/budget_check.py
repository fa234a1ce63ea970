"""Checks budgets where nobody is at the window: for `ask`, batches in the terminal, and callers of the endpoint."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from desktop_chat.app.terminal import print_error
from desktop_chat.core.budget_watch import BudgetWatch
from desktop_chat.core.budgets import Estimate, OverBudget
from desktop_chat.core.entities import Connection
from desktop_chat.core.errors import StoreError
from desktop_chat.core.hosts import host_of
from desktop_chat.core.settings import Preferences
from desktop_chat.core.usage_ledger import UsageLedger
from desktop_chat.core.usage_recording import PriceOf
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.usage_store import UsageStore
from desktop_chat.ui.text import budget_text
from desktop_chat.ui.text.price_list import price_table


async def may_spend(
    paths: Paths,
    preferences: Preferences,
    estimate: Callable[[BudgetWatch], Estimate],
    *,
    is_confirmed: bool,
    is_least: bool = True,
) -> bool:
    """Print which budgets are reached or would be exceeded, and return whether requests may be sent all the same.
    `is_least`: the estimate is a lower bound."""
    if not preferences.settings.budgets or not paths.data_dir.is_dir():
        return True
    ledger = UsageStore(paths.usage_file)
    try:
        prices = price_table(preferences.settings.prices)
        budgets = BudgetWatch(ledger, preferences, prices.price_of)
        with suppress(StoreError):  # what cannot be read holds nothing back
            await budgets.read()
        exceeded = budgets.exceeded_by(estimate(budgets))
    finally:
        await ledger.aclose()
    if not exceeded:
        return True
    is_refused = budgets.asks and not is_confirmed
    words = budget_text.exceeded(exceeded, is_least=is_least)
    print_error(budget_text.refused(words) if is_refused else words)
    return not is_refused


class CallerBudgets:
    """Says which budgets a request to the endpoint exceeds. None is refused unless the user wants to be asked."""

    def __init__(self, ledger: UsageLedger, preferences: Preferences, price_of: PriceOf) -> None:
        self._budgets = BudgetWatch(ledger, preferences, price_of)

    async def check(self, connection: Connection, model: str, prompt_tokens: Callable[[], int]) -> OverBudget:
        """Return what a request exceeds; `prompt_tokens` counts its prompt, if there are budgets."""
        budgets = self._budgets
        if not budgets.budgets:
            return OverBudget()
        with suppress(StoreError):  # what was known before counts
            await budgets.read()
        exceeded = budgets.exceeded_by(budgets.estimate(host_of(connection.base_url), model, prompt_tokens()))
        return OverBudget(exceeded, bool(exceeded) and budgets.asks)
