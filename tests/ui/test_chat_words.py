"""All texts of a tab follow the language while it is open, and every control has a name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from chat_world import OPENAI, World, until, world
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from desktop_chat.core.entities import ChatOptions
from desktop_chat.core.errors import StoreCorrupt, StoreFull
from desktop_chat.core.library_events import StoreFailed
from desktop_chat.core.ports import LocalServer, SecretState
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.connections.connection_form import ConnectionForm

OLLAMA = LocalServer("Ollama", "http://127.0.0.1:11434/v1", ("llama3.3",))
DATA = {"OpenAI", "gpt-5.5", "Ollama", "http://127.0.0.1:11434/v1", "Enter", "Ctrl+T", "Ctrl+K",
        "elsewhere.example.com"}  # fmt: skip
"""Texts that are not translated: names, addresses, keys."""


class Marking(QTranslator):
    """A language in which every text of ours is marked."""

    def isEmpty(self) -> bool:  # noqa: N802 -- Qt's name
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        return f"«{source}»" if context == "DesktopChat" else source


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, servers=(OLLAMA,)) as here:
        yield here


def words_of(widget: QWidget) -> Iterator[str]:
    yield widget.accessibleName()
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QLineEdit() | QPlainTextEdit():
            yield widget.placeholderText()
        case QSpinBox():
            yield widget.specialValueText()
    if isinstance(widget, QAbstractButton):
        yield widget.toolTip()


def unmarked(root: QWidget) -> set[str]:
    widgets = [root, *root.findChildren(QWidget)]
    found = {word for widget in widgets for word in words_of(widget) if word.strip() and "«" not in word}
    return {word for word in found if word not in DATA and not word.startswith(("http", "qt_"))}


async def test_a_tab_changes_its_language_while_open(here: World, qapp: QApplication) -> None:
    tab = here.show(ChatTab(here.context, here.library.create(ChatOptions(OPENAI.id, "gpt-5.5")).id))
    await tab.load()
    tab.page.welcome.show()
    await until(tab.page.welcome.offers)
    tab.page.welcome.key_button.click()
    tab._load_error.show_error(StoreCorrupt())
    here.write_behind.events.emit(StoreFailed(StoreFull()))
    here.secrets.change(SecretState.WAITING)
    tab.composer.set_editing(True)
    language = Marking()
    qapp.installTranslator(language)
    try:
        await until(lambda: "«" in tab.composer.edit.accessibleName())
        assert unmarked(tab) == set()
    finally:
        qapp.removeTranslator(language)
        await until(lambda: "«" not in tab.composer.edit.accessibleName())
        here.secrets.change(SecretState.READY)
        tab.close_view()


async def test_a_form_for_a_stored_connection_does_so_too(here: World, qapp: QApplication) -> None:
    here.secrets.keys[OPENAI.id] = "k-test"
    form = here.show(ConnectionForm(here.context, OPENAI.id))
    await until(form.key.news.isVisible)
    form.address.setText("http://elsewhere.example.com/v1")
    language = Marking()
    qapp.installTranslator(language)
    try:
        await until(lambda: "«" in form.save_button.text())
        assert unmarked(form) == set()
    finally:
        qapp.removeTranslator(language)


async def test_every_control_has_a_name(here: World) -> None:
    tab = here.show(ChatTab(here.context, here.library.create(ChatOptions(OPENAI.id, "gpt-5.5")).id))
    await tab.load()
    tab.page.welcome.key_button.click()
    kinds = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit)
    nameless = [
        widget
        for kind in kinds
        for widget in tab.findChildren(kind)
        if not (widget.accessibleName() or getattr(widget, "text", lambda: "")())
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parent(), QComboBox)
        and not isinstance(widget.parent(), QLineEdit)
    ]
    assert [(type(widget).__name__, type(widget.parent()).__name__) for widget in nameless] == []
    tab.close_view()
