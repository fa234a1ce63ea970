"""Renders conversations that are in memory, for the clipboard and for what the database cannot store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop_chat.app.export_parts import export_words
from desktop_chat.core.exporting import ExportedConversation, ExportFormat, ExportRequest
from desktop_chat.services.exports.entries import document_of
from desktop_chat.services.exports.html_export import clipboard_html, html_of
from desktop_chat.services.exports.markdown_export import markdown_of
from desktop_chat.services.exports.text_export import text_of


def rendered(
    chosen: ExportedConversation,
    kind: ExportFormat,
    content_of: Callable[[str], bytes | None],
    *,
    for_clipboard: bool = False,
) -> str:
    """See `Exporter.rendered`."""
    words = export_words()
    request = ExportRequest(kind, Path(), reasoning=not for_clipboard)
    if kind is ExportFormat.MARKDOWN:
        return markdown_of(chosen, request, words, lambda _sha256, _name: "")
    document = document_of(chosen, request, words)
    if kind is ExportFormat.TEXT:
        return text_of(document, words)
    if for_clipboard:
        return clipboard_html(document, content_of)
    return html_of(document, words, content_of, lambda _code: ())
