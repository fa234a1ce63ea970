"""Reads images and documents to attach, and stores what is sent of them as blobs.

A helper process reads documents and a thread prepares images, so that the window never waits for either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from desktop_chat.app.image_preparing import IMAGE_LIMIT_S, ImagePreparer
from desktop_chat.core.attachment_errors import FileEmpty, FileTooLarge, ReaderUnavailable
from desktop_chat.core.attachment_reading import (
    MAX_FILE_BYTES,
    ContentSource,
    FileSource,
    Progress,
    ReadOptions,
    Source,
)
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.image_files.formats import attachable_format
from desktop_chat.core.ports import Blobs
from desktop_chat.services.attached_files import read_file
from desktop_chat.services.worker import Worker

if TYPE_CHECKING:
    from desktop_chat.services.documents.document_process import DocumentProcess

AT_ONCE: Final = 2
"""Files that are in memory at the same time."""


class AttachmentFiles:
    """Implements `core.attachment_reading.AttachmentReader`. Loads Qt only for images."""

    def __init__(self, blobs: Blobs, *, image_limit_s: float = IMAGE_LIMIT_S) -> None:
        self._blobs = blobs
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._images = ImagePreparer(image_limit_s)
        self._documents: DocumentProcess | None = None
        self._closed = False

    async def read(self, source: Source, options: ReadOptions, tell: Callable[[Progress], None]) -> Attachment:
        """See `AttachmentReader.read`."""
        async with self._turns:
            if self._closed:
                raise ReaderUnavailable
            content = await _content_of(source)
            name = source.name.encode("utf-8", "replace").decode()
            if attachable_format(content):
                return await self._image(name, content, options)
            return await self._document(name, content, options, tell)

    def close(self) -> None:
        """See `AttachmentReader.close`."""
        self._closed = True
        self._images.close()
        if self._documents is not None:
            self._documents.close()

    async def _image(self, name: str, content: bytes, options: ReadOptions) -> Attachment:
        prepared = await self._images.prepare(content, options.image_side)
        return Attachment(
            AttachmentKind.IMAGE,
            name,
            prepared.media_type,
            len(prepared.content),
            await self._blobs.put(prepared.content),
            width=prepared.width,
            height=prepared.height,
        )

    async def _document(
        self, name: str, content: bytes, options: ReadOptions, tell: Callable[[Progress], None]
    ) -> Attachment:
        from desktop_chat.services.documents.document_process import DocumentProcess  # noqa: PLC0415  (when needed)
        from desktop_chat.services.documents.document_text import Asked  # noqa: PLC0415

        if not content:
            raise FileEmpty
        if self._documents is None:
            self._documents = DocumentProcess()
        found = await self._documents.read(content, Asked.of(name, options), tell)
        return Attachment(
            AttachmentKind.DOCUMENT,
            name,
            found.media_type,
            len(content),
            await self._blobs.put(content),
            text_sha256=await self._blobs.put(found.text) if found.text else "",
            letters=found.letters,
            text_size=len(found.text),
            page_sha256s=tuple([await self._blobs.put(image) for image in found.page_images]),
            pages=found.pages,
            pages_left_out=found.pages_left_out,
            letters_left_out=found.letters_left_out,
        )


async def _content_of(source: Source) -> bytes:
    """Return the bytes of a source. Raises AttachmentError."""
    if isinstance(source, FileSource):
        reading = Worker("read a file")  # its own: a network folder may never answer
        try:
            return await reading.submit(read_file, source.path)
        finally:
            reading.end()
    assert isinstance(source, ContentSource)  # noqa: S101
    if len(source.content) > MAX_FILE_BYTES:
        raise FileTooLarge
    return source.content
