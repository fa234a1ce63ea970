"""The page of an open conversation: its session, shown in a tab's frame."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_chat.core.entities import ConnectionKind
from desktop_chat.core.session import ChatSession
from desktop_chat.ui.chat.call_approval import CallApproval
from desktop_chat.ui.chat.composer_popups import ComposerPopups
from desktop_chat.ui.chat.condition_bars import SHOW_KEY
from desktop_chat.ui.chat.empty_state import EmptyState
from desktop_chat.ui.chat.frame import ChatFrame
from desktop_chat.ui.chat.message_actions import MessageActions
from desktop_chat.ui.chat.presenter import ChatPresenter
from desktop_chat.ui.chat.tab_dialogs import TabDialogs
from desktop_chat.ui.chat.usage_display import UsageDisplay
from desktop_chat.ui.chat.welcome import WelcomePage
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.text.translation import tr


class ChatPage(QObject):
    """Shows the messages, which the frame's transcript already has, or the start page of a new conversation, or the
    welcome page without a connection. Call `close` at the end."""

    state_changed = Signal(TabState)

    def __init__(self, context: Context, session: ChatSession, frame: ChatFrame) -> None:
        super().__init__(frame)
        self._context = context
        self._frame = frame
        self.session = session
        self.transcript = frame.transcript
        self.model = frame.transcript.model
        self.presenter = ChatPresenter(context, session, frame.composer, self)
        self.popups = ComposerPopups(context, session, self.presenter, frame.composer, frame)
        self._tab_dialogs = TabDialogs(frame, context)
        self.actions = MessageActions(context, session, self.presenter, self.popups, self._tab_dialogs)
        CallApproval(context, session, frame, self)
        self._usage = UsageDisplay(context, session, frame)
        self._usage.summary_wanted.connect(self.actions.summarise)
        self._connect()
        self.show()

    def close(self) -> None:
        """Stop listening."""
        self.presenter.close()
        self._usage.close()

    def retranslate(self) -> None:
        self._show_notice()
        self.presenter.retranslate()

    def show(self) -> None:
        """Show the page that fits the conversation's state."""
        connection = self.presenter.connection
        page: QWidget = self.transcript
        if not self.session.path:
            page = self._empty if connection is not None else self.welcome
        self._frame.pages.setCurrentWidget(page)
        self._show_composer()
        self._frame.key_bar.follow(connection.id if connection is not None else "")
        self._show_notice()

    @cached_property
    def _empty(self) -> EmptyState:
        empty = self._frame.empty
        empty.starter_chosen.connect(self._choose_starter)
        return empty

    @cached_property
    def welcome(self) -> WelcomePage:
        """The page that helps to set up a connection; most conversations never show it."""
        welcome = WelcomePage(self._context)
        welcome.connected.connect(self._begin_with)
        self._frame.pages.addWidget(welcome)
        return welcome

    @property
    def _is_demo(self) -> bool:
        connection = self.presenter.connection
        return connection is not None and connection.kind is ConnectionKind.DEMO

    def _connect(self) -> None:
        frame, presenter = self._frame, self.presenter
        presenter.state_changed.connect(self.state_changed)
        presenter.editing_changed.connect(self.transcript.mark_edited)
        presenter.shown_changed.connect(self.show)
        presenter.bar_made.connect(frame.ask_above_composer)
        self.transcript.action_triggered.connect(self.actions.act)
        self.transcript.document_opened.connect(self.actions.open_document)
        self.transcript.link_activated.connect(self._tab_dialogs.open_link)
        self.transcript.selection_export_requested.connect(self._export_text)
        frame.composer.key_requested.connect(self._ask_for_key)
        frame.key_bar.action_triggered.connect(self._act_on_key)
        frame.key_bar.mark_changed.connect(frame.composer.show_key_mark)
        frame.store_bar.action_triggered.connect(self._save_copy)

    def _show_composer(self) -> None:
        """Hide the composer on the welcome page, unless something is written or attached."""
        composer = self._frame.composer
        shown = not isinstance(self._frame.pages.currentWidget(), WelcomePage) or composer.is_used
        if shown is composer.isVisibleTo(self._frame):
            return
        had_focus = composer.isAncestorOf(self._frame.focusWidget())
        composer.setVisible(shown)
        if had_focus and not shown:
            self.welcome.focus()

    def _show_notice(self) -> None:
        notice = tr("Canned replies, no AI. Nothing leaves this computer.") if self._is_demo else ""
        self.transcript.set_notice(notice)
        page = self._frame.pages.currentWidget()
        if isinstance(page, EmptyState):
            page.show_for(demo=self._is_demo, notice=notice)

    def _choose_starter(self, text: str) -> None:
        """Put a starter into the composer; the demo's are complete questions and are sent."""
        self._frame.composer.set_text(text)
        self._frame.composer.edit.setFocus()
        if self._is_demo:
            self.presenter.send(text)

    def _begin_with(self, connection_id: str, model: str) -> None:
        self._frame.composer.edit.setFocus()
        self.presenter.choose(connection_id, model)

    def _act_on_key(self, action: str) -> None:
        if action == SHOW_KEY:
            self._ask_for_key()

    def _ask_for_key(self) -> None:
        connection = self.presenter.connection
        if connection is not None:
            self._context.navigator.ask_for_key(connection.id)

    def _save_copy(self) -> None:
        self._tab_dialogs.save_copy(title_of(self.session.conversation), self.model, self._frame.store_bar.note)

    def _export_text(self, text: str) -> None:
        self._tab_dialogs.export_text(title_of(self.session.conversation), text)
