"""Exports and backups that are killed at any moment: the old file is there or all of the new one, and nothing stays."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from store_samples import conversation, message

from desktop_chat.core.ports import WriteBatch
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

COUNT, LONG = 8, 300_000
"""Conversations, and letters in each: too long for the search index, which would take a while."""
EXPORT = ["export", "--all", "--format"]
SHARES = (0.0, 0.3, 0.99)
"""How much is written when it is killed."""


@pytest.fixture
async def much(tmp_path: Path) -> Path:
    """A data folder with 2.4 MB of text that cannot be compressed well."""
    folder = tmp_path / "much"
    folder.mkdir(mode=0o700)
    store = SqliteStore(folder / "history.db")
    await store.open()
    noise = random.Random(7)
    for _ in range(COUNT):
        trip = conversation(title="Trip")
        await store.write(WriteBatch((trip,), (message(trip, noise.randbytes(LONG // 2).hex()),)))
    await store.aclose()
    return folder


@pytest.mark.thorough
@pytest.mark.parametrize("words", [["backup", "--replace"], [*EXPORT, "json", "--replace"]], ids=["backup", "json"])
def test_a_file_is_the_old_one_or_all_of_the_new_one(tmp_path: Path, much: Path, words: list[str]) -> None:
    target = tmp_path / "out" / "all.zip"
    target.parent.mkdir()
    write(much, *words, str(target))
    size = target.stat().st_size
    for share in SHARES:
        target.write_bytes(b"old")
        kill_when(tmp_path / "out", share * size, much, *words, str(target))
        found = target.read_bytes()
        assert found == b"old" or zipfile.ZipFile(target).testzip() is None
        assert found == b"old" or share > 0
    write(much, *words, str(target))
    assert [file.name for file in target.parent.iterdir()] == ["all.zip"], "what was left is removed"


@pytest.mark.thorough
def test_a_folder_is_there_with_all_files_or_not_at_all(tmp_path: Path, much: Path) -> None:
    target = tmp_path / "out" / "all"
    target.parent.mkdir()
    words = [*EXPORT, "markdown", str(target)]
    for share in SHARES:
        kill_when(tmp_path / "out", share * COUNT * LONG, much, *words)
        assert not target.exists() or (share > 0 and len(list(target.iterdir())) == COUNT)
        for file in target.glob("*"):
            file.unlink()
    write(much, *words)
    assert [file.name for file in target.parent.iterdir()] == ["all"], "what was left is removed"


def command(data: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "desktop_chat", "--data-dir", str(data), *words]


def write(data: Path, *words: str) -> None:
    subprocess.run(command(data, *words), capture_output=True, timeout=60, check=True)


def kill_when(folder: Path, size: float, data: Path, *words: str) -> None:
    """Kill a command as soon as something unfinished in a folder has this size, unless it ends before."""
    process = subprocess.Popen(command(data, *words), stderr=subprocess.DEVNULL)
    while process.poll() is None and max(map(size_of, folder.glob("*.part")), default=-1) < size:
        time.sleep(0.0005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    for part in folder.glob("*.part"):
        os.utime(part, (0, 0))  # it was killed long ago


def size_of(part: Path) -> int:
    with suppress(FileNotFoundError):
        return sum(file.stat().st_size for file in part.iterdir()) if part.is_dir() else part.stat().st_size
    return -1
