"""Reads plain text in any common encoding, and web pages as Markdown."""

from __future__ import annotations

import re

from desktop_chat.core.attachment_errors import FileEmpty, FileKindUnknown
from desktop_chat.core.text_files import decoded
from desktop_chat.services.documents.document_text import Asked, Output

_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)*(?:<!doctype\s+html\b|<html\b)", re.IGNORECASE)
_HEAD = 4_096
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_CONTROL = 0.02
"""Share of control characters; logs have a few, compressed data one in eight."""
_SAMPLE = 100_000


def read_text(content: bytes, _asked: Asked, out: Output) -> None:
    """Read text. Raises FileKindUnknown, FileEmpty."""
    text = decoded(content)
    if text is None or len(_CONTROL.findall(text[:_SAMPLE])) > _MAX_CONTROL * min(len(text), _SAMPLE):
        raise FileKindUnknown
    if _HTML.match(text[:_HEAD]):
        from desktop_chat.markdown.html_markdown import markdown_of_html  # noqa: PLC0415  (imports a parser)

        out.media_type = "text/html"
        text = markdown_of_html(text)
    if not text.strip():
        raise FileEmpty
    out.add(text)
