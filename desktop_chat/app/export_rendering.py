"""Renders conversations for the clipboard, for a drag, and for what the database cannot store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop_chat.app.export_parts import export_words
from desktop_chat.core.export_errors import NothingToExport
from desktop_chat.core.exporting import ExportedConversation, ExportFormat, ExportRequest
from desktop_chat.services.exports.entries import document_of
from desktop_chat.services.exports.html_export import clipboard_html, html_of
from desktop_chat.services.exports.markdown_export import markdown_of
from desktop_chat.services.exports.output import new_file
from desktop_chat.services.exports.text_export import text_of
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.stored_conversations import StoredConversations


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


def write_markdown(paths: Paths, conversation_id: str, file: Path) -> None:
    """Write a stored conversation as Markdown, without its attachments. Blocks. Raises ExportError, StoreError."""
    with StoredConversations(paths.database_file) as stored:
        found = stored.get(conversation_id)
    if found is None:
        raise NothingToExport
    request = ExportRequest(ExportFormat.MARKDOWN, file)
    text = markdown_of(found, request, export_words(), lambda _sha256, _name: "")
    with new_file(file, replace=False, private=True) as stream:
        stream.write(text.encode("utf-8", "replace"))
