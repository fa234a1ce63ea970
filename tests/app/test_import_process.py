"""The window's import in its own process: what it tells, what it leaves when it is cancelled or killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop_chat.app.export_process import ExportProcess
from desktop_chat.app.import_process import ImportProcess
from desktop_chat.core.added_beside import AddedBeside
from desktop_chat.core.backup import AddedUsage
from desktop_chat.core.entities import Usage
from desktop_chat.core.errors import StoreError, StoreTooNew
from desktop_chat.core.exporting import BackupRequest
from desktop_chat.core.importing import (
    ImportCounts,
    Imported,
    ImportEncrypted,
    ImporterLost,
    ImportKind,
    ImportUnknown,
    ImportWrongPassphrase,
    Unread,
    UnreadReason,
)
from desktop_chat.core.library import Library
from desktop_chat.core.tasks import Tasks
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.helper_process import HelperProcess
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.migrations import MIGRATIONS
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.services.sqlite.usage_store import UsageStore, stored_usage

COUNT, LONG = 100, 400
"""Conversations and their messages: several transactions."""


def chat(number: int, length: int = 2) -> dict[str, object]:
    """Return a conversation of Claude's export."""
    messages = [
        {"uuid": f"{number}-{each}", "sender": ("human", "assistant")[each % 2], "text": f"Text {each} " + "word " * 99}
        for each in range(length)
    ]
    return {"uuid": f"c{number}", "name": f"Chat {number}", "chat_messages": messages}


class Beside:
    """A store, the library of a window, and an import beside them."""

    def __init__(self, paths: Paths) -> None:
        self.paths, self.tasks, self.indexed = paths, Tasks(), 0
        self.store = SqliteStore(paths.database_file)
        self.write_behind = WriteBehind(self.store)
        self.library = Library(self.store, self.write_behind)
        beside = AddedBeside(self.library, self.tasks, lambda: (), self._index, pause_s=0)
        self.importer = ImportProcess(paths, self.write_behind, beside)
        self.counts, self.results, self.shares = ImportCounts(), list[Imported | Unread](), list[float | None]()

    def _index(self) -> None:
        self.indexed += 1

    def tell(self, results: list[Imported | Unread], share: float | None) -> None:
        self.results += results
        self.shares.append(share)
        for each in results:
            self.counts.take(each)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Beside]:
    paths = Paths(tmp_path / "data")
    paths.make_directories()
    here = Beside(paths)
    await here.store.open()
    await here.library.load()
    yield here
    await here.tasks.aclose()
    await here.write_behind.aclose()
    await here.store.aclose()


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps([chat(0), "odd", chat(1), chat(2)]))
    return file


@pytest.fixture
def long_export(tmp_path: Path) -> Path:
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps([chat(number, LONG) for number in range(COUNT)]))
    return file


async def whole(here: Beside) -> int:
    """Return how many conversations are in the store, all of them whole."""
    found = await here.store.conversations()
    for each in found:
        assert len(await here.store.messages(each.id)) == LONG
    return len(found)


async def test_a_preview_adds_nothing_and_the_import_is_shown(here: Beside, export: Path) -> None:
    kind = (await here.importer.preview(export, here.tell)).kind
    assert kind is ImportKind.CLAUDE
    assert [each for each in here.results if isinstance(each, Unread)] == [
        Unread("conversations.json, 2", UnreadReason.NOT_UNDERSTOOD)
    ]
    assert (here.counts.new, here.counts.total, here.shares[-1]) == (3, 6, 1.0)
    assert here.library.shown() == await here.store.conversations() == []
    here.counts = ImportCounts()
    await here.importer.add(export, kind, None, here.tell)
    assert (here.counts.new, here.counts.unread, here.indexed) == (3, 1, 1)
    assert {c.title for c in here.library.shown()} == {"Chat 0", "Chat 1", "Chat 2"}
    here.counts = ImportCounts()
    await here.importer.add(export, kind, None, here.tell)
    assert (here.counts.new, here.counts.known) == (0, 3)


async def test_only_what_was_chosen_comes(here: Beside, export: Path) -> None:
    await here.importer.preview(export, here.tell)
    chosen = [each for each in here.results if isinstance(each, Imported)][1]
    await here.importer.add(export, ImportKind.CLAUDE, {chosen.conversation_id}, here.tell)
    assert [c.title for c in here.library.shown()] == ["Chat 1"]


async def test_what_is_refused_is_an_error_of_its_kind(here: Beside, export: Path) -> None:
    odd = export.with_name("odd.json")
    odd.write_text("{}")
    with pytest.raises(ImportUnknown):
        await here.importer.preview(odd, here.tell)
    with closing(sqlite3.connect(here.paths.database_file)) as newer:
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreError) as refused:
        await here.importer.preview(export, here.tell)
    assert refused.value.code == StoreTooNew.code


