"""A backup comes back as it was, on another computer, and nothing comes of a damaged one."""

from __future__ import annotations

import hashlib
import json
import stat
import sys
import zipfile
from pathlib import Path

import pytest
from export_samples import conversations
from hypothesis import HealthCheck, given, settings
from key_search import KEY, files_with_it
from store_samples import conversation, message
from test_exports import Stored, stored

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.backup import with_added
from desktop_chat.core.entities import Role
from desktop_chat.core.export_errors import ExportTargetExists
from desktop_chat.core.exporting import BackupRequest, ExportedConversation, ExportResult
from desktop_chat.core.importing import (
    ImportDamaged,
    ImportedConversation,
    ImportEncrypted,
    ImportKind,
    ImportTooNew,
    ImportWrongPassphrase,
    Unread,
    UnreadReason,
)
from desktop_chat.core.settings import Settings
from desktop_chat.services import age_file
from desktop_chat.services.exports.backup import ENTRY, BackupJob, plain_settings
from desktop_chat.services.imports.backup import settings_in
from desktop_chat.services.imports.import_files import open_files
from desktop_chat.services.imports.open_import import OpenImport

PHRASE = "correct horse"
CONTENT = b"\x89PNG" + bytes(range(256)) * 300
SHA = hashlib.sha256(CONTENT).hexdigest()
SETTINGS = """
scheme = "dark"
[[connections]]
id = "c"
name = "Mine"
base_url = "https://models.example/v1"
headers = [{{ name = "Authorization", value = "Bearer {key}" }}, {{ name = "X-Team", value = "blue" }}]
[[tool_servers]]
name = "files"
command = "files-server"
variables = ["TOKEN"]
[[prices]]
model = "mine"
currency = "USD"
input = "1.5"
output = "2"
[budgets]
"USD month" = "20"
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive keys in no time."""
    monkeypatch.setattr(age_file, "_WORK", 4)


def sample() -> ExportedConversation:
    trip = conversation(title="Trip", draft="Not yet")
    image = Attachment(AttachmentKind.IMAGE, "sun.png", "image/png", len(CONTENT), SHA, 8, 8)
    asked = message(trip, "Where?", attachments=(image,))
    first = message(trip, "There.", asked, role=Role.ASSISTANT)
    second = message(trip, "Or here.", asked, role=Role.ASSISTANT)
    return ExportedConversation(trip, (asked, first, second))


def back_up(target: Path, of: Stored, passphrase: str = "", *, replace: bool = False) -> ExportResult:
    settings_file = target.with_name("settings.toml")
    settings_file.write_text(SETTINGS.format(key=KEY))
    settings_table = plain_settings(settings_file)
    settings_file.unlink()
    request = BackupRequest(target, passphrase, replace)
    return BackupJob(request, of, {SHA: CONTENT}.get, settings_table, 1_800_000_000.0).run()


def read(file: Path, passphrase: str | None = None, kind: ImportKind | None = None) -> tuple[list[object], list[bytes]]:
    """Return what a file contains: conversations and what was not read, and the contents of attachments."""
    put: list[bytes] = []

    def note(content: bytes) -> str:
        put.append(content)
        return hashlib.sha256(content).hexdigest()

    with OpenImport(file, kind, passphrase) as opened:
        return list(opened.items(note)), put


def settings_of(file: Path, passphrase: str | None = None) -> Settings | None:
    with OpenImport(file, None, passphrase) as opened:
        return opened.settings()


@pytest.mark.parametrize("passphrase", ["", PHRASE])
def test_everything_comes_back(tmp_path: Path, passphrase: str) -> None:
    file = tmp_path / "all.zip"
    trashed = ExportedConversation(conversation(title="Old", trashed_at=5.0), ())
    result = back_up(file, stored(sample(), trashed), passphrase)
    assert (result.conversations, result.missing) == (2, 0)
    items, put = read(file, passphrase or None)
    one, other = items
    assert isinstance(one, ImportedConversation)
    assert isinstance(other, ImportedConversation)
    assert (one.conversation.title, one.conversation.draft) == ("Trip", "Not yet")
    assert [said.text for said in one.messages] == ["Where?", "There.", "Or here."]
    assert other.conversation.trashed_at == 5.0
    assert put == [CONTENT]
    found = settings_of(file, passphrase or None)
    assert found is not None
    assert found.scheme == "dark"
    [connection] = found.connections
    assert (connection.name, connection.headers) == ("Mine", (("X-Team", "blue"),))
    assert found.tool_servers[0].command == "files-server"
    added = with_added(Settings(), found).settings
    assert (added.prices[0].model, added.budgets) == ("mine", (("USD month", "20"),))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=conversations())
