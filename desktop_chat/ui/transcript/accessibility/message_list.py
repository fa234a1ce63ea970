"""All messages as a list for screen readers: each item gives the author, the time, and the beginning of the text.

It is one of Qt's own list views, unseen and without a layout; a screen reader may ask for any row of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QIdentityProxyModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from desktop_chat.core.entities import Message
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.message_labels import said, speaker, time_of
from desktop_chat.ui.transcript.transcript_model import TranscriptModel

_BEGINNING = 160
"""Characters of a message that its item gives."""


class MessageNames(QIdentityProxyModel):
    """The rows of a transcript, with names."""

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        model = self.sourceModel()
        if not index.isValid() or not isinstance(model, TranscriptModel):
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            row = model.row(index.row())
            text = row.text.whole() if row.running else row.message.text
            return item_name(row.message, text)
        return None


class MessageList(QListView):
    """Its owner sets where rows are; those that are not in view have no place."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rects: Mapping[int, QRect] = {}
        self.names = MessageNames(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for policy in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setModel(self.names)

    def place(self, rects: Mapping[int, QRect]) -> None:
        """Set the positions of the messages in view, by row."""
        self._rects = rects

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        return self._rects.get(index.row(), QRect())

    def doItemsLayout(self) -> None:
        """Do nothing: the items are invisible."""


def message_name(message: Message) -> str:
    """Return the author of a message, and the time."""
    return tr("{name}, {time}", name=speaker(message), time=time_of(message))


def item_name(message: Message, text: str) -> str:
    """Return the author of a message, the time, and the beginning of its text."""
    from desktop_chat.markdown.speech_text import SentenceSplitter  # noqa: PLC0415  (only for screen readers)

    cutter = SentenceSplitter()
    words = said([*cutter.feed(text[: 2 * _BEGINNING]), *cutter.end()])
    beginning = words if len(words) <= _BEGINNING else words[:_BEGINNING].rsplit(" ", 1)[0] + "..."
    return tr("{name}: {words}", name=message_name(message), words=beginning)
