"""A model is found by searching, or used as typed, and server errors are shown in the list."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import LOCAL, OPENAI, World, until, world
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_chat.core.errors import ChatError, ConnectionRefused, KeyMissing
from desktop_chat.core.key_errors import KeyForOtherHost, KeyWithoutHost
from desktop_chat.ui.connections.model_picker import ModelPicker
from desktop_chat.ui.connections.model_rows import Known, Row, RowKind, rows_of

Key = Qt.Key


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, connections=(OPENAI, LOCAL)) as here:
        here.provider.model_names = ["gpt-5.4", "gpt-5.5", "small"]
        yield here


@pytest.fixture
async def anchor(here: World) -> QPushButton:
    return here.show(QPushButton("model"))


@pytest.fixture
async def picker(here: World, anchor: QPushButton) -> AsyncIterator[ModelPicker]:
    picker = ModelPicker(here.context, anchor)
    picker.open_for(anchor, OPENAI.id, "gpt-5.5")
    await until(lambda: RowKind.LOADING not in kinds(picker.rows()))
    yield picker
    picker.close()


def kinds(rows: list[Row]) -> list[RowKind]:
    return [row.kind for row in rows]


def models(rows: list[Row]) -> list[str]:
    return [row.model for row in rows if row.kind is RowKind.MODEL]


def press(picker: ModelPicker, key: Qt.Key) -> None:
    QTest.keyClick(picker.search, key)


async def test_the_models_of_the_current_connection_are_listed(picker: ModelPicker) -> None:
    assert models(picker.rows())[:3] == ["gpt-5.4", "gpt-5.5", "small"]
    assert picker.rows()[picker.list.currentRow()].model == "gpt-5.5"
    assert RowKind.ASK in kinds(picker.rows()), "another server is asked only when the person wants it"


async def test_searching_and_enter_choose(picker: ModelPicker) -> None:
    chosen = QSignalSpy(picker.chosen)
    QTest.keyClicks(picker.search, "SMA")
    press(picker, Key.Key_Return)
    assert chosen.at(0) == [OPENAI.id, "small"]
    assert not picker.isVisible()


async def test_arrows_move_and_escape_closes(picker: ModelPicker) -> None:
    chosen = QSignalSpy(picker.chosen)
    press(picker, Key.Key_Up)
    assert picker.rows()[picker.list.currentRow()].model == "gpt-5.4"
    press(picker, Key.Key_Escape)
    assert not picker.isVisible()
    assert chosen.count() == 0


async def test_a_typed_name_can_always_be_used(here: World, picker: ModelPicker) -> None:
    chosen = QSignalSpy(picker.chosen)
    QTest.keyClicks(picker.search, "my-own:7b")
    press(picker, Key.Key_Return)
    assert chosen.at(0) == [OPENAI.id, "my-own:7b"]


async def test_a_typed_name_that_is_part_of_a_listed_one_can_be_used_too(here: World, picker: ModelPicker) -> None:
    chosen = QSignalSpy(picker.chosen)
    QTest.keyClicks(picker.search, "gpt-5")
    for _ in range(2):
        press(picker, Key.Key_Down)
    press(picker, Key.Key_Return)
    assert chosen.at(0) == [OPENAI.id, "gpt-5"]


async def test_another_connection_is_asked_on_demand(picker: ModelPicker) -> None:
    place = kinds(picker.rows()).index(RowKind.ASK)
    assert picker.rows()[place].connection == LOCAL
    picker._choose(picker.list.item(place))
    await until(lambda: len(models(picker.rows())) > 5)
    assert picker.isVisible()


async def test_errors_are_shown_in_the_list(here: World, anchor: QPushButton) -> None:
    here.providers.error = ConnectionRefused("no")
    picker = ModelPicker(here.context, anchor)
    picker.open_for(anchor, OPENAI.id, "")
    await until(lambda: RowKind.ERROR in kinds(picker.rows()))
    place = kinds(picker.rows()).index(RowKind.ERROR)
    assert "Could not connect" in picker.list.item(place).text()
    here.providers.error = None
    QTest.mouseClick(picker.refresh_button, Qt.MouseButton.LeftButton)
    await until(lambda: "small" in models(picker.rows()))
    picker.close()


@pytest.mark.parametrize("error", [KeyMissing(), KeyWithoutHost(), KeyForOtherHost("https://a.b:443")])
async def test_a_missing_key_can_be_entered_from_the_list(here: World, anchor: QPushButton, error: ChatError) -> None:
    here.providers.error = error
    picker = ModelPicker(here.context, anchor)
    picker.open_for(anchor, OPENAI.id, "")
    await until(lambda: RowKind.KEY in kinds(picker.rows()))
    picker._choose(picker.list.item(kinds(picker.rows()).index(RowKind.KEY)))
    assert here.navigator.keys == [OPENAI.id]


async def test_a_servers_answer_is_kept_for_the_next_opening(here: World, picker: ModelPicker) -> None:
    picker.close()
    here.provider.model_names = ["changed"]
    picker.open_for(picker.parentWidget(), OPENAI.id, "small")
    assert models(picker.rows())[:3] == ["gpt-5.4", "gpt-5.5", "small"]


def test_every_word_narrows_the_rows() -> None:
    known = {OPENAI.id: Known(models=("gpt-5.5-mini", "gpt-5.5", "mini"))}
    rows = rows_of([OPENAI], known, "mini gpt", (OPENAI.id, ""))
    assert models(rows) == ["gpt-5.5-mini"]


def test_the_current_model_is_listed_even_if_the_server_does_not_list_it() -> None:
    rows = rows_of([OPENAI], {OPENAI.id: Known(models=())}, "", (OPENAI.id, "secret-model"))
    assert [row.model for row in rows if row.current] == ["secret-model"]


def test_an_exact_match_comes_first_then_prefixes() -> None:
    known = {LOCAL.id: Known(models=("big-o1", "o1-mini", "o1"))}
    assert models(rows_of([LOCAL], known, "O1", (LOCAL.id, ""))) == ["o1", "o1-mini", "big-o1"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("gpt5", ["gpt-5.5"]),
        ("GPT 55", ["gpt-5.5"]),
        ("llama3.1", ["meta/llama-3.1"]),
        ("sonnet4", ["claude-sonnet-4"]),
    ],
)
def test_punctuation_in_names_is_ignored(typed: str, found: list[str]) -> None:
    known = {OPENAI.id: Known(models=("gpt-5.5", "meta/llama-3.1", "claude-sonnet-4"))}
    assert models(rows_of([OPENAI], known, typed, (OPENAI.id, ""))) == found


@pytest.mark.parametrize("question", ["How do I read a file?", "why?", "怎么读取文件", "it is a test.", "a, b"])
def test_a_question_is_never_the_name_of_a_model(question: str) -> None:
    for known in (Known(models=("gpt-5.5",)), Known(models=()), Known()):
        rows = rows_of([OPENAI], {OPENAI.id: known}, question, (OPENAI.id, ""))
        assert RowKind.TYPED not in kinds(rows)


@pytest.mark.parametrize("name", ["gpt-6", "qwen3:8b", "org/model@v1.2", "o3", "ft:gpt-4o:me::a1", "llama"])
def test_model_names_can_be_typed(name: str) -> None:
    rows = rows_of([OPENAI], {OPENAI.id: Known(models=("small",))}, name, (OPENAI.id, ""))
    assert [row.model for row in rows if row.kind is RowKind.TYPED] == [name]


async def test_an_unlisted_word_is_used_only_if_selected(picker: ModelPicker) -> None:
    chosen = QSignalSpy(picker.chosen)
    QTest.keyClicks(picker.search, "hello")
    press(picker, Key.Key_Return)
    assert chosen.count() == 0
    assert picker.isVisible()
    press(picker, Key.Key_Down)
    press(picker, Key.Key_Return)
    assert [chosen.at(place) for place in range(chosen.count())] == [[OPENAI.id, "hello"]]


async def test_screen_readers_learn_the_number_of_rows_and_the_current_one(
    picker: ModelPicker, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    QAccessible.setActive(True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: said.append(event.message()))
    try:
        QTest.keyClicks(picker.search, "gpt")
        assert said[-2:] == ["2 models", "gpt-5.4, OpenAI"]
        press(picker, Key.Key_Down)
        assert said[-1] == "gpt-5.5, OpenAI"
        said.clear()
        picker.search.clear()
        picker.close()
        assert said == [], "who leaves is told nothing"
    finally:
        QAccessible.setActive(False)
