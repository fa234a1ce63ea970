"""Tells the desktop of replies and batches that end while nobody looks at them, until somebody does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from desktop_chat.core.batch_runs import BatchEnded
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
    """Has a notification shown, the window ask for attention, and the application's icon count. What the user stopped
    is no news."""

    def __init__(self, context: Context, tabs: TabManager, notifier: Notifier | None) -> None:
        """Without a `notifier`, only the window and the icon tell."""
        super().__init__(tabs)
        self._context = context
        self._tabs = tabs
        self._notifier = notifier
        self._unseen: set[str] = set()
        """Conversations and batches."""
        until_gone(self, context.sessions.ended.add(self._on_ended))
        until_gone(self, context.sessions.asking.add(self._on_asking))
        until_gone(self, context.library.events.add(self._on_library_event))
        until_gone(self, context.batch_runs.ended.add(self._on_batch_ended))
        tabs.activated.connect(self._look)
        tabs.state_changed.connect(self._forget_closed)
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

    def _on_batch_ended(self, ended: BatchEnded) -> None:
        from desktop_chat.core.batch_progress import RowState  # noqa: PLC0415  (few sessions have batches)

        has_failed = ended.early is not None or ended.batch.progress.counts[RowState.FAILED] > 0
        if self._is_news(Status.FAILED if has_failed else Status.COMPLETE):
            self._tell(ended.batch.job.id, lambda: _words_for_batch(ended, is_failure=has_failed))

    def _tell(self, conversation_id: str, words: Callable[[], Notification]) -> None:
        if conversation_id in self._looked_at():
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
            self._forget(self._looked_at())

    def _looked_at(self) -> set[str]:
        """Return the conversations in view in the window that the user uses now, or behind one of its dialogs, and the
        batch there."""
        window = _window_in_use()
        if window is None:
            return set()
        found = {frame.conversation_id for frame in window.findChildren(ChatFrame) if frame.isVisible()}
        return found | ({self._tabs.current_id} if self._tabs.isVisible() and window is self._tabs.window() else set())

    def _forget_closed(self, tab_id: str) -> None:
        """Take back what was told of a batch whose tab was closed: there is nothing left to look at."""
        if tab_id not in self._context.library and tab_id not in self._tabs.ids:
            self._forget({tab_id})

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


def _words_for_batch(ended: BatchEnded, *, is_failure: bool) -> Notification:
    from desktop_chat.ui.text import batch_text  # noqa: PLC0415  (few sessions have batches)

    batch = ended.batch
    words = f"{batch.job.name}\n{batch_text.outcome(batch.progress, ended.early)}"
    title = tr("Batch finished") if ended.early is None else tr("Batch ended early")
    return Notification(batch.job.id, "", title, words, tr("Open"), is_failure)


def _window_in_use() -> QWidget | None:
    """Return the window that the user uses now, or the one behind its dialogs."""
    window: QWidget | None = QApplication.activeWindow()
    while window is not None and (parent := window.parentWidget()) is not None:
        window = parent.window()
    return window


def application() -> QApplication:
    """Return the application object."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)  # noqa: S101  (there are windows)
    return app


def _beginning_of(text: str) -> str:
    line = " ".join(text[: 4 * _MAX_TEXT].split())
    return line if len(line) <= _MAX_TEXT else f"{line[:_MAX_TEXT]}…"
