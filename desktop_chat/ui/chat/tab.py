"""What the window puts in a tab: a conversation while it is being read, and its page from then on."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_chat.core.errors import StoreError
from desktop_chat.core.session import ChatSession
from desktop_chat.core.workspace import ScrollPlace
from desktop_chat.ui.chat.frame import ChatFrame
from desktop_chat.ui.chat.load_error import LoadErrorCard
from desktop_chat.ui.chat.loading_page import LoadingPage
from desktop_chat.ui.chat.page import ChatPage
from desktop_chat.ui.chat.welcome import WelcomePage
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated

if TYPE_CHECKING:
    from desktop_chat.ui.chat.suspect_page import SuspectPage


class ChatTab(Retranslated, ChatFrame):
    """A view of one conversation. One can write in it at once, and send after ``load``; ended by ``close_view``."""

    state_changed = Signal(TabState)
    opened = Signal()
    """The conversation is read and shown."""

    def __init__(self, context: Context, conversation_id: str, parent: QWidget | None = None) -> None:
        super().__init__(context, conversation_id, parent)
        self.page: ChatPage | None = None
        """What shows the conversation, once it is read."""
        self._active = False
        self._view = context.sessions.view(conversation_id)
        self.loading_page = LoadingPage()
        self.pages.addWidget(self.loading_page)
        self.pages.setCurrentWidget(self.loading_page)

    @property
    def session(self) -> ChatSession | None:
        """The session; None until the messages are read."""
        return self.page.session if self.page is not None else None

    @property
    def state(self) -> TabState:
        return self.page.presenter.state if self.page is not None else TabState.IDLE

    async def load(self) -> None:
        """Read the conversation and show it. A store that refuses shows a card in the tab, with Try again.

        A conversation that an earlier run hung or died on is not read: a card asks first.
        """
        crash_guard = self._context.crash_guard
        if crash_guard.is_suspect(self.conversation_id):
            self._show_instead(self._suspect)
            return
        self.pages.setCurrentWidget(self.loading_page)
        try:
            session = await self._view.load()
        except StoreError as error:
            self._trouble.show_error(error)
            self._show_instead(self._trouble)
            return
        if session.path:
            await crash_guard.begin(self.conversation_id)
        self._open(session)
        crash_guard.rendered(self.conversation_id)

    def set_active(self, active: bool) -> None:
        """Say whether this is the tab that the person sees."""
        self._active = active
        if self.page is not None:
            self.page.presenter.set_active(active)

    def set_prompt(self, text: str) -> None:
        """Put a text in the composer; it is never sent by this."""
        self.composer.set_text(text)

    def scroll_place(self) -> ScrollPlace | None:
        """Where the reader is; None at the end."""
        return self.transcript.scroll_place()

    def restore_scroll_place(self, place: ScrollPlace | None) -> None:
        """Take the reader back there."""
        self.transcript.restore_scroll_place(place)

    def show_found(self, message_id: str, words: str) -> None:
        """Go to a message that a search of all conversations found, on whichever path it is, and mark the words."""
        if self.session is not None and all(message.id != message_id for message in self.session.path):
            self.session.show_alternative(message_id)
        self.finding.show(message_id, words)

    def focus_composer(self) -> None:
        """Stand where one writes, or on the welcome page where there is nothing to write to yet."""
        shown = self.pages.currentWidget()
        if self.composer.isVisibleTo(self):
            self.composer.edit.setFocus()
        elif isinstance(shown, WelcomePage):
            shown.focus()

    def keep_draft(self) -> None:
        """Keep what is written now, also where there was no page yet to keep it."""
        library = self._context.library
        self.composer.flush_draft()
        if self.page is None and self.composer.text and self.conversation_id in library:
            library.add_to_draft(self.conversation_id, self.composer.text)

    def close_view(self) -> None:
        """Keep the draft, show the conversation no more, and stop its reply: a person who closes a tab means that."""
        self.keep_draft()
        self._view.close()
        if self.page is not None:
            self.page.close()
            self.page.session.cancel()

    def retranslate(self) -> None:
        if self.page is not None:
            self.page.retranslate()

    def _open(self, session: ChatSession) -> None:
        page = self.page = ChatPage(self._context, session, self)
        page.state_changed.connect(self.state_changed)
        page.presenter.set_active(self._active)
        if session.running:
            self.state_changed.emit(self.state)
        self.opened.emit()

    def _show_instead(self, page: QWidget) -> None:
        """Show a page in place of the conversation; there is nothing to write to, unless something is written there."""
        self.pages.setCurrentWidget(page)
        self.composer.setVisible(self.composer.is_written_in)

    def _load_again(self) -> None:
        start_for(self, self._context.tasks, self.load(), "load again")

    @cached_property
    def _suspect(self) -> SuspectPage:
        from desktop_chat.ui.chat.suspect_page import SuspectPage  # noqa: PLC0415  # kept out of the start

        page = SuspectPage(self._context, self.conversation_id)
        page.trusted.connect(self._load_again)
        self.pages.addWidget(page)
        return page

    @cached_property
    def _trouble(self) -> LoadErrorCard:
        trouble = LoadErrorCard(self._context.theme)
        trouble.retried.connect(self._load_again)
        self.pages.addWidget(trouble)
        return trouble
