"""Reads attached files in the background: their content, a thumbnail, and whether there is a key in their text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QImage

from desktop_chat.core.attachment_reading import ContentSource, Progress
from desktop_chat.core.errors import ChatError
from desktop_chat.core.image_errors import ImageError
from desktop_chat.core.secret_patterns import contains_key
from desktop_chat.ui.chat.attachments.chips import HEIGHT, square_of
from desktop_chat.ui.chat.attachments.panel import AttachmentPanel
from desktop_chat.ui.chat.attachments.pending import Pending, Stage
from desktop_chat.ui.images.image_decoding import decode
from desktop_chat.ui.widgets.qt_tasks import start_for

if TYPE_CHECKING:
    from desktop_chat.core.attachments import Attachment
    from desktop_chat.ui.context import Context

_SLICE, _OVERLAP = 100_000, 200
"""Characters that are searched for keys at once: other threads wait meanwhile."""


class AttachmentLoader(QObject):
    """Reads each file that enters a panel, and stops when it leaves."""

    def __init__(self, context: Context, panel: AttachmentPanel) -> None:
        super().__init__(panel)
        self._context = context
        self._panel = panel
        self._files = panel.files
        self._cancels: dict[Pending, Callable[[], None]] = {}
        self._decoding = asyncio.Lock()
        self._files.entered.connect(self._start)
        self._files.gone.connect(self._stop)

    def _start(self, item: Pending) -> None:
        if item.stage is Stage.READING and item not in self._cancels:
            work = self._load(item)
            self._cancels[item] = start_for(self._panel, self._context.tasks, work, f"read {item.name[:40]}")

    def _stop(self, item: Pending) -> None:
        cancel = self._cancels.pop(item, None)
        if cancel is not None:
            cancel()

    async def _load(self, item: Pending) -> None:
        try:
            attachment = await self._read(item)
            await self._look_into(item, attachment)
        except ChatError as error:
            item.stage, item.error = Stage.FAILED, error
        else:
            item.stage, item.attachment = Stage.READY, attachment
        del self._cancels[item]
        self._files.update(item)

    async def _read(self, item: Pending) -> Attachment:
        """Return the attachment: as it is, if it was already read in the wanted way. Raises ChatError."""
        known = item.attachment
        if known is not None and item.options == item.read_with:
            return known

        def tell(progress: Progress) -> None:
            item.progress = progress
            self._files.update(item)

        source = item.source
        if known is not None:  # its file may be gone by now
            source = ContentSource(item.name, await self._context.blobs.read(known.sha256))
        if source is None:
            raise AssertionError("a file has a source or was read before")
        attachment = await self._context.attachment_reader.read(source, item.options, tell)
        item.read_with = item.options
        item.source = None  # from now on, the blob is read; an image of the clipboard is large
        return attachment

    async def _look_into(self, item: Pending, attachment: Attachment) -> None:
        """Make a thumbnail of an image; look for a key in a text. Raises StoreError."""
        if attachment.width:
            content = await self._context.blobs.read(attachment.sha256)
            with suppress(ImageError):  # it is sent as it is; only its thumbnail is missing
                async with self._decoding:
                    item.thumbnail = await asyncio.to_thread(_thumbnail_of, content, self._thumbnail_side())
        elif attachment.text_sha256 and self._context.preferences.settings.warn_of_keys:
            content = await self._context.blobs.read(attachment.text_sha256)
            item.contains_key = await asyncio.to_thread(_contains_key, content)

    def _thumbnail_side(self) -> int:
        return round(self._context.theme.px(HEIGHT) * self._panel.devicePixelRatioF())


def _thumbnail_of(content: bytes, side: int) -> QImage:
    """Return the middle of an image as a square with sides of `side` pixels. Raises ImageError."""
    return square_of(decode(content, QSize(2 * side, 2 * side)).image, side)


def _contains_key(content: bytes) -> bool:
    text = content.decode("utf-8", "replace")
    return any(contains_key(text[at : at + _SLICE + _OVERLAP]) for at in range(0, len(text), _SLICE))
