"""A tab of the window: a loading page, then the conversation's page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
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
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.widgets.qt_tasks import start_for, until_gone
from desktop_chat.ui.widgets.retranslation import Retranslated

if TYPE_CHECKING:
    from desktop_chat.core.attachments import Attachment
    from desktop_chat.ui.chat.suspect_page import SuspectPage

_SLICE_S = 0.005
"""How long messages may be laid out in one turn of the loop before they are shown."""


class ChatTab(Retranslated, ChatFrame):
    """A view of a conversation. Typing is possible at once, sending after `load`. Call `close_view` at the end."""

    state_changed = Signal(TabState)
    opened = Signal()
    """The conversation was loaded and is shown."""

    def __init__(self, context: Context, conversation_id: str, parent: QWidget | None = None) -> None:
        super().__init__(context, conversation_id, parent)
        self.page: ChatPage | None = None
        """The conversation's page, once it is loaded."""
        self._active = False
        self._stored_draft: tuple[str, tuple[Attachment, ...]] | None = None
        """The conversation's draft without what was typed and attached here before it was loaded."""
        self._view = context.sessions.view(conversation_id)
        self.loading_page = LoadingPage(self.pages)
        self.pages.addWidget(self.loading_page)
        self.pages.setCurrentWidget(self.loading_page)

    @property
    def session(self) -> ChatSession | None:
        """The session; None until the messages are loaded."""
        return self.page.session if self.page is not None else None

    @property
    def state(self) -> TabState:
        return self.page.presenter.state if self.page is not None else TabState.IDLE

    async def load(self) -> None:
        """Load the conversation and show it; on a store error show a card with Retry.

        A conversation that made an earlier run hang or crash is not loaded: a card asks first.
        """
        crash_guard = self._context.crash_guard
        if crash_guard.is_suspect(self.conversation_id):
            self._show_instead(self._suspect)
            return
        self.pages.setCurrentWidget(self.loading_page)
        try:
            session = await self._view.load()
        except StoreError as error:
            self._load_error.show_error(error)
            self._show_instead(self._load_error)
            return
        self._follow(session)
        if session.path:
            await crash_guard.begin(self.conversation_id)
            await self._lay_out_ahead()
        self._open(session)
        crash_guard.rendered(self.conversation_id)

    def set_active(self, active: bool) -> None:
        """Set whether this is the active tab."""
        self._active = active
        if self.page is not None:
            self.page.presenter.set_active(active)

    def set_prompt(self, text: str) -> None:
        """Put a text into the composer, unsent."""
        self.composer.set_text(text)

    def scroll_place(self) -> ScrollPlace | None:
        """Return the scroll position; None at the end."""
        return self.transcript.scroll_place()

    def folded(self) -> tuple[str, ...]:
        """Return the ids of the messages whose summary is folded away."""
        return self.transcript.folded()

    def restore_scroll_place(self, place: ScrollPlace | None, folded: Collection[str] = ()) -> None:
        """Fold these summaries away, and scroll to a position from `scroll_place`."""
        self.transcript.restore_scroll_place(place, folded)

    def show_message(self, message_id: str, words: str = "") -> None:
        """Go to a message on any path; where there are `words`, find and mark them in it."""
        if self.session is not None and all(message.id != message_id for message in self.session.path):
            self.session.show_alternative(message_id)
        if words:
            self.finding.show(message_id, words)
        else:
            self.transcript.show_message(message_id)

    def focus_composer(self) -> None:
        """Focus the composer, or the welcome page if the composer is hidden."""
        shown = self.pages.currentWidget()
        if self.composer.isVisibleTo(self):
            self.composer.edit.setFocus()
        elif isinstance(shown, WelcomePage):
            shown.focus()

    def keep_draft(self) -> None:
        """Save the draft, even if the page is not loaded yet."""
        library = self._context.library
        self.composer.flush_draft()
        if self.page is None and self.composer.is_used and self.conversation_id in library:
            if self._stored_draft is None:
                conversation = library[self.conversation_id]
                self._stored_draft = conversation.draft, conversation.draft_attachments
            text, attachments = self._stored_draft
            library.set_draft(self.conversation_id, text + self.composer.text, attachments + self.composer.attached)

    def close_view(self) -> None:
        """Leave the conversation and stop its reply, which is what closing a tab means."""
        self.leave()
        if self.page is not None:
            self.page.session.cancel()

    def leave(self) -> None:
        """Save the draft and close the view; a running reply continues."""
        self.keep_draft()
        self._view.close()
        if self.page is not None:
            self.page.close()

    def retranslate(self) -> None:
        if self.page is not None and self.conversation_id in self._context.library:  # not a blank one that was closed
            self.page.retranslate()

    def _follow(self, session: ChatSession) -> None:
        model = TranscriptModel(
            session.path, alternatives=session.alternatives, reply=lambda: session.reply, parent=self
        )
        until_gone(model, session.events.add(model.on_event))
        self.transcript.set_model(model)
        model.rowsInserted.connect(self._refresh_above)

    def _refresh_above(self, _parent: QModelIndex, first: int, _last: int) -> None:
        """Refresh the message above new ones: it is no longer the last, so it cannot be continued."""
        if first > 0:
            self.transcript.resync(first - 1)

    async def _lay_out_ahead(self) -> None:
        """Lay out what will be in view, in slices, while the loading page still is."""
        late = time.perf_counter() + _SLICE_S
        try:
            for _ in self.transcript.laid_out_ahead(self.reading_area().size()):
                if time.perf_counter() > late:
                    await asyncio.sleep(0)
                    late = time.perf_counter() + _SLICE_S
        except Exception as error:  # noqa: BLE001  (a bug, which must not keep the conversation from being opened)
            report = {"message": f"laying out {self.conversation_id[:8]} failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(report)

    def _open(self, session: ChatSession) -> None:
        if self._stored_draft is not None:  # the page adds what is in the composer
            self._context.library.set_draft(self.conversation_id, *self._stored_draft)
        page = self.page = ChatPage(self._context, session, self)
        page.state_changed.connect(self.state_changed)
        page.presenter.set_active(self._active)
        if session.running:
            self.state_changed.emit(self.state)
        self.opened.emit()

    def _show_instead(self, page: QWidget) -> None:
        """Show a page instead of the conversation; hide the composer unless something is written or attached."""
        self.pages.setCurrentWidget(page)
        self.composer.setVisible(self.composer.is_used)

    def _load_again(self) -> None:
        start_for(self, self._context.tasks, self.load(), "load again")

    @cached_property
    def _suspect(self) -> SuspectPage:
        from desktop_chat.ui.chat.suspect_page import SuspectPage  # noqa: PLC0415  # not needed at startup

        page = SuspectPage(self._context, self.conversation_id)
        page.trusted.connect(self._load_again)
        self.pages.addWidget(page)
        return page

    @cached_property
    def _load_error(self) -> LoadErrorCard:
        card = LoadErrorCard(self._context.theme)
        card.retried.connect(self._load_again)
        self.pages.addWidget(card)
        return card
