"""Knows what was spent today and this month, and which budgets one more request would exceed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from desktop_chat.core.budgets import (
    Budget,
    BudgetPeriod,
    BudgetState,
    Estimate,
    budgets_from,
    estimate_of,
    first_day,
    in_force,
    over_budget,
    states_of,
    waived,
)
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.prices import Cost, Price
from desktop_chat.core.settings import Preferences
from desktop_chat.core.usage_ledger import UsageEntry, UsageLedger

_ATTEMPTS = 3
"""How often what was spent is read while more is recorded; after that, the last may be counted twice for a moment."""


class BudgetWatch:
    """Answers at once from what was read last, and from what this process has recorded since. Other processes spend as
    well, so `read` is due before it matters."""

    def __init__(
        self,
        ledger: UsageLedger,
        preferences: Preferences,
        price_of: Callable[[str, str], Price | None],
        today: Callable[[], date] = date.today,
    ) -> None:
        self._ledger = ledger
        self._preferences = preferences
        self._price_of = price_of
        self._today = today
        self._read: dict[BudgetPeriod, tuple[date, tuple[Cost, ...]]] = {}
        """What was spent in a period, and its first day."""
        self._recent: list[tuple[int, UsageEntry]] = []
        """What was recorded since, each entry with its number."""
        self._recorded = 0
        self.changed: Listeners[None] = Listeners()
        """Told when what was spent is known better."""
        self.is_read = False
        """Whether it is known what was spent, as far as it can be read."""
        ledger.recorded.add(self._add)

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """All budgets, also those put aside."""
        return budgets_from(self._preferences.settings.budgets)

    @property
    def asks(self) -> bool:
        """Whether a request that exceeds a budget is not sent until it is confirmed."""
        return self._preferences.settings.over_budget == "ask"

    async def read(self) -> None:
        """Read what was spent, if there are budgets. Raises StoreError."""
        if not self.budgets:
            return
        today = self._today()
        self.is_read = True
        for _ in range(_ATTEMPTS):
            recorded = self._recorded
            read = {period: await self._spent_since(first_day(period, today)) for period in BudgetPeriod}
            if recorded == self._recorded:  # else it is unknown whether what came meanwhile is in it
                break
        self._read = read
        self._recent = [each for each in self._recent if each[0] > recorded]
        self.changed.emit(None)

    async def _spent_since(self, first: date) -> tuple[date, tuple[Cost, ...]]:
        return first, await self._ledger.spent(first)

    def estimate(self, host: str, model: str, prompt_tokens: int) -> Estimate:
        """Return what a request to a model at a host costs at least."""
        return estimate_of(prompt_tokens, self._price_of(host, model))

    def exceeded_by(self, estimate: Estimate) -> tuple[BudgetState, ...]:
        """Return the budgets, without those put aside, that are reached or that these requests would exceed."""
        today, settings = self._today(), self._preferences.settings
        budgets = in_force(self.budgets, settings.waived_budgets, today)
        return over_budget(budgets, self._spent(today), estimate)

    def states(self) -> tuple[BudgetState, ...]:
        """Return what was spent of each budget, reached or not."""
        return states_of(self.budgets, self._spent(self._today()))

    def waive(self, exceeded: Sequence[BudgetState]) -> None:
        """Put budgets aside until their day or month ends."""
        settings = self._preferences.settings
        budgets = [each.budget for each in exceeded]
        self._preferences.update(waived_budgets=waived(settings.waived_budgets, budgets, self._today()))

    def _add(self, entry: UsageEntry) -> None:
        if entry.cost is not None and self.budgets:
            self._recorded += 1
            self._recent.append((self._recorded, entry))
            self.changed.emit(None)

    def _spent(self, today: date) -> Mapping[BudgetPeriod, Sequence[Cost]]:
        return {period: self._spent_in(period, first_day(period, today)) for period in BudgetPeriod}

    def _spent_in(self, period: BudgetPeriod, first: date) -> list[Cost]:
        since, costs = self._read.get(period, (first, ()))
        known = list(costs) if since == first else []  # a new day or month has begun since
        recent = (entry for _, entry in self._recent if entry.at.astimezone().date() >= first)
        return known + [entry.cost for entry in recent if entry.cost is not None]
