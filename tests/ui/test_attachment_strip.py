"""The strip of attached files: order, removal, reading again and previews, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from chat_world import World, until
from fake_reader import PAGE
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QMenu
from test_attaching import files_data, image_data, names, paste, png, read

from desktop_chat.core.attachment_errors import FileBroken, FileEncrypted
from desktop_chat.core.attachment_reading import ReadOptions
from desktop_chat.ui.chat.attachments.chips import Part
from desktop_chat.ui.chat.attachments.document_preview import DocumentPreview
from desktop_chat.ui.chat.attachments.pending import Pending, PendingList, Stage
from desktop_chat.ui.chat.attachments.strip import AttachmentStrip
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.images.image_viewer import ImageViewer

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton
NONE, ALT, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
async def strip(tab: ChatTab, tmp_path) -> AttachmentStrip:
    """A strip with three files, in which the keyboard is at the first."""
    files = [tmp_path / name for name in ("a.txt", "b.txt", "c.txt")]
    for file in files:
        file.write_text(f"the text of {file.name}")
    paste(tab, files_data(*files))
    await read(tab, 3)
    strip = tab.composer.attachments.strip
    strip.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(strip, Key.Key_Home)
    return strip


def part_of(strip: AttachmentStrip, row: int, part: Part) -> QPoint:
    """Return a position in a part of a chip."""
    rect = strip.visualRect(strip.model().index(row, 0))
    item = strip._files.items[row]
    found = [
        QPoint(x, y)
        for x in range(rect.left(), rect.right(), 3)
        for y in range(rect.top(), rect.bottom(), 3)
        if strip._chips.part_at(rect, item, x, y) is part
    ]
    return found[len(found) // 2]


def click(strip: AttachmentStrip, row: int, part: Part) -> None:
    QTest.mouseClick(strip.viewport(), LEFT, NONE, part_of(strip, row, part))


def test_the_model_is_one_that_qt_accepts(qtmodeltester) -> None:
    files = PendingList()
    QAbstractItemModelTester(files, QAbstractItemModelTester.FailureReportingMode.Fatal)
    first, second, third = (Pending(name) for name in "abc")
    files.insert(0, [first, third])
    files.insert(1, [second])
    assert files.moveRow(QModelIndex(), 0, QModelIndex(), 3)
    assert not files.moveRow(QModelIndex(), 0, QModelIndex(), 1), "it is there already"
    assert [item.name for item in files.items] == ["b", "c", "a"]
    files.remove(third)
    files.replace_all([third, first])
    qtmodeltester.check(files)


async def test_files_are_reordered_by_key(tab: ChatTab, strip: AttachmentStrip) -> None:
    QTest.keyClick(strip, Key.Key_Right, ALT)
    assert names(tab) == ["b.txt", "a.txt", "c.txt"]
    QTest.keyClick(strip, Key.Key_Right, ALT)
    QTest.keyClick(strip, Key.Key_Right, ALT)
    assert names(tab) == ["b.txt", "c.txt", "a.txt"]
    assert strip.current.name == "a.txt", "the keyboard stays with the file"
    QTest.keyClick(strip, Key.Key_Left)
    assert strip.current.name == "c.txt"
    QTest.keyClick(strip, Key.Key_Left, ALT)
    assert names(tab) == ["c.txt", "b.txt", "a.txt"]
    assert [a.name for a in tab.composer.attached] == names(tab)


async def test_a_drag_moves_files_in_the_model(tab: ChatTab, strip: AttachmentStrip) -> None:
    """Qt's own drag needs a real pointer; it calls `moveRow`, and drops between files only."""
    model = strip.model()
    assert strip.dragDropMode() is AttachmentStrip.DragDropMode.InternalMove
    assert model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsDragEnabled
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsDropEnabled
    assert model.flags(QModelIndex()) & Qt.ItemFlag.ItemIsDropEnabled
    assert model.moveRow(QModelIndex(), 0, QModelIndex(), 3)
    assert [a.name for a in tab.composer.attached] == ["b.txt", "c.txt", "a.txt"]


