"""Images and documents attached to messages, as values; their bytes are blobs, named by SHA-256."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ADDRESS = "attachment:"
"""Begins the address of an image in a reply's Markdown; the blob's name follows."""


class AttachmentKind(StrEnum):
    """How an attachment is sent and shown."""

    IMAGE = "image"
    DOCUMENT = "document"
    """Sent as its text, as images of its pages, or both: images of those pages that have no text."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached file. `sha256` names the blob with its content: an image as it is sent, a document as it was."""

    kind: AttachmentKind
    name: str
    """The file's name, without a folder."""
    media_type: str
    size: int
    """Bytes of the content."""
    sha256: str
    width: int = 0
    """An image's width in pixels, upright; 0 for a document."""
    height: int = 0
    text_sha256: str = ""
    """The blob with a document's text in UTF-8; empty if all its pages are sent as images."""
    letters: int = 0
    """Characters of that text."""
    text_size: int = 0
    """Bytes of that text."""
    page_sha256s: tuple[str, ...] = ()
    """The blobs with images of a document's pages, in order; the text names the pages that they stand for."""
    pages: int = 0
    """Pages, sheets or slides of the whole document; 0 if it has none."""
    pages_left_out: int = 0
    """Pages that are not sent: those at the end, and images of pages beyond the limit."""
    letters_left_out: int = 0
    """Characters that are not sent: those at the end of the text, without those of pages that are left out; of a large
    sheet at least so many."""
