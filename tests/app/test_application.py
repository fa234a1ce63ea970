"""The whole program in one process: errors during startup and shutdown affect nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import aclosing, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from whole_program import Start, until

from desktop_chat.app.application import Application
from desktop_chat.core.connections import DEMO_NAME
from desktop_chat.core.entities import ChatOptions, Conversation, Message, Role, Status, Usage
from desktop_chat.core.errors import StoreLocked
from desktop_chat.core.importing import ImportedConversation
from desktop_chat.core.open_request import OpenRequest
from desktop_chat.core.snapshots import Snapshot, keep_snapshots
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.services.demo.demo_provider import DemoServer
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.import_writer import ImportWriter
from desktop_chat.services.sqlite.snapshot_files import Snapshots
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.services.sqlite.usage_store import UsageStore
from desktop_chat.ui.dialogs.crash import CrashDialog
from desktop_chat.ui.window.report_notice import ReportNotice


def running(application: Application) -> tuple[asyncio.Task[int], list[str]]:
    """Run the application; the list records when it was open and when it started to close."""
    told: list[str] = []
    run = application.run(when_open=lambda: told.append("open"), when_closing=lambda: told.append("closing"))
    return asyncio.create_task(run, name="run"), told


async def test_the_first_start_writes_no_settings(start: Start, data_dir: Path) -> None:
    task, told = running(application := start())
    await until(lambda: told)
    application.window.close()
    assert await task == 0
    assert told == ["open", "closing"]
    assert not (data_dir / "settings.toml").exists()
    assert (data_dir / "workspace.json").exists()


async def test_what_another_process_has_imported_is_shown(start: Start, data_dir: Path) -> None:
    task, told = running(application := start())
    await until(lambda: told)
    conversation = Conversation(title="Imported", title_is_own=True, leaf_id="m")
    message = Message("m", conversation.id, None, Role.USER, "words", Status.COMPLETE, 1.0)
    file = Paths(data_dir).database_file
    with ImportWriter(file) as beside:
        beside.write([ImportedConversation(conversation, (message,))])
    application.open_request(OpenRequest(imported=True))
    await until(lambda: conversation.id in application.library)
    with closing(sqlite3.connect(file)) as reader:
        await until(lambda: reader.execute("SELECT count(*) FROM unindexed").fetchone() == (0,))
    assert [hit.message_id for hit in await application.library.search("words")] == ["m"]
    application.window.close()
    assert await task == 0


async def test_a_window_closed_during_startup_ends_the_program(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(_store: SqliteStore) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(SqliteStore, "open", slow)
    task, told = running(application := start())
    await until(lambda: application.window.isVisible() and application._demo is not None)
    application.window.close()
    assert await task == 0
    assert told == ["closing"]


async def test_snapshots_end_before_the_store_without_an_error(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(keep_snapshots.__kwdefaults__, "first_s", 0)
    reached, real = asyncio.Event(), Snapshots.take_if_due

    async def slow(snapshots: Snapshots, how_often: str) -> Snapshot | None:
        reached.set()
        await asyncio.to_thread(snapshots._pace._ended.wait)  # the window is closed in the midst of it
        return await real(snapshots, how_often)

    monkeypatch.setattr(Snapshots, "take_if_due", slow)
    task, _ = running(application := start())
    await asyncio.wait_for(reached.wait(), 30)
    application.window.close()
    assert await task == 0
    assert application._copying is not None
    assert application._copying.cancelled()


async def test_what_a_reply_used_is_kept_even_if_it_ends_with_the_program(start: Start, data_dir: Path) -> None:
    task, told = running(application := start())
    await until(lambda: told)
    context = application._context
    demo = context.connections.named(DEMO_NAME)
    assert demo is not None
    used: list[UsageEntry] = []
    context.ledger.recorded.add(used.append)
    talk = context.library.create(ChatOptions(connection_id=demo.id, model=demo.default_model))
    with closing(context.sessions.view(talk.id)) as view:
        session = await view.load()
        session.send("hi")
        await until(lambda: used and not session.running)
        session.send("and now a long answer")
        await until(lambda: session.reply is not None and session.reply.has_content)
        application.window.close()
        assert await task == 0
    async with aclosing(UsageStore(data_dir / "usage.sqlite3")) as ledger:
        kept = (await ledger.entries(None, None)).entries
    assert [(entry.origin, entry.conversation_id) for entry in kept] == [(UsageOrigin.WINDOW, talk.id)] * len(used)
    assert len(used) == 2
    assert kept[0].usage.completion_tokens


async def test_what_was_used_and_cannot_be_kept_is_told(start: Start, data_dir: Path) -> None:
    (data_dir / "usage.sqlite3").mkdir(parents=True)
    task, told = running(application := start())
    await until(lambda: told)
    application._context.ledger.record(
        UsageEntry(datetime.now(UTC), UsageOrigin.WINDOW, "c1", "One", "", "m", Usage(1, 1), None)
    )
    await until(lambda: application.window.findChildren(ReportNotice))
    assert "cost cannot be saved" in application.window.findChildren(ReportNotice)[0].text
    application.window.close()
    assert await task == 0


async def test_an_application_that_was_never_opened_can_be_closed(start: Start) -> None:
    before = sys.excepthook
    application = start()
    await application.close()
    assert sys.excepthook is before


async def test_a_bug_during_startup_is_shown_in_a_window_that_can_be_closed(
    start: Start, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    async def broken(_demo: DemoServer) -> None:
        raise LookupError("a bug with demo")

    monkeypatch.setattr(DemoServer, "start", broken)
    task, told = running(application := start())
    await until(lambda: told and application.window.findChildren(CrashDialog))
    assert told == ["open"]
    assert "a bug with demo" in (data_dir / "logs" / "desktop-chat.log").read_text()
    application.window.close()
    assert await task == 0


async def test_a_bug_during_startup_fails_the_self_test(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_demo: DemoServer) -> None:
        raise LookupError("a bug with demo")

    monkeypatch.setattr(DemoServer, "start", broken)
    task, _ = running(start(self_test=True))
    assert await task == 1


async def test_a_bug_before_the_window_is_printed_as_a_sentence(
    start: Start, data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    application = start()
    application._crash_handlers.report(LookupError("early"), "unhandled error")
    assert capsys.readouterr().err == (
        "desktop-chat: Desktop Chat could not start because of an internal error: unhandled error: LookupError. "
        f"See {data_dir / 'logs' / 'desktop-chat.log'} for details.\n"
    )
    await application.open()


async def test_without_loopback_only_the_demo_is_missing(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_arguments: object, **_more: object) -> None:
        raise OSError("no loopback here")

    monkeypatch.setattr(asyncio, "start_server", refused)
    application = start()
    await application.open()
    assert application.connections.named(DEMO_NAME) is None
    await until(lambda: application.window.tabs.current is not None)


async def test_a_store_that_cannot_be_opened_is_reported_and_keeps_the_tabs(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = start()
    await first.open()
    kept_id = first.window.tabs.current_id
    first.library.set_draft(kept_id, "half a thought")
    await first.close()

    async def refuse(_store: SqliteStore) -> None:
        raise StoreLocked("database is locked")

    with monkeypatch.context() as locked:
        locked.setattr(SqliteStore, "open", refuse)
        second = start()
        await second.open()
        assert second.window.findChildren(ReportNotice)
        await second.close()

    third = start()
    await third.open()
    assert third.window.tabs.current_id == kept_id


async def test_a_bug_in_one_shutdown_step_does_not_skip_the_others(
    start: Start, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        application.window.tabs.finish()
        raise LookupError("a bug in a tab")

    application = start()
    await application.open()
    application.library.set_draft(application.window.tabs.current_id, "half a thought")
    monkeypatch.setattr(application.window, "finish", broken)
    await application.close()
    with closing(sqlite3.connect(data_dir / "history.db")) as database:
        assert database.execute("SELECT draft FROM conversations").fetchall() == [("half a thought",)]


async def test_a_second_request_to_exit_does_not_prevent_saving(
    start: Start, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = start()
    task, told = running(application)
    await until(lambda: told)
    application.library.set_draft(application.window.tabs.current_id, "half a thought")
    task.cancel()
    await until(lambda: "closing" in told)
    task.cancel()
    assert await task == 0
    with closing(sqlite3.connect(data_dir / "history.db")) as database:
        assert database.execute("SELECT draft FROM conversations").fetchall() == [("half a thought",)]


async def test_the_end_of_the_desktop_session_saves_everything(
    start: Start, qapp: QApplication, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = start()
    await application.open()
    application.library.set_draft(application.window.tabs.current_id, "half a thought")
    stored = asyncio.Event()
    write = application.store.write

    async def write_and_tell(batch: object) -> None:
        await write(batch)
        stored.set()

    monkeypatch.setattr(application.store, "write", write_and_tell)
    monkeypatch.setattr("desktop_chat.core.write_behind.INTERVAL_S", 600.0)
    (data_dir / "workspace.json").unlink(missing_ok=True)
    application._save_now()
    await stored.wait()
    await until((data_dir / "workspace.json").exists)
    assert application.window.isVisible()


async def test_nothing_is_saved_after_closing(start: Start) -> None:
    application = start()
    await application.open()
    await application.close()
    application.window.workspace_changed.emit()  # a task left behind would fail the test