async def test_a_removed_file_can_be_put_back(tab: ChatTab, strip: AttachmentStrip) -> None:
    QTest.keyClick(strip, Key.Key_Right)
    QTest.keyClick(strip, Key.Key_Delete)
    assert names(tab) == ["a.txt", "c.txt"]
    panel = tab.composer.attachments
    assert panel._note_text.text() == "b.txt was removed."
    QTest.keyClick(strip, Key.Key_Z, CTRL)
    assert names(tab) == ["a.txt", "b.txt", "c.txt"]
    assert strip.current.name == "b.txt"
    click(strip, 0, Part.REMOVE)
    assert names(tab) == ["b.txt", "c.txt"]
    QTest.mouseClick(panel._note_action, LEFT)
    assert names(tab) == ["a.txt", "b.txt", "c.txt"]
    assert not panel._note_text.isVisible()


async def test_the_last_file_takes_the_focus_back_to_the_text(tab: ChatTab, strip: AttachmentStrip) -> None:
    for _ in range(3):
        QTest.keyClick(strip, Key.Key_Delete)
    assert tab.composer.edit.hasFocus()
    assert not strip.isVisible()


async def test_escape_leads_back_to_the_text(tab: ChatTab, strip: AttachmentStrip) -> None:
    QTest.keyClick(strip, Key.Key_Escape)
    assert tab.composer.edit.hasFocus()


async def test_tab_leads_from_the_text_to_the_files_and_on(tab: ChatTab, strip: AttachmentStrip) -> None:
    tab.composer.edit.setFocus()
    QTest.keyClick(tab.composer.edit, Key.Key_Tab)
    assert strip.hasFocus()
    QTest.keyClick(strip, Key.Key_Tab)
    assert not strip.hasFocus()
    assert not tab.composer.edit.hasFocus()


async def test_reading_can_be_cancelled_with_its_file(here: World, tab: ChatTab, tmp_path) -> None:
    here.reader.may_read.clear()
    file = tmp_path / "long.txt"
    file.write_text("x")
    paste(tab, files_data(file))
    await until(lambda: names(tab) and tab.composer.attachments.files.items[0].progress.total)
    strip = tab.composer.attachments.strip
    assert "Reading" in strip.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    click(strip, 0, Part.REMOVE)
    await until(lambda: here.reader.cancelled == ["long.txt"])
    here.reader.may_read.set()
    QTest.mouseClick(tab.composer.attachments._note_action, LEFT)
    await read(tab)


async def test_a_failed_file_says_why_and_is_read_again(here: World, tab: ChatTab, tmp_path) -> None:
    here.reader.errors["a.txt"] = FileEncrypted()
    file = tmp_path / "a.txt"
    file.write_text("x")
    paste(tab, files_data(file))
    panel = tab.composer.attachments
    await until(lambda: panel.files.count_of(Stage.FAILED))
    index = panel.strip.model().index(0, 0)
    assert "needs a password" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "needs a password" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    click(panel.strip, 0, Part.RETRY)
    await until(lambda: len(here.reader.asked) == 2 and panel.files.count_of(Stage.FAILED))
    here.reader.errors.clear()
    click(panel.strip, 0, Part.RETRY)
    await read(tab)


async def test_screen_readers_hear_what_is_attached(tab: ChatTab, strip: AttachmentStrip) -> None:
    assert strip.accessibleName() == "Attachments"
    said = strip.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "a.txt, 17 bytes · 17 characters · ~4 tokens"
    assert tab.composer.attach_button.accessibleName() == "Attach files"


async def test_the_menu_offers_what_is_possible(tab: ChatTab, strip: AttachmentStrip) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), strip.mapToGlobal(QPoint()))
    QApplication.sendEvent(strip.viewport(), event)
    [menu] = strip.findChildren(QMenu)
    assert [action.text() for action in menu.actions()] == ["Open", "Move right", "Remove"]
    menu.actions()[1].trigger()
    assert names(tab) == ["b.txt", "a.txt", "c.txt"]
    menu.close()


async def test_many_files_scroll_sideways_with_the_wheel(tab: ChatTab, strip: AttachmentStrip) -> None:
    for number in range(12):
        paste(tab, image_data(png(colour=number)))
    await read(tab, 15)
    bar = strip.horizontalScrollBar()
    assert bar.value() == bar.maximum() > 0, "the newest is in view"
    at = QPointF(20, 20)
    phase = Qt.ScrollPhase.NoScrollPhase
    turned = QWheelEvent(at, strip.mapToGlobal(at), QPoint(), QPoint(0, 120), LEFT, NONE, phase, False)
    QApplication.sendEvent(strip.viewport(), turned)
    assert bar.value() == bar.maximum() - 120


