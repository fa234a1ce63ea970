"""The files we open are ours: nothing is written through a link, or in a directory that others can write to."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop_chat.core.entities import Conversation
from desktop_chat.core.errors import ChatError, DirectoryForeign, DirectoryShared, StoreError, StoreIsSymlink
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.settings import Settings
from desktop_chat.core.workspace import Workspace
from desktop_chat.services import private_files
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.logs import CrashHandlers, LogFile
from desktop_chat.services.paths import Paths
from desktop_chat.services.private_files import check_directory, check_owner, create_private, open_private
from desktop_chat.services.secrets.keys import KnownKeys
from desktop_chat.services.settings_file import SettingsFile
from desktop_chat.services.sqlite.snapshot_files import Snapshots
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

PRECIOUS = b"what somebody else needs"
SOMEBODY = 54_321


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file elsewhere that must not change."""
    victim = tmp_path / "precious"
    victim.write_bytes(PRECIOUS)
    return victim


def content_of(file: Path) -> bytes:
    return file.read_bytes()


async def use_everything(paths: Paths) -> list[str]:
    """Do everything that writes to disk; return the codes of refused operations."""
    refused = []
    log = LogFile(paths, KnownKeys())
    handlers = CrashHandlers(paths, KnownKeys(), lambda _: None)
    handlers.close()
    log.close()
    files = SettingsFile(paths)
    await files.save_settings(Settings(zoom=2.0))
    await files.save_workspace(Workspace())
    await files.aclose()
    store = SqliteStore(paths.database_file)
    try:
        await store.open()
        await store.write(WriteBatch(conversations=(Conversation("c1", "One"),)))
        snapshots = Snapshots(
            paths.database_file,
            paths.snapshot_folder,
            store,
            BlobFolder(paths.blob_folder),
            clock=lambda: 1_700_000_000.0,
        )
        with suppress(StoreError):
            await snapshots.take()
        await snapshots.aclose()
    except ChatError as error:
        refused.append(error.code)
    await store.aclose()
    return refused


PLACES = [
    "logs/desktop-chat.log",
    "logs/crash.log",
    "settings.toml",
    "settings.toml.part",
    "workspace.json",
    "workspace.json.part",
    "history.db-replies",
    "history.db-replies.part",
    "snapshots/history-20231114-221320.db.part",
    "snapshots/history-20231114-221320.db",
    ".desktop-chat-PID",
]


@pytest.mark.parametrize("place", PLACES)
async def test_nothing_is_written_through_a_link(
    tmp_path: Path, victim: Path, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    paths = Paths(tmp_path / "data")
    link = paths.data_dir / place.replace("PID", str(os.getpid()))
    link.parent.mkdir(mode=0o700, parents=True)
    link.symlink_to(victim)
    paths.make_directories()
    await use_everything(paths)
    assert content_of(victim) == PRECIOUS


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-replies"])
async def test_a_database_that_is_a_link_is_refused(tmp_path: Path, victim: Path, ending: str) -> None:
    paths = Paths(tmp_path / "data")
    paths.make_directories()
    with closing(sqlite3.connect(victim.with_name("other.db"))) as other:
        other.execute("CREATE TABLE theirs (value)")
    paths.database_file.with_name(f"history.db{ending}").symlink_to(victim.with_name("other.db"))
    before = victim.with_name("other.db").read_bytes()
    assert await use_everything(paths) == [StoreIsSymlink.code]
    assert victim.with_name("other.db").read_bytes() == before


def test_a_report_is_not_read_through_a_link(tmp_path: Path, victim: Path, caplog: pytest.LogCaptureFixture) -> None:
    paths = Paths(tmp_path / "data")
    paths.make_directories()
    paths.crash_file.symlink_to(victim)
    handlers = CrashHandlers(paths, KnownKeys(), lambda _: None)
    handlers.close()
    assert handlers.left_report == "", "a person is asked to send it to others"


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.mkdir()], ids=["a pipe", "a directory"])
def test_special_files_are_neither_opened_nor_waited_for(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "odd")
    for flags in (os.O_RDONLY, os.O_RDWR | os.O_CREAT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC):
        with pytest.raises(OSError, match="odd"):
            open_private(tmp_path / "odd", flags)


