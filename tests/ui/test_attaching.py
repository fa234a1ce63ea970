"""Files get into the composer by every way, are read in the background, and are sent with the question."""

from __future__ import annotations

from pathlib import Path

import pytest
from chat_world import OPENAI, World, until
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from desktop_chat.core.attachment_errors import FileEncrypted
from desktop_chat.core.attachments import AttachmentKind
from desktop_chat.core.entities import ChatOptions
from desktop_chat.core.image_errors import ImageBroken
from desktop_chat.ui.chat.attachments.file_choice import FileChoice
from desktop_chat.ui.chat.attachments.pending import Stage
from desktop_chat.ui.chat.image_guard import CHOOSE, WITHOUT, ImageBar
from desktop_chat.ui.chat.secret_guard import SecretBar
from desktop_chat.ui.chat.send_guard import BACK, SEND
from desktop_chat.ui.chat.size_guard import SizeBar
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.connections.model_picker import ModelPicker

# Qt 6.12 accepts fractional positions of a drag, 6.11 only integers.
pytestmark = pytest.mark.filterwarnings("ignore:.*QDragEnterEvent:DeprecationWarning")

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Key = Qt.Key
LONG = "A line of a long log.\n" * 1_000


@pytest.fixture(autouse=True)
def says_hello(here: World) -> None:
    here.provider.script("Hello")


def png(width: int = 40, height: int = 30, colour: int = 0x3060C0) -> bytes:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(colour)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    made.save(buffer, "PNG")
    return bytes(buffer.data().data())


