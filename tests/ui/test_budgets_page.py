"""Budgets are set for each currency, put aside and applied again in the settings, and shown on the usage page."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from chat_world import World, until

from desktop_chat.core.budgets import BudgetPeriod
from desktop_chat.core.entities import Usage
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.ui.languages import today
from desktop_chat.ui.settings.budgets_page import BudgetsPage
from desktop_chat.ui.usage.usage_dialog import UsageDialog

DAY, MONTH = BudgetPeriod.DAY, BudgetPeriod.MONTH


def page_of(here: World) -> BudgetsPage:
    return here.show(BudgetsPage(here.preferences, here.theme))


async def test_each_currency_has_its_budgets(here: World) -> None:
    page = page_of(here)
    page.amounts[DAY].setValue(5)
    page.currency.setCurrentIndex(page.currency.findData("CNY"))
    page.currency.activated.emit(page.currency.currentIndex())
    assert page.amounts[DAY].value() == 0
    page.amounts[MONTH].setValue(99.5)
    assert dict(here.preferences.settings.budgets) == {"USD day": "5.00", "CNY month": "99.50"}
    assert "Other budgets: Today: 5.00 USD." in page.currency.accessibleDescription()
    page.amounts[MONTH].setValue(0)
    assert dict(here.preferences.settings.budgets) == {"USD day": "5.00"}


async def test_a_budget_that_was_put_aside_applies_again(here: World) -> None:
    waived = (("USD day", today().isoformat()),)
    here.preferences.update(budgets=(("USD day", "5"),), waived_budgets=waived)
    page = page_of(here)
    assert page.apply_again.accessibleDescription() == "Until they end: Today: 5.00 USD."
    page.apply_again.click()
    assert here.preferences.settings.waived_budgets == ()
    assert not page.apply_again.isEnabled()


async def test_the_usage_page_shows_how_much_is_spent(here: World) -> None:
    here.preferences.update(budgets=(("USD day", "8"), ("USD month", "4")))
    cost = Cost("USD", Decimal(4))
    entry = UsageEntry(datetime.now(UTC), UsageOrigin.WINDOW, "c", "Mine", "", "m", Usage(1, 1), cost)
    here.context.ledger.record(entry)
    dialog = here.show(UsageDialog(here.context))
    await until(lambda: not dialog.is_reading)
    assert [line.bar.accessibleName() for line in dialog.budget_bars.lines] == [
        "Budget: Today: 4.00 USD of 8.00 USD",
        "Budget: This month: 4.00 USD of 4.00 USD",
    ]
    assert [line.bar.value() for line in dialog.budget_bars.lines] == [500, 1_000]
    dialog.budgets_button.click()
    assert here.navigator.settings == ["budgets"]
    here.preferences.update(budgets=())
    await until(lambda: not dialog.budget_bars.isVisible())
