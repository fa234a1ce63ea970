"""Only regular files are read, at most so many bytes of them; nothing that waits, vanishes or is forbidden hangs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from desktop_chat.core.attachment_errors import (
    AttachmentError,
    FileForbidden,
    FileTooLarge,
    FileUnreadable,
    FileVanished,
    NotAFile,
)
from desktop_chat.core.attachment_reading import MAX_FILE_BYTES
from desktop_chat.services import attached_files
from desktop_chat.services.attached_files import read_file


def refusal(path: Path) -> type[AttachmentError]:
    with pytest.raises(AttachmentError) as caught:
        read_file(path)
    return caught.type


def test_a_file_is_read_also_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content\r\n")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert read_file(tmp_path / "b") == b"content\r\n"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) is NotAFile
    assert refusal(tmp_path / "missing") is FileVanished
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file" / "below") is FileVanished
    assert refusal(Path("a\0b")) is FileUnreadable


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices have no names there")
def test_pipes_and_devices_are_refused_without_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert refusal(pipe) is NotAFile
    assert refusal(Path("/dev/zero")) is NotAFile
    file = tmp_path / "file"
    file.touch()
    known = file.stat()
    monkeypatch.setattr(Path, "stat", lambda _path: known)  # replaced by a pipe after the first look
    assert refusal(pipe) is NotAFile


def test_a_file_that_vanishes_or_is_forbidden_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.touch()
    for error, kind in (
        (FileNotFoundError(2, "gone"), FileVanished),
        (PermissionError(13, "no"), FileForbidden),
        (OSError(5, "broken disk"), FileUnreadable),
    ):

        def fail(*_args: object, error: OSError = error) -> int:
            raise error

        monkeypatch.setattr(attached_files.os, "open", fail)
        assert refusal(file) is kind


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_rights_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").touch()
    (tmp_path / "folder").chmod(0)
    assert refusal(tmp_path / "folder" / "file") is FileForbidden
    (tmp_path / "folder").chmod(0o700)


def test_a_large_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    assert refusal(tmp_path / "large") is FileTooLarge
    if sys.platform == "linux":
        assert read_file(Path("/proc/self/status"))  # a file that states no size
