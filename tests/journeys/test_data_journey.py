"""No text is lost: by a retry, by emptying the trash, by a running snapshot, by a start after a kill."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from desk import Desk, MakeDesk, last_of
from hostile_server import HostileServer
from PySide6.QtWidgets import QDialog

from desktop_chat.app import application as application_module
from desktop_chat.core.entities import Connection, Conversation, Message, Role, Status, new_id
from desktop_chat.core.ports import WriteBatch
from desktop_chat.services.sqlite import sqlite_store
from desktop_chat.services.sqlite.snapshot_archive import archived
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.ui.dialogs.trash import TrashDialog

WORDS = " ".join(f"word{number}" for number in range(300))


def message(of: Conversation, text: str, parent: Message | None = None) -> Message:
    parent_id = parent.id if parent else None
    return Message(new_id(), of.id, parent_id, Role.USER, text, Status.COMPLETE, 1.0)


async def fill_trash(file: Path, conversations: int = 120) -> None:
    store = SqliteStore(file)
    for _ in range(conversations):
        one = Conversation(title="gone", trashed_at=1.0, leaf_id="m")
        await store.write(WriteBatch((one,), tuple(message(one, f"{number} {WORDS}") for number in range(8))))
    await store.aclose()


def conversations_in(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM conversations").fetchone()[0])


async def test_a_retry_above_later_messages_hides_none_of_them(desk: Desk, connection: Connection) -> None:
    tab = await desk.with_model(connection, "403")
    desk.ask("first question")
    assert (await desk.answered(tab)).status is Status.FAILED
    options = replace(tab.session.conversation.options, model="plain")
    desk.application.library.set_options(tab.session.conversation_id, options)
    for question in ("second question", "third question"):
        desk.ask(question)
        await desk.answered(tab)
    later = [m.text for m in tab.session.path]
    await desk.until(lambda: desk.spots_of("retry"), "the failed reply, with Retry")
    desk.click_beside("retry")
    await desk.until(lambda: len(tab.session.path) == 2 and not tab.session.running)
    assert last_of(tab).text == "Hello"
    await desk.until(lambda: desk.spots_of("previous"), "the arrow to the version before")
    desk.screenshot("retry-versions")
    desk.click_beside("previous")
    await desk.until(lambda: [m.text for m in tab.session.path] == later, "what was said after the failed reply")
    (hit, *_) = await desk.application.library.search("third question")
    assert hit.conversation_id == tab.session.conversation_id


async def test_exiting_while_the_trash_is_emptied_costs_no_text(
    make_desk: MakeDesk, data_dir: Path, server: HostileServer, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    await fill_trash(data_dir / "history.db")
    (data_dir / "settings.toml").write_text('language = "en"\n')
    desk = make_desk()
    await desk.open()
    tab = await desk.with_model(connection, "slow-text")
    desk.ask("go")
    await desk.speaking(tab, 50)
    desk.click("Trash")
    [trash] = desk.window.findChildren(TrashDialog)
    desk.click("Empty trash", trash)
    await desk.until(lambda: trash.findChildren(QDialog), "the question")
    desk.click("Delete", trash.findChildren(QDialog)[0])
    await desk.until(lambda: trash.model.rowCount() == 0, "an empty trash, at once")
    await desk.until(lambda: desk.sees_text("Removing from disk"), "how much is left")
    desk.screenshot("trash-removing")
    trash.close()
    shown = len(last_of(tab).text)
    await desk.close()
    assert not (data_dir / "history.db-wal").exists()
    desk = make_desk()
    await desk.open()
    assert desk.application.library.trashed() == []
    assert desk.last.status is Status.CANCELLED
    assert len(desk.last.text) >= shown
    await desk.until(lambda: conversations_in(data_dir / "history.db") < 5, "that it goes on with removing")


async def test_a_kill_while_the_trash_is_emptied_costs_at_most_half_a_second(
    make_desk: MakeDesk, data_dir: Path, server: HostileServer, caplog: pytest.LogCaptureFixture
) -> None:
    await fill_trash(data_dir / "history.db")
    (data_dir / "settings.toml").write_text(
        'language = "en"\ndefault_connection_id = "here"\ndefault_model = "slow-text"\n'
        f'[[connections]]\nid = "here"\nname = "Here"\nbase_url = "{server.base_url}"\n'
    )
    program = Path(__file__).with_name("asking_child.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        str(data_dir),
        "empty",
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(program.parents[2])},
    )
    assert process.stdout is not None
    lines = [b"0 0"]
    while int(lines[-1].split()[1]) < 1_000:
        lines.append(await process.stdout.readline())
        assert lines[-1], "the child ended by itself"
    killed_at = time.monotonic()
    process.send_signal(signal.SIGKILL)
    await process.stdout.read()
    await process.wait()
    shown = max(int(line.split()[1]) for line in lines if float(line.split()[0]) <= killed_at - 0.5)
    desk = make_desk()
    await desk.open()
    assert desk.application.library.trashed() == []
    assert desk.last.status is Status.INTERRUPTED
    assert len(desk.last.text) >= shown > 0


async def test_exiting_during_a_snapshot_leaves_nothing_behind(
    desk: Desk, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await desk.with_model(connection, "plain")
    desk.ask("one question")
    await desk.answered(tab)
    one = Conversation(title="long")
    await desk.application.store.write(WriteBatch((one,), tuple(message(one, WORDS) for _ in range(400))))
    monkeypatch.setattr("desktop_chat.services.sqlite.snapshot_archive.SLICE", 1)
    taking = asyncio.create_task(desk.application._context.snapshots.take_if_due("hourly"))
    folder = desk.data_dir / "snapshots"
    await desk.until((folder / "snapshots.db-journal").exists, "a snapshot under way")
    await desk.close()
    assert await taking is None
    assert [file.name for file in folder.iterdir()] == ["snapshots.db"]
    assert archived(folder / "snapshots.db") == []
    assert not (desk.data_dir / "history.db-wal").exists()
    await desk.open()


def make_large(file: Path, megabytes: int = 500) -> None:
    """Create a store with one conversation of many long texts, in the state after a kill: with an unmerged log."""
    asyncio.run(fill_trash(file, 1))
    text = WORDS * 110
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA wal_autocheckpoint = 2000")
        connection.execute("BEGIN")
        connection.execute("UPDATE conversations SET title = 'large', trashed_at = NULL")
        names = [row[1] for row in connection.execute("PRAGMA table_info (messages)") if row[1] not in {"seq", "id"}]
        row = connection.execute(f"SELECT {', '.join(names)} FROM messages LIMIT 1").fetchone()
        values = [text if name == "text" else value for name, value in zip(names, row, strict=True)]
        marks = ", ".join("?" for _ in range(len(names) + 1))
        for number in range(megabytes * 1_000_000 // len(text)):
            statement = f"INSERT INTO messages (id, {', '.join(names)}) VALUES ({marks})"
            connection.execute(statement, [f"large{number}", *values])
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        connection.execute("UPDATE conversations SET draft = 'x'")
        for name in (file.name, f"{file.name}-wal"):
            os.link(file.with_name(name), file.with_name(f"kept-{name}"))
    for name in (file.name, f"{file.name}-wal"):
        file.with_name(name).unlink(missing_ok=True)
        file.with_name(f"kept-{name}").rename(file.with_name(name))


async def test_after_a_kill_a_large_store_is_listed_at_once_and_checked_in_the_background(
    make_desk: MakeDesk, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = data_dir / "history.db"
    await asyncio.to_thread(make_large, file)
    assert file.stat().st_size > 450_000_000
    (data_dir / "settings.toml").write_text('language = "en"\n')
    desk = make_desk()
    started_at = time.monotonic()
    await desk.open()
    listed_s = time.monotonic() - started_at
    assert [c.title for c in desk.application.library.shown()] == ["large"]
    assert file.with_name("history.db.unchecked").exists(), "the check goes on"
    desk.type("written while it is checked")
    await desk.until(lambda: not file.with_name("history.db.unchecked").exists(), "the end of the check")
    assert listed_s < time.monotonic() - started_at
    assert desk.tab.composer.text == "written while it is checked"
    await desk.close()
    assert not file.with_name("history.db-wal").exists()


async def test_the_user_can_write_while_the_conversations_are_being_opened(
    make_desk: MakeDesk, data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = make_desk()
    (data_dir / "settings.toml").write_text('language = "en"\n')
    await desk.open()
    desk.type("an older draft")
    await desk.until(desk.application.library.shown, "the draft in the list")
    await desk.close()

    may_open, open_for_real = threading.Event(), sqlite_store.open_database

    def open_late(file: Path) -> object:
        may_open.wait()
        return open_for_real(file)

    monkeypatch.setattr(sqlite_store, "open_database", open_late)
    monkeypatch.setattr(application_module, "LOADING_NOTICE_S", 0.05)
    desk = make_desk()
    opening = asyncio.create_task(desk.open())
    await asyncio.sleep(0)
    await desk.until(lambda: hasattr(desk, "window") and desk.window.tabs.current is not None, "a tab to write in")
    assert desk.sees_text("Loading your conversations")
    desk.type("typed early")
    assert not desk.tab.composer.send_button.isEnabled()
    desk.screenshot("opening")
    early_id = desk.window.tabs.current_id
    may_open.set()
    await opening
    assert desk.window.tabs.current_id == early_id
    assert desk.tab.composer.text == "typed early"
    assert desk.tab.composer.edit.hasFocus()
    assert len(desk.window.tabs.ids) == 2
    assert not desk.sees_text("Loading your conversations")
    await desk.close()
    await desk.open()
    await desk.until(lambda: desk.tab.composer.text == "typed early", "it is the draft of its own conversation")
    assert {c.draft for c in desk.application.library.shown()} == {"an older draft", "typed early"}
