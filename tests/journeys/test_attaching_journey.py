"""Attaching in the real window: a screenshot and files of another program's clipboard, a real drag inside the strip, a
drop, and the file dialog; kept over a restart, and sent."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from desk import Desk, MakeDesk
from mouse import Mouse
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from desktop_chat.core.attachments import AttachmentKind
from desktop_chat.core.entities import ChatOptions
from desktop_chat.services.demo.demo_provider import DEMO_ID

# Qt 6.12 accepts fractional positions of a drag, 6.11 only integers.
pytestmark = pytest.mark.filterwarnings("ignore:.*QDragEnterEvent:DeprecationWarning")

OTHER_PROGRAM = """
import sys
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage
app = QGuiApplication([])
data = QMimeData()
if sys.argv[1] == "image":
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(0x3060C0)
    data.setImageData(image)
else:
    data.setUrls([QUrl.fromLocalFile(file) for file in sys.argv[2:]])
app.clipboard().setMimeData(data)
print("ready", flush=True)
app.exec()
"""


class Clipboard:
    """Another program that has copied something."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-c", OTHER_PROGRAM, *words]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)

    async def __aenter__(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        await asyncio.to_thread(stream.readline)

    async def __aexit__(self, *_error: object) -> None:
        self._process.kill()
        await asyncio.to_thread(self._process.wait)
        if self._process.stdout is not None:
            self._process.stdout.close()


def names(desk: Desk) -> list[str]:
    composer = desk.tab.composer
    return [item.name for item in composer.attachments.files.items] if composer.has_attachments else []


async def read(desk: Desk, count: int) -> None:
    composer = desk.tab.composer
    await desk.until(
        lambda: composer.has_attachments and len(composer.attachments.files.ready) == count, f"{count} files"
    )


def drop(desk: Desk, *files: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(desk.tab, QDragEnterEvent(QPoint(90, 90), copy, data, left, none))
    QApplication.sendEvent(desk.tab, QDropEvent(QPointF(90, 90), copy, data, left, none))


async def test_files_come_in_by_every_way_and_are_sent(make_desk: MakeDesk, data_dir: Path, tmp_path: Path) -> None:
    (data_dir / "settings.toml").write_text('language = "en"\nscheme = "light"\n')
    notes, log, photo = tmp_path / "notes.md", tmp_path / "log.txt", tmp_path / "photo.png"
    notes.write_text("# Notes\n")
    log.write_text("A line\n")
    made = QImage(3_000, 2_000, QImage.Format.Format_RGB32)
    made.fill(0xC06030)
    made.save(str(photo))
    desk = make_desk()
    await desk.open()
    desk.window.tabs.new_tab(ChatOptions(DEMO_ID, "demo"))
    await desk.until(lambda: desk.tab.session is not None)
    desk.tab.composer.edit.setFocus()
    clipboard = QGuiApplication.clipboard()
    async with Clipboard("image"):
        await desk.until(lambda: clipboard.mimeData().hasImage())
        desk.control(Qt.Key.Key_V)
        await read(desk, 1)
    async with Clipboard("files", str(notes)):
        await desk.until(lambda: clipboard.mimeData().hasUrls())
        desk.control(Qt.Key.Key_V)
        await read(desk, 2)
    drop(desk, photo)
    await read(desk, 3)
    desk.control(Qt.Key.Key_O)
    await desk.until(lambda: desk.tab.findChildren(QFileDialog))
    [dialog] = desk.tab.findChildren(QFileDialog)
    desk_line = dialog.findChild(QLineEdit)
    assert desk_line is not None
    desk_line.setText(str(log))
    dialog.accept()
    await read(desk, 4)
    assert names(desk) == ["pasted image.png", "notes.md", "photo.png", "log.txt"]
    kinds = [(a.kind, a.width) for a in desk.tab.composer.attached]
    assert kinds[0] == (AttachmentKind.IMAGE, 800)
    assert kinds[2] == (AttachmentKind.IMAGE, 2_048), "scaled down"
    await drag_the_first_behind_the_second(desk)
    assert names(desk) == ["notes.md", "pasted image.png", "photo.png", "log.txt"]
    desk.screenshot("attachments")
    await desk.close()

    again = make_desk()
    await again.open()
    await read(again, 4)
    assert names(again) == ["notes.md", "pasted image.png", "photo.png", "log.txt"]
    QTest.mouseClick(again.tab.composer.send_button, Qt.MouseButton.LeftButton)
    await again.answered()
    question = again.tab.session.path[0]
    assert [a.name for a in question.attachments] == ["notes.md", "pasted image.png", "photo.png", "log.txt"]
    assert not again.tab.composer.has_attachments


async def drag_the_first_behind_the_second(desk: Desk) -> None:
    strip = desk.tab.composer.attachments.strip
    first, second = (strip.visualRect(strip.model().index(row, 0)) for row in range(2))
    mouse = Mouse(strip.viewport())
    start, end = first.center(), QPoint(second.right() - 4, second.center().y())
    await mouse.press(start)
    await mouse.move(start + QPoint(12, 0), start + QPoint(30, 0), end - QPoint(10, 0), end)
    await mouse.let_go()
    await desk.until(lambda: names(desk)[0] == "notes.md", "the other order")
