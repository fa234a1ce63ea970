"""Reads files to attach without a process: images as they are, everything else as UTF-8 text, and documents with as
many pages as lines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtGui import QImage

from desktop_chat.core.attachment_errors import AttachmentError, FileVanished
from desktop_chat.core.attachment_reading import FileSource, Progress, ReadOptions, Source
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.ports import Blobs

PAGE = "page of {}"


class FakeReader:
    """Implements `AttachmentReader`. While `may_read` is not set, all reading waits, after it has told of its first
    page; `errors` are raised by name."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.errors: dict[str, AttachmentError] = {}
        self.asked: list[tuple[str, ReadOptions]] = []
        self.cancelled: list[str] = []

    async def read(self, source: Source, options: ReadOptions, tell: Callable[[Progress], None]) -> Attachment:
        self.asked.append((source.name, options))
        tell(Progress(1, 4))
        try:
            await self.may_read.wait()
        except asyncio.CancelledError:
            self.cancelled.append(source.name)
            raise
        if source.name in self.errors:
            raise self.errors[source.name]
        if isinstance(source, FileSource):
            if not source.path.exists():
                raise FileVanished
            content = source.path.read_bytes()
        else:
            content = source.content
        return await self._attachment(source.name, content, options)

    async def _attachment(self, name: str, content: bytes, options: ReadOptions) -> Attachment:
        blob = await self._blobs.put(content)
        image = QImage.fromData(content)
        if not image.isNull():
            kind = AttachmentKind.IMAGE
            return Attachment(kind, name, "image/png", len(content), blob, image.width(), image.height())
        text, pages, left_out, page_blobs, media_type = content, 0, 0, (), "text/plain"
        if name.endswith(".pdf"):
            lines = content.splitlines(keepends=True)
            pages, media_type = len(lines), "application/pdf"
            sent = min(options.pages or pages, pages)
            left_out, text = pages - sent, b"".join(lines[:sent])
            if options.as_images:
                page_blobs = tuple([await self._blobs.put(PAGE.format(line).encode()) for line in lines[:sent]])
                text = b""
        text_blob = await self._blobs.put(text) if text else ""
        return Attachment(
            AttachmentKind.DOCUMENT,
            name,
            media_type,
            len(content),
            blob,
            text_sha256=text_blob,
            letters=len(text.decode()),
            text_size=len(text),
            page_sha256s=page_blobs,
            pages=pages,
            pages_left_out=left_out,
        )

    def close(self) -> None:
        """Do nothing."""
