"""The interface to reading files to attach: what is read, with which options and limits, and how progress is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from desktop_chat.core.attachments import Attachment

MAX_FILE_BYTES = 100 * 1024 * 1024
"""Bytes of a file; larger ones raise FileTooLarge before they are read."""
MAX_CHARACTERS = 2_000_000
"""Characters of a document's text; the rest is counted in `Attachment.letters_left_out`."""
MAX_PAGES = 2_000
"""Pages, sheets or slides whose text is read; the rest is counted in `Attachment.pages_left_out`."""
MAX_PAGE_IMAGES = 50
"""Pages of a document that are sent as images."""
DEFAULT_IMAGE_SIDE = 2_048
"""Pixels of an image's longer side."""


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file on disk."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name, without a folder."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class ContentSource:
    """Bytes in memory: an image of the clipboard, a long pasted text, or a blob to read again with other options."""

    name: str
    """How the attachment is called; its ending helps to tell kinds of text apart."""
    content: bytes


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """An image as it is sent, and its size in pixels."""

    content: bytes
    media_type: str
    width: int
    height: int


Source: TypeAlias = FileSource | ContentSource


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a file is read."""

    image_side: int = DEFAULT_IMAGE_SIDE
    """Images are scaled down to this many pixels on their longer side; 0 keeps their size, and their bytes where the
    format can be sent. Metadata is dropped in any case. Also applies to images of pages, where 0 means the default."""
    pages: int = 0
    """How many pages, sheets or slides to read, from the first one on; 0 for as many as the limits allow."""
    as_images: bool = False
    """Send a PDF's pages as images, not as text. Pages without text are sent as images in any case; other kinds of
    documents are always sent as text."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far reading has come."""

    done: int
    """Pages, sheets or slides that were read."""
    total: int
    """Those to read in all; 0 as long as it is unknown, and for files without pages."""


class AttachmentReader(Protocol):
    """Reads images and documents, and stores what will be sent of them as blobs."""

    async def read(self, source: Source, options: ReadOptions, tell: Callable[[Progress], None]) -> Attachment:
        """Read a file and return it as an attachment whose blobs are on disk.

        The content decides what it is, not the name. `tell` is called on the loop, at most a few times a second.
        Several reads may run at once; they take turns. Cancelling the caller stops its reading at once and lets the
        others go on. Raises AttachmentError; StoreError if a blob could not be stored.
        """
        ...

    def close(self) -> None:
        """End the process that reads documents, and read no more. Returns at once; may be called twice."""
        ...
