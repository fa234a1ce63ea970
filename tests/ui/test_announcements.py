"""What no focus change conveys is announced once, or through the description of the focused widget."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_chat.ui.widgets.announcements import STANDS_IN, announce, set_announcements_heard

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Page(QWidget):
    """A text field, and a search field with a placeholder."""

    def __init__(self) -> None:
        super().__init__()
        self.edit, self.search = QPlainTextEdit(), QLineEdit()
        self.search.setPlaceholderText("Search")
        rows = QVBoxLayout(self)
        rows.addWidget(self.edit)
        rows.addWidget(self.search)


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[Page]:
    page = Page()
    qtbot.addWidget(page)
    QAccessible.setActive(True)
    with qtbot.waitActive(page):
        page.show()
    page.edit.setFocus()
    yield page
    set_announcements_heard(True)
    QAccessible.setActive(False)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The announcements."""
    said: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: said.append(event.message()))
    return said


class Descriptions:
    """The descriptions set on a widget, in order."""

    def __init__(self, widget: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[str] = []
        self._set = widget.setAccessibleDescription
        monkeypatch.setattr(widget, "setAccessibleDescription", self._note, raising=False)

    def _note(self, words: str) -> None:
        self.seen.append(words)
        self._set(words)


def test_a_listener_gets_announcements(page: Page, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    described = Descriptions(page.edit, monkeypatch)
    announce(page, "Sent")
    announce(page, "")
    assert (told, described.seen) == (["Sent"], [])


def test_without_a_listener_the_description_is_used(
    page: Page, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_announcements_heard(False)
    described = Descriptions(page.edit, monkeypatch)
    announce(page, "Sent")
    assert (told, described.seen) == ([], ["Sent", ""]), "once, and nothing of it stays"


def test_an_existing_description_is_not_repeated_and_is_restored(page: Page, told: list[str]) -> None:
    set_announcements_heard(False)
    page.search.setFocus()
    announce(page, "1 of 3")
    assert page.search.accessibleDescription() == "1 of 3", "the placeholder would be told as the description"
    announce(page, "2 of 3")
    assert page.search.accessibleDescription() == "2 of 3"
    page.edit.setFocus()
    assert page.search.accessibleDescription() == ""
    assert told == []


def test_a_focus_proxy_is_described(page: Page, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    set_announcements_heard(False)
    stand_in = QWidget(page.edit)
    stand_in.setProperty(STANDS_IN, True)
    described = Descriptions(stand_in, monkeypatch)
    monkeypatch.setattr(page.edit, "findChildren", lambda _kind: [stand_in], raising=False)
    announce(page, "Sent")
    assert described.seen == ["Sent", ""]


def test_without_a_screen_reader_nothing_is_announced(page: Page, told: list[str]) -> None:
    QAccessible.setActive(False)
    announce(page, "Sent")
    assert told == []
