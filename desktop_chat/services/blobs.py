"""Keeps the contents of attachments in a folder beside the database: one file for each, named by its SHA-256."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop_chat.core.errors import BlobMissing, StoreError, StoreFull
from desktop_chat.services.private_files import create_private, open_private
from desktop_chat.services.worker import Worker

_FULL = {errno.ENOSPC, errno.EDQUOT}
_NAME = re.compile("[0-9a-f]{64}")
_PART = ".part"
_DAY_S = 86_400.0


class BlobFolder:
    """Implements `core.ports.Blobs`.

    Files are written and flushed under another name first, so that a file with a blob's name is whole, whenever the
    process is killed. A blob that nothing names any more is moved aside for a day before it is removed; it comes back
    when it is read or stored again meanwhile, for example because a deletion was undone.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        """`clock` returns seconds since the epoch."""
        self.folder = folder
        self._aside = folder / "unused"
        self._clock = clock
        self._worker = Worker("blobs")

    async def put(self, content: bytes) -> str:
        """See `Blobs.put`."""
        return await self._worker.submit(self._put, content)

    def put_now(self, content: bytes) -> str:
        """Store a content as `put` does, on the calling thread, which is not the loop's."""
        return self._put(content)

    async def read(self, sha256: str) -> bytes:
        """See `Blobs.read`."""
        return await self._worker.submit(self._read, sha256)

    async def has_any(self) -> bool:
        """Return whether any blob has been stored."""
        return await self._worker.submit(self.folder.is_dir)

    async def sweep(self, used: Collection[str]) -> None:
        """Move aside the blobs that are not `used`, and remove those that have been aside for a day; younger ones stay,
        because what names them may not be stored yet. What cannot be moved or removed is left for the next time."""
        await self._worker.submit(self._sweep, used)

    async def copy_missing(self, names: Collection[str], folders: Sequence[Path]) -> None:
        """Copy the blobs that are missing here from other blob folders, where they have them. Raises StoreError."""
        await self._worker.submit(self._copy_missing, names, folders)

    def end(self) -> None:
        """Accept no more work; earlier calls are finished."""
        self._worker.end()

    def _put(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        file = _file_in(self.folder, name)
        with _translating(name):
            self._bring_back(file)
            if _is_whole(file):
                self._touch(file)
                return name
            self._make_folder(file.parent)
            part = file.with_name(name + _PART)
            with os.fdopen(create_private(part), "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            self._touch(part)
            part.replace(file)
            _flush_folder(file.parent)
        return name

    def _read(self, name: str) -> bytes:
        file = _file_in(self.folder, name)
        with suppress(OSError):
            self._bring_back(file)
        return _content_of(file)

    def _bring_back(self, file: Path) -> None:
        aside = self._aside / file.name
        if aside.exists():
            self._make_folder(file.parent)
            aside.replace(file)

    def _make_folder(self, folder: Path) -> None:
        for each in (self.folder, folder):
            each.mkdir(mode=0o700, exist_ok=True)

    def _touch(self, file: Path) -> None:
        os.utime(file, times=(self._clock(),) * 2)

    def _sweep(self, used: Collection[str]) -> None:
        for file in self._aside.glob("*"):
            with suppress(OSError):
                if file.name in used:
                    self._bring_back(_file_in(self.folder, file.name))
                elif self._is_old(file):
                    file.unlink()
        for file in self.folder.glob("??/*"):
            with suppress(OSError):
                if file.name in used or not self._is_old(file):
                    continue
                if file.name.endswith(_PART):
                    file.unlink()
                    continue
                self._make_folder(self._aside)
                self._touch(file)
                file.replace(self._aside / file.name)

    def _is_old(self, file: Path) -> bool:
        return self._clock() - file.stat().st_mtime > _DAY_S

    def _copy_missing(self, names: Collection[str], folders: Sequence[Path]) -> None:
        for name in names:
            with suppress(BlobMissing):  # it is nowhere; reading it will say so
                file = _file_in(self.folder, name)
                if not _is_whole(file) and not (self._aside / name).exists():
                    self._put(_content_in_one_of(folders, name))


def stored_content(folder: Path, name: str) -> bytes | None:
    """Return a content from a blob folder that another process may own; None if it is missing or damaged."""
    with suppress(BlobMissing):
        file = _file_in(folder, name)
        with suppress(BlobMissing):
            return _content_of(file)
        return _content_of(folder / "unused" / name)
    return None


def _file_in(folder: Path, name: str) -> Path:
    """Return where a blob is stored. Raises BlobMissing for a name that another program wrote."""
    if _NAME.fullmatch(name) is None:
        raise BlobMissing("not the name of a blob")
    return folder / name[:2] / name


def _content_of(file: Path) -> bytes:
    """Return a blob's content. Raises BlobMissing."""
    try:
        with open(file, "rb", opener=open_private) as stream:
            content = stream.read()
    except OSError as error:
        raise BlobMissing(f"{file.name}: {error.strerror or error}") from error
    if hashlib.sha256(content).hexdigest() != file.name:
        raise BlobMissing(f"{file.name}: damaged")
    return content


def _is_whole(file: Path) -> bool:
    """Return whether a blob is stored undamaged; one that is damaged is to be stored again."""
    with suppress(BlobMissing):
        _content_of(file)
        return True
    return False


def _content_in_one_of(folders: Sequence[Path], name: str) -> bytes:
    """Return a content from the first folder that has it. Raises BlobMissing."""
    for folder in folders:
        with suppress(BlobMissing):
            return _content_of(_file_in(folder, name))
    raise BlobMissing(name)


@contextmanager
def _translating(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = StoreFull if error.errno in _FULL else StoreError
        raise kind(f"{name}: {error.strerror or error}") from error


def _flush_folder(folder: Path) -> None:
    """Make a new name durable; systems that cannot flush a folder do so by themselves."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
