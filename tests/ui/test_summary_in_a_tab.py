"""A conversation that grows too long is summarised in its tab: asked for, seen, undone and used again."""

from __future__ import annotations

import pytest
from chat_world import World, until
from fakes import PAUSE
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from test_size_guard import ask, bar_of, ended
from test_sources import click, controls, words

from desktop_chat.core.entities import Message, Status, Summary
from desktop_chat.core.errors import ContextTooLong
from desktop_chat.core.prompt_building import SUMMARY_HEAD
from desktop_chat.ui.chat.size_guard import SHORTEN, SUMMARISE, SizeBar
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.text.tab_state import TabState

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
