"""The page of a tab whose conversation made an earlier run hang or crash: a card that asks, and the plain text."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop_chat.core.errors import StoreError
from desktop_chat.core.exporting import ExportedConversation, ExportFormat
from desktop_chat.ui.chat.load_error import LoadErrorCard
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import fill, row_of
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated

_MAX_LINE = 2_000
"""Longer lines are broken: a text edit lays out each line at once."""


class _SuspectCard(LoadErrorCard):
    """Explains why the conversation is not open, and offers two ways to open it. `retried` requests the plain text."""

    opened = Signal()

    def __init__(self, theme: Theme) -> None:
        self.open_button = QPushButton()
        super().__init__(theme)
        self.open_button.clicked.connect(self.opened)
        self._words.addLayout(row_of(self.again_button, self.open_button, None, spacing=theme.px(8)))

    def retranslate(self) -> None:
        self._title.setText(tr("This conversation was not opened"))
        self._text.setText(
            tr(
                "The last time this conversation was shown, Desktop Chat stopped responding or crashed. Nothing in "
                "it is lost."
            )
        )
        self.again_button.setText(tr("Open as plain text"))
        self.open_button.setText(tr("Open anyway"))
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription(self._text.text())


class SuspectPage(Retranslated, QStackedWidget):
    """The card, and the plain text once requested."""

    trusted = Signal()
    """The user trusts the conversation; it should be opened normally."""

    def __init__(self, context: Context, conversation_id: str) -> None:
        super().__init__()
        self._context = context
        self._conversation_id = conversation_id
        self._theme = context.theme
        self.card = _SuspectCard(context.theme)
        self.card.opened.connect(self._trust)
        self.card.retried.connect(self._open_plain)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._notice, self.open_button = QLabel(), QPushButton()
        self._notice.setProperty("muted", True)
        self.open_button.clicked.connect(self._trust)
        self._plain = QWidget()
        self._lay_out()
        self.addWidget(self.card)
        self.addWidget(self._plain)
        self.retranslate()
        self._fit()
        context.theme.changed.connect(self._fit)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.card.again_button.setFocus()

    def _trust(self) -> None:
        self._context.crash_guard.trust(self._conversation_id)
        self.trusted.emit()

    def _open_plain(self) -> None:
        start_for(self, self._context.tasks, self._show_plain(), "read the plain text")

    async def _show_plain(self) -> None:
        """Load the conversation and show it as plain text."""
        try:
            messages = await self._context.write_behind.messages(self._conversation_id)
        except StoreError as error:
            text = sentence(error)
        else:
            conversation = self._context.library[self._conversation_id]
            shown = ExportedConversation(conversation, tuple(messages))
            text = await self._context.exporter.rendered(shown, ExportFormat.MARKDOWN)
        self.text.setPlainText("\n".join([part for line in text.split("\n") for part in _broken(line)]))
        self.setCurrentWidget(self._plain)
        self.text.setFocus()

    def retranslate(self) -> None:
        self._notice.setText(tr("Plain text. Long lines are wrapped; nothing else is changed."))
        self.open_button.setText(tr("Open anyway"))
        self.text.setAccessibleName(tr("Conversation as plain text"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._notice, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.open_button)
        self._rows = fill(QVBoxLayout(self._plain), head, self.text, grow=(self.text,))

    def _fit(self) -> None:
        px = self._theme.px
        self._rows.setContentsMargins(px(24), px(16), px(24), px(16))
        self._rows.setSpacing(px(8))


def _broken(line: str) -> list[str]:
    return [line[start : start + _MAX_LINE] for start in range(0, len(line), _MAX_LINE)] or [""]
