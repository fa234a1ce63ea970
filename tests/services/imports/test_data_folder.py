"""A copied data folder is taken in like a backup, whatever state its program left it in."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from store_samples import conversation, message

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.entities import Conversation, Role, Status
from desktop_chat.core.importing import (
    ImportedConversation,
    ImportKind,
    ImportRefused,
    ImportTooNew,
    Unread,
    UnreadReason,
)
from desktop_chat.core.ports import WriteBatch
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.imports.backup import settings_in
from desktop_chat.services.imports.detection import kind_of, reader_of
from desktop_chat.services.imports.import_files import open_files
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

CONTENT = b"contents"
LOST = "b" * 64


@pytest.fixture
async def trip(tmp_path: Path) -> Conversation:
    """A conversation with an attachment, one that is missing, and a running reply, in the portable version's folder."""
    paths = Paths(tmp_path / "program" / "desktop-chat-data")
    paths.data_dir.mkdir(parents=True)
    blobs = BlobFolder(paths.blob_folder)
    here = Attachment(AttachmentKind.DOCUMENT, "a.txt", "text/plain", len(CONTENT), blobs.put_now(CONTENT))
    blobs.end()
    trip = conversation(title="Trip")
    asked = message(trip, "Where?", attachments=(here, Attachment(AttachmentKind.DOCUMENT, "b", "x/y", 1, LOST)))
    reply = message(trip, "The", asked, role=Role.ASSISTANT, status=Status.RUNNING)
    store = SqliteStore(paths.database_file)
    await store.open()
    await store.write(WriteBatch((trip,), (asked, reply)))
    await store.aclose()
    paths.settings_file.write_text(
        'zoom = 1.25\n[[connections]]\nid = "c"\nname = "C"\nbase_url = "https://c.example/v1"\n'
    )
    return trip


def read(folder: Path) -> tuple[list[ImportedConversation | Unread], list[bytes]]:
    files = open_files(folder)
    put: list[bytes] = []

    def note(content: bytes) -> str:
        put.append(content)
        return hashlib.sha256(content).hexdigest()

    kind = kind_of(files)
    assert kind is ImportKind.DATA_FOLDER
    return list(reader_of(kind, files, note).items()), put


@pytest.fixture(params=["program", "program/desktop-chat-data"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The data folder, or the one with the program in it."""
    return tmp_path / request.param


def test_conversations_contents_and_settings_come(trip: Conversation, folder: Path) -> None:
    (missing, found), put = read(folder)
    assert isinstance(missing, Unread)
    assert (missing.where, missing.reason) == ("history.db, 1: Trip", UnreadReason.FILE_MISSING)
    assert isinstance(found, ImportedConversation)
    assert found.conversation.id == trip.id
    assert [(said.text, said.status) for said in found.messages] == [
        ("Where?", Status.COMPLETE),
        ("The", Status.INTERRUPTED),
    ]
    assert put == [CONTENT]
    settings = settings_in(open_files(folder))
    assert settings is not None
    assert (settings.zoom, settings.connections[0].name) == (1.25, "C")


def test_settings_that_cannot_be_read_are_none(trip: Conversation, tmp_path: Path) -> None:
    folder = tmp_path / "program" / "desktop-chat-data"
    (folder / "settings.toml").write_text("zoom = = 1")
    assert settings_in(open_files(folder)) is None
    (folder / "settings.toml").unlink()
    assert settings_in(open_files(folder)) is None


def test_a_newer_database_and_none_at_all_are_refused(trip: Conversation, tmp_path: Path) -> None:
    folder = tmp_path / "program" / "desktop-chat-data"
    with closing(sqlite3.connect(folder / "history.db")) as connection:
        connection.execute("PRAGMA user_version = 900")
    with pytest.raises(ImportTooNew):
        read(folder)
    (folder / "history.db").write_bytes(b"no database" * 1000)
    with pytest.raises(ImportRefused):
        read(folder)


def test_a_database_with_a_trigger_is_not_trusted(trip: Conversation, tmp_path: Path) -> None:
    folder = tmp_path / "program" / "desktop-chat-data"
    with closing(sqlite3.connect(folder / "history.db")) as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON messages BEGIN DELETE FROM messages; END")
    with pytest.raises(ImportRefused):
        read(folder)


async def test_a_conversation_that_cannot_be_read_is_named_and_the_others_come(
    trip: Conversation, tmp_path: Path
) -> None:
    folder = tmp_path / "program" / "desktop-chat-data"
    long = conversation(title="Long", updated_at=1.0)
    store = SqliteStore(folder / "history.db")
    await store.open()
    await store.write(WriteBatch((long,), (message(long, "word " * 100_000),)))
    await store.aclose()
    data = bytearray((folder / "history.db").read_bytes())
    page = int.from_bytes(data[16:18], "big")
    for place in range(0, len(data), page):
        if data.count(b"word ", place, place + page) > 700:  # only text, and the number of the page that follows
            data[place : place + 4] = b"\x7f\xff\xff\xff"
    (folder / "history.db").write_bytes(data)
    items, _ = read(folder)
    assert [item.conversation.title for item in items if isinstance(item, ImportedConversation)] == ["Trip"]
    [unread] = [item for item in items if isinstance(item, Unread) and item.reason is UnreadReason.DAMAGED]
    assert unread.where == "history.db, 2"
