"""Dropped or pasted files: texts are put into the composer under their names; others are named in a message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chat_world import OPENAI, World, until, world
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import ChatOptions
from desktop_chat.ui.chat import dropped_files
from desktop_chat.ui.chat.tab import ChatTab

# Qt 6.12 accepts fractional positions of a drag, 6.11 only integers.
pytestmark = pytest.mark.filterwarnings("ignore:.*QDragEnterEvent:DeprecationWarning")

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
async def tab(qapp: QApplication) -> AsyncIterator[ChatTab]:
    async with world(qapp, (OPENAI,)) as here:
        made = await opened(here)
        yield made
        made.close_view()


async def opened(here: World) -> ChatTab:
    tab = here.show(ChatTab(here.context, here.library.create(ChatOptions(OPENAI.id, "test")).id))
    await tab.load()
    return tab


def data_of(*files: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    data.setText("\n".join(file.as_uri() for file in files))  # like file managers
    return data


def drop(tab: ChatTab, data: QMimeData) -> bool:
    """Drop something on the tab; return False if it is not accepted."""
    entered = QDragEnterEvent(QPointF(9, 9).toPoint(), COPY, data, LEFT, NONE)
    QApplication.sendEvent(tab, entered)
    if entered.isAccepted():
        QApplication.sendEvent(tab, QDropEvent(QPointF(9, 9), COPY, data, LEFT, NONE))
    return entered.isAccepted()


async def test_a_text_file_is_quoted_under_its_name_and_not_sent(tab: ChatTab, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes("会议记录".encode("gb18030"))
    tab.composer.set_text("About this:")
    assert drop(tab, data_of(file))
    await until(lambda: "会议" in tab.composer.text)
    assert tab.composer.text == "About this:\n\nnotes.txt\n```\n会议记录\n```\n\n"
    assert tab.session is not None
    assert tab.session.path == ()
    tab.composer.edit.undo()
    assert tab.composer.text == "About this:", "in one step"


async def test_binary_files_are_named_and_the_rest_is_taken(
    tab: ChatTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dropped_files, "PASTE_LIMIT", 40)
    files = [tmp_path / name for name in ("a.py", "photo.png", "long.txt", "gone.txt", "folder", "b.py")]
    for file, content in zip(files, (b"x = 1\n", b"\x89PNG\0", b"long " * 20, b"", b"", b"y = 2\n"), strict=True):
        if file.name == "folder":
            file.mkdir()
        elif file.name != "gone.txt":
            file.write_bytes(content)
    assert drop(tab, data_of(*files))
    await until(tab.composer._paste_note.isVisible)
    assert tab.composer.text == "a.py\n```\nx = 1\n```\n\nb.py\n```\ny = 2\n```\n\n"
    assert tab.composer._paste_note.text().endswith("Skipped: photo.png, long.txt, gone.txt, folder")


async def test_files_from_the_clipboard_are_not_pasted_as_addresses(tab: ChatTab, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1")
    QApplication.clipboard().setMimeData(data_of(file))
    tab.composer.edit.paste()
    await until(lambda: tab.composer.text)
    assert "file:" not in tab.composer.text
    assert "x = 1" in tab.composer.text


async def test_text_is_dropped_as_text_and_rejected_on_a_page_without_a_composer(tab: ChatTab) -> None:
    data = QMimeData()
    data.setText("some words")
    assert drop(tab, data)
    assert tab.composer.text == "some words"
    tab.composer.hide()
    assert not drop(tab, data)


async def test_an_address_is_dropped_as_text(tab: ChatTab) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.com/a")])
    data.setText("https://example.com/a")
    assert drop(tab, data)
    assert tab.composer.text == "https://example.com/a"
