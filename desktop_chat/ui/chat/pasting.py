"""Says what a paste or a drop contains: files, an image, or text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage

MAX_TEXT: Final = 4_000_000
"""Characters that appear in the text field within a second; a longer text is always attached."""
LONG_TEXT: Final = 20_000
"""Characters above which a pasted text is attached as a file, unless the user wants otherwise."""
LONG_LINES: Final = 400
_MAX_HTML: Final = 300_000
"""Characters of HTML that are converted within 0.1 s; the plain text beside longer HTML is preferred."""
_LINK = re.compile(r"<a\s[^>]{0,2000}?\bhref\s*=", re.IGNORECASE)
_IMAGE_FORMATS = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff")
_FILE_MANAGER_HEADS = frozenset({"copy", "cut", "x-special/nautilus-clipboard"})
"""Lines that file managers write above the addresses."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """One of: files, the bytes of an image, or text."""

    text: str = ""
    image: bytes = b""
    files: tuple[Path, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether the text is long enough to be attached."""
        return len(self.text) > LONG_TEXT or self.text.count("\n") >= LONG_LINES


def can_be_pasted(source: QMimeData) -> bool:
    """Return whether there may be anything to insert or attach."""
    return source.hasText() or source.hasHtml() or source.hasUrls() or _has_image(source)


def pasted(source: QMimeData) -> Pasted:
    """Return what to insert or attach. Text is plain: that of HTML if only there it has links, which become Markdown;
    an image counts only without text, because spreadsheets offer an image of their cells, too."""
    if files := _files_in(source):
        return Pasted(files=files)
    text = _text_in(source)
    is_image = _has_image(source) and (not text.strip() or _is_address_of_image(source, text))
    if is_image and (image := _image_in(source)):
        return Pasted(image=image)
    return Pasted(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))


def _files_in(source: QMimeData) -> tuple[Path, ...]:
    """Return files copied or dragged from a file manager, or whose `file://` addresses were copied as text; none if
    there is anything else."""
    urls = source.urls() if source.hasUrls() else []
    if not urls and source.hasText() and "file://" in (text := source.text())[:1_000]:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        urls = [QUrl(line) for line in lines if line not in _FILE_MANAGER_HEADS]
    local = [url.toLocalFile() for url in urls if url.isLocalFile()]
    return tuple(map(Path, local)) if len(local) == len(urls) else ()


def _text_in(source: QMimeData) -> str:
    text = source.text() if source.hasText() else ""
    if not source.hasHtml():
        return text
    html = source.html()
    if not text.strip() or (len(html) <= _MAX_HTML and _LINK.search(html)):
        from desktop_chat.markdown.html_text import text_of_html  # noqa: PLC0415  (seldom needed)

        return text_of_html(html) or text
    return text


def _is_address_of_image(source: QMimeData, text: str) -> bool:
    """Return whether the text is only the address of an image that was dragged or copied from a web page."""
    return source.hasUrls() and text.strip() in {url.toString() for url in source.urls()}


def _has_image(source: QMimeData) -> bool:
    return source.hasImage() or any(map(source.hasFormat, _IMAGE_FORMATS))


def _image_in(source: QMimeData) -> bytes:
    """Return the image as it was offered, because decoding it here would hold up the window; else as a PNG file that
    is written fast."""
    for name in _IMAGE_FORMATS:
        if source.hasFormat(name) and (content := bytes(source.data(name).data())):
            return content
    image = source.imageData()
    if not isinstance(image, QImage) or image.isNull():
        return b""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 100)  # type: ignore[call-overload]  # hardly compressed
    return bytes(buffer.data().data())