def files_data(*files: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    data.setText("\n".join(file.as_uri() for file in files))  # like file managers
    return data


def text_data(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def image_data(content: bytes) -> QMimeData:
    data = QMimeData()
    data.setData("image/png", QByteArray(content))
    return data


def paste(tab: ChatTab, data: QMimeData) -> None:
    tab.composer.edit.insertFromMimeData(data)


def drop(tab: ChatTab, data: QMimeData) -> bool:
    """Drop something on the tab; return False if it is not accepted."""
    entered = QDragEnterEvent(QPointF(9, 9).toPoint(), COPY, data, LEFT, NONE)
    QApplication.sendEvent(tab, entered)
    if entered.isAccepted():
        QApplication.sendEvent(tab, QDropEvent(QPointF(9, 9), COPY, data, LEFT, NONE))
    return entered.isAccepted()


def names(tab: ChatTab) -> list[str]:
    return [item.name for item in tab.composer.attachments.files.items] if tab.composer.has_attachments else []


async def read(tab: ChatTab, count: int = 1) -> None:
    """Wait until so many files are ready."""
    await until(lambda: tab.composer.has_attachments and len(tab.composer.attachments.files.ready) == count)


async def ended(tab: ChatTab, count: int = 2) -> None:
    await until(lambda: len(tab.session.path) == count and not tab.session.running)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    file = tmp_path / "notes.txt"
    file.write_text("x = 1\n")
    return file


# --- ways in ---------------------------------------------------------------------------------------------------------


async def test_dropped_files_are_attached_and_not_sent(tab: ChatTab, notes: Path, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(png())
    tab.composer.set_text("About these:")
    assert drop(tab, files_data(notes, photo))
    await read(tab, 2)
    assert names(tab) == ["notes.txt", "photo.png"]
    assert tab.composer.text == "About these:"
    assert tab.session.path == ()
    kinds = [attachment.kind for attachment in tab.composer.attached]
    assert kinds == [AttachmentKind.DOCUMENT, AttachmentKind.IMAGE]
    assert tab.composer.attachments.files.items[1].thumbnail is not None


async def test_a_copied_file_is_attached_whatever_the_file_manager_writes(tab: ChatTab, notes: Path) -> None:
    paste(tab, files_data(notes))
    paste(tab, text_data(notes.as_uri()))
    paste(tab, text_data(f"x-special/nautilus-clipboard\ncopy\n{notes.as_uri()}\n"))
    await read(tab, 3)
    assert tab.composer.text == ""
    paste(tab, text_data(f"see {notes.as_uri()}"))
    assert tab.composer.text == f"see {notes.as_uri()}", "an address in a sentence is text"


async def test_a_screenshot_is_attached(tab: ChatTab) -> None:
    paste(tab, image_data(png()))
    data = QMimeData()
    data.setImageData(QImage(20, 20, QImage.Format.Format_RGB32))
    data.setHtml("<meta charset='utf-8'><img src='https://example.org/a.png'>")
    assert tab.composer.edit.canInsertFromMimeData(data)
    paste(tab, data)
    await read(tab, 2)
    assert [(a.width, a.height) for a in tab.composer.attached] == [(40, 30), (20, 20)]


async def test_cells_of_a_spreadsheet_are_text_though_they_come_with_an_image(tab: ChatTab) -> None:
    data = text_data("a\tb\n1\t2")
    data.setImageData(QImage(20, 20, QImage.Format.Format_RGB32))
    paste(tab, data)
    assert tab.composer.text == "a\tb\n1\t2"
    assert names(tab) == []


async def test_an_image_dragged_from_a_page_is_attached_and_an_address_is_text(tab: ChatTab) -> None:
    data = text_data("https://example.com/a.png")
    data.setUrls([QUrl("https://example.com/a.png")])
    assert drop(tab, data)
    assert tab.composer.text == "https://example.com/a.png"
    data.setData("image/png", QByteArray(png()))
    assert drop(tab, data)
    await read(tab)


async def test_the_composer_shows_that_it_takes_what_is_dragged(tab: ChatTab, notes: Path) -> None:
    before, data = tab.composer.grab().toImage(), files_data(notes)
    QApplication.sendEvent(tab, QDragEnterEvent(QPointF(9, 9).toPoint(), COPY, data, LEFT, NONE))
    assert tab.composer.grab().toImage() != before
    QApplication.sendEvent(tab, QDragLeaveEvent())
    assert tab.composer.grab().toImage() == before
    drop(tab, data)
    await read(tab)


async def test_nothing_is_taken_where_there_is_no_composer(tab: ChatTab) -> None:
    tab.composer.hide()
    assert not drop(tab, text_data("some words"))


async def test_files_are_chosen_in_a_dialog(tab: ChatTab, notes: Path) -> None:
    QTest.mouseClick(tab.composer.attach_button, LEFT)
    await until(lambda: tab.findChildren(QFileDialog))
    [dialog] = tab.findChildren(QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFiles
    dialog.findChild(QLineEdit).setText(str(notes))
    dialog.accept()
    await read(tab)
    assert names(tab) == ["notes.txt"]
    await until(lambda: tab.focusWidget() is tab.composer.edit)


async def test_links_of_html_are_kept_as_markdown(tab: ChatTab) -> None:
    data = text_data("Only html, with a link")
    data.setHtml("<p>Only <b>html</b>, <a href='https://example.org/a'>with a link</a></p>")
    paste(tab, data)
    assert tab.composer.text == "Only html, [with a link](https://example.org/a)"
    tab.composer.set_text("")
    data.setHtml("<pre>x  =  1</pre>")
    data.setText("x  =  1")
    paste(tab, data)
    assert tab.composer.text == "x  =  1", "without links, the plain text is better"


# --- long texts ------------------------------------------------------------------------------------------------------


async def test_a_long_text_is_attached_and_one_click_inserts_it(here: World, tab: ChatTab) -> None:
    tab.composer.set_text("Why? ")
    paste(tab, text_data(LONG))
    await read(tab)
    assert names(tab) == ["pasted text.txt"]
    assert tab.composer.text == "Why? "
    assert (await here.blobs.read(tab.composer.attached[0].sha256)).decode() == LONG
    panel = tab.composer.attachments
    assert panel._note_action.isVisible()
    assert panel._note_action.text() == "Insert as text instead"
    QTest.mouseClick(panel._note_action, LEFT)
    assert tab.composer.text == f"Why? {LONG}"
    assert names(tab) == []
    assert not panel.isVisible()


async def test_long_texts_are_inserted_if_the_user_wants_that(here: World, tab: ChatTab) -> None:
    here.preferences.update(long_paste="text")
    paste(tab, text_data(LONG))
    assert tab.composer.text == LONG
    assert not tab.composer.has_attachments


async def test_a_text_too_long_for_the_field_is_attached_and_never_cut(
    here: World, tab: ChatTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_chat.ui.chat.attachments.file_intake.MAX_TEXT", 1_000)
    here.preferences.update(long_paste="text")
    paste(tab, text_data(LONG))
    await read(tab)
    assert tab.composer.attached[0].letters == len(LONG)


# --- sending ---------------------------------------------------------------------------------------------------------


async def test_attachments_alone_can_be_sent(here: World, tab: ChatTab, notes: Path) -> None:
    assert not tab.composer.send_button.isEnabled()
    drop(tab, files_data(notes))
    await read(tab)
    assert tab.composer.send_button.isEnabled()
    attached = tab.composer.attached
    QTest.mouseClick(tab.composer.send_button, LEFT)
    await ended(tab)
    assert tab.session.path[0].attachments == attached
    assert "x = 1" in here.provider.prompts[0].messages[-1].text
    assert not tab.composer.has_attachments
    assert not tab.composer.attachments.isVisible()


async def test_sending_waits_for_what_is_being_read_and_says_so(here: World, tab: ChatTab, notes: Path) -> None:
    here.reader.may_read.clear()
    drop(tab, files_data(notes))
    tab.composer.set_text("What is it?")
    await until(lambda: names(tab))
    tab.composer.edit.setFocus()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    assert tab.session.path == ()
    assert tab.composer.attachments._summary.text().startswith("Your message will be sent as soon as 1 file is read")
    here.reader.may_read.set()
    await ended(tab)
    assert tab.session.path[0].text == "What is it?"
    assert [a.name for a in tab.session.path[0].attachments] == ["notes.txt"]


@pytest.mark.parametrize("change", ["escape", "cancel", "typing"])
async def test_waiting_ends_when_the_user_changes_their_mind(
    here: World, tab: ChatTab, notes: Path, change: str
) -> None:
    here.reader.may_read.clear()
    drop(tab, files_data(notes))
    tab.composer.set_text("What is it?")
    await until(lambda: names(tab))
    tab.composer.edit.setFocus()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    panel = tab.composer.attachments
    if change == "escape":
        QTest.keyClick(tab.composer.edit, Key.Key_Escape)
    elif change == "cancel":
        QTest.mouseClick(panel._cancel, LEFT)
    else:
        QTest.keyClicks(tab.composer.edit, "!")
    assert panel._summary.text() == "Reading 1 file..."
    here.reader.may_read.set()
    await read(tab)
    assert tab.session.path == ()


async def test_a_file_that_fails_is_not_left_out_silently(here: World, tab: ChatTab, notes: Path) -> None:
    here.reader.errors["notes.txt"] = FileEncrypted()
    drop(tab, files_data(notes))
    tab.composer.set_text("What is it?")
    panel = tab.composer.attachments
    await until(lambda: panel.files.count_of(Stage.FAILED))
    tab.composer.edit.setFocus()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    assert tab.session.path == ()
    assert panel._summary.text() == "1 file could not be read. Remove it or try again before you send."
    del here.reader.errors["notes.txt"]
    panel.strip.setFocus()
    QTest.keyClick(panel.strip, Key.Key_Return)
    await read(tab)
    tab.composer.edit.setFocus()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    await ended(tab)


async def test_a_running_reply_keeps_attachments_for_the_next_question(here: World, tab: ChatTab, notes: Path) -> None:
    drop(tab, files_data(notes))
    await read(tab)
    tab.composer.set_running(True)
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    assert tab.session.path == ()
    assert tab.composer._running_note.isVisible()
    assert names(tab) == ["notes.txt"]


# --- drafts and editing ----------------------------------------------------------------------------------------------


async def test_a_draft_keeps_its_attachments(here: World, tab: ChatTab, notes: Path) -> None:
    drop(tab, files_data(notes))
    await read(tab)
    tab.keep_draft()
    kept = here.library[tab.conversation_id].draft_attachments
    assert [a.name for a in kept] == ["notes.txt"]
    again = here.show(ChatTab(here.context, tab.conversation_id))
    await again.load()
    await read(again)
    assert again.composer.attached == kept
    assert again.composer.send_button.isEnabled()
    again.close_view()


async def test_what_is_attached_before_the_conversation_is_loaded_is_kept(here: World, notes: Path) -> None:
    early = here.show(ChatTab(here.context, here.library.create(ChatOptions(OPENAI.id, "gpt-5.5")).id))
    drop(early, files_data(notes))
    await read(early)
    early.keep_draft()
    assert [a.name for a in here.library[early.conversation_id].draft_attachments] == ["notes.txt"]
    early.close_view()


async def test_what_is_written_long_before_the_conversation_is_loaded_is_kept(here: World) -> None:
    """Also if nothing is typed after it is loaded, and the pause that stores a draft was over before."""
    early = here.show(ChatTab(here.context, here.library.create(ChatOptions(OPENAI.id, "gpt-5.5")).id))
    QTest.keyClicks(early.composer.edit, "typed early")
    await until(lambda: not early.composer._draft_timer.isActive())
    await early.load()
    assert here.library[early.conversation_id].draft == "typed early", "also after a crash"
    early.close_view()
    assert here.library[early.conversation_id].draft == "typed early"


async def test_an_early_draft_is_stored_once_however_often_it_is_kept(here: World) -> None:
    early = here.show(ChatTab(here.context, here.library.create(ChatOptions(OPENAI.id, "gpt-5.5")).id))
    here.library.set_draft(early.conversation_id, "before, ")
    QTest.keyClicks(early.composer.edit, "typed")
    early.keep_draft()
    QTest.keyClicks(early.composer.edit, " early")
    early.keep_draft()
    assert here.library[early.conversation_id].draft == "before, typed early"
    await early.load()
    assert early.composer.text == "before, typed early"
    early.close_view()
    assert here.library[early.conversation_id].draft == "before, typed early"


async def test_a_blob_that_is_missing_from_a_draft_is_said(here: World, tab: ChatTab, notes: Path) -> None:
    drop(tab, files_data(notes))
    await read(tab)
    tab.keep_draft()
    here.blobs._contents.clear()
    again = here.show(ChatTab(here.context, tab.conversation_id))
    await again.load()
    await until(lambda: again.composer.attachments.files.count_of(Stage.FAILED))
    again.close_view()


async def test_an_edited_question_shows_its_attachments(here: World, tab: ChatTab, notes: Path, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(png())
    drop(tab, files_data(notes))
    await read(tab)
    tab.composer.set_text("What is it?")
    QTest.mouseClick(tab.composer.send_button, LEFT)
    await ended(tab)
    paste(tab, image_data(png()))
    await read(tab)
    tab.composer.set_text("a thought")
    tab.transcript.action_triggered.emit("edit", tab.session.path[0].id)
    assert names(tab) == ["notes.txt"]
    drop(tab, files_data(photo))
    await read(tab, 2)
    QTest.mouseClick(tab.composer.send_button, LEFT)
    await until(lambda: len(here.provider.prompts) == 2 and not tab.session.running)
    assert [a.name for a in tab.session.path[0].attachments] == ["notes.txt", "photo.png"]
    await read(tab)
    assert names(tab) == ["pasted image.png"]
    assert tab.composer.text == "a thought"
    tab.transcript.action_triggered.emit("edit", tab.session.path[0].id)
    panel = tab.composer.attachments
    for item in panel.files.items:
        panel.remove(item)
    assert names(tab) == []
    QTest.keyClick(tab.composer.edit, Key.Key_Escape)
    await read(tab)
    assert names(tab) == ["pasted image.png"]


# --- guards ----------------------------------------------------------------------------------------------------------


async def test_a_key_in_an_attached_text_is_asked_about(here: World, tab: ChatTab, tmp_path: Path) -> None:
    file = tmp_path / "env.txt"
    file.write_text("KEY=sk-proj-0123456789abcdef\n")
    drop(tab, files_data(file))
    await read(tab)
    QTest.mouseClick(tab.composer.send_button, LEFT)
    [bar] = tab.findChildren(SecretBar)
    assert bar.isVisible()
    assert tab.session.path == ()
    tab.composer.attachments.remove(tab.composer.attachments.files.items[0])
    assert not bar.isVisible(), "it is gone with its file"


async def test_a_file_that_is_added_while_a_bar_asks_is_waited_for(here: World, tab: ChatTab, notes: Path) -> None:
    tab.composer.set_text("Why is sk-proj-0123456789abcdef refused?")
    QTest.mouseClick(tab.composer.send_button, LEFT)
    [bar] = tab.findChildren(SecretBar)
    here.reader.may_read.clear()
    drop(tab, files_data(notes))
    await until(lambda: names(tab))
    bar.button(SEND).click()
    assert tab.session.path == ()
    here.reader.may_read.set()
    await until(bar.isVisible)
    bar.button(SEND).click()
    await ended(tab)
    assert [a.name for a in tab.session.path[0].attachments] == ["notes.txt"]


async def test_a_large_attachment_is_asked_about(here: World, tab: ChatTab, tmp_path: Path) -> None:
    file = tmp_path / "log.txt"
    file.write_text("a long log " * 50_000)
    drop(tab, files_data(file))
    await read(tab)
    QTest.mouseClick(tab.composer.send_button, LEFT)
    [bar] = tab.findChildren(SizeBar)
    assert "140,000 tokens" in bar.text
    bar.button(BACK).click()
    assert names(tab) == ["log.txt"]


async def test_a_model_without_eyes_is_said_before_sending(here: World, tab: ChatTab) -> None:
    here.providers.eyes = {"gpt-5.5": False, "small": True}
    paste(tab, image_data(png()))
    await read(tab)
    [bar] = tab.findChildren(ImageBar)
    assert bar.isVisible()
    assert bar.text == "gpt-5.5 cannot read images."
    QTest.mouseClick(tab.composer.send_button, LEFT)
    assert tab.session.path == ()
    QTest.mouseClick(bar.button(CHOOSE), LEFT)
    [picker] = tab.window().findChildren(ModelPicker)
    await until(lambda: [row.model for row in picker.rows()][1:3] == ["small", "gpt-5.5"])
    assert [row.reads_images for row in picker.rows()][1:3] == [True, False]
    picker.list.itemClicked.emit(picker.list.item(1))
    assert here.library[tab.conversation_id].options.model == "small"
    assert not bar.isVisible()
    QTest.mouseClick(tab.composer.send_button, LEFT)
    await ended(tab)
    assert len(here.provider.prompts[0].messages[-1].images) == 1


async def test_a_bar_about_eyes_is_put_away_and_comes_back_when_needed(here: World, tab: ChatTab) -> None:
    here.providers.eyes = {"gpt-5.5": False}
    paste(tab, image_data(png()))
    await read(tab)
    [bar] = tab.findChildren(ImageBar)
    bar.button(BACK).click()
    assert not bar.isVisible()
    QTest.keyClicks(tab.composer.edit, "What is it?")
    assert not bar.isVisible()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    assert bar.isVisible()
    bar.button(WITHOUT).click()
    await ended(tab)
    assert here.providers.without_images == [(OPENAI.id, "gpt-5.5")]
    paste(tab, image_data(png(colour=0)))
    await read(tab)
    assert not bar.isVisible(), "the user has decided for this model"


async def test_images_are_sent_anyway_past_all_guards(here: World, tab: ChatTab) -> None:
    here.providers.eyes = {"gpt-5.5": False}
    paste(tab, image_data(png()))
    await read(tab)
    tab.composer.set_text("Why is sk-proj-0123456789abcdef refused?")
    [bar] = tab.findChildren(ImageBar)
    bar.button(SEND).click()
    [secret_bar] = tab.findChildren(SecretBar)
    secret_bar.button(SEND).click()
    await ended(tab)
    assert here.providers.without_images == []


async def test_nothing_is_said_of_a_model_that_nothing_is_known_of(here: World, tab: ChatTab) -> None:
    paste(tab, image_data(png()))
    await read(tab)
    assert tab.findChildren(ImageBar) == []


# --- many files ------------------------------------------------------------------------------------------------------


async def test_a_folder_is_chosen_from(here: World, tab: ChatTab, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    for name, content in {
        "a.py": b"x = 1",
        "sub/b.md": b"# B",
        "sub/data.bin": b"\0\1\2",
        "empty.txt": b"",
        ".git/config": b"[core]",
        "node_modules/x/index.js": b"1",
        ".hidden": b"1",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    drop(tab, files_data(folder))
    await until(lambda: tab.findChildren(FileChoice) and tab.findChildren(FileChoice)[0].table.rowCount())
    [dialog] = tab.findChildren(FileChoice)
    listed = [dialog.table.index(row, 0).data() for row in range(dialog.table.rowCount())]
    assert listed == ["a.py", "empty.txt", "sub/b.md", "sub/data.bin"]
    assert [path.name for path in dialog.table.chosen] == ["a.py", "b.md"]
    dialog.filter.setText("sub/")
    QTest.mouseClick(dialog._none, LEFT)
    assert [path.name for path in dialog.table.chosen] == ["a.py"]
    QTest.mouseClick(dialog._attach, LEFT)
    await read(tab)
    assert names(tab) == ["a.py"]


async def test_many_files_are_chosen_from_and_none_by_surprise(tab: ChatTab, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.txt" for number in range(60)]
    for file in files:
        file.write_text("x")
    drop(tab, files_data(*files))
    await until(lambda: tab.findChildren(FileChoice) and tab.findChildren(FileChoice)[0].table.rowCount() == 60)
    [dialog] = tab.findChildren(FileChoice)
    assert dialog.table.chosen == []
    assert not dialog._attach.isEnabled()
    dialog.reject()
    await until(lambda: not tab.findChildren(FileChoice))
    assert names(tab) == []


async def test_an_input_method_is_not_disturbed(tab: ChatTab, notes: Path) -> None:
    QApplication.sendEvent(tab.composer.edit, QInputMethodEvent("ni", []))
    drop(tab, files_data(notes))
    await read(tab)
    assert tab.composer.edit.composing
    done = QInputMethodEvent()
    done.setCommitString("你")
    QApplication.sendEvent(tab.composer.edit, done)
    assert tab.composer.text == "你"


async def test_a_tab_that_closes_stops_reading(here: World, notes: Path) -> None:
    here.reader.may_read.clear()
    closing = here.show(ChatTab(here.context, here.library.create(ChatOptions(OPENAI.id, "gpt-5.5")).id))
    await closing.load()
    drop(closing, files_data(notes))
    await until(lambda: here.reader.asked)
    closing.close_view()
    here.shown.remove(closing)
    closing.deleteLater()
    await until(lambda: here.reader.cancelled == ["notes.txt"])


async def test_an_image_that_no_longer_shows_is_still_sent(
    here: World, tab: ChatTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only its thumbnail is missing."""

    def fail(*_args: object) -> None:
        raise ImageBroken

    monkeypatch.setattr("desktop_chat.ui.chat.attachments.loader.decode", fail)
    paste(tab, image_data(png()))
    await read(tab)
    assert tab.composer.attachments.files.items[0].thumbnail is None
    assert tab.composer.attachments.strip.grab().width() > 0
    QTest.mouseClick(tab.composer.send_button, LEFT)
    await ended(tab)


async def test_all_words_follow_the_language(here: World, tab: ChatTab, notes: Path) -> None:
    drop(tab, files_data(notes))
    await read(tab)
    panel = tab.composer.attachments
    panel.remove(panel.files.items[0])
    panel._act_on_note()
    await read(tab)
    assert panel._summary.text().startswith("1 file · ~")
    here.languages.set_language("zh_CN")
    QApplication.sendPostedEvents()
    assert panel._summary.text().startswith("1 个文件 · 约")
    assert panel.strip.accessibleName() == "附件"
