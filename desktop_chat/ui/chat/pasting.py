"""Takes out of the clipboard, or of what is dropped, what can be written as text, and says what could not be taken."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData

PASTE_LIMIT: Final = 4_000_000
"""Characters taken from one paste: they stand in the box within a second, and are more than most models read."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """What is written; `cut` where there was more, `image` where there was nothing but an image."""

    text: str = ""
    cut: bool = False
    image: bool = False
    refused: tuple[str, ...] = ()
    """The names of files that are no text, are too large, or cannot be read."""


def can_be_pasted(source: QMimeData) -> bool:
    """Say whether there is something to write, or to say something about."""
    return source.hasText() or source.hasHtml() or source.hasImage() or source.hasUrls()


def files_in(source: QMimeData) -> list[Path]:
    """Return the files that were copied or dragged in a file manager; none where there is anything else."""
    urls = source.urls() if source.hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls] if all(url.isLocalFile() for url in urls) else []


def pasted(source: QMimeData) -> Pasted:
    """Return what is to be written: plain text as it is, else the text of HTML; nothing of its looks."""
    text, cut = source.text() if source.hasText() else "", False
    if not text.strip() and source.hasHtml():
        from desktop_chat.markdown.html_text import text_of_html  # noqa: PLC0415  (seldom needed)

        html = source.html()
        text, cut = text_of_html(html[:PASTE_LIMIT]), len(html) > PASTE_LIMIT
    if not text.strip() and source.hasImage():
        return Pasted(image=True)
    taken = text[:PASTE_LIMIT].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return Pasted(taken, cut or len(text) > PASTE_LIMIT)
