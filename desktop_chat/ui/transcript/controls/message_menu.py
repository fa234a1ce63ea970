"""The menu entries for a whole message: by right click, by the "More" button, or by the keyboard."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from desktop_chat.core.entities import Message, Role
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.selection.clipboard import Clipboard
from desktop_chat.ui.transcript.transcript_page import TranscriptPage


class MessageMenu(QObject):
    """Fills menus for the messages of one transcript."""

    action_triggered = Signal(str, str)
    quote_requested = Signal(str)

    def __init__(self, page: TranscriptPage, clipboard: Clipboard) -> None:
        super().__init__(page)
        self._page = page
        self._clipboard = clipboard

    def fill(self, menu: QMenu, message_id: str) -> None:
        """Add what can be done with a message; what would change the path is disabled while a reply runs."""
        message = self._page.model.message(message_id)
        if message is None:
            return
        self._add_text_actions(menu, message)
        menu.addSeparator()
        idle = not self._page.running_places()
        if message.role is Role.USER:
            self._add(menu, tr("Edit"), "edit", message_id, enabled=idle)
        if message.role is Role.ASSISTANT:
            self._add(menu, tr("Regenerate"), "regenerate", message_id, enabled=idle)
            self._add(menu, tr("Regenerate with..."), "regenerate_with", message_id, enabled=idle)
            self._add(menu, tr("Inspect request..."), "inspect", message_id, enabled=True)
        self._add(menu, tr("Export..."), "export", message_id, enabled=True)
        self._add(menu, tr("Delete"), "delete", message_id, enabled=idle)

    def _add_text_actions(self, menu: QMenu, message: Message) -> None:
        copy = self._clipboard.put_message
        for words, do in (
            (tr("Copy"), partial(copy, message.id, markdown=False)),
            (tr("Copy as Markdown"), partial(copy, message.id, markdown=True)),
            (tr("Copy as rich text"), partial(self.action_triggered.emit, "copy_rich", message.id)),
            (tr("Quote in composer"), partial(self._quote, message.id)),
        ):
            action = menu.addAction(words)
            action.triggered.connect(lambda _checked=False, do=do: do())
            action.setEnabled(bool(message.text or message.tool_calls or message.attachments))

    def _quote(self, message_id: str) -> None:
        """Quote the selection, or else the whole message."""
        message = self._page.model.message(message_id)
        selected = self._clipboard.copier.text(markdown=True)
        if message is not None:
            self.quote_requested.emit(selected or message.text)

    def _add(self, menu: QMenu, words: str, name: str, message_id: str, *, enabled: bool) -> None:
        action = menu.addAction(words)
        action.triggered.connect(lambda _checked=False: self.action_triggered.emit(name, message_id))
        action.setEnabled(enabled)
