"""All messages as a list, for screen readers: each an item with who says it, when, and how it begins.

It is a list view of Qt's own that nobody sees and that lays nothing out; a screen reader may ask for any row of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QIdentityProxyModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from desktop_chat.core.entities import Message
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.message_text import said, speaker, time_of
from desktop_chat.ui.transcript.transcript_model import TranscriptModel

_BEGINNING = 160
"""Characters of a message that its item says."""


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
    """Where its rows are is told from outside; those that are not in view are nowhere."""

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
        """Say where the messages in view are, by their rows."""
        self._rects = rects

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        return self._rects.get(index.row(), QRect())

    def doItemsLayout(self) -> None:
        """Nobody sees them."""


def message_name(message: Message) -> str:
    """Who says a message, and when."""
    return tr("{name}, {time}", name=speaker(message), time=time_of(message))


def item_name(message: Message, text: str) -> str:
    """Who says a message, when, and how it begins."""
    from desktop_chat.markdown.speech_text import SentenceSplitter  # noqa: PLC0415  (only for screen readers)

    cutter = SentenceSplitter()
    words = said([*cutter.feed(text[: 2 * _BEGINNING]), *cutter.end()])
    beginning = words if len(words) <= _BEGINNING else words[:_BEGINNING].rsplit(" ", 1)[0] + "..."
    return tr("{name}: {words}", name=message_name(message), words=beginning)
