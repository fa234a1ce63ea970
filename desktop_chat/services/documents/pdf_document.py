"""Reads PDF files with PDFium: the text of their pages, and images of pages that have none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from typing import Final

import pypdfium2  # type: ignore[import-untyped]  # has no types

from desktop_chat.core.attachment_errors import AttachmentError, FileBroken, FileEmpty, FileEncrypted
from desktop_chat.services.documents.document_text import Asked, Output

_QUALITY: Final = 80
"""Of page images in JPEG: text stays sharp, and a page has about 300 KB."""
_PASSWORD: Final = 4
"""PDFium's error code for a missing password: FPDF_ERR_PASSWORD in fpdfview.h."""
_HYPHEN = "\ufffe"
"""What PDFium returns for a hyphen at the end of a line."""


def read_pdf(content: bytes, asked: Asked, out: Output) -> None:
    """Read a PDF. Raises FileBroken, FileEncrypted, FileEmpty."""
    with _opened(content) as document:
        out.pages = len(document)
        count = min(out.pages, asked.pages)
        reading = _Pages(asked, out)
        for number in range(count):
            if out.is_full or (asked.as_images and reading.images == asked.page_images):
                count = number
                break
            try:
                with closing(document[number]) as page:
                    reading.take(page, number + 1)
            except pypdfium2.PdfiumError:
                reading.leave_out(number + 1, "damaged")
            out.tell(number + 1, count)
        out.pages_left_out = out.pages - count + reading.skipped
        reading.finish()


class _Pages:
    """Takes page after page."""

    def __init__(self, asked: Asked, out: Output) -> None:
        self._asked = asked
        self._out = out
        self._marks: list[str] = []
        """Marks of images since the last text: they are not worth sending if there is no text at all."""
        self._has_text = False
        self.images = 0
        self.skipped = 0
        """Pages that are damaged, or have neither text nor room for another image."""

    def take(self, page: pypdfium2.PdfPage, number: int) -> None:
        text = "" if self._asked.as_images else _text_of(page)
        if text:
            self._add_marks()
            self._has_text = True
            self._out.add(f"[page {number}]\n{text}\n\n")
        elif not self._asked.as_images and _is_blank(page):
            return
        elif self.images < self._asked.page_images:
            self._out.send_image(_image_of(page, self._asked.image_side))
            self.images += 1
            self._marks.append(f"[page {number}: image {self.images}]\n\n")
        else:
            self.leave_out(number, "an image that is left out")

    def leave_out(self, number: int, why: str) -> None:
        self.skipped += 1
        self._marks.append(f"[page {number}: {why}]\n\n")

    def finish(self) -> None:
        """Raise FileEmpty if there was nothing on any page, FileBroken if no page could be read."""
        if self._has_text:
            self._add_marks()
        elif not self.images:
            raise FileBroken if self.skipped else FileEmpty

    def _add_marks(self) -> None:
        self._out.add("".join(self._marks))
        self._marks = []


@contextmanager
def _opened(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Open a document. PDFium's errors inside the block are a broken file."""
    try:
        with closing(pypdfium2.PdfDocument(content)) as document:
            yield document
    except AttachmentError:
        raise
    except pypdfium2.PdfiumError as error:
        raise (FileEncrypted if error.err_code == _PASSWORD else FileBroken)(str(error)) from error


def _text_of(page: pypdfium2.PdfPage) -> str:
    with closing(page.get_textpage()) as found:
        text: str = found.get_text_range()
    return text.replace("\r\n", "\n").replace(f"{_HYPHEN}\n", "").replace(_HYPHEN, "").strip()


def _is_blank(page: pypdfium2.PdfPage) -> bool:
    return next(page.get_objects(max_depth=1), None) is None


def _image_of(page: pypdfium2.PdfPage, side: int) -> bytes:
    """Return an image of a page whose longer side has `side` pixels."""
    width, height = page.get_size()
    scale = side / max(width, height, 1)
    if min(width, height) * scale < 1:
        raise FileBroken("a page without an area")
    with closing(page.render(scale=scale)) as bitmap:
        stream = BytesIO()
        bitmap.to_pil().save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()
