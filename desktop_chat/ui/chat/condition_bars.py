"""The bars of a tab about unsaved data: conversations, or the key of the current connection."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_chat.core.errors import StoreError
from desktop_chat.core.library_events import StoreFailed, StoreRecovered, WriteEvent
from desktop_chat.core.ports import SecretStatus
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.condition_bar import ConditionBar, Words
from desktop_chat.ui.widgets.qt_tasks import until_gone

SHOW_KEY = "show_key"
DISMISS = "dismiss"
SAVE_COPY = "save_copy"


class SessionKeyBar(ConditionBar):
    """Shown while the key of the current connection is only in memory. Dismissing it, for this connection and run,
    leaves a mark beside the connection's name instead."""

    mark_changed = Signal(bool)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, "warning", self._told, parent)
        self._secrets = context.secrets
        self._connection_id = ""
        self._dismissed = context.dismissed_key_bars
        until_gone(self, context.secrets.listen(self._update))
        self.action_triggered.connect(self._act)

    def follow(self, connection_id: str) -> None:
        """Show the state of this connection's key."""
        self._connection_id = connection_id
        self._update(self._secrets.status)

    @staticmethod
    def _told() -> Words:
        text = tr("The key is kept only until you quit because the keyring did not save it.")
        return text, [(SHOW_KEY, tr("Enter API key...")), (DISMISS, tr("Close"))]

    def _update(self, _status: SecretStatus) -> None:
        for_session = self._secrets.is_in_memory(self._connection_id)
        dismissed = self._connection_id in self._dismissed
        self.set_wanted(for_session and not dismissed)
        self.mark_changed.emit(for_session and dismissed)

    def _act(self, action_id: str) -> None:
        if action_id == DISMISS:
            self._dismissed.add(self._connection_id)
            self._update(self._secrets.status)


class StoreBar(ConditionBar):
    """Shown while something could not be saved; it is kept in memory, and saving is retried."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, "danger", self._told, parent)
        self._error: StoreError | None = None
        self._note: Callable[[], str] | None = None
        until_gone(self, context.write_behind.events.add(self._on_event))

    def note(self, words: Callable[[], str]) -> None:
        """Show the result of saving a copy, until the error is gone."""
        self._note = words
        self.retranslate()

    def _told(self) -> Words:
        problem = sentence(self._error) if self._error is not None else ""
        text = tr("{problem} What you see is kept in memory, and saving will be retried.", problem=problem)
        if self._note is not None:
            text = tr("{notice} {note}", notice=text, note=self._note())
        return text, [(SAVE_COPY, tr("Save a copy..."))]

    def _on_event(self, event: WriteEvent) -> None:
        match event:
            case StoreFailed(error):
                self._error = error
                self.retranslate()
                self.set_wanted(True)
            case StoreRecovered():
                self._error = self._note = None
                self.set_wanted(False)