def test_a_new_file_replaces_a_link(tmp_path: Path, victim: Path) -> None:
    (tmp_path / "new").symlink_to(victim)
    os.close(create_private(tmp_path / "new"))
    assert (tmp_path / "new").lstat().st_mode & 0o777 == 0o600
    assert victim.read_bytes() == PRECIOUS


def as_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend to be another user than the files' owner."""
    monkeypatch.setattr(private_files, "_has_permissions", lambda _: True)
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)


def test_another_users_directory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = tmp_path / "data"
    theirs.mkdir(mode=0o700)
    as_somebody_else(monkeypatch)
    with pytest.raises(DirectoryForeign) as caught:
        Paths(theirs).make_directories()
    assert caught.value.detail == str(theirs)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give a directory away")
def test_root_does_not_use_a_users_directory(tmp_path: Path) -> None:
    theirs = tmp_path / "data"
    theirs.mkdir(mode=0o700)
    os.chown(theirs, SOMEBODY, SOMEBODY)
    with pytest.raises(DirectoryForeign):
        Paths(theirs).make_directories()
    assert list(theirs.iterdir()) == []


@pytest.mark.parametrize("place", [".", "logs", "cache", "snapshots"])
def test_a_directory_that_others_can_write_to_is_refused(tmp_path: Path, place: str) -> None:
    paths = Paths(tmp_path / "data")
    paths.make_directories()
    paths.snapshot_folder.mkdir(mode=0o700)
    paths.make_directories()
    for mode in (0o707, 0o772, 0o777):
        (paths.data_dir / place).chmod(mode)
        with pytest.raises(DirectoryShared) as caught:
            paths.make_directories()
        assert caught.value.detail == str(paths.data_dir / place)
    (paths.data_dir / place).chmod(0o755)
    paths.make_directories()


def test_a_private_group_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import grp  # noqa: PLC0415
    import pwd  # noqa: PLC0415

    tmp_path.chmod(0o770)
    group_id = tmp_path.stat().st_gid
    monkeypatch.setattr(pwd, "getpwuid", lambda _: SimpleNamespace(pw_name="ada", pw_gid=group_id))
    members: list[str] = []
    monkeypatch.setattr(grp, "getgrgid", lambda _: SimpleNamespace(gr_name="ada", gr_mem=members))
    check_directory(tmp_path)
    members.append("bob")
    with pytest.raises(DirectoryShared):
        check_directory(tmp_path)
    monkeypatch.setattr(grp, "getgrgid", lambda _: SimpleNamespace(gr_name="users", gr_mem=[]))
    with pytest.raises(DirectoryShared):
        check_directory(tmp_path)


def test_a_file_system_without_permissions_is_not_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT and some network drives show one owner and one mode for all files."""
    made = create_private
    tmp_path.chmod(0o777)

    def on_fat(path: Path) -> int:
        descriptor = made(path)
        os.fchmod(descriptor, 0o777)
        return descriptor

    monkeypatch.setattr(private_files, "create_private", on_fat)
    check_directory(tmp_path)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    with pytest.raises(DirectoryShared):
        check_directory(tmp_path)


def test_what_is_only_read_may_belong_to_the_administrator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_files, "_ROOT", tmp_path.stat().st_uid)
    as_somebody_else(monkeypatch)
    check_directory(tmp_path, only_reading=True)
    with pytest.raises(DirectoryForeign):
        check_directory(tmp_path)
    check_directory(tmp_path / "not there")


def test_another_users_settings_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    paths = Paths(tmp_path / "data")
    paths.make_directories()
    paths.settings_file.write_text("zoom = 2.0")
    state = paths.settings_file.stat()
    elsewhere = SimpleNamespace(st_uid=state.st_uid + 1)
    monkeypatch.setattr(os, "geteuid", lambda: elsewhere.st_uid)
    monkeypatch.setattr(private_files, "_ROOT", elsewhere.st_uid)
    real = Path.stat
    monkeypatch.setattr(Path, "stat", lambda path, **how: elsewhere if path == paths.data_dir else real(path, **how))
    with pytest.raises(PermissionError) as caught:
        check_owner(paths.settings_file)
    assert caught.value.errno == errno.EPERM
    settings, problem = SettingsFile(paths).load_settings()
    assert settings.zoom == 1.0
    assert problem is not None
    assert "another user" in problem.detail
