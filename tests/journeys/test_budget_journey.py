"""A budget that is used up: nothing is sent until the user confirms it, and it is raised in the settings."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from desk import Desk
from PySide6.QtCore import Qt

from desktop_chat.core.budgets import BudgetPeriod
from desktop_chat.core.entities import Connection, Usage
from desktop_chat.core.prices import Cost, Price, PriceEntry
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.ui.settings.budgets_page import BudgetsPage
from desktop_chat.ui.settings.settings_dialog import SettingsDialog


async def test_a_reached_budget_holds_a_message_back(desk: Desk, connection: Connection) -> None:
    tab = await desk.with_model(connection, "plain")
    application = desk.application
    price = Price("USD", Decimal(1), None, Decimal(2), None, "")
    application.preferences.update(
        prices=(PriceEntry("", "plain", price),), budgets=(("USD day", "5"),), over_budget="ask"
    )
    ledger = desk.window._context.ledger
    cost = Cost("USD", Decimal(6))
    ledger.record(UsageEntry(datetime.now(UTC), UsageOrigin.BATCH, "c", "Mine", "", "m", Usage(1, 1), cost))
    desk.ask("hi")
    await desk.until(lambda: desk.sees_text("Today's budget of 5.00 USD is reached"), "the question")
    assert tab.session.path == ()
    desk.screenshot("budget")
    desk.click("Send once")
    await desk.answered(tab)
    desk.ask("and now?")
    await desk.until(lambda: desk.sees("Send once"), "the question again")
    desk.click("Budgets...")
    [settings] = desk.window.findChildren(SettingsDialog)
    page = settings.findChild(BudgetsPage)
    await desk.until(page.isVisible, "the page of budgets")
    page.amounts[BudgetPeriod.DAY].setValue(50)
    settings.close()
    desk.window.activateWindow()
    tab.composer.edit.setFocus()
    await desk.until(tab.composer.edit.hasFocus, "the composer")
    desk.press(Qt.Key.Key_Return)
    await desk.until(lambda: len(tab.session.path) == 4 and not tab.session.running, "the second answer")
