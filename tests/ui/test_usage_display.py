"""What a reply and a conversation cost, as it is shown: while it is open, when it is opened again, in detail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from chat_world import OPENAI, World, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop_chat.core import message_weights
from desktop_chat.core.context_use import ContextUse
from desktop_chat.core.entities import ChatOptions, Usage
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin, UsageSum
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.chat.usage_display import UsageDisplay
from desktop_chat.ui.chat.usage_popup import UsagePopup

ENTRY = UsageEntry(
    datetime(2026, 11, 30, tzinfo=UTC),
    UsageOrigin.WINDOW,
    "openai",
    "OpenAI",
    "",
    "gpt-5.5",
    Usage(1_000, 500, 200, 400),
    Cost("USD", Decimal("0.0125")),
)


def lines_shown(tab: ChatTab) -> str:
    laid_out = [placed.entry.layout for placed in tab.transcript.page.placed if placed.entry.layout is not None]
    return " | ".join(label.text for layout in laid_out for label in layout.labels)


def tips(tab: ChatTab) -> list[str]:
    """Return the tooltips of footers."""
    laid_out = [placed.entry.layout for placed in tab.transcript.page.placed if placed.entry.layout is not None]
    return [control.label for layout in laid_out for control in layout.controls if control.name == "numbers"]


@pytest.fixture
async def tab(here: World) -> AsyncIterator[ChatTab]:
    here.provider.script("Hello")
    talk = here.library.create(ChatOptions(connection_id=OPENAI.id, model="gpt-5.5"))
    tab = await opened(here, talk.id)
    yield tab
    tab.close_view()


async def opened(here: World, conversation_id: str) -> ChatTab:
    tab = here.show(ChatTab(here.context, conversation_id))
    tab.set_active(True)
    await tab.load()
    return tab


async def asked(here: World, tab: ChatTab, **changes: object) -> str:
    """Ask, and let the request be recorded as the provider would; return the reply's id."""
    assert tab.session is not None
    tab.session.send("hi")
    reply_id = tab.session.path[-1].id
    entry = replace(ENTRY, conversation_id=tab.conversation_id, message_id=reply_id, **changes)  # type: ignore[arg-type]
    here.context.ledger.record(entry)
    await until(lambda: tab.session is not None and not tab.session.running)
    await until(lambda: not tab.transcript.page.is_stale)
    return reply_id


async def test_money_is_under_the_reply_and_adds_up_at_the_composer(here: World, tab: ChatTab) -> None:
    button = tab.composer.usage_button
    assert not button.isVisible()
    await asked(here, tab)
    assert "0.0125 USD" in lines_shown(tab)
    assert "Cost: 0.0125 USD" in tips(tab)[0]
    assert button.isVisible()
    assert button.words == "0.0125 USD"
    await asked(here, tab, cost=Cost("USD", Decimal(1), is_at_least=True), usage=Usage())
    assert button.words == "at least 1.01 USD"
    assert "Tokens in: at least 1,000" in button.accessibleDescription()


async def test_it_is_there_when_the_conversation_is_opened_again(here: World, tab: ChatTab) -> None:
    await asked(here, tab)
    await here.write_behind.flush()
    again = await opened(here, tab.conversation_id)
    await until(lambda: "0.0125 USD" in lines_shown(again))
    assert again.composer.usage_button.words == "0.0125 USD"
    again.close_view()


async def test_what_was_free_shows_tokens_instead_of_no_money(here: World, tab: ChatTab) -> None:
    await asked(here, tab, cost=Cost("", Decimal(0)))
    assert "USD" not in lines_shown(tab)
    assert "0.00" not in lines_shown(tab)
    assert tab.composer.usage_button.words == "1500 tokens"


async def test_tokens_that_nobody_counted_are_not_shown_as_none(here: World, tab: ChatTab) -> None:
    await asked(here, tab, cost=Cost("", Decimal(0)), usage=Usage())
    button = tab.composer.usage_button
    await until(button.isVisible)
    assert button.words == ""
    assert "Tokens in: unknown" in button.toolTip()


async def test_where_there_is_little_room_no_word_is_cut(here: World, tab: ChatTab) -> None:
    await asked(here, tab, cost=Cost("", Decimal(0)))
    button = tab.composer.usage_button
    here.library.set_options(tab.conversation_id, ChatOptions(connection_id=OPENAI.id, model="own"))
    await until(lambda: not button.context.window)
    for room, expected in (("1500 tokens", "1500 tokens"), ("1500 token", "1500"), ("150", "")):
        width = button.fontMetrics().horizontalAdvance(room) + button.sizeHint().width()
        button.resize(width - button.fontMetrics().horizontalAdvance("1500 tokens"), button.height())
        assert button.shown_words == expected
    assert has_paint(button)
    narrowest = button.minimumSizeHint()
    here.library.set_options(tab.conversation_id, ChatOptions(connection_id=OPENAI.id, model="gpt-4"))
    await until(lambda: button.context.window == 8_192)
    button.resize(narrowest)
    assert button.shown_words == ""
    assert has_paint(button)


