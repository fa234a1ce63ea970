"""What a document is asked for and what was read of it, as values, and where its readers put the text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from desktop_chat.core.attachment_reading import (
    DEFAULT_IMAGE_SIDE,
    MAX_CHARACTERS,
    MAX_PAGE_IMAGES,
    MAX_PAGES,
    ReadOptions,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a document is read; see `core.attachment_reading.ReadOptions`."""

    name: str
    pages: int
    """The most pages, sheets or slides."""
    as_images: bool
    image_side: int
    letters: int = MAX_CHARACTERS
    page_images: int = MAX_PAGE_IMAGES

    @classmethod
    def of(cls, name: str, options: ReadOptions) -> Asked:
        """Return what the options ask for, within the limits."""
        pages = min(options.pages or MAX_PAGES, MAX_PAGES)
        return cls(name, pages, options.as_images, options.image_side or DEFAULT_IMAGE_SIDE)


@dataclass(slots=True)
class Output:
    """Collects a document's text up to a limit and counts the rest; readers fill it."""

    letters: int
    """The limit."""
    tell: Callable[[int, int], None]
    """Reports how many pages, sheets or slides were read, and how many there are to read."""
    send_image: Callable[[bytes], None]
    """Takes the image of the next page, in JPEG."""
    media_type: str = ""
    pages: int = 0
    pages_left_out: int = 0
    letters_left_out: int = 0
    _pieces: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Add text, or count it if there is no room."""
        taken = text[: self.letters]
        self._pieces.append(taken)
        self.letters -= len(taken)
        self.letters_left_out += len(text) - len(taken)

    def add_line(self, line: str = "") -> None:
        """Add a line."""
        self.add(f"{line}\n")

    @property
    def is_full(self) -> bool:
        """Whether text was left out."""
        return self.letters_left_out > 0

    def text(self) -> str:
        """Return the text, of which every character can be encoded."""
        text = "".join(self._pieces).strip("\n")
        return text.replace("\0", "").encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class DocumentText:
    """What was read of a document; see `core.attachments.Attachment` for pages and letters."""

    media_type: str
    text: bytes
    """In UTF-8; empty if all pages are images."""
    letters: int
    page_images: tuple[bytes, ...] = ()
    """In JPEG."""
    pages: int = 0
    pages_left_out: int = 0
    letters_left_out: int = 0
