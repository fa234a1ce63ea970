"""What a batch does to the budgets: said with its estimate, and asked before it starts if the user wants that."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from PySide6.QtWidgets import QWidget

from desktop_chat.core.batch_port import Batch
from desktop_chat.core.batch_progress import Estimate as BatchEstimate
from desktop_chat.core.budgets import BudgetState, Estimate
from desktop_chat.core.errors import StoreError
from desktop_chat.ui.context import Context
from desktop_chat.ui.text import budget_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import confirm


async def exceeded_budgets(context: Context, found: BatchEstimate) -> Sequence[BudgetState]:
    """Return the budgets that are reached, or that asking these rows would exceed."""
    if not context.preferences.settings.budgets or not found.rows:
        return ()
    with suppress(StoreError):  # what was known before counts
        await context.budgets.read()
    return context.budgets.exceeded_by(Estimate(found.spending.amounts, found.spending.is_unknown))


async def may_start(parent: QWidget, context: Context, batch: Batch, rows: list[int]) -> bool:
    """Return whether a batch may start; ask if it exceeds a budget and the user wants to be asked."""
    if not context.preferences.settings.budgets or not context.budgets.asks:
        return True
    found = await batch.estimate(rows)
    states = await exceeded_budgets(context, found)
    if not states:
        return True
    return await confirm(parent, tr("Start all the same?"), _words(found, states), tr("Start", about="a batch"))


def with_budgets(lines: Sequence[str], found: BatchEstimate, states: Sequence[BudgetState]) -> str:
    """Return the lines of an estimate, with what it does to the budgets below."""
    estimate = "  ·  ".join(lines)
    return f"{estimate}\n{_words(found, states)}" if states else estimate


def _words(found: BatchEstimate, states: Sequence[BudgetState]) -> str:
    return budget_text.exceeded(states, is_least=found.output is None)
