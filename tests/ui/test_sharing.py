"""Conversations as files for other programs: copied as a web page, or dragged out of the list as Markdown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chat_world import World, until, world
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import ChatOptions
from desktop_chat.core.export_errors import ExportDiskFull
from desktop_chat.ui.export.sharing import copy_web_page
from desktop_chat.ui.sidebar.conversation_list import ConversationListView
from desktop_chat.ui.sidebar.conversation_list_model import ConversationListModel
from desktop_chat.ui.sidebar.drag_out import ConversationDrag


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp) as here:
        yield here


def titled(here: World) -> str:
    found = here.library.create(ChatOptions())
    here.library.rename(found.id, "My trip")
    return found.id


async def test_a_web_page_is_put_on_the_clipboard_as_a_file(here: World) -> None:
    here.exporter.may_end.set()
    conversation_id = titled(here)
    await copy_web_page(here.context, conversation_id)
    data = QApplication.clipboard().mimeData()
    assert [url.toLocalFile() for url in data.urls()] == ["/shared/My trip.html"]
    assert data.data("x-special/gnome-copied-files") == b"copy\nfile:///shared/My%20trip.html"
    assert "“My trip” is copied as a web page" in here.navigator.said[-1]


async def test_why_nothing_was_copied_is_said(here: World) -> None:
    here.exporter.may_end.set()
    here.exporter.error = ExportDiskFull("x")
    await copy_web_page(here.context, titled(here))
    assert "The disk is full" in here.navigator.said[-1]


class Dragged(ConversationDrag):
    """Notes what would be dragged: the loop of a real drag ends only with a real button."""

    def __init__(self, here: World, view: ConversationListView) -> None:
        super().__init__(here.context, view)
        self.files: list[Path] = []
        self.held = True

    def button_is_down(self) -> bool:
        return self.held

    def drag(self, file: Path) -> None:
        self.files.append(file)


@pytest.fixture
async def view(here: World) -> ConversationListView:
    titled(here)
    model = ConversationListModel(here.library)
    view = here.show(ConversationListView(model, here.theme))
    model.setParent(view)
    return view


def pull(view: ConversationListView) -> QPoint:
    """Press on the first conversation and move the pointer away; return where it is."""
    row = next(row for row in range(view.model().rowCount()) if view.model().index(row, 0).data() == "My trip")
    start = view.visualRect(view.model().index(row, 0)).center()
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), start + QPoint(2, 0))
    end = start + QPoint(40, 0)
    QTest.mouseMove(view.viewport(), end)
    return end


async def test_a_conversation_is_dragged_once_its_file_is_written(here: World, view: ConversationListView) -> None:
    dragged = Dragged(here, view)
    end = pull(view)
    await until(lambda: here.exporter.shared)
    assert dragged.files == []
    here.exporter.may_end.set()
    await until(lambda: dragged.files)
    assert dragged.files == [Path("/shared/My trip.md")]
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)


async def test_what_is_let_go_before_is_not_dragged(here: World, view: ConversationListView) -> None:
    dragged = Dragged(here, view)
    opened: list[str] = []
    view.opened.connect(opened.append)
    end = pull(view)
    await until(lambda: here.exporter.shared)
    dragged.held = False
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end + QPoint(0, 300))
    here.exporter.may_end.set()
    await here.tasks.aclose()
    assert (dragged.files, opened) == ([], [])


async def test_a_click_is_no_drag(here: World, view: ConversationListView) -> None:
    dragged = Dragged(here, view)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 60))
    await here.tasks.aclose()
    assert (dragged.files, here.exporter.shared) == ([], [])


async def test_a_file_that_cannot_be_written_is_said(here: World, view: ConversationListView) -> None:
    dragged = Dragged(here, view)
    here.exporter.error = ExportDiskFull("x")
    here.exporter.may_end.set()
    end = pull(view)
    await until(lambda: here.navigator.said)
    assert "The disk is full" in here.navigator.said[-1]
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert dragged.files == []
