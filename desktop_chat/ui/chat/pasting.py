"""Extracts text from the clipboard or a drop, and reports what could not be pasted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData

PASTE_LIMIT: Final = 4_000_000
"""Maximum characters per paste: they appear within a second, and are more than most models can read."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """The text to insert; `cut` if there was more, `image` if there was only an image."""

    text: str = ""
    cut: bool = False
    image: bool = False
    refused: tuple[str, ...] = ()
    """Names of files that are not text, are too large, or cannot be read."""


def can_be_pasted(source: QMimeData) -> bool:
    """Return whether there is text to insert, or content to report as refused."""
    return source.hasText() or source.hasHtml() or source.hasImage() or source.hasUrls()


def files_in(source: QMimeData) -> list[Path]:
    """Return files copied or dragged from a file manager; none if there is any other URL."""
    urls = source.urls() if source.hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls] if all(url.isLocalFile() for url in urls) else []


def pasted(source: QMimeData) -> Pasted:
    """Return the text to insert: plain text, else the text of HTML, without formatting."""
    text, cut = source.text() if source.hasText() else "", False
    if not text.strip() and source.hasHtml():
        from desktop_chat.markdown.html_text import text_of_html  # noqa: PLC0415  (seldom needed)

        html = source.html()
        text, cut = text_of_html(html[:PASTE_LIMIT]), len(html) > PASTE_LIMIT
    if not text.strip() and source.hasImage():
        return Pasted(image=True)
    taken = text[:PASTE_LIMIT].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return Pasted(taken, cut or len(text) > PASTE_LIMIT)
