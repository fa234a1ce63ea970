"""A budget that is reached is told above the composer, or holds each request back until it is confirmed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from chat_world import LOCAL, OPENAI, World, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_chat.core.entities import ChatOptions, Usage
from desktop_chat.core.errors import ConnectionLost
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.ui.chat.budget_guard import CHANGE, WAIVE, BudgetBar
from desktop_chat.ui.chat.secret_guard import SecretBar
from desktop_chat.ui.chat.send_guard import BACK, SEND
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.languages import today
from desktop_chat.ui.text.error_text import Remedy

Key = Qt.Key


@pytest.fixture(autouse=True)
def says_hello(here: World, request: pytest.FixtureRequest) -> None:
    if "sends_more" not in request.node.name:
        here.provider.script("Hello")


def spend(here: World, amount: str) -> None:
    cost = Cost("USD", Decimal(amount))
    now = datetime.now(UTC)
    here.context.ledger.record(UsageEntry(now, UsageOrigin.BATCH, "c", "Mine", "", "m", Usage(1, 1), cost))


def set_budgets(here: World, over: str, **amounts: str) -> None:
    pairs = tuple((f"USD {period}", amount) for period, amount in amounts.items())
    here.preferences.update(budgets=pairs, over_budget=over)


def ask(tab: ChatTab, text: str) -> None:
    tab.composer.set_text(text)
    tab.composer.edit.setFocus()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)


async def bar_of(tab: ChatTab) -> BudgetBar:
    await until(lambda: [bar for bar in tab.findChildren(BudgetBar) if bar.isVisible()])
    [bar] = tab.findChildren(BudgetBar)
    return bar


async def ended(tab: ChatTab, count: int) -> None:
    await until(lambda: len(tab.session.path) == count and not tab.session.running)


async def test_without_a_budget_nothing_is_asked(here: World, tab: ChatTab) -> None:
    spend(here, "100")
    ask(tab, "hi")
    await ended(tab, 2)
    assert tab.findChildren(BudgetBar) == []


async def test_nothing_is_sent_until_it_is_confirmed(here: World, tab: ChatTab) -> None:
    set_budgets(here, "ask", day="5")
    spend(here, "6")
    ask(tab, "hi")
    bar = await bar_of(tab)
    assert bar.text == "Today's budget of 5.00 USD is reached: 6.00 USD spent. It has not been sent."
    assert here.provider.prompts == []
    QTest.keyClick(tab.composer.edit, Key.Key_Escape)
    assert not bar.isVisible()
    assert tab.composer.text == "hi"
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    bar.button(BACK).click()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    bar.button(SEND).click()
    await ended(tab, 2)
    ask(tab, "again")
    assert bar.isVisible(), "each request is asked about"
    assert bar.button(WAIVE).text() == "Allow today"
    bar.button(CHANGE).click()
    assert here.navigator.settings == ["budgets"]
    bar.button(WAIVE).click()
    await ended(tab, 4)
    ask(tab, "and on")
    await ended(tab, 6)
    assert here.preferences.settings.waived_budgets == (("USD day", today().isoformat()),)


async def test_a_large_prompt_is_held_back_before_the_budget_is_reached(here: World, tab: ChatTab) -> None:
    set_budgets(here, "ask", month="0.01")
    ask(tab, "word " * 12_000)
    bar = await bar_of(tab)
    assert "would cost at least" in bar.text
    assert "this month's budget of 0.0100 USD" in bar.text
    assert bar.button(WAIVE).text() == "Allow this month"
    assert here.provider.prompts == []
    tab.composer.set_text("word")
    assert not bar.isVisible(), "what was asked about has gone"
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    await ended(tab, 2)


async def test_a_warning_comes_while_writing_and_holds_nothing_back(here: World, tab: ChatTab) -> None:
    set_budgets(here, "warn", day="5")
    spend(here, "6")
    tab.composer.set_text("hi")
    bar = await bar_of(tab)
    assert bar.text == "Today's budget of 5.00 USD is reached: 6.00 USD spent."
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    await ended(tab, 2)
    bar.button(BACK).click()
    ask(tab, "again")
    await ended(tab, 4)
    assert not bar.isVisible(), "closed, it stays away"
    set_budgets(here, "warn", day="5", month="6")
    ask(tab, "once more")
    await ended(tab, 6)
    assert "This month's budget" in (await bar_of(tab)).text, "another one is news"


async def test_a_model_that_costs_nothing_is_not_held_back(here: World) -> None:
    here.preferences.put_connection(LOCAL)
    set_budgets(here, "ask", day="5")
    spend(here, "6")
    tab = here.show(ChatTab(here.context, here.library.create(ChatOptions(connection_id=LOCAL.id, model="m")).id))
    await tab.load()
    ask(tab, "hi")
    await ended(tab, 2)
    tab.close_view()


async def test_another_version_of_a_reply_is_asked_about_too(here: World, tab: ChatTab) -> None:
    ask(tab, "hi")
    await ended(tab, 2)
    set_budgets(here, "ask", day="5")
    spend(here, "6")
    reply = tab.session.path[-1]
    tab.page.actions.act("regenerate", reply.id)
    bar = await bar_of(tab)
    assert len(here.provider.prompts) == 1
    bar.button(SEND).click()
    await until(lambda: len(here.provider.prompts) == 2 and not tab.session.running)


async def test_a_key_and_a_budget_are_each_asked_about(here: World, tab: ChatTab) -> None:
    set_budgets(here, "ask", day="5")
    spend(here, "6")
    ask(tab, f"sk-proj-{'a1B2' * 12}")
    [secret] = tab.findChildren(SecretBar)
    secret.button(SEND).click()
    bar = await bar_of(tab)
    bar.button(SEND).click()
    assert not secret.isVisible(), "once is enough for a text"
    await ended(tab, 2)
    assert OPENAI.id == tab.session.conversation.options.connection_id


async def test_what_sends_more_for_a_reply_is_asked_about_too(here: World, tab: ChatTab) -> None:
    here.provider.script("Hel", ConnectionLost("gone"))
    here.provider.script("lo")
    ask(tab, "hi")
    await ended(tab, 2)
    set_budgets(here, "ask", day="5")
    spend(here, "6")
    reply = tab.session.path[-1]
    tab.page.actions.act(Remedy.CONTINUE, reply.id)
    bar = await bar_of(tab)
    assert len(here.provider.prompts) == 1
    bar.button(SEND).click()
    await until(lambda: len(here.provider.prompts) == 2 and not tab.session.running)
    tab.page.actions.act(Remedy.SUMMARISE, reply.id)
    assert bar.isVisible()
    bar.button(BACK).click()
    assert len(here.provider.prompts) == 2
