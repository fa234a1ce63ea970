"""Tells the desktop of replies that end while nobody looks at their conversation, until somebody does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from desktop_chat.core.entities import Message, Status
from desktop_chat.core.library_events import ConversationChanged, ConversationsRemoved, LibraryEvent
from desktop_chat.core.ports import Notification, Notifier
from desktop_chat.ui.chat.frame import ChatFrame
from desktop_chat.ui.context import Context
from desktop_chat.ui.tabs.tab_manager import TabManager
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.qt_tasks import until_gone

if TYPE_CHECKING:  # few replies have calls
    from desktop_chat.core.running_call import RunningCall

_FAILED = frozenset({Status.FAILED, Status.INTERRUPTED})
_MAX_TEXT = 200
"""Characters of a reply that a notification shows, where that is allowed."""


class ReplyNotifications(QObject):
    """Has a notification shown, the window ask for attention, and the application's icon count. A reply that the user
    stopped is no news."""

    def __init__(self, context: Context, tabs: TabManager, notifier: Notifier | None) -> None:
        """Without a `notifier`, only the window and the icon tell."""
        super().__init__(tabs)
        self._context = context
        self._tabs = tabs
        self._notifier = notifier
        self._unseen: set[str] = set()
        until_gone(self, context.sessions.ended.add(self._on_ended))
        until_gone(self, context.sessions.asking.add(self._on_asking))
        until_gone(self, context.library.events.add(self._on_library_event))
        tabs.activated.connect(self._look)
        application().focusWindowChanged.connect(self._look)

    def _on_ended(self, message: Message) -> None:
        is_for_later = message.summary is not None and message.status is Status.COMPLETE
        if self._is_news(message.status) and not is_for_later:
            self._tell(message.conversation_id, lambda: self._words_for(message))

    def _on_asking(self, asked: tuple[str, RunningCall]) -> None:
        """A reply cannot go on without the user: told unless notifications are off."""
        conversation_id, call = asked
        if self._context.preferences.settings.notifications != "off":
            self._tell(conversation_id, lambda: self._request_for(conversation_id, call))

    def _tell(self, conversation_id: str, words: Callable[[], Notification]) -> None:
        if conversation_id in looked_at():
            return
        self._unseen.add(conversation_id)
        if self._notifier is not None:
            self._notifier.show(words())
        QApplication.alert(self._tabs.window())
        self._show_count()

    def _request_for(self, conversation_id: str, call: RunningCall) -> Notification:
        from desktop_chat.ui.transcript.calls.call_text import request_words  # noqa: PLC0415  (few replies have calls)

        conversation = self._context.library[conversation_id]
        words = f"{title_of(conversation)}\n{request_words(call)}"
        return Notification(conversation_id, conversation.leaf_id or "", tr("Approval needed"), words, tr("Open"))

    def _is_news(self, status: Status) -> bool:
        wanted = self._context.preferences.settings.notifications
        return status in _FAILED if wanted == "failed" else wanted == "all" and status is not Status.CANCELLED

    def _words_for(self, message: Message) -> Notification:
        words = [title_of(self._context.library[message.conversation_id])]
        if message.failure is not None:
            words.append(sentence(message.failure, model=message.model, connection=message.connection_name))
        elif self._context.preferences.settings.notification_text:
            words.append(_beginning_of(message.text))
        is_failure = message.status in _FAILED
        title = tr("Reply failed") if is_failure else tr("Reply finished")
        if message.status is Status.INTERRUPTED:
            title = tr("Reply interrupted")
        return Notification(message.conversation_id, message.id, title, "\n".join(words), tr("Open"), is_failure)

    def _look(self, *_: object) -> None:
        """Take back what is looked at now."""
        if self._unseen:
            self._forget(looked_at())

    def _forget(self, conversation_ids: set[str]) -> None:
        for conversation_id in self._unseen & conversation_ids:
            self._unseen.remove(conversation_id)
            self._show_count()
            if self._notifier is not None:
                self._notifier.withdraw(conversation_id)

    def _on_library_event(self, event: LibraryEvent) -> None:
        match event:
            case ConversationsRemoved(conversation_ids):
                self._forget(set(conversation_ids))
            case ConversationChanged(conversation) if conversation.trashed_at is not None:
                self._forget({conversation.id})

    def _show_count(self) -> None:
        if application().desktopFileName():  # what Qt counts on; without it, it only warns
            application().setBadgeNumber(len(self._unseen))


def looked_at() -> set[str]:
    """Return the conversations in view in the window that the user uses now, or behind one of its dialogs."""
    window: QWidget | None = QApplication.activeWindow()
    while window is not None and (parent := window.parentWidget()) is not None:
        window = parent.window()
    if window is None:
        return set()
    return {frame.conversation_id for frame in window.findChildren(ChatFrame) if frame.isVisible()}


def application() -> QApplication:
    """Return the application object."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)  # noqa: S101  (there are windows)
    return app


def _beginning_of(text: str) -> str:
    line = " ".join(text[: 4 * _MAX_TEXT].split())
    return line if len(line) <= _MAX_TEXT else f"{line[:_MAX_TEXT]}…"