def test_any_conversation_is_the_same_afterwards(tmp_path: Path, drawn: ExportedConversation) -> None:
    file = tmp_path / "all.zip"
    back_up(file, stored(drawn), PHRASE, replace=True)
    files = open_files(file, PHRASE)
    with files.open("conversations.json") as stream:
        [found] = json.load(stream)["conversations"]
    files.close()
    assert found["id"] == drawn.conversation.id
    assert [each["text"] for each in found["messages"]] == [each.text for each in drawn.messages]


def test_no_key_is_in_it_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    back_up(tmp_path / "all.zip", stored(sample()))
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    assert files_with_it(tmp_path) == []
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "all.zip").stat().st_mode) == 0o600


def test_an_existing_file_is_replaced_only_when_wanted(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(b"old")
    with pytest.raises(ExportTargetExists):
        back_up(file, stored(sample()))
    assert file.read_bytes() == b"old"
    back_up(file, stored(sample()), replace=True)
    assert zipfile.is_zipfile(file)


def test_a_passphrase_is_asked_for_and_a_wrong_one_known(tmp_path: Path) -> None:
    file = tmp_path / "all.zip.age"
    back_up(file, stored(sample()), PHRASE)
    with pytest.raises(ImportEncrypted):
        read(file)
    with pytest.raises(ImportWrongPassphrase):
        read(file, "Correct horse")


@pytest.mark.parametrize("passphrase", ["", PHRASE])
@pytest.mark.parametrize("harm", ["cut", "changed"])
def test_nothing_comes_of_a_damaged_backup(tmp_path: Path, passphrase: str, harm: str) -> None:
    file = tmp_path / "all.zip"
    back_up(file, stored(sample()), passphrase)
    data = bytearray(file.read_bytes())
    if harm == "cut":
        del data[-200:]
    else:
        data[len(data) // 2] ^= 0x10
    file.write_bytes(data)
    with pytest.raises(ImportDamaged):
        read(file, passphrase or None)


def test_of_a_damaged_backup_what_is_whole_is_read_when_that_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    back_up(file, stored(sample()))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x10  # in the image
    file.write_bytes(data)
    items, put = read(file, kind=ImportKind.OWN)
    assert [item.reason for item in items if isinstance(item, Unread)] == [
        UnreadReason.DAMAGED,
        UnreadReason.FILE_MISSING,
    ]
    assert [len(item.messages) for item in items if isinstance(item, ImportedConversation)] == [3]
    assert put == []


def test_the_settings_of_a_newer_version_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    back_up(file, stored(sample()))
    for entry in (
        {"format": "desktop-chat-backup", "version": 2},
        {"format": "other"},
        {"format": "desktop-chat-backup", "version": 1, "settings": 3},
    ):
        with zipfile.ZipFile(tmp_path / "new.zip", "w") as archive:
            archive.writestr("conversations.json", "{}")
            archive.writestr(ENTRY, json.dumps(entry))
        files = open_files(tmp_path / "new.zip")
        if entry.get("version") == 2:
            with pytest.raises(ImportTooNew):
                settings_in(files)
        else:
            assert settings_in(files) is None
        files.close()


def test_an_export_has_no_settings(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"format": "desktop-chat", "version": 1, "conversations": []}')
    assert settings_of(tmp_path / "x.json") is None


def test_a_content_that_is_missing_on_disk_is_counted(tmp_path: Path) -> None:
    request = BackupRequest(tmp_path / "all.zip")
    told: list[tuple[int, int]] = []
    job = BackupJob(request, stored(sample()), lambda _: None, {}, 0.0, lambda *now: told.append(now))
    assert job.run().missing == 1
    assert told == [(0, 1), (1, 1)]


def test_an_empty_history_has_settings_worth_a_backup(tmp_path: Path) -> None:
    assert back_up(tmp_path / "all.zip", Stored()).conversations == 0
    assert read(tmp_path / "all.zip") == ([], [])
    assert settings_of(tmp_path / "all.zip") is not None
