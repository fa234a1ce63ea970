"""Prepares images to be sent on a thread, within a time limit, for attachments and batches. Loads Qt with the first."""

from __future__ import annotations

import asyncio
from typing import Final

from desktop_chat.app.import_hook import load_qt
from desktop_chat.core.attachment_errors import (
    AttachmentError,
    FileBroken,
    FileKindUnknown,
    FileTooLarge,
    ReaderUnavailable,
    ReadingTimedOut,
    TooManyPixels,
)
from desktop_chat.core.attachment_reading import DEFAULT_IMAGE_SIDE, PreparedImage
from desktop_chat.core.image_errors import ImageError, ImageTooLarge, NotAImage
from desktop_chat.core.image_files.limits import MAX_BYTES as MAX_IMAGE_BYTES
from desktop_chat.services.worker import Worker

IMAGE_LIMIT_S: Final = 30.0


class ImagePreparer:
    """Prepares one image after the other."""

    def __init__(self, limit_s: float = IMAGE_LIMIT_S) -> None:
        self._limit_s = limit_s
        self._worker = Worker("images")
        self._turn = asyncio.Lock()
        """Held by the image whose turn it is, so that waiting takes nothing of the next one's time."""
        self._closed = False

    async def prepare(self, content: bytes, side: int = DEFAULT_IMAGE_SIDE) -> PreparedImage:
        """Return an image whose longer side has at most `side` pixels; 0 keeps its size. Raises AttachmentError."""
        load_qt()
        from desktop_chat.ui.images.image_preparation import prepare  # noqa: PLC0415  (loads Qt)

        async with self._turn:
            if self._closed:
                raise ReaderUnavailable
            try:
                async with asyncio.timeout(self._limit_s):
                    return await self._worker.submit(prepare, content, side)
            except TimeoutError as error:
                self._worker.end()  # its thread may never end; the next image gets another one
                self._worker = Worker("images")
                raise ReadingTimedOut from error
            except ImageError as error:
                raise _meaning_of(error, len(content)) from error

    def close(self) -> None:
        """Prepare no more. Returns at once; may be called twice."""
        self._closed = True
        self._worker.end()


def _meaning_of(error: ImageError, size: int) -> AttachmentError:
    if isinstance(error, ImageTooLarge):
        return FileTooLarge() if size > MAX_IMAGE_BYTES else TooManyPixels()
    return FileKindUnknown() if isinstance(error, NotAImage) else FileBroken(error.detail)
