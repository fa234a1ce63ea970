"""Keeps the contents of attachments in memory, for conversations that leave no trace on disk."""

from __future__ import annotations

import hashlib

from desktop_chat.core.errors import BlobMissing


class MemoryBlobs:
    """Implements `core.ports.Blobs`."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    async def put(self, content: bytes) -> str:
        """See `Blobs.put`."""
        name = hashlib.sha256(content).hexdigest()
        self._contents[name] = content
        return name

    async def read(self, sha256: str) -> bytes:
        """See `Blobs.read`."""
        if sha256 not in self._contents:
            raise BlobMissing(sha256)
        return self._contents[sha256]
