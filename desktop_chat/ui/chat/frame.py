"""A tab's frame: bars at the top, the page in the middle and the composer below, aligned in one column."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_chat.core.addresses import addresses_with_v1
from desktop_chat.core.entities import Message
from desktop_chat.ui.chat.attachments.file_intake import FileIntake
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.condition_bars import SessionKeyBar, StoreBar
from desktop_chat.ui.chat.empty_state import EmptyState
from desktop_chat.ui.chat.image_actions import ImageActions
from desktop_chat.ui.chat.key_routing import KeyRouting
from desktop_chat.ui.chat.reading_position import ReadingPosition
from desktop_chat.ui.commands import Scope, command_of
from desktop_chat.ui.connections.keyring_bar import KeyringBar
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.widgets.condition_bar import ConditionBarStack

if TYPE_CHECKING:
    from desktop_chat.ui.chat.find_controller import FindController


class ChatFrame(QWidget):
    """A conversation's composer and transcript, present from the first paint even while it is loading."""

    scrolled = Signal()
    """The scroll position changed since the last signal."""

    def __init__(self, context: Context, conversation_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.conversation_id = conversation_id
        # In the order of the Tab key, each with its parent from the start: given one later, Qt styles all of it again.
        self.store_bar, keyring_bar = StoreBar(context, self), KeyringBar(context, self)
        self.key_bar = SessionKeyBar(context, self)
        self._bars = ConditionBarStack([self.store_bar, keyring_bar, self.key_bar], self)
        self.pages = QStackedWidget(self)
        self.words = ErrorWords(self._is_last, self._lacks_v1, self._messages_above)
        self.transcript = TranscriptView(context.theme, self.words)
        self.transcript.use_highlighting(context.highlighting)
        self.transcript.images.use_cache(context.images)
        ImageActions(
            self.transcript.images,
            context.make_image_loader(),
            context.tasks,
            context.theme,
            self,
            blobs=lambda: context.blobs,
        )
        self.pages.addWidget(self.transcript)
        self.composer = self.make_composer()
        self.composer.set_waiting(True)
        self._keys = KeyRouting(self.transcript, self.composer)
        self.file_intake = FileIntake(self, self.composer, context)
        self._lay_out()
        preferences = context.preferences
        self.transcript.announcer.says_sentences = lambda: preferences.settings.announce_sentences
        ReadingPosition(self.transcript).changed.connect(self.scrolled)
        self.transcript.quote_requested.connect(self.composer.add_quote)
        self.transcript.fitted.connect(self._fit_below)
        context.theme.changed.connect(self._fit)
        self._fit()

    def make_composer(self) -> Composer:
        """Return what one writes in."""
        return Composer(self._context.theme, self)

    def room_for_writing(self) -> int:
        """Return the most height in pixels that the text of the composer may take."""
        return max(self._context.theme.px(60), int(self.height() * 0.4))

    @cached_property
    def empty(self) -> EmptyState:
        """The page of a conversation without messages; one with messages does not make it."""
        empty = EmptyState(self._context.theme)
        self.pages.addWidget(empty)
        return empty

    @cached_property
    def finding(self) -> FindController:
        """The search in this conversation and its bar, created when first needed."""
        from desktop_chat.ui.chat.find_controller import FindController  # noqa: PLC0415  # not needed at startup

        return FindController(self._context.theme, self, self._rows, self.transcript)

    def reading_area(self) -> QRect:
        """Return the conversation's area between bars and composer, without the scroll bar, in the tab's
        coordinates."""
        return self.pages.geometry().adjusted(0, 0, -self.transcript.verticalScrollBar().sizeHint().width(), 0)

    def ask_above_composer(self, bar: QWidget) -> None:
        """Show a bar with a question directly above the composer."""
        self._writing.insertWidget(0, bar)
        self._fit()

    def tell_of_link(self, *, is_cut: bool) -> None:
        """Say that a link from outside filled in the composer, or only the beginning of its text."""
        from desktop_chat.ui.chat.link_bar import LinkBar  # noqa: PLC0415  # kept out of the start

        self.ask_above_composer(LinkBar(self._context.theme, self.composer, is_cut=is_cut))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the composer ignores move through the conversation; those that the conversation ignores are
        typed."""
        if self._keys.press(event):
            event.accept()
        elif command_of(event, Scope.PART) == "leave" and self.transcript.find_session is not None:
            self.finding.close()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.composer.set_max_height(self.room_for_writing())
        self._fit_below()

    def _is_last(self, message: Message) -> bool:
        model = self.transcript.model
        return model.place_of(message.id) == model.rowCount() - 1

    def _messages_above(self, message: Message) -> list[Message]:
        model = self.transcript.model
        return model.messages(0, model.place_of(message.id) or 0)

    def _lacks_v1(self) -> bool:
        """Return whether "/v1" may be missing from the connection's address."""
        connection = self._context.connection_of(self.conversation_id)
        return connection is not None and bool(addresses_with_v1(connection.base_url))

    def _lay_out(self) -> None:
        self._above = QHBoxLayout()
        self._above.addWidget(self._bars)
        self._below = QHBoxLayout()
        self._writing = QVBoxLayout()
        self._writing.addWidget(self.composer)
        self._below.addLayout(self._writing)
        rows = self._rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(self._above)
        rows.addWidget(self.pages, 1)
        rows.addLayout(self._below)

    def _fit(self) -> None:
        self._writing.setSpacing(self._context.theme.px(8))
        self._fit_below()

    def _fit_below(self) -> None:
        """Align bars and composer with the transcript's column, which leaves room for a scroll bar."""
        room = self.width() - self.transcript.width() + self.transcript.viewport().width()
        left, width = self._context.theme.column_in(room)
        right, px = self.width() - left - width, self._context.theme.px
        self._bars.setContentsMargins(left, px(8), right, 0)
        self._below.setContentsMargins(left, 0, right, px(20))
