"""What the window puts in a tab: one conversation, from its loading and its welcome to its transcript and composer."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QRect, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_chat.core.entities import ConnectionKind, Message
from desktop_chat.core.errors import StoreError
from desktop_chat.core.session import ChatSession
from desktop_chat.core.workspace import ScrollPlace
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.composer_popups import ComposerPopups
from desktop_chat.ui.chat.dropped_files import DroppedFiles
from desktop_chat.ui.chat.empty_state import EmptyState
from desktop_chat.ui.chat.image_actions import ImageActions
from desktop_chat.ui.chat.key_routing import KeyRouting
from desktop_chat.ui.chat.load_error import LoadErrorCard
from desktop_chat.ui.chat.loading_page import LoadingPage
from desktop_chat.ui.chat.presenter import ChatPresenter
from desktop_chat.ui.chat.reading_position import ReadingPosition
from desktop_chat.ui.chat.status_bars import SHOW_KEY, KeyringBar, SessionKeyBar, StatusBarStack, StoreBar
from desktop_chat.ui.chat.tab_dialogs import TabDialogs
from desktop_chat.ui.chat.welcome import WelcomePage
from desktop_chat.ui.commands import Scope, command_of
from desktop_chat.ui.context import Context
from desktop_chat.ui.sidebar.conversation_list_model import title_of
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.widgets.qt_tasks import start_for, until_gone
from desktop_chat.ui.widgets.retranslation import Retranslated

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_chat.ui.chat.find_controller import FindController
    from desktop_chat.ui.chat.suspect_page import SuspectPage

__all__ = ["ChatTab", "TabState"]


class ChatTab(Retranslated, QWidget):
    """One conversation. Empty until ``load``; ended by ``aclose``, which stops a running reply and keeps its text."""

    state_changed = Signal(TabState)
    settings_requested = Signal(str)
    """A section of the settings."""
    key_requested = Signal(str)
    """The connection whose key is wanted."""
    conversation_requested = Signal(str)
    """A new conversation, with a text for its composer."""
    undo_offered = Signal(str, object)
    """What was just done, in words, and what takes it back."""
    scrolled = Signal()
    """The reader is at another place than when this was last told."""

    def __init__(self, context: Context, conversation_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._conversation_id = conversation_id
        self._session: ChatSession | None = None
        self._presenter: ChatPresenter | None = None
        self._model: TranscriptModel | None = None
        self._popups: ComposerPopups | None = None
        self._active = False
        self._tab_dialogs = TabDialogs(self, context)
        self._make_parts()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._fit()

    @property
    def session(self) -> ChatSession | None:
        """The session; None until the messages are read."""
        return self._session

    @property
    def composer(self) -> Composer:
        return self._composer

    @property
    def transcript(self) -> TranscriptView:
        return self._transcript

    @property
    def state(self) -> TabState:
        return self._presenter.state if self._presenter is not None else TabState.IDLE

    async def load(self) -> None:
        """Read the conversation and show it. A store that refuses shows a card in the tab, with Try again.

        A conversation that an earlier run hung or died on is not read: a card asks first.
        """
        if self._context.crash_guard.is_suspect(self._conversation_id):
            self._show_instead(self._suspect)
            return
        self._pages.setCurrentWidget(self.loading_page)
        try:
            messages = await self._context.messages_of(self._conversation_id)
        except StoreError as error:
            self._trouble.show_error(error)
            self._show_instead(self._trouble)
            return
        context = self._context
        if messages:
            await context.crash_guard.begin(self._conversation_id)
        self._session = ChatSession(
            self._conversation_id,
            messages,
            library=context.library,
            write_behind=context.write_behind,
            providers=context.providers,
            connections=context.connections,
            preferences=context.preferences,
        )
        self._show_session(self._session)
        context.crash_guard.rendered(self._conversation_id)

    def set_active(self, active: bool) -> None:
        """Say whether this is the tab that the person sees."""
        self._active = active
        if self._presenter is not None:
            self._presenter.set_active(active)

    def set_prompt(self, text: str) -> None:
        """Put a text in the composer; it is never sent by this."""
        self._composer.set_text(text)
        self._show_page()

    def scroll_place(self) -> ScrollPlace | None:
        """Where the reader is; None at the end."""
        return self._transcript.scroll_place()

    def restore_scroll_place(self, place: ScrollPlace | None) -> None:
        """Take the reader back there."""
        self._transcript.restore_scroll_place(place)

    def reading_area(self) -> QRect:
        """Where the conversation is, between bars and composer, without the scroll bar, in the tab's coordinates."""
        return self._pages.geometry().adjusted(0, 0, -self._transcript.verticalScrollBar().sizeHint().width(), 0)

    def stop(self) -> None:
        """Stop the running reply; what has come is kept."""
        if self._presenter is not None:
            self._presenter.stop()

    def focus_composer(self) -> None:
        """Stand where one writes, or on the welcome page where there is nothing to write to yet."""
        if self._composer.isVisibleTo(self):
            self._composer.edit.setFocus()
        elif self._is_welcoming:
            self._welcome.focus()

    def copy_last_reply(self) -> None:
        """Put the last reply on the clipboard."""
        if self._presenter is not None:
            self._presenter.copy_last_reply()

    def regenerate(self) -> None:
        """Ask the last question again."""
        if self._presenter is not None:
            self._presenter.regenerate_last()

    async def aclose(self) -> None:
        """Keep the draft, stop what runs, and return when its text is handed over for storing."""
        self._composer.flush_draft()
        if self._presenter is None and self._composer.text:
            self._context.library.add_to_draft(self._conversation_id, self._composer.text)
        if self._session is not None:
            await self._session.aclose()
        if self._presenter is not None:
            self._presenter.close()

    def retranslate(self) -> None:
        self._show_notice()
        if self._presenter is not None:
            self._presenter.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the composer has no use for moves through the conversation, and what the conversation has no use for is
        written."""
        if self._keys.press(event):
            event.accept()
        elif command_of(event, Scope.PART) == "leave" and self._transcript.find_session is not None:
            self.finding.close()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._composer.set_most_height(max(self._context.theme.px(60), int(self.height() * 0.4)))
        self._fit_below()

    def _show_session(self, session: ChatSession) -> None:
        self._model = TranscriptModel(session.path, alternatives=session.alternatives, parent=self)
        until_gone(self._model, session.events.add(self._model.on_event))
        self._transcript.set_model(self._model)
        self._model.rowsInserted.connect(self._refresh_above)
        presenter = ChatPresenter(self._context, session, self._composer, self)
        presenter.state_changed.connect(self.state_changed)
        presenter.settings_requested.connect(self.settings_requested)
        presenter.key_requested.connect(self.key_requested)
        presenter.conversation_requested.connect(self.conversation_requested)
        self._tab_dialogs.follow(presenter, open_settings=self._request_connections)
        presenter.deleted.connect(self._tell_deleted)
        presenter.editing_changed.connect(self._transcript.mark_edited)
        presenter.shown_changed.connect(self._show_page)
        presenter.bar_made.connect(self._put_above_composer)
        self._transcript.action_triggered.connect(presenter.act)
        self._popups = ComposerPopups(self._context, session, presenter, self._composer, self)
        self._popups.key_requested.connect(self.key_requested)
        self._popups.connections_requested.connect(self._request_connections)
        self._presenter = presenter
        presenter.set_active(self._active)
        self._show_page()

    def _show_page(self) -> None:
        """Show what there is to show: the messages, else the way to a first question, else the ways to a model."""
        if self._session is None or self._presenter is None:
            return
        connection = self._presenter.connection
        page: QWidget = self._transcript
        if not self._session.path:
            page = self._empty if connection is not None else self._welcome
        self._pages.setCurrentWidget(page)
        self._show_composer()
        self._key_bar.follow(connection.id if connection is not None else "")
        self._show_notice()

    def _show_notice(self) -> None:
        connection = self._presenter.connection if self._presenter is not None else None
        is_demo = connection is not None and connection.kind is ConnectionKind.DEMO
        notice = tr("Canned replies, no AI. Nothing leaves this computer") if is_demo else ""
        self._transcript.set_notice(notice)
        self._empty.show_for(demo=is_demo, notice=notice)

    def _choose_starter(self, text: str) -> None:
        """Begin a question in the composer; the demo's are whole, and asked."""
        self.set_prompt(text)
        self._composer.edit.setFocus()
        connection = self._presenter.connection if self._presenter is not None else None
        if self._presenter is not None and connection is not None and connection.kind is ConnectionKind.DEMO:
            self._presenter.send(text)

    def _begin_with(self, connection_id: str, model: str) -> None:
        if self._presenter is None:
            return
        self._composer.edit.setFocus()
        self._presenter.choose(connection_id, model)

    def _tell_deleted(self, count: int, undo: Callable[[], None]) -> None:
        self._show_page()
        self.undo_offered.emit(tr("%n message(s) deleted.", n=count), undo)

    def _is_last(self, message: Message) -> bool:
        return self._session is not None and bool(self._session.path) and self._session.path[-1].id == message.id

    def _lacks_v1(self) -> bool:
        return self._presenter is not None and self._presenter.lacks_v1

    def _refresh_above(self, _parent: QModelIndex, first: int, _last: int) -> None:
        """What was the last message is not so any more, and cannot go on."""
        if first > 0:
            self._transcript.resync(first - 1)

    def _save_copy(self) -> None:
        if self._session is not None and self._model is not None:
            self._tab_dialogs.save_copy(title_of(self._session.conversation), self._model, self._store_bar.note)

    def _show_instead(self, page: QWidget) -> None:
        """Show a page in place of the conversation; there is nothing to write to, unless something is written there."""
        self._pages.setCurrentWidget(page)
        self._composer.setVisible(self._composer.is_written_in)

    def _load_again(self) -> None:
        start_for(self, self._context.tasks, self.load(), "load again")

    # What most tabs never show is made when it is first needed.

    @cached_property
    def finding(self) -> FindController:
        """The search in this conversation, and its bar."""
        from desktop_chat.ui.chat.find_controller import FindController  # noqa: PLC0415  # kept out of the start

        return FindController(self._context.theme, self, self._rows, self._transcript)

    @cached_property
    def _welcome(self) -> WelcomePage:
        welcome = WelcomePage(self._context)
        welcome.connected.connect(self._begin_with)
        self._pages.addWidget(welcome)
        return welcome

    @cached_property
    def _suspect(self) -> SuspectPage:
        from desktop_chat.ui.chat.suspect_page import SuspectPage  # noqa: PLC0415  # kept out of the start

        page = SuspectPage(self._context, self._conversation_id)
        page.trusted.connect(self._load_again)
        self._pages.addWidget(page)
        return page

    @cached_property
    def _trouble(self) -> LoadErrorCard:
        trouble = LoadErrorCard(self._context.theme)
        trouble.retried.connect(self._load_again)
        self._pages.addWidget(trouble)
        return trouble

    @property
    def _is_welcoming(self) -> bool:
        return isinstance(self._pages.currentWidget(), WelcomePage)

    def _request_connections(self) -> None:
        self.settings_requested.emit("connections")

    def _make_parts(self) -> None:
        context = self._context
        self._composer = Composer(context.theme)
        self._composer.set_waiting(True)
        self._transcript = TranscriptView(context.theme, ErrorWords(self._is_last, self._lacks_v1))
        self._transcript.use_highlighting(context.highlighting)
        self._transcript.images.use_cache(context.images)
        ImageActions(self._transcript.images, context.make_image_loader(), context.tasks, context.theme, self)
        self._keys = KeyRouting(self._transcript, self._composer)
        self._files = DroppedFiles(self, self._composer, context.tasks)
        self._empty = EmptyState(context.theme)
        self.loading_page = LoadingPage()
        self._pages = QStackedWidget()
        for page in (self.loading_page, self._empty, self._transcript):
            self._pages.addWidget(page)
        self._store_bar = StoreBar(context, self)
        self._key_bar = SessionKeyBar(context, self)
        self._bars = StatusBarStack([self._store_bar, KeyringBar(context, self), self._key_bar])

    def _connect(self) -> None:
        self._key_bar.action_triggered.connect(self._act_on_key)
        self._key_bar.mark_changed.connect(self._composer.show_key_mark)
        self._composer.key_requested.connect(self._open_key)
        self._empty.starter_chosen.connect(self._choose_starter)
        self._store_bar.action_triggered.connect(self._save_copy)
        self._transcript.link_activated.connect(self._tab_dialogs.open_link)
        self._transcript.quote_requested.connect(self._composer.add_quote)
        self._transcript.fitted.connect(self._fit_below)
        preferences = self._context.preferences
        self._transcript.announcer.says_sentences = lambda: preferences.settings.announce_sentences
        ReadingPosition(self._transcript).changed.connect(self.scrolled)
        self._context.theme.changed.connect(self._fit)

    def _show_composer(self) -> None:
        """The welcome page stands alone, unless there is something to say already."""
        shown = not self._is_welcoming or bool(self._composer.text)
        if shown is self._composer.isVisibleTo(self):
            return
        had_focus = self._composer.isAncestorOf(self.focusWidget())
        self._composer.setVisible(shown)
        if had_focus and not shown:
            self._welcome.focus()

    def _act_on_key(self, action: str) -> None:
        if action == SHOW_KEY:
            self._open_key()

    def _open_key(self) -> None:
        if self._presenter is not None and self._presenter.connection is not None:
            self.key_requested.emit(self._presenter.connection.id)

    def _lay_out(self) -> None:
        self._above = QHBoxLayout()
        self._above.addWidget(self._bars)
        self._below = QHBoxLayout()
        self._asking: list[QWidget] = []
        self._writing = QVBoxLayout()
        self._writing.addWidget(self._composer)
        self._below.addLayout(self._writing)
        rows = self._rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(self._above)
        rows.addWidget(self._pages, 1)
        rows.addLayout(self._below)

    def _put_above_composer(self, bar: QWidget) -> None:
        self._asking.append(bar)
        self._writing.insertWidget(0, bar)
        self._fit()

    def _fit(self) -> None:
        self._writing.setSpacing(self._context.theme.px(8))
        self._fit_below()

    def _fit_below(self) -> None:
        """Put bars and composer above and below the transcript's column, which makes room for a scroll bar."""
        room = self.width() - self._transcript.width() + self._transcript.viewport().width()
        left, width = self._context.theme.column_in(room)
        right, px = self.width() - left - width, self._context.theme.px
        self._bars.setContentsMargins(left, px(8), right, 0)
        self._below.setContentsMargins(left, 0, right, px(20))