def has_paint(button: QWidget) -> bool:
    """Return whether anything can be seen on a button."""
    shown = button.grab().toImage()
    return len({shown.pixel(x, y) for x in range(shown.width()) for y in range(shown.height())}) > 1


async def test_an_unknown_price_is_said(here: World, tab: ChatTab) -> None:
    await asked(here, tab, cost=None)
    assert "cost unknown" in lines_shown(tab)
    assert tab.composer.usage_button.words == "cost unknown"


async def test_the_ring_shows_what_the_server_counted(here: World, tab: ChatTab) -> None:
    await asked(here, tab)
    button = tab.composer.usage_button
    await until(lambda: button.context.tokens == 1_300)
    assert not button.context.is_estimate
    assert "1,300 of 1,050,000 tokens (under 1%)" in button.toolTip()
    here.library.set_options(tab.conversation_id, ChatOptions(connection_id=OPENAI.id, model="own"))
    await until(lambda: not button.context.window)
    assert "1,300 tokens; the size of the model's window is unknown" in button.toolTip()
    here.library.set_options(tab.conversation_id, ChatOptions(connection_id=OPENAI.id, model="gpt-4"))
    await until(lambda: button.context.window == 8_192)
    assert "1,300 of 8,192 tokens (15%)" in button.toolTip()
    assert button.words == "0.0125 USD"
    here.providers.windows["gpt-4"] = 1_400
    await asked(here, tab)
    await until(lambda: button.context.window == 1_400)
    assert button.words == "92% of the context"


async def test_without_a_count_it_is_an_estimate(here: World, tab: ChatTab) -> None:
    await asked(here, tab, usage=Usage())
    button = tab.composer.usage_button
    await until(lambda: button.context.tokens)
    assert button.context.is_estimate
    assert "about 1 of" in button.toolTip()


async def test_the_size_of_the_next_request_is_known_at_once(
    here: World, tab: ChatTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 20,000 messages it would take several frames."""
    await asked(here, tab)
    await until(lambda: tab.composer.usage_button.context.tokens == 1_300)
    monkeypatch.setattr(message_weights, "weight_of", None)
    assert tab.session is not None
    assert tab.session.request_size("four" * 10).tokens == 11
    assert tab.session.tokens_before == 0


async def test_nothing_is_measured_for_a_conversation_that_is_gone(here: World) -> None:
    """A new conversation may be left while it is measured, and before that; an error would be logged as a bug."""
    tab = await opened(here, here.library.create(ChatOptions(connection_id=OPENAI.id, model=OPENAI.default_model)).id)
    display = tab.findChild(UsageDisplay)
    assert display is not None
    measuring = asyncio.create_task(display._measure())
    await asyncio.sleep(0)
    here.library.discard_if_blank(tab.conversation_id)
    await measuring
    await display._measure()
    assert tab.composer.usage_button.isHidden()
    tab.close_view()


async def test_the_ring_stays_where_there_is_no_room_for_words(here: World, tab: ChatTab) -> None:
    here.library.set_options(tab.conversation_id, ChatOptions(connection_id=OPENAI.id, model="gpt-4"))
    await asked(here, tab, cost=Cost("USD", Decimal("123456789.5"), is_at_least=True))
    button = tab.composer.usage_button
    await until(lambda: button.context.window)
    assert button.minimumSizeHint().width() < 40 < button.sizeHint().width()
    free, near = button.grab().toImage(), ContextUse(8_000, 8_192)
    button.show_used(UsageSum(), near)
    assert button.grab().toImage() != free


async def test_the_popup_has_all_numbers_and_follows(here: World, tab: ChatTab) -> None:
    await asked(here, tab)
    tab.composer.usage_button.setFocus()
    QTest.keyClick(tab.composer.usage_button, Qt.Key.Key_Space)
    (popup,) = tab.window().findChildren(UsagePopup)
    assert popup.isVisible()
    assert [value.text() for value in popup.values][-6:] == ["1", "1,000", "400", "500", "200", "0.0125 USD"]
    await asked(here, tab)
    assert popup.values[-6].text() == "2"
    here.languages.set_language("zh_CN")
    await until(lambda: popup.accessibleName() == "本对话的用量")
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    tab.composer.usage_button.click()
    popup.all_button.click()
    assert not popup.isVisible()
    assert here.navigator.usage_opened == 1
