"""Copies a conversation as one file, to be pasted into a mail, a chat or a folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication

from desktop_chat.core.errors import ChatError
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.export_text import export_problem
from desktop_chat.ui.text.translation import tr

_COPIED_FILES = "x-special/gnome-copied-files"
"""How file managers on Linux say that a file on the clipboard is to be copied."""


async def copy_web_page(context: Context, conversation_id: str) -> None:
    """Put a conversation on the clipboard as one HTML file with its images, and say so."""
    title = title_of(context.library[conversation_id])
    try:
        file = await context.exporter.web_page(conversation_id, title)
    except ChatError as error:
        context.navigator.say(export_problem(error))
        return
    data = file_data(file)
    data.setData(_COPIED_FILES, b"copy\n" + data.urls()[0].toEncoded().data())
    QGuiApplication.clipboard().setMimeData(data)
    context.navigator.say(
        tr("“{title}” is copied as a web page. Paste it into a mail, a chat or a folder.", title=title)
    )


def file_data(file: Path) -> QMimeData:
    """Return a file as other programs take it from the clipboard or a drag."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    return data
