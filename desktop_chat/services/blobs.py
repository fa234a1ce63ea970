"""Keeps the contents of attachments in a folder beside the database: one file for each, named by its SHA-256."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path

from desktop_chat.core.errors import BlobMissing, StoreError, StoreFull
from desktop_chat.services.private_files import create_private, open_private
from desktop_chat.services.worker import Worker

_FULL = {errno.ENOSPC, errno.EDQUOT}


class BlobFolder:
    """Implements `core.ports.Blobs`. Files are written and flushed under another name first, so that a file with a
    blob's name is whole, whenever the process is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._worker = Worker("blobs")

    async def put(self, content: bytes) -> str:
        """See `Blobs.put`."""
        return await self._worker.submit(self._put, content)

    async def read(self, sha256: str) -> bytes:
        """See `Blobs.read`."""
        return await self._worker.submit(self._read, sha256)

    def end(self) -> None:
        """Accept no more work; earlier calls are finished."""
        self._worker.end()

    def file_of(self, sha256: str) -> Path:
        """Return where a blob is stored, if it is."""
        return self._folder / sha256[:2] / sha256

    def _put(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        file = self.file_of(name)
        try:
            if file.exists() and file.stat().st_size == len(content):
                os.utime(file)  # it is needed again, so it is young again
                return name
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = file.with_name(f"{name}.part")
            with os.fdopen(create_private(part), "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(file)
            _flush_folder(file.parent)
        except OSError as error:
            kind = StoreFull if error.errno in _FULL else StoreError
            raise kind(f"{file.name}: {error.strerror or error}") from error
        return name

    def _read(self, sha256: str) -> bytes:
        try:
            with open(self.file_of(sha256), "rb", opener=open_private) as stream:
                content = stream.read()
        except OSError as error:
            raise BlobMissing(f"{sha256}: {error.strerror or error}") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BlobMissing(f"{sha256}: damaged")
        return content


def _flush_folder(folder: Path) -> None:
    """Make a new name durable; systems that cannot flush a folder do so by themselves."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
