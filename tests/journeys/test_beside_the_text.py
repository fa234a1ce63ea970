"""Non-text content of replies at the real window: reasoning, sources and images are shown and restored."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk, MakeDesk
from fakes import MemorySecrets
from hostile_dialects import CARD, MOON, TIDE
from shown_words import left_in_english, words_on_screen

from desktop_chat.core.entities import ChatOptions, Connection, Source, Status

SEEN = [
    ("tags-no-opening", {"思考了 1 秒"}, ("They ask for two plus two.\nThat is four.\n", "Hello", ())),
    ("only-reasoning", {"模型只给出了思考过程，没有给出回答。"}, ("It is Paris.", "", ())),
    ("citations", {"来源", "example.org", "Tide", "Moon"},
     ("", "Tides[1][2].", (Source(TIDE, "Tide"), Source(MOON, "Moon")))),
    ("image-only", set(), ("", CARD, ())),
    ("fin-unheard-of", {"结束原因：a_new_word"}, ("", "Hello", ())),
    ("fin-safety", {"被服务器的内容过滤拦截"}, ("", "Hello", ())),
]  # fmt: skip


@pytest.fixture
async def desk(make_desk: MakeDesk, data_dir: Path) -> Desk:
    (data_dir / "settings.toml").write_text('language = "zh_CN"\nscheme = "light"\n')
    secrets = MemorySecrets()
    secrets.keys["here"] = "sk-planted-9d27e6b1f04a"
    desk = make_desk(secrets)
    await desk.open()
    return desk


async def test_non_text_content_is_shown_and_restored(desk: Desk, connection: Connection) -> None:
    desk.use(connection, "plain")
    await desk.new_tab()
    library = desk.application.library
    for model, words, made in SEEN:
        library.set_options(desk.tab.session.conversation_id, ChatOptions(connection_id=connection.id, model=model))
        known = len(desk.tab.session.path)
        desk.window.activateWindow()
        await desk.until(desk.window.isActiveWindow, "the window to be in front")
        desk.ask("hi")
        await desk.until(lambda known=known: len(desk.tab.session.path) == known + 2, "the question is not asked")
        reply = await desk.answered()
        assert (reply.reasoning, reply.text, reply.sources) == made, model
        assert reply.status is (Status.FILTERED if model == "fin-safety" else Status.COMPLETE)
        await desk.until(lambda words=words: _all_seen(words), f"to see {words} of {model}")
        assert left_in_english() == []
    kept = desk.tab.session.path
    asked_in = desk.tab.session.conversation_id
    await desk.close()
    await desk.open()
    desk.window.tabs.activate(asked_in)
    await desk.until(lambda: desk.window.tabs.current_id == asked_in and desk.tab.session is not None)
    assert desk.tab.session.path == kept


def _all_seen(words: set[str]) -> bool:
    seen = words_on_screen()
    return all(any(word in one for one in seen) for word in words)
