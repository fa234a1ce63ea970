"""Copies a message with its formatting, as word processors paste it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from desktop_chat.core.entities import Message
from desktop_chat.core.exporting import ExportedConversation, ExportFormat
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.message_markdown import message_markdown


async def copy_rich(context: Context, conversation_id: str, message: Message) -> None:
    """Put a message on the clipboard as HTML, and as Markdown for programs without formatting."""
    alone = replace(message, parent_id=None)
    shown = replace(context.library[conversation_id], leaf_id=message.id)
    chosen = ExportedConversation(shown, (alone,))
    html = await context.exporter.rendered(chosen, ExportFormat.HTML, for_clipboard=True)
    data = QMimeData()
    data.setHtml(html)
    data.setText(message_markdown(message))
    QGuiApplication.clipboard().setMimeData(data)
