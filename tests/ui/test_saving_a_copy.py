"""A copy of a conversation is written where the user chooses, and nothing is overwritten without asking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chat_world import OPENAI, World, until, world
from fakes import PAUSE
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMenu

from desktop_chat.core.entities import ChatOptions
from desktop_chat.core.errors import StoreFull
from desktop_chat.ui.chat.condition_bars import SAVE_COPY, StoreBar
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.widgets.async_dialog import Question


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp) as here:
        here.provider.script("Half of ", PAUSE, "it")
        yield here
        here.store.error = None


@pytest.fixture
async def tab(here: World) -> AsyncIterator[ChatTab]:
    options = ChatOptions(connection_id=OPENAI.id, model="gpt-5.5")
    tab = here.show(ChatTab(here.context, here.library.create(options).id))
    await tab.load()
    yield tab
    tab.close_view()


@pytest.fixture
async def bar(here: World, tab: ChatTab) -> StoreBar:
    """The bar of a tab whose reply is running while the disk is full."""
    here.store.error = StoreFull()
    tab.composer.submitted.emit("What is it?")
    await here.provider.paused()
    [bar] = tab.findChildren(StoreBar)
    await until(bar.isVisible)
    return bar


async def choose(tab: ChatTab, bar: StoreBar, file: Path) -> None:
    bar.button(SAVE_COPY).click()
    await until(lambda: tab.findChildren(QFileDialog))
    [chooser] = tab.findChildren(QFileDialog)
    assert chooser.findChildren(QLineEdit)[0].text() == "What is it.md"
    chooser.findChildren(QLineEdit)[0].setText(str(file))
    chooser.accept()


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


async def test_what_is_on_screen_is_written(here: World, tab: ChatTab, bar: StoreBar, tmp_path: Path) -> None:
    file = tmp_path / "copy.md"
    await choose(tab, bar, file)
    await until(lambda: "Copy saved to" in bar.text)
    front, _, text = read(file).partition("---\n\n")
    assert front.startswith('---\ntitle: "What is it?"\n')
    assert text.startswith("# What is it?\n\n## You\n\nWhat is it?\n\n## gpt-5.5\n\n")
    assert text.endswith("\n\nHalf of \n")
    here.provider.go_on()
    here.store.error = None
    await until(lambda: not bar.isVisible())
    assert not tab.session.running or await ended(tab)
    assert tab.session.path[-1].text == "Half of it"


async def ended(tab: ChatTab) -> bool:
    await until(lambda: not tab.session.running)
    return True


@pytest.mark.parametrize("replaces", [True, False])
async def test_an_existing_file_is_asked_about(
    here: World, tab: ChatTab, bar: StoreBar, tmp_path: Path, replaces: bool
) -> None:
    file = tmp_path / "copy.md"
    file.write_text("precious")
    await choose(tab, bar, file)
    await until(lambda: [q for q in tab.findChildren(Question) if q.isVisible()])
    [question] = tab.findChildren(Question)
    question.done(QDialog.DialogCode.Accepted if replaces else QDialog.DialogCode.Rejected)
    if replaces:
        await until(lambda: "Copy saved to" in bar.text)
    else:
        await until(lambda: not tab.findChildren(Question))
        await asyncio.sleep(0)
    assert (read(file) == "precious") is not replaces
    here.provider.go_on()


async def test_a_selection_is_exported_as_its_source(here: World, tab: ChatTab, tmp_path: Path) -> None:
    tab.composer.submitted.emit("What **is** it?")
    await here.provider.paused()
    here.provider.go_on()
    assert await ended(tab)
    tab.transcript.page.select_all()
    point = QPointF(tab.transcript.viewport().rect().center())
    tab.transcript.hit_tester.open_context_menu(point, tab.transcript.viewport().mapToGlobal(point.toPoint()))
    [menu] = tab.transcript.findChildren(QMenu)
    next(action for action in menu.actions() if action.text() == "Export selection...").trigger()
    menu.close()
    await until(lambda: tab.findChildren(QFileDialog))
    [chooser] = tab.findChildren(QFileDialog)
    chooser.findChildren(QLineEdit)[0].setText(str(tmp_path / "part.md"))
    chooser.accept()
    await until(lambda: here.navigator.said)
    assert here.navigator.said == [f"Copy saved to {tmp_path / 'part.md'}."]
    assert "What **is** it?" in read(tmp_path / "part.md")
