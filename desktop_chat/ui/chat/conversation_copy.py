"""Writes a conversation's text where the person wants it, while the database cannot take it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QIODevice, QSaveFile
from PySide6.QtWidgets import QWidget

from desktop_chat.core.entities import Message, Role
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.widgets.async_dialog import ask_new_file

_LONGEST_NAME = 60


async def save_copy(
    parent: QWidget, title: str, model: TranscriptModel, tell: Callable[[Callable[[], str]], None]
) -> None:
    """Ask where, write all that is shown by then as Markdown, and tell what came of it."""
    patterns = [tr("Markdown ({pattern})", pattern="*.md")]
    file = await ask_new_file(parent, tr("Save a copy"), file_name(title), patterns)
    if file is None:
        return
    shown = (model.message(message.id) for message in model.messages(0, model.rowCount()))
    text = as_markdown(title, [message for message in shown if message is not None])
    problem = await asyncio.to_thread(_write, file, text)
    if problem:
        tell(lambda: tr("The copy could not be saved: {detail}.", detail=problem))
    else:
        tell(lambda: tr("Copy saved to {file}.", file=str(file)))


def as_markdown(title: str, messages: Sequence[Message]) -> str:
    """Return a conversation as text: its title, and each message under who wrote it."""
    parts = [f"# {title}"]
    for message in messages:
        author = tr("You") if message.role is Role.USER else message.model or tr("Model")
        parts.append(f"## {author}\n\n{message.text}")
    return "\n\n".join(parts) + "\n"


def file_name(title: str) -> str:
    """Return a name that every file system takes."""
    kept = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in title)
    return f"{' '.join(kept.split())[:_LONGEST_NAME].strip() or 'conversation'}.md"


def _write(file: Path, text: str) -> str:
    """Replace the file in one step; return the system's words for what prevents it, else nothing."""
    saving = QSaveFile(str(file))
    if not saving.open(QIODevice.OpenModeFlag.WriteOnly):
        return saving.errorString()
    saving.write(text.encode("utf-8", "replace"))
    return "" if saving.commit() else saving.errorString()