@pytest.mark.thorough
async def test_an_encrypted_backup_comes_with_its_passphrase_and_its_settings(here: Beside, export: Path) -> None:
    await here.importer.add(export, ImportKind.CLAUDE, None, here.tell)
    here.paths.settings_file.write_text('[[connections]]\nid = "x"\nname = "X"\nbase_url = "https://x.example/v1"\n')
    backup = export.with_name("backup.zip.age")
    request = BackupRequest(backup, "correct horse battery")
    await ExportProcess(here.paths, here.write_behind).back_up(request, lambda _done, _all: None)
    with pytest.raises(ImportEncrypted):
        await here.importer.preview(backup, here.tell)
    with pytest.raises(ImportWrongPassphrase):
        await here.importer.preview(backup, here.tell, "another horse battery")
    ids = [conversation.id for conversation in here.library.shown()]
    await here.library.delete(ids)
    here.shares.clear()
    found = await here.importer.preview(backup, here.tell, "correct horse battery")
    shares = [share for share in here.shares if share is not None]
    assert (found.kind, shares[0] < shares[-1] or len(shares) == 1) == (ImportKind.OWN, True)
    assert found.settings is not None
    assert [connection.name for connection in found.settings.connections] == ["X"]
    await here.importer.add(backup, found.kind, None, here.tell, "correct horse battery")
    assert {conversation.id for conversation in here.library.shown()} == set(ids)


async def test_the_usage_in_a_backup_is_previewed_and_added_only_if_it_is_wanted(here: Beside, tmp_path: Path) -> None:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    entry = UsageEntry(at, UsageOrigin.ASK, "c", "Mine", "https://x.example", "m", Usage(5, 5), None)
    async with aclosing(UsageStore(here.paths.usage_file)) as ledger:
        ledger.record(entry)
    backup = tmp_path / "backup.zip"
    await ExportProcess(here.paths, here.write_behind).back_up(BackupRequest(backup), lambda _done, _all: None)
    assert (await here.importer.preview(backup, here.tell)).usage == AddedUsage()
    here.paths.usage_file.unlink()
    found = await here.importer.preview(backup, here.tell)
    assert found.usage == AddedUsage(1, 0)
    assert here.shares[-1] is None, "the share of the conversations says nothing of the usage"
    assert await here.importer.add(backup, found.kind, None, here.tell) == AddedUsage()
    assert list(stored_usage(here.paths.usage_file)) == []
    here.shares.clear()
    assert await here.importer.add(backup, found.kind, None, here.tell, usage_too=True) == AddedUsage(1, 0)
    assert here.shares[-1] is None
    assert list(stored_usage(here.paths.usage_file)) == [entry]


@pytest.mark.thorough
@pytest.mark.parametrize("end", ["cancel", "kill"])
async def test_a_cancelled_or_killed_import_leaves_whole_conversations_and_completes_when_repeated(
    here: Beside, long_export: Path, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, pids = asyncio.Event(), list[int]()
    make = HelperProcess.__init__

    def noting(process: HelperProcess, *words: object) -> None:
        make(process, *words)
        pids.append(process._process.pid)

    def tell(_results: list[Imported | Unread], _share: float | None) -> None:
        if not begun.is_set() and end == "kill":
            os.kill(pids[0], signal.SIGKILL)
        begun.set()

    monkeypatch.setattr(HelperProcess, "__init__", noting)
    importing = asyncio.create_task(here.importer.add(long_export, ImportKind.CLAUDE, None, tell))
    await begun.wait()
    if end == "cancel":
        importing.cancel()
    with pytest.raises((ImporterLost, asyncio.CancelledError)):
        await importing
    came = await whole(here)
    assert 0 < came <= COUNT
    while len(here.library.shown()) < came:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await here.importer.add(long_export, ImportKind.CLAUDE, None, here.tell)
    assert await whole(here) == COUNT
    assert (here.counts.new, here.counts.known) == (COUNT - came, came)


@pytest.mark.thorough
async def test_a_killed_window_leaves_whole_conversations_and_the_next_import_completes_it(
    here: Beside, long_export: Path
) -> None:
    await here.store.aclose()
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("import_child.py")),
        str(here.paths.data_dir),
        str(long_export),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    came = int(await child.stdout.readline())
    child.kill()
    await child.wait()
    again = Beside(here.paths)
    await again.store.open()
    await again.library.load()
    assert came <= await whole(again) <= COUNT
    await again.importer.add(long_export, ImportKind.CLAUDE, None, again.tell)
    assert await whole(again) == COUNT
    assert again.counts.new + again.counts.known == COUNT
    await again.tasks.aclose()
    await again.write_behind.aclose()
    await again.store.aclose()
