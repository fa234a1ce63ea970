"""The contents of attachments: stored once, whole after a kill, kept as long as anything names them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from store_samples import Clock

from desktop_chat.core.errors import BlobMissing, StoreError
from desktop_chat.services.blobs import BlobFolder

DAY_S = 86_400


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def blobs(tmp_path: Path, clock: Clock) -> Iterator[BlobFolder]:
    folder = BlobFolder(tmp_path / "attachments", clock)
    yield folder
    folder.end()


def files_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.rglob("*") if file.is_file())


async def test_a_content_is_stored_once_and_readable_by_its_owner_only(blobs: BlobFolder) -> None:
    name = await blobs.put(b"one")
    assert name == sha256(b"one").hexdigest()
    assert await blobs.put(b"one") == name
    assert await blobs.read(name) == b"one"
    assert files_in(blobs.folder) == [name]
    assert (blobs.folder / name[:2] / name).stat().st_mode & 0o777 == 0o600
    assert blobs.folder.stat().st_mode & 0o777 == 0o700


async def test_missing_damaged_and_foreign_names_are_reported(blobs: BlobFolder, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not a blob")
    for name in (sha256(b"never stored").hexdigest(), "../secret", "", "0" * 63, "A" * 64):
        with pytest.raises(BlobMissing):
            await blobs.read(name)
    name = await blobs.put(b"one")
    (blobs.folder / name[:2] / name).write_bytes(b"eno")
    with pytest.raises(BlobMissing, match="damaged"):
        await blobs.read(name)


async def test_a_torn_file_is_written_again(blobs: BlobFolder) -> None:
    name = await blobs.put(b"one")
    (blobs.folder / name[:2] / name).write_bytes(b"o")
    await blobs.put(b"one")
    assert await blobs.read(name) == b"one"


async def test_a_folder_that_cannot_be_written_is_an_error(blobs: BlobFolder) -> None:
    blobs.folder.touch()  # something else is in its place
    with pytest.raises(StoreError):
        await blobs.put(b"one")


async def test_what_nothing_names_is_moved_aside_then_removed(blobs: BlobFolder, clock: Clock) -> None:
    used, unused = await blobs.put(b"used"), await blobs.put(b"unused")
    await blobs.sweep({used})
    assert files_in(blobs.folder) == sorted([used, unused]), "it is young: what names it may not be stored yet"
    clock.now += DAY_S + 1
    await blobs.sweep({used})
    assert (blobs.folder / "unused" / unused).exists()
    clock.now += DAY_S + 1
    await blobs.sweep({used})
    assert files_in(blobs.folder) == [used]


@pytest.mark.parametrize("way", ["read", "put", "named"])
async def test_a_blob_aside_comes_back_when_it_is_needed(blobs: BlobFolder, clock: Clock, way: str) -> None:
    name = await blobs.put(b"one")
    clock.now += DAY_S + 1
    await blobs.sweep(())
    if way == "read":
        assert await blobs.read(name) == b"one"
    elif way == "put":
        await blobs.put(b"one")
    else:
        await blobs.sweep({name})
    assert files_in(blobs.folder / "unused") == []
    clock.now += 2 * DAY_S
    await blobs.sweep({name})
    assert await blobs.read(name) == b"one"


async def test_missing_blobs_are_copied_from_another_folder(blobs: BlobFolder, tmp_path: Path) -> None:
    other = BlobFolder(tmp_path / "elsewhere")
    there, gone = await other.put(b"there"), sha256(b"gone").hexdigest()
    await blobs.copy_missing([there, gone, "../x"], [tmp_path / "nowhere", other.folder])
    assert await blobs.read(there) == b"there"
    assert files_in(blobs.folder) == [there]
    other.end()


CHILD = """
import asyncio, sys
from pathlib import Path
from desktop_chat.services.blobs import BlobFolder

async def main():
    blobs = BlobFolder(Path(sys.argv[1]))
    for number in range(1_000_000):
        print(await blobs.put(b"%d " % number * 200_000), flush=True)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="ends a process by a signal")
@pytest.mark.parametrize("stored", [1, 3, 6])
def test_a_kill_while_one_is_written_leaves_all_others_whole(tmp_path: Path, clock: Clock, stored: int) -> None:
    folder = tmp_path / "attachments"
    world = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", CHILD, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=world, text=True) as process:
        assert process.stdout is not None
        names = [process.stdout.readline().strip() for _ in range(stored)]
        process.kill()
        names += [line.strip() for line in process.stdout if len(line) == 65]
    for file in folder.glob("??/*"):
        os.utime(file, (0, 0))
    asyncio.run(check(BlobFolder(folder, clock), names))


async def check(blobs: BlobFolder, names: list[str]) -> None:
    """Read all that was reported as stored; whatever else has a blob's name must be whole, too."""
    await blobs.sweep(names)
    for name in {*names, *files_in(blobs.folder)}:
        await blobs.read(name)
    blobs.end()
