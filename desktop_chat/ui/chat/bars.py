"""The bars of a tab: what the keyring, a key for this session only, and the store have to say."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_chat.core.errors import StoreError
from desktop_chat.core.library_events import RecorderEvent, StoreFailed, StoreRecovered
from desktop_chat.core.ports import SecretState, SecretStatus
from desktop_chat.ui.context import Context
from desktop_chat.ui.error_text import sentence
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.notice_bar import NoticeBar
from desktop_chat.ui.owned_tasks import until_gone

CANCEL = "cancel"
SHOW_KEY = "show_key"
SAVE_COPY = "save_copy"


class BarRow(QHBoxLayout):
    """A row that takes no room, not even for its margins, while nothing in it is shown."""

    def sizeHint(self) -> QSize:
        return QSize() if self.isEmpty() else super().sizeHint()

    def minimumSize(self) -> QSize:
        return QSize() if self.isEmpty() else super().minimumSize()


class KeyringBar(NoticeBar):
    """Stays while the keyring is waited for, and lets the person give up on it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, kind="waiting", parent=parent)
        self._secrets = context.secrets
        self.action_triggered.connect(self._cancel)
        until_gone(self, self._secrets.listen(self._show_status))
        self.retranslate()
        self._show_status(self._secrets.status)

    def retranslate(self) -> None:
        self.set_text(tr("Waiting for your keyring. It may be asking for your password in another window."))
        self.set_actions([(CANCEL, tr("Cancel"))])

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _show_status(self, status: SecretStatus) -> None:
        self.setVisible(status.state is SecretState.WAITING)

    def _cancel(self, _action_id: str) -> None:
        self._secrets.cancel_waiting()


class SessionKeyBar(NoticeBar):
    """Stays while the key of the connection in use is kept in memory only."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, kind="warning", parent=parent)
        self._secrets = context.secrets
        self._connection_id = ""
        until_gone(self, context.secrets.listen(self._look_again))
        self.retranslate()
        self.hide()

    def follow(self, connection_id: str) -> None:
        """Speak of this connection's key from now on."""
        self._connection_id = connection_id
        self._look_again(self._secrets.status)

    def retranslate(self) -> None:
        self.set_text(tr("The key is kept until you quit, because the keyring did not take it."))
        self.set_actions([(SHOW_KEY, tr("Open API key"))])

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _look_again(self, _status: SecretStatus) -> None:
        self.setVisible(self._secrets.is_for_session(self._connection_id))


class StoreBar(NoticeBar):
    """Stays while something could not be saved; what is on the screen is kept, and saving is tried again."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, kind="danger", parent=parent)
        self._error: StoreError | None = None
        self._note: Callable[[], str] | None = None
        until_gone(self, context.recorder.events.add(self._on_event))
        self.hide()

    def retranslate(self) -> None:
        if self._error is None:
            return
        text = tr("{problem} What you see is kept here, and saving is tried again.", problem=sentence(self._error))
        self.set_text(tr("{notice} {note}", notice=text, note=self._note()) if self._note is not None else text)
        self.set_actions([(SAVE_COPY, tr("Save a copy..."))])

    def note(self, words: Callable[[], str]) -> None:
        """Say what came of saving a copy, as long as the trouble lasts."""
        self._note = words
        self.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _on_event(self, event: RecorderEvent) -> None:
        match event:
            case StoreFailed(error):
                self._error = error
                self.retranslate()
                self.show()
            case StoreRecovered():
                self._error = self._note = None
                self.hide()
