"""Shows what a conversation used and cost: under each reply, and as a running total at the composer."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import QObject

from desktop_chat.core.conversation_usage import ConversationUsage
from desktop_chat.core.usage_ledger import UsageSum
from desktop_chat.ui.chat.frame import ChatFrame
from desktop_chat.ui.chat.usage_popup import UsagePopup
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.money_text import usage_rows
from desktop_chat.ui.widgets.qt_tasks import start_for


class UsageDisplay(QObject):
    """Belongs to the page of an open conversation. Call `close` at the end."""

    def __init__(self, context: Context, frame: ChatFrame) -> None:
        super().__init__(frame)
        self._context = context
        self._frame = frame
        self._usage = ConversationUsage(context.ledger, frame.conversation_id)
        self._usage.changed.add(self._show_total)
        frame.words.usage_of = self._usage.of
        frame.composer.usage_button.clicked.connect(self._open)
        start_for(frame, context.tasks, self._load(), "read what a conversation used")

    def close(self) -> None:
        """Stop following."""
        self._usage.close()

    async def _load(self) -> None:
        await self._usage.load()
        if self._usage.total.requests:
            self._frame.transcript.page.resync_seen()

    def _show_total(self, total: UsageSum) -> None:
        self._frame.composer.usage_button.show_used(total)
        if self._popup_if_open is not None:
            self._popup_if_open.show_rows(usage_rows(total))

    def _open(self) -> None:
        self._popup.open_for(self._frame.composer.usage_button, usage_rows(self._usage.total))

    @property
    def _popup_if_open(self) -> UsagePopup | None:
        popup: UsagePopup | None = self.__dict__.get("_popup")
        return popup if popup is not None and popup.isVisible() else None

    @cached_property
    def _popup(self) -> UsagePopup:
        return UsagePopup(self._context.theme, self._frame)
