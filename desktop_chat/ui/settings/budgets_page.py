"""The budgets page: how much is meant to be spent on a day and in a month, and what happens before more is."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QPushButton

from desktop_chat.core.budgets import Budget, BudgetPeriod, budgets_from, in_force, with_budget
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.ui.languages import today
from desktop_chat.ui.settings.setting_rows import Choice, PreferencesPage
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text import budget_text, usage_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.qt_tasks import until_gone

CURRENCIES = ("USD", "EUR", "CNY", "GBP", "JPY", "INR", "KRW", "CHF", "CAD", "AUD", "BRL")
"""ISO 4217, the ones in which providers state prices first."""
_LARGEST = 999_999_999.99


class Amount(QDoubleSpinBox):
    """An amount of money; 0 is none. The wheel scrolls the page instead of changing it."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0.0, _LARGEST)
        self.setDecimals(2)
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class BudgetsPage(PreferencesPage):
    """One currency is shown at a time; the others with budgets are named below it."""

    def __init__(self, preferences: Preferences, theme: Theme) -> None:
        super().__init__(preferences, theme, lambda: tr("Budgets"))
        self.currency = Choice()
        self.amounts = {period: Amount() for period in BudgetPeriod}
        self.apply_again = QPushButton()
        budgets = budgets_from(preferences.settings.budgets)
        self._currency = budgets[0].currency if budgets else CURRENCIES[0]
        self.add_row(lambda: tr("Currency"), self._others, self.currency)
        hints = {
            BudgetPeriod.DAY: lambda: tr("From midnight to midnight. 0 means no budget."),
            BudgetPeriod.MONTH: lambda: tr("From the first day of the month on. 0 means no budget."),
        }
        names = {BudgetPeriod.DAY: lambda: tr("Budget per day"), BudgetPeriod.MONTH: lambda: tr("Budget per month")}
        for period, amount in self.amounts.items():
            amount.setMinimumWidth(theme.px(160))
            amount.lineEdit().setTextMargins(theme.px(8), 0, 0, 0)
            amount.valueChanged.connect(lambda value, period=period: self._set(period, value))
            self.add_row(names[period], hints[period], amount)
        self.add_choice(
            "over_budget",
            lambda: tr("When a budget is reached"),
            lambda: tr(
                "Also when the prompt alone would exceed it. If you choose to be asked, “ask” and “batch” on the "
                "terminal need --over-budget, and callers of the local endpoint get error 402."
            ),
            lambda: {"warn": tr("Warn"), "ask": tr("Ask before sending")},
        )
        self.add_row(lambda: tr("Put aside"), self._put_aside, self.apply_again)
        self.rows.addStretch()
        self.currency.chosen.connect(self._choose)
        self.apply_again.clicked.connect(lambda: preferences.update(waived_budgets=()))
        until_gone(self, preferences.changed.add(self._show_budgets))
        self.retranslate()

    def retranslate(self) -> None:
        self.apply_again.setText(tr("Apply again"))
        self._show_budgets(self.preferences.settings)
        super().retranslate()

    def _show_budgets(self, settings: Settings) -> None:
        budgets = budgets_from(settings.budgets)
        known = dict.fromkeys((*CURRENCIES, *(budget.currency for budget in budgets)))
        self.currency.set_choices([(code, code) for code in known], self._currency)
        for period, amount in self.amounts.items():
            found = [
                budget.amount for budget in budgets if (budget.period, budget.currency) == (period, self._currency)
            ]
            with QSignalBlocker(amount):
                amount.setSuffix(f" {self._currency}")
                amount.setValue(float(found[0]) if found else 0.0)
        self.apply_again.setEnabled(bool(self._waived()))

    def _choose(self, currency: str) -> None:
        self._currency = currency
        self.retranslate()

    def _set(self, period: BudgetPeriod, value: float) -> None:
        amount = Decimal(f"{value:.2f}")
        self.preferences.update(budgets=with_budget(self.preferences.settings.budgets, period, self._currency, amount))

    def _others(self) -> str:
        """Name the budgets in other currencies."""
        found = [each for each in budgets_from(self.preferences.settings.budgets) if each.currency != self._currency]
        words = tr("A budget counts what is spent in its own currency; currencies are never added together.")
        if not found:
            return words
        return tr("{words} Other budgets: {names}.", words=words, names=tr(", ").join(map(_name, found)))

    def _waived(self) -> list[Budget]:
        settings = self.preferences.settings
        budgets = budgets_from(settings.budgets)
        active = in_force(budgets, settings.waived_budgets, today())
        return [budget for budget in budgets if budget not in active]

    def _put_aside(self) -> str:
        if waived := self._waived():
            return tr("Until they end: {names}.", names=tr(", ").join(map(_name, waived)))
        return tr("Budgets that you put aside when asked are listed here until their day or month ends.")


def _name(budget: Budget) -> str:
    amount = usage_text.money(budget.currency, budget.amount)
    return tr("{name}: {value}", name=budget_text.name(budget.period), value=amount)
