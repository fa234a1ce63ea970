"""The whole program when something fails below it: it reports that, continues, and keeps all text."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QApplication
from whole_program import Start, until

from desktop_chat.app.application import Application
from desktop_chat.app.qt_messages import QtMessages
from desktop_chat.core.entities import ChatOptions
from desktop_chat.core.errors import StoreFull, StoreReadOnly
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.snapshots import Snapshot, keep_snapshots
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite import sqlite_store
from desktop_chat.ui.chat.condition_bars import SAVE_COPY, StoreBar
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.dialogs.crash import CrashDialog
from desktop_chat.ui.window.report_notice import CLOSE, RESTORE, ReportNotice


def notices(application: Application) -> list[ReportNotice]:
    return [notice for notice in application.window.findChildren(ReportNotice) if notice.isVisible()]


# --- bugs ---------------------------------------------------------------------------------------------------------


def in_a_slot() -> None:
    timer = QTimer.singleShot

    def broken() -> None:
        raise LookupError("a bug in a slot")

    timer(0, broken)


def in_a_callback() -> None:
    def broken() -> None:
        raise LookupError("a bug in a callback")

    asyncio.get_running_loop().call_soon(broken)


def in_a_thread() -> None:
    def broken() -> None:
        raise LookupError("a bug in a thread")

    threading.Thread(target=broken, name="broken").start()


def in_a_destructor() -> None:
    class Broken:
        def __del__(self) -> None:
            raise LookupError("a bug in a destructor")

    Broken()
    gc.collect()


@pytest.mark.parametrize("cause", [in_a_slot, in_a_callback, in_a_thread, in_a_destructor])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.qt_no_exception_capture
async def test_a_bug_shows_a_dialog_and_the_window_stays_usable(start: Start, cause: Callable[[], None]) -> None:
    application = start()
    await application.open()
    cause()
    await until(lambda: application.window.findChildren(CrashDialog))
    [dialog] = application.window.findChildren(CrashDialog)
    assert f"LookupError: a bug {cause.__name__.replace('_', ' ')}" in dialog.details.toPlainText()
    dialog.copy_button.click()
    assert "LookupError" in QApplication.clipboard().text()
    assert dialog.folder_button.isVisible()
    dialog.close_button.click()
    conversation_id = application.window.tabs.new_tab()
    await until(lambda: application.window.tabs.current_id == conversation_id)
    application.library.set_draft(conversation_id, "it goes on")


async def test_a_bug_in_a_task_shows_the_dialog(start: Start) -> None:
    async def broken() -> None:
        raise LookupError("a bug in a task")

    application = start()
    await application.open()
    application._tasks.start(broken(), "broken")
    await until(lambda: application.window.findChildren(CrashDialog))


# --- Qt's messages ------------------------------------------------------------------------------------------------


@pytest.mark.qt_log_ignore("no device for", extend=True)
async def test_qt_warnings_are_logged_without_keys(start: Start, data_dir: Path) -> None:
    application = start()
    application._keys.add("unusual-key-0123456789")
    qWarning("QIODevice: no device for unusual-key-0123456789")
    log = Paths(data_dir).log_file
    assert "QIODevice: no device for [redacted]" in log.read_text()


@pytest.mark.qt_log_ignore("heard", extend=True)
def test_the_message_handler_is_restored(qapp: QApplication, caplog: pytest.LogCaptureFixture) -> None:
    messages = QtMessages()
    qWarning("heard")
    messages.close()
    messages.close()
    assert [record.getMessage() for record in caplog.records] == ["Qt (default): heard"]


# --- snapshots ----------------------------------------------------------------------------------------------------


class Copies:
    """Fails once, and counts calls."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.often_enough = asyncio.Event()

    async def clean_up(self) -> None:
        """Do nothing."""

    async def take_if_due(self, how_often: str) -> Snapshot | None:
        self.asked.append(how_often)
        if len(self.asked) == 1:
            raise StoreFull("no room")
        if len(self.asked) == 3:
            self.often_enough.set()
        return None

    async def sweep_blobs(self) -> None:
        """Do nothing."""


async def test_snapshots_continue_after_one_failed(caplog: pytest.LogCaptureFixture) -> None:
    copies, preferences = Copies(), Preferences(Settings())
    keeping = asyncio.create_task(keep_snapshots(copies, preferences, first_s=0, pause_s=0), name="keep copies")  # type: ignore[arg-type]
    async with asyncio.timeout(60):
        await copies.often_enough.wait()
    preferences.update(snapshots="never")
    keeping.cancel()
    assert copies.asked[:3] == ["hourly"] * 3
    assert "could not take a snapshot: store_full" in caplog.text


