"""Makes attachments of ours from the images and documents in another program's export."""

from __future__ import annotations

import base64
import binascii
import re
from contextlib import suppress
from pathlib import PurePosixPath

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.image_errors import ImageError
from desktop_chat.core.image_files import format_of, size_of
from desktop_chat.core.importing import Put, one_line

_DATA_ADDRESS = re.compile(r"data:([\w.+-]{1,40}/[\w.+-]{1,100})?(?:;[\w=-]{1,40}){0,3};base64,", re.ASCII)
_NAMES = 120


def image(content: bytes, name: str, put: Put) -> Attachment | None:
    """Return a stored image; None if the content is none that we can show."""
    known = format_of(content)
    if not known:
        return None
    width = height = 0
    with suppress(ImageError):  # a viewer says what is wrong with it
        width, height = size_of(content)
    shown = file_name(name, f"image.{known}")
    return Attachment(AttachmentKind.IMAGE, shown, f"image/{known}", len(content), put(content), width, height)


def image_from_address(address: str, name: str, put: Put) -> Attachment | None:
    """Return a stored image from a "data:" address; None for any other address, and for other contents."""
    found = _DATA_ADDRESS.match(address)
    if found is None:
        return None
    with suppress(binascii.Error, ValueError):
        return image(base64.b64decode(address[found.end() :]), name, put)
    return None


def document(text: str, name: str, put: Put) -> Attachment:
    """Return a stored document whose content is its text."""
    content = text.encode("utf-8", "replace")
    sha256 = put(content)
    return Attachment(
        AttachmentKind.DOCUMENT,
        file_name(name, "document.txt"),
        "text/plain",
        len(content),
        sha256,
        text_sha256=sha256,
        letters=len(text),
        text_size=len(content),
    )


def attachment(content: bytes, name: str, put: Put) -> Attachment | None:
    """Return a stored image or text; None for other contents."""
    found = image(content, name, put)
    if found is None and b"\0" not in content[:4096]:
        with suppress(UnicodeDecodeError):
            return document(content.decode("utf-8-sig"), name, put)
    return found


def file_name(name: str, default: str) -> str:
    """Return a name as that of a file, without a folder."""
    return one_line(PurePosixPath(name.replace("\\", "/")).name, _NAMES) or default
