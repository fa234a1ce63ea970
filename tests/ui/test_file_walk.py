"""Dropped folders are searched within bounds, and nothing in them that cannot be read is offered."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

import pytest

from desktop_chat.ui.chat.attachments import file_walk
from desktop_chat.ui.chat.attachments.file_walk import find_files, has_folder

LARGEST = 1_000


def made(folder: Path, *names: str, content: bytes = b"text") -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


async def test_hidden_and_foreign_folders_are_left_out(tmp_path: Path) -> None:
    folder = made(
        tmp_path / "a", "x.py", "src/y.py", ".git/config", "node_modules/z.js", "src/__pycache__/y.pyc", ".env"
    )
    found = await find_files([folder], LARGEST)
    assert [file.name for file in found.files] == ["x.py", "src/y.py"]
    assert not found.more


async def test_files_of_several_folders_are_told_apart(tmp_path: Path) -> None:
    first, second = made(tmp_path / "a", "x.py"), made(tmp_path / "b", "x.py")
    loose = made(tmp_path, "loose.txt") / "loose.txt"
    found = await find_files([first, second, loose], LARGEST)
    assert [file.name for file in found.files] == ["a/x.py", "b/x.py", "loose.txt"]


async def test_what_cannot_be_read_is_known(tmp_path: Path) -> None:
    made(tmp_path, "program", content=b"\x7fELF\0\0")
    made(tmp_path, "large.txt", content=b"x" * (LARGEST + 1))
    made(tmp_path, "empty.txt", content=b"")
    made(tmp_path, "scan.pdf", "photo.JPG", content=b"%\0")
    made(tmp_path, "utf16.txt", content="text".encode("utf-16"))
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    found = await find_files([tmp_path], LARGEST)
    readable = {file.name: file.readable for file in found.files}
    assert readable == {
        "broken": False,
        "empty.txt": False,
        "large.txt": False,
        "photo.JPG": True,
        "program": False,
        "scan.pdf": True,
        "utf16.txt": True,
    }


async def test_devices_are_not_listed_and_links_to_folders_not_followed(tmp_path: Path) -> None:
    folder = made(tmp_path / "a", "x.py")
    os.mkfifo(folder / "pipe")
    (folder / "round").symlink_to(folder)
    found = await find_files([folder], LARGEST)
    assert [file.name for file in found.files] == ["x.py"]


async def test_a_large_folder_is_listed_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, *(f"{number:03}.txt" for number in range(30)))
    monkeypatch.setattr(file_walk, "MAX_FILES", 20)
    found = await find_files([tmp_path], LARGEST)
    assert len(found.files) == 20
    assert found.more


async def test_a_cancelled_search_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, "a.txt", "b.txt")
    begun, looked_at = asyncio.Event(), []
    loop = asyncio.get_running_loop()
    may_go_on = threading.Event()

    def look(path: Path, _name: str, _largest: int) -> None:
        looked_at.append(path.name)
        loop.call_soon_threadsafe(begun.set)
        may_go_on.wait()

    monkeypatch.setattr(file_walk, "_looked_at", look)
    search = asyncio.create_task(find_files([tmp_path], LARGEST))
    await begun.wait()
    search.cancel()
    with pytest.raises(asyncio.CancelledError):
        await search
    may_go_on.set()
    await loop.shutdown_default_executor()
    assert looked_at == ["a.txt"]


async def test_a_folder_is_recognised(tmp_path: Path) -> None:
    file = made(tmp_path, "a.txt") / "a.txt"
    assert await has_folder([file, tmp_path])
    assert not await has_folder([file])
