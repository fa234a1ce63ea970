"""Writes a conversation as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from desktop_chat.markdown.node_text import plain_text
from desktop_chat.services.exports.entries import Entry, ExportedDocument
from desktop_chat.services.exports.export_words import ExportWords

_LINE = "=" * 40


def text_of(document: ExportedDocument, words: ExportWords) -> str:
    """Return a document as plain text."""
    parts = [f"{document.title}\n{document.details}"]
    for entry in document.entries:
        parts += ["\n\n".join(_entry(entry, words))]
    return f"\n\n{_LINE}\n\n".join(parts) + "\n"


def _entry(entry: Entry, words: ExportWords) -> Iterator[str]:
    yield "\n".join([f"{entry.author} \u00b7 {entry.details}", *(f"[{note}]" for note in entry.notes)])
    if entry.reasoning:
        quoted = "\n".join([f"| {line}".rstrip() for line in plain_text(entry.reasoning).split("\n")])
        yield f"{words.reasoning}\n{quoted}"
    if text := plain_text(entry.body):
        yield text
