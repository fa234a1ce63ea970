"""Saves a conversation's text to a file, for when the database cannot store it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from desktop_chat.core.entities import Message, Role
from desktop_chat.ui.text.message_source import message_source
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.widgets.save_dialog import ask_new_file, file_stem, write_bytes


async def save_copy(
    parent: QWidget, title: str, model: TranscriptModel, tell: Callable[[Callable[[], str]], None]
) -> None:
    """Ask for a file, write everything shown by then as Markdown, and report the result to `tell`."""
    patterns = [tr("Markdown ({pattern})", pattern="*.md")]
    file = await ask_new_file(parent, tr("Save a copy"), file_name(title), patterns)
    if file is None:
        return
    shown = (model.message(message.id) for message in model.messages(0, model.rowCount()))
    text = as_markdown(title, [message for message in shown if message is not None])
    problem = await asyncio.to_thread(write_bytes, file, text.encode("utf-8", "replace"))
    if problem:
        tell(lambda: tr("The copy could not be saved: {detail}.", detail=problem))
    else:
        tell(lambda: tr("Copy saved to {file}.", file=str(file)))


def as_markdown(title: str, messages: Sequence[Message]) -> str:
    """Return a conversation as Markdown: its title, and each message under its author."""
    parts = [f"# {title}"]
    for message in messages:
        author = tr("You") if message.role is Role.USER else message.model or tr("Model")
        parts.append(f"## {author}\n\n{message_source(message)}")
    return "\n\n".join(parts) + "\n"


def file_name(title: str) -> str:
    """Return a file name that is valid on every file system."""
    return f"{file_stem(title) or 'conversation'}.md"