async def test_snapshots_are_taken_while_the_window_is_open(
    start: Start, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_chat.core.snapshots.keep_snapshots.__kwdefaults__", {"first_s": 0, "pause_s": 0.01})
    application = start()
    await application.open()
    conversation = application.library.create(ChatOptions())
    application.library.record_message(conversation.id, "m", "hi")
    await until((data_dir / "snapshots" / "snapshots.db").exists)
    assert [s.conversations for s in await application._context.snapshots.all()] == [1]


# --- the database -------------------------------------------------------------------------------------------------


async def test_a_damaged_file_is_reported_with_what_was_recovered_and_a_way_to_snapshots(
    start: Start, data_dir: Path
) -> None:
    first = start()
    await first.open()
    conversation = first.library.create(ChatOptions())
    first.library.record_message(conversation.id, "m", "hi")
    await first.close()
    damage(data_dir / "history.db")

    second = start()
    await second.open()
    [notice] = notices(second)
    assert "was damaged and is kept as history.broken-" in notice.text
    assert notice.button(RESTORE).isVisible()
    notice.button(CLOSE).click()


def damage(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.seek(0)
        stream.write(b"not a database at all")


async def test_a_full_disk_is_reported_until_it_works_again_and_a_copy_can_be_saved(
    start: Start, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = start(demo=True)
    await application.open()
    tab = application.window.tabs.current
    assert tab is not None
    await until(lambda: tab.session is not None)

    def refuse(*_arguments: object) -> None:
        raise StoreReadOnly("attempt to write a readonly database")

    with monkeypatch.context() as disk:
        disk.setattr(sqlite_store, "write_batch", refuse)
        tab.composer.set_text("hello")
        tab.composer.submitted.emit("hello")
        [bar] = tab.findChildren(StoreBar)
        await until(bar.isVisible)
        text = await stopped(tab)
        assert text, "the reply went on"
        copy = tmp_path / "copy.md"

        async def choose(*_arguments: object) -> Path:
            return copy

        disk.setattr("desktop_chat.ui.chat.save_copy.ask_new_file", choose)
        bar.button(SAVE_COPY).click()
        await until(lambda: str(copy) in bar.text)
        assert text in read(copy)
        assert "hello" in read(copy)
        copy = tmp_path / "no" / "such" / "folder.md"
        bar.button(SAVE_COPY).click()
        await until(lambda: "could not be saved" in bar.text)
    await until(lambda: not bar.isVisible())
    with closing(sqlite3.connect(data_dir / "history.db")) as database:
        stored = {row[0] for row in database.execute("SELECT text FROM messages")}
    assert stored == {"hello", text}


Trouble = Callable[[Application, Path], Callable[[], None]]


def full(application: Application, _file: Path) -> Callable[[], None]:
    """Limit the database to its current size; return a function that removes the limit."""
    connection = application.store._connection
    assert connection is not None
    connection.execute("PRAGMA max_page_count = 1")  # SQLite uses the current size
    return lambda: connection.execute("PRAGMA max_page_count = 1000000").close()


def read_only(application: Application, _file: Path) -> Callable[[], None]:
    connection = application.store._connection
    assert connection is not None
    connection.execute("PRAGMA query_only = ON")
    return lambda: connection.execute("PRAGMA query_only = OFF").close()


def locked(_application: Application, file: Path) -> Callable[[], None]:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other.close


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (full, "The disk is full."),
        (read_only, "The conversations file cannot be written to."),
        (locked, "Another program is using the conversations file."),
    ],
)
async def test_sqlite_errors_are_reported_and_the_data_stored_later(
    start: Start, data_dir: Path, trouble: Trouble, words: str
) -> None:
    application = start(demo=True)
    await application.open()
    tab = application.window.tabs.current
    assert tab is not None
    await until(lambda: tab.session is not None)
    await application.write_behind.flush()
    end_of_trouble = trouble(application, data_dir / "history.db")
    question = "a question " * 20_000  # more than the free pages of a new file
    tab.composer.submitted.emit(question)
    [bar] = tab.findChildren(StoreBar)
    await until(bar.isVisible)
    assert words in bar.text
    text = await stopped(tab)
    assert text, "the reply went on"
    end_of_trouble()
    await until(lambda: not bar.isVisible())
    with closing(sqlite3.connect(data_dir / "history.db")) as database:
        assert {row[0] for row in database.execute("SELECT text FROM messages")} == {question, text}


async def test_deleting_the_open_file_loses_nothing(start: Start, data_dir: Path) -> None:
    application = start(demo=True)
    await application.open()
    tab = application.window.tabs.current
    assert tab is not None
    await until(lambda: tab.session is not None)
    tab.composer.submitted.emit("before")
    await until(lambda: tab.session.running)
    delete_database(data_dir)
    text = await stopped(tab)
    await application.close()
    with closing(sqlite3.connect(data_dir / "history.db")) as database:
        stored = {row[0] for row in database.execute("SELECT text FROM messages")}
    assert stored == {"before", text}


async def stopped(tab: ChatTab) -> str:
    """Let the reply run for some words, stop it, and return its text."""
    reply_id = tab.session.path[-1].id
    shown = len(tab.transcript.model.message(reply_id).text)
    await until(lambda: len(tab.transcript.model.message(reply_id).text) > shown + 20 or not tab.session.running)
    tab.page.presenter.stop()
    await until(lambda: not tab.session.running)
    return tab.session.path[-1].text


def delete_database(data_dir: Path) -> None:
    for file in data_dir.glob("history.db*"):
        file.unlink()


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")
