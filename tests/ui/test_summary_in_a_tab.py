"""A conversation that grows too long is summarised in its tab: asked for, seen, undone and used again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chat_world import OPENAI, World, until
from fakes import PAUSE
from live_model import LiveModel
from page_world import Page, on_screen, said
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from test_budget_guard import set_budgets, spend
from test_find import Desk
from test_size_guard import ask, bar_of, ended
from test_sources import click, controls, words
from window_world import tab_of, window_with_chats

from desktop_chat.core.entities import ChatOptions, Message, Status, Summary
from desktop_chat.core.errors import ContextTooLong
from desktop_chat.core.prompt_building import SUMMARY_HEAD
from desktop_chat.ui.chat.budget_guard import BudgetBar
from desktop_chat.ui.chat.send_guard import SEND
from desktop_chat.ui.chat.size_guard import SHORTEN, SUMMARISE, SizeBar
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.chat.usage_popup import UsagePopup
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.transcript.selection.copying import layout_text
from desktop_chat.ui.transcript.view import TranscriptView

IN_USE = "Summary of 4 earlier messages  ·  gpt-5.5"


def script(here: World, *scripts: object) -> None:
    """Answer the next requests with these scripts."""
    here.provider._scripts.clear()
    for steps in scripts:
        here.provider.script(*(steps if isinstance(steps, tuple) else (steps,)))


async def talk(here: World, tab: ChatTab, exchanges: int = 4, text: str = "") -> None:
    for number in range(1, exchanges + 1):
        script(here, f"a{number}")
        ask(tab, f"q{number} {text}".strip())
        await ended(tab, 2 * number)


def sent(here: World) -> list[str]:
    return [message.text for message in here.provider.prompts[-1].messages]


async def press(tab: ChatTab, name: str) -> None:
    """Press a button in the transcript."""
    await until(lambda: controls(tab.transcript, name))
    ((placed, control),) = controls(tab.transcript, name)
    click(tab.transcript, placed, control)


async def test_the_command_summarises_and_one_click_undoes_it(here: World, tab: ChatTab) -> None:
    await talk(here, tab)
    script(here, "In short.")
    assert tab.page is not None
    tab.page.actions.summarise()
    await ended(tab, 9)
    await until(lambda: IN_USE in words(tab.transcript))
    assert "Sent in place of the earlier messages." in words(tab.transcript)
    tab.page.actions.copy_last_reply()
    assert QGuiApplication.clipboard().text() == "a4", "a summary is no reply"
    await press(tab, "send_whole")
    await until(lambda: "Summary of 4 earlier messages, not sent  ·  gpt-5.5" in words(tab.transcript))
    assert "Not sent: the earlier messages are." in words(tab.transcript)
    script(here, "a5")
    ask(tab, "q5")
    await ended(tab, 11)
    assert sent(here)[0] == "q1"
    await press(tab, "use_summary")
    script(here, "a6")
    ask(tab, "q6")
    await ended(tab, 13)
    assert sent(here)[0].startswith(f"{SUMMARY_HEAD}\n\nIn short.")
    assert "q2" not in "".join(sent(here))


async def test_where_nothing_is_older_it_says_so(here: World, tab: ChatTab) -> None:
    await talk(here, tab, 1)
    assert tab.page is not None
    tab.page.actions.summarise()
    assert here.navigator.said == ["There are no earlier messages to summarise yet."]
    assert not tab.session.running


async def test_a_conversation_that_the_server_refuses_is_summarised_and_goes_on(here: World, tab: ChatTab) -> None:
    await talk(here, tab)
    script(here, (ContextTooLong("too long"),), ("In ", PAUSE, "short."), "a5")
    ask(tab, "q5")
    await ended(tab, 10)
    await press(tab, "summarise")
    await here.provider.paused()
    assert tab.state is TabState.STREAMING
    assert tab.composer.stop_button.isVisible()
    here.provider.go_on()
    await ended(tab, 11)
    assert [message.text for message in tab.session.path[-3:]] == ["q5", "In short.", "a5"]
    assert tab.state is not TabState.ERROR


async def test_what_does_not_fit_can_be_summarised_before_it_is_sent(here: World, tab: ChatTab) -> None:
    here.providers.windows["gpt-5.5"] = 1_000
    await talk(here, tab, 3, "word " * 200)
    script(here, "In short.", "a4")
    ask(tab, "more " * 300)
    bar = bar_of(tab)
    assert bar.button(SHORTEN).isVisible()
    bar.button(SUMMARISE).click()
    await ended(tab, 9)
    assert tab.session.path[-2].summary == Summary(6), "two exchanges would take more than half of the window"
    assert sent(here)[0].startswith(SUMMARY_HEAD)
    assert not bar.isVisible()


async def test_it_happens_by_itself_only_where_it_was_switched_on(here: World, tab: ChatTab) -> None:
    here.providers.windows["gpt-5.5"] = 1_000
    here.preferences.update(summarise_automatically=True)
    await talk(here, tab, 3, "word " * 200)
    script(here, "In short.", "a4")
    ask(tab, "more " * 300)
    await ended(tab, 9)
    assert tab.findChildren(SizeBar) == []
    assert [message.text for message in tab.session.path[-2:]] == ["In short.", "a4"]


async def test_so_it_does_before_a_reply_is_regenerated(here: World, tab: ChatTab) -> None:
    await talk(here, tab, 3, "word " * 200)
    here.preferences.update(summarise_automatically=True)
    here.providers.windows["gpt-5.5"] = 500
    script(here, "In short.", "b3")
    assert tab.page is not None
    tab.page.actions.regenerate_last()
    await ended(tab, 7)
    assert [message.text for message in tab.session.path[-2:]] == ["In short.", "b3"]


async def test_a_stopped_summary_is_retried_or_done_without(here: World, tab: ChatTab) -> None:
    here.providers.windows["gpt-5.5"] = 1_000
    here.preferences.update(summarise_automatically=True)
    await talk(here, tab, 3, "word " * 200)
    script(here, ("In ", PAUSE, "short."))
    ask(tab, "more " * 300)
    await here.provider.paused()
    QTest.mouseClick(tab.composer.stop_button, Qt.MouseButton.LeftButton)
    await ended(tab, 8)
    await until(lambda: controls(tab.transcript, "without_summary"))
    assert "Summary of 6 earlier messages, not sent  ·  gpt-5.5" in words(tab.transcript)
    assert {name for name in ("continue", "retry") if controls(tab.transcript, name)} == {"continue", "retry"}
    script(here, "In short.", "a4")
    await press(tab, "retry")
    await ended(tab, 9)
    half = tab.session.alternatives(tab.session.path[-2].id)[0]
    assert tab.page is not None
    tab.page.actions.act("previous", tab.session.path[-2].id)
    assert tab.session.path[-1].id == half
    script(here, "whole")
    await press(tab, "without_summary")
    await ended(tab, 8)
    assert tab.session.path[-1].text == "whole"
    assert len(sent(here)) == 7


def reply(status: Status, text: str = "x", **more: object) -> Message:
    return Message("m", "c", None, "assistant", text, status, 0.0, summary=Summary(4), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "actions"),
    [
        (reply(Status.COMPLETE), ["send_whole"]),
        (reply(Status.TRUNCATED), ["continue", "retry"]),
        (reply(Status.CANCELLED, ""), ["retry"]),
        (reply(Status.COMPLETE, " "), ["retry"]),
        (reply(Status.FAILED, "", failure=ContextTooLong("4,000").failure()), ["retry", "new_conversation", "details"]),
    ],
)
def test_each_end_of_a_summary_has_its_remedies(message: Message, actions: list[str]) -> None:
    assert [action for action, _ in ErrorWords().actions(message)] == actions
    assert [action for action, _ in ErrorWords(lambda _: False).actions(message)] in (actions, actions[1:], [])


def folds(qapp: QApplication, qtbot: QtBot) -> TranscriptView:
    """A view of a question and a summary."""
    summary = replace(said(1, "In short:\n\n- one\n- two"), summary=Summary(4))
    return on_screen(Page(qapp, qtbot, "q").theme, qtbot, LiveModel([said(0, "q"), summary]))


def shown_blocks(view: TranscriptView) -> str:
    return "".join(layout_text(one.entry.layout) for one in view.page.placed if one.entry.layout)


def test_a_summary_is_folded_and_unfolded(qapp: QApplication, qtbot: QtBot) -> None:
    view = folds(qapp, qtbot)
    assert "two" in shown_blocks(view)
    for label, is_shown in (("Hide summary", False), ("Show summary", True), ("Hide summary", False)):
        ((placed, control),) = controls(view, "toggle_summary")
        assert control.label == label
        click(view, placed, control)
        assert ("two" in shown_blocks(view)) is is_shown
        assert "Sent in place of the earlier messages." in words(view)
    view.page.resync(1)
    assert "two" not in shown_blocks(view)
    assert "In short" in view.page.document.model.row(1).text.whole()


@pytest.mark.parametrize(("width", "is_beside"), [(900, True), (420, False)])
def test_its_button_is_within_the_column(qapp: QApplication, qtbot: QtBot, width: int, is_beside: bool) -> None:
    view = folds(qapp, qtbot)
    view.resize(width, 700)
    ((placed, control),) = controls(view, "send_whole")
    assert control.rects[0].right() <= placed.entry.laid_width
    assert (control.rects[0].top() < 20) is is_beside


def test_it_stays_folded_in_the_next_window_and_after_many_other_messages(qapp: QApplication, qtbot: QtBot) -> None:
    view = folds(qapp, qtbot)
    ((placed, control),) = controls(view, "toggle_summary")
    with qtbot.waitSignal(view.hit_tester.summary_folded):
        click(view, placed, control)
    document = view.page.document
    summary_id = document.model.row(1).message.id
    assert view.folded() == (summary_id,)
    document._items.clear()  # as if many others had been in view
    view.page.resync(1)
    assert document.item(1).hides_summary
    again = folds(qapp, qtbot)
    again.restore_scroll_place(None, (summary_id, document.model.row(0).message.id, "gone"))
    assert "two" not in shown_blocks(again)
    assert "q" in shown_blocks(again), "nothing but a summary is ever folded"


async def test_what_is_folded_is_kept_with_the_tab(here: World) -> None:
    async with window_with_chats(here) as window:
        chat = tab_of(window)
        await until(lambda: chat.session is not None)
        script(here, "hello")
        ask(chat, "hi")
        await ended(chat, 2)
        chat.transcript.document.folded.add(chat.session.path[-1].id)
        left = window.tabs.open_tabs()
        assert [tab.folded for tab in left] == [(chat.session.path[-1].id,)]
        window.tabs.close_tab(chat.conversation_id)
        window.tabs.reopen()
        await until(lambda: tab_of(window) is not chat and tab_of(window).session is not None)
        await until(lambda: window.tabs.open_tabs()[-1].folded == left[0].folded)


def test_finding_unfolds_it(qapp: QApplication, qtbot: QtBot) -> None:
    summary = replace(said(1, "In short: two"), summary=Summary(4))
    desk = Desk(Page(qapp, qtbot, "q").theme, LiveModel([said(0, "q"), summary]), qtbot)
    ((placed, control),) = controls(desk.view, "toggle_summary")
    click(desk.view, placed, control)
    assert "two" not in shown_blocks(desk.view)
    desk.find("two")
    qtbot.waitUntil(lambda: "two" in shown_blocks(desk.view))


async def test_the_context_meter_offers_it_and_shows_what_it_brought(here: World, tab: ChatTab) -> None:
    await talk(here, tab, 4, "word " * 200)
    button = tab.composer.usage_button
    await until(lambda: button.context.tokens > 1_000)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    (popup,) = tab.window().findChildren(UsagePopup)
    assert popup.summarise.isVisible()
    script(here, "In short.")
    QTest.mouseClick(popup.summarise, Qt.MouseButton.LeftButton)
    assert not popup.isVisible()
    await ended(tab, 9)
    await until(lambda: 0 < button.context.tokens < 600)
    await press(tab, "send_whole")
    await until(lambda: button.context.tokens > 1_000)


async def test_the_shipped_table_says_what_fits(here: World, tab: ChatTab) -> None:
    here.preferences.update(summarise_automatically=True)
    here.library.set_options(tab.conversation_id, ChatOptions(connection_id=OPENAI.id, model="gpt-4"))
    await until(lambda: tab.session.context_window == 8_192)
    await talk(here, tab, 3, "word " * 1_600)
    script(here, "In short.", "a4")
    ask(tab, "more " * 2_000)
    await ended(tab, 9)
    assert tab.session.path[-2].summary is not None
    script(here, "a5")
    ask(tab, "huge " * 8_000)
    bar = bar_of(tab)
    assert "gpt-4 accepts only about 8,200" in bar.text, "a question too large for any summary is asked about"


async def test_budgets_hold_for_summaries_too(here: World, tab: ChatTab) -> None:
    await talk(here, tab)
    set_budgets(here, "ask", day="5")
    spend(here, "6")
    script(here, "In short.")
    assert tab.page is not None
    tab.page.actions.summarise()
    await until(lambda: [bar for bar in tab.findChildren(BudgetBar) if bar.isVisible()])
    assert len(here.provider.prompts) == 4
    [bar] = tab.findChildren(BudgetBar)
    bar.button(SEND).click()
    await ended(tab, 9)
    assert tab.session.path[-1].summary == Summary(4)
