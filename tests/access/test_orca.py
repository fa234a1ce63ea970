"""What a blind user hears: every sentence was spoken by a real Orca."""

from __future__ import annotations

import asyncio

import pytest
from conftest import Start
from one_reply_server import OneReplyServer
from screen_reader import Orca

from desktop_chat.ui.settings.settings_dialog import PAGES


async def test_a_conversation_is_heard(orca: Orca, start: Start) -> None:
    await start()
    await orca.hears("Desktop Chat frame", "Message text")

    await orca.type("show me a table")
    await orca.hears("s", "h", "o", "w", "space", "m", "e")
    await orca.press("Return")
    spoken = await orca.hears("Sent", "Reply started", "Planet, Diameter", "Reply finished")
    assert sum("Reply started" in words for words in spoken) == 1, "nothing is said twice"
    assert sum("Reply finished" in words for words in spoken) == 1

    await orca.press("alt+Up")
    await orca.hears("You", "show me a table")
    await orca.press("alt+Down")
    await orca.hears("demo", "Canned reply. There is no AI here")
    await orca.press("Tab")
    await orca.hears("Copy table")

    await orca.press("shift+F10", "Down")
    await orca.hears("Copy")

    await orca.press("Escape", "ctrl+f")
    await orca.hears("Find in this conversation text")
    await orca.type("moons")
    await orca.hears("1 of 1")


async def test_an_error_and_code_are_heard(orca: Orca, start: Start) -> None:
    await start()
    await orca.hears("Message text")
    await orca.type("error")
    await orca.press("Return")
    await orca.hears("Sent", "The server reported an internal error")

    await orca.type("write code")
    await orca.press("Return")
    await orca.hears("Sent", "Code.", "Reply finished")


@pytest.mark.parametrize(
    ("language", "heard"),
    [
        ("en", ("Message text", "Reply started", "a over b plus x squared")),
        ("zh_CN", ("消息 text", "回复开始", "b 分之 a 加 x 的平方")),
    ],
)
async def test_formulas_are_heard_in_words(
    orca: Orca, start: Start, language: str, heard: tuple[str, str, str]
) -> None:
    composer, begins, words = heard
    server = OneReplyServer(r"It is $\frac{a}{b} + x^2$ here.")
    await start(language, await server.start())
    try:
        await orca.hears(composer)
        await orca.type("what")
        await orca.hears("w", "h", "a", "t")
        await orca.press("Return")
        await orca.hears(begins, words)
        await asyncio.sleep(3)  # the formula's source is read until it is typeset
        await orca.press("alt+Up")
        await orca.press("alt+Up")
        await orca.hears("what")
        await orca.press("alt+Down")
        await orca.hears(words)
    finally:
        await server.aclose()


async def test_the_models_are_heard(orca: Orca, start: Start) -> None:
    await start()
    await orca.hears("Message text")
    await orca.press("Tab")
    await orca.hears("Attach files push button")
    await orca.press("Tab")
    await orca.hears("Model push button", "demo")
    await orca.press("space")
    await orca.hears("Search or enter a model", "demo, Demo")
    await orca.type("dem")
    await orca.hears(" models", "demo, Demo")
    await orca.press("Down")
    await orca.hears("demo-")


async def test_settings_and_shortcuts_are_heard(orca: Orca, start: Start) -> None:
    await start()
    await orca.hears("Message text")
    await orca.press("ctrl+comma")
    spoken = await orca.hears("Settings", f"List with {len(PAGES)} items", "General")
    assert not any("Models reply in the language" in words for words in spoken), "not before it is asked for"
    await orca.press("Tab")
    await orca.hears("Language combo box", "Models reply in the language you write in")
    await orca.press("shift+Tab", "End", "Tab")
    await orca.hears("Open folder push button", "Everything is stored on this computer")
    await orca.press("Escape")
    await orca.hears("Message text")

    await orca.press("F1")
    await orca.hears("Keyboard shortcuts")
    await orca.press("Tab")
    await orca.hears("New tab: Ctrl+T, Ctrl+N")


async def test_the_local_endpoint_is_switched_on_by_ear(orca: Orca, start: Start) -> None:
    await start()
    await orca.hears("Message text")
    await orca.press("ctrl+comma")
    await orca.hears("Settings", "General")
    await orca.press(*["Down"] * list(PAGES).index("endpoint"))
    await orca.hears("Local endpoint")
    await orca.press("Tab")
    await orca.hears("Serve models to this computer combo box", "Off. Nothing listens.")
    await orca.press("End")
    await orca.hears("Starting...", "On. It ends when you quit Desktop Chat.")
    await orca.press("shift+Tab")
    await orca.hears("Local endpoint")
    await orca.press("Tab")
    await orca.hears("Serve models to this computer combo box", "On. It ends")
    await orca.press("Tab")
    await orca.hears("Port", "0 means any free port")
    await orca.press("Tab")
    await orca.hears("Copy address push button", "http://127.0.0.1:")
    await orca.press("Tab", "Tab")
    await orca.hears("Show token check box not checked", "bullet")
    await orca.press("Tab")
    await orca.hears("Copy token push button")
