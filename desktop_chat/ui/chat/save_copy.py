"""Saves what a conversation shows, or a part of it, to a file: on request, and when the database cannot store it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop_chat.core.entities import Conversation
from desktop_chat.core.exporting import ExportedConversation, Exporter, ExportFormat
from desktop_chat.core.file_names import file_stem
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.widgets.save_dialog import ask_new_file, write_bytes


async def save_copy(
    parent: QWidget, exporter: Exporter, title: str, model: TranscriptModel, tell: Callable[[Callable[[], str]], None]
) -> None:
    """Ask for a file, write everything shown by then as Markdown, and report the result to `tell`."""
    patterns = [tr("Markdown ({pattern})", pattern="*.md")]
    file = await ask_new_file(parent, tr("Save a copy"), f"{file_stem(title) or 'conversation'}.md", patterns)
    if file is None:
        return
    shown = [model.message(message.id) for message in model.messages(0, model.rowCount())]
    messages = tuple(message for message in shown if message is not None)
    found = Conversation(title=title, leaf_id=messages[-1].id if messages else None)
    text = await exporter.rendered(ExportedConversation(found, messages), ExportFormat.MARKDOWN)
    await _write(file, text, tell)


async def save_text(parent: QWidget, title: str, text: str, tell: Callable[[Callable[[], str]], None]) -> None:
    """Ask for a file, write a Markdown text to it, and report the result to `tell`."""
    patterns = [tr("Markdown ({pattern})", pattern="*.md"), tr("All files ({pattern})", pattern="*")]
    file = await ask_new_file(parent, tr("Export selection"), f"{file_stem(title) or 'conversation'}.md", patterns)
    if file is not None:
        await _write(file, text + "\n", tell)


async def _write(file: Path, text: str, tell: Callable[[Callable[[], str]], None]) -> None:
    problem = await asyncio.to_thread(write_bytes, file, text.encode("utf-8", "replace"))
    if problem:
        tell(lambda: tr("The copy could not be saved: {detail}.", detail=problem))
    else:
        tell(lambda: tr("Copy saved to {file}.", file=str(file)))