async def test_a_longer_summary_moves_the_files_after_it(here: World, tab: ChatTab, tmp_path) -> None:
    here.reader.may_read.clear()
    file = tmp_path / "a name that is rather long for a chip.txt"
    file.write_text("x" * 50_000)
    paste(tab, files_data(file))
    paste(tab, image_data(png()))
    await until(lambda: len(names(tab)) == 2)
    here.reader.may_read.set()
    await read(tab, 2)
    strip = tab.composer.attachments.strip
    first, second = (strip.visualRect(strip.model().index(row, 0)) for row in range(2))
    assert second.left() == first.right() + 1


async def test_a_click_opens_an_image_large(tab: ChatTab) -> None:
    paste(tab, image_data(png(300, 200)))
    paste(tab, image_data(png(200, 300)))
    await read(tab, 2)
    click(tab.composer.attachments.strip, 1, Part.BODY)
    [viewer] = tab.findChildren(ImageViewer)
    await until(lambda: viewer.canvas._full is not None)
    assert (viewer.canvas._full.width(), viewer.canvas._full.height()) == (200, 300)
    viewer.turn(-1)
    await until(lambda: viewer.canvas._full is not None and viewer.canvas._full.width() == 300)
    viewer.reject()
    await until(lambda: not tab.findChildren(ImageViewer))


async def test_enter_opens_a_document(tab: ChatTab, strip: AttachmentStrip) -> None:
    QTest.keyClick(strip, Key.Key_Return)
    [preview] = tab.findChildren(DocumentPreview)
    await until(lambda: preview.text.toPlainText() == "the text of a.txt")
    assert not preview._choice.isVisible()
    preview.accept()
    await until(lambda: not tab.findChildren(DocumentPreview))


async def test_a_pdf_is_sent_as_images_of_its_first_pages_if_the_user_wants(
    here: World, tab: ChatTab, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_chat.ui.chat.attachments.document_preview._PAUSE_MS", 0)
    file = tmp_path / "book.pdf"
    file.write_text("one\ntwo\nthree\nfour\n")
    paste(tab, files_data(file))
    await read(tab)
    file.unlink()
    click(tab.composer.attachments.strip, 0, Part.BODY)
    [preview] = tab.findChildren(DocumentPreview)
    await until(lambda: preview.text.toPlainText() == "one\ntwo\nthree\nfour\n")
    assert (preview.count.value(), preview.count.maximum()) == (4, 4)
    preview.count.setValue(2)
    await until(lambda: preview.text.toPlainText() == "one\ntwo\n")
    assert preview._left_out.text() == "Not sent: 2 of 4 pages."
    preview.way.setCurrentIndex(1)
    preview.way.activated.emit(1)
    await until(lambda: preview.pages.count() == 2)
    assert here.reader.asked[-1] == ("book.pdf", ReadOptions(pages=2, as_images=True))
    [attachment] = tab.composer.attached
    assert (await here.blobs.read(attachment.page_sha256s[1])).decode() == PAGE.format(b"two\n")
    assert attachment.text_sha256 == ""
    here.reader.errors["book.pdf"] = FileBroken()
    preview.count.setValue(3)
    await until(lambda: preview._facts.text() == "The file is damaged or incomplete.")
    preview.accept()


async def test_a_long_text_is_shown_in_part(tab: ChatTab, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.ui.chat.attachments.document_preview.MAX_SHOWN", 100)
    file = tmp_path / "long.txt"
    file.write_text("0123456789" * 100)
    paste(tab, files_data(file))
    await read(tab)
    click(tab.composer.attachments.strip, 0, Part.BODY)
    [preview] = tab.findChildren(DocumentPreview)
    await until(lambda: preview.text.toPlainText() == "0123456789" * 10)
    assert preview._left_out.text() == "The preview shows the beginning of the text."
    preview.accept()


async def test_what_is_dragged_out_of_the_strip_is_no_text(strip: AttachmentStrip) -> None:
    data = strip.model().mimeData([strip.model().index(0, 0)])
    assert isinstance(data, QMimeData)
    assert not data.hasText()
