"""Shows what a conversation used and cost: under each reply, and at the composer with the context meter."""

from __future__ import annotations

import asyncio
from functools import cached_property

from PySide6.QtCore import QObject, Signal

from desktop_chat.core.context_use import ContextUse, tokens_used
from desktop_chat.core.conversation_usage import ConversationUsage
from desktop_chat.core.events import PathChanged, ReplyEnded, SessionEvent
from desktop_chat.core.library_events import ConversationChanged, LibraryEvent
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Settings
from desktop_chat.core.usage_ledger import UsageSum
from desktop_chat.ui.chat.frame import ChatFrame
from desktop_chat.ui.chat.usage_button import rows_of
from desktop_chat.ui.chat.usage_popup import UsagePopup
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.money_text import percent
from desktop_chat.ui.text.price_list import price_table
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.qt_tasks import start_for


class UsageDisplay(QObject):
    """Belongs to the page of an open conversation. While a reply streams, it does nothing. Call `close` at the end."""

    summary_wanted = Signal()
    """The earlier messages are to be summarised."""

    def __init__(self, context: Context, session: ChatSession, frame: ChatFrame) -> None:
        super().__init__(frame)
        self._context = context
        self._session = session
        self._frame = frame
        self._button = frame.composer.usage_button
        self._usage = ConversationUsage(context.ledger, session.conversation_id)
        self._used = ContextUse()
        self._target: tuple[str, str] | None = None
        """The connection and model that the window was looked up for."""
        self._measurements = 0
        self._prices = context.preferences.settings.prices
        self._removers = [
            self._usage.changed.add(self._show_total),
            session.events.add(self._on_event),
            context.library.events.add(self._on_library_event),
            context.preferences.changed.add(self._on_settings),
        ]
        frame.words.usage_of = self._usage.of
        self._button.clicked.connect(self._open)
        start_for(frame, context.tasks, self._load(), "read what a conversation used")

    def close(self) -> None:
        """Stop following."""
        self._usage.close()
        for remove in self._removers:
            remove()

    async def _load(self) -> None:
        await self._usage.load()
        if self._usage.total.requests:
            self._frame.transcript.page.resync_seen()
        await self._measure()

    def _on_event(self, event: SessionEvent) -> None:
        if isinstance(event, ReplyEnded | PathChanged):
            self._measure_soon()

    def _on_library_event(self, event: LibraryEvent) -> None:
        if not isinstance(event, ConversationChanged) or event.conversation.id != self._session.conversation_id:
            return
        options = event.conversation.options
        if (options.connection_id, options.model) != self._target and self._target is not None:
            self._measure_soon()

    def _on_settings(self, settings: Settings) -> None:
        if settings.prices is not self._prices:
            self._prices = settings.prices
            self._measure_soon()

    def _measure_soon(self) -> None:
        start_for(self._frame, self._context.tasks, self._measure(), "measure the context")

    async def _measure(self) -> None:
        """Find out how much of the window is used; estimates of long conversations take longer than a frame."""
        if self._is_gone():
            return
        self._measurements += 1
        number = self._measurements
        session, options = self._session, self._session.conversation.options
        self._target = (options.connection_id, options.model)
        sent = session.sent

        def count() -> tuple[int, bool]:
            session.tokens_in(sent)  # the size of the next request is then known at once
            return tokens_used(sent, options.system_prompt, self._usage.last_request, session.tokens_in)

        tokens, is_estimate = await asyncio.to_thread(count) if sent else (0, False)
        prices = await asyncio.to_thread(price_table, self._context.preferences.settings.prices)
        if number != self._measurements or self._is_gone():
            return  # a later one is under way
        connection = self._context.connections.get(options.connection_id)
        host = connection.base_url if connection is not None else ""
        own, listed = (look_up(host, options.model) for look_up in (prices.own_window_of, prices.window_of))
        session.note_window(options.model, own or listed)
        self._show_context(ContextUse(tokens, own or session.context_window, is_estimate))

    def _is_gone(self) -> bool:
        """Return whether this was a new conversation, or one just deleted, that was left meanwhile."""
        return self._session.conversation_id not in self._context.library

    def _show_context(self, used: ContextUse) -> None:
        comes_near = used.is_near_end and not self._used.is_near_end
        self._used = used
        self._show_total(self._usage.total)
        if comes_near:
            announce(self._button, tr("{percent} of the context", percent=percent(used.share)))

    def _show_total(self, total: UsageSum) -> None:
        self._button.show_used(total, self._used)
        popup = self.__dict__.get("_popup")
        if isinstance(popup, UsagePopup) and popup.isVisible():
            popup.show_rows(rows_of(total, self._used))
            popup.summarise.setVisible(self._can_summarise())

    def _can_summarise(self) -> bool:
        return not self._session.running and self._session.can_summarise()

    def _open(self) -> None:
        self._popup.summarise.setVisible(self._can_summarise())
        self._popup.open_for(self._button, rows_of(self._usage.total, self._used))

    @cached_property
    def _popup(self) -> UsagePopup:
        popup = UsagePopup(self._context.theme, self._frame)
        popup.summarise.clicked.connect(popup.close)
        popup.summarise.clicked.connect(self.summary_wanted)
        popup.all_button.clicked.connect(popup.close)
        popup.all_button.clicked.connect(self._context.navigator.open_usage)
        return popup
