"""Stores images that models and tools send, and describes them as attachments."""

from __future__ import annotations

from contextlib import suppress

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.image_errors import ImageError
from desktop_chat.core.image_files import format_of, size_of
from desktop_chat.core.ports import Blobs


async def stored_image(blobs: Blobs, media_type: str, content: bytes, name: str) -> Attachment:
    """Store an image, whose format is that of its content if we know it. `name` is without ending. Raises
    StoreError."""
    known = format_of(content)
    media_type = f"image/{known}" if known else media_type
    sha256 = await blobs.put(content)
    width = height = 0
    with suppress(ImageError):  # a viewer says what is wrong with it
        width, height = size_of(content)
    ending = known or media_type.rpartition("/")[2]
    return Attachment(AttachmentKind.IMAGE, f"{name}.{ending}", media_type, len(content), sha256, width, height)
