"""The bars of a tab, one at a time: what the store, the keyring, and a key for this session only have to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_chat.core.errors import StoreError
from desktop_chat.core.library_events import StoreFailed, StoreRecovered, WriteEvent
from desktop_chat.core.ports import SecretState, SecretStatus
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.notice_bar import Kind, NoticeBar
from desktop_chat.ui.widgets.qt_tasks import until_gone
from desktop_chat.ui.widgets.retranslation import Retranslated

CANCEL = "cancel"
SHOW_KEY = "show_key"
PUT_AWAY = "put_away"
SAVE_COPY = "save_copy"


class StatusBar(Retranslated, NoticeBar):
    """A bar that is there as long as something is so; in a stack, unless something weightier is."""

    def __init__(self, context: Context, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, kind=kind, parent=parent)
        self.wanted = False
        self._stack: StatusBarStack | None = None
        self.hide()

    def join(self, stack: StatusBarStack) -> None:
        """Leave it to a stack whether it is seen."""
        self._stack = stack

    def set_wanted(self, wanted: bool) -> None:
        """Say whether there is something to say."""
        self.wanted = wanted
        if self._stack is None:
            self.setVisible(wanted)
        else:
            self._stack.choose()


class StatusBarStack(QWidget):
    """Shows the first of its bars that has something to say, so that they never leave the conversation without room."""

    def __init__(self, bars: Sequence[StatusBar]) -> None:
        super().__init__()
        self._bars = bars
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for bar in bars:
            column.addWidget(bar)
            bar.join(self)
        self.choose()

    def choose(self) -> None:
        """Show one bar, or none."""
        shown = next((bar for bar in self._bars if bar.wanted), None)
        for bar in self._bars:
            bar.setVisible(bar is shown)
        self.setVisible(shown is not None)


class KeyringBar(StatusBar):
    """Stays while the keyring is waited for, and lets the person give up on it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, "waiting", parent)
        self._secrets = context.secrets
        self.action_triggered.connect(self._cancel)
        until_gone(self, self._secrets.listen(self._show_status))
        self.retranslate()
        self._show_status(self._secrets.status)

    def retranslate(self) -> None:
        self.set_text(tr("Waiting for your keyring. It may be asking for your password in another window."))
        self.set_actions([(CANCEL, tr("Cancel"))])

    def _show_status(self, status: SecretStatus) -> None:
        self.set_wanted(status.state is SecretState.WAITING)

    def _cancel(self, _action_id: str) -> None:
        self._secrets.cancel_waiting()


class SessionKeyBar(StatusBar):
    """Stays while the key of the connection in use is kept in memory only, until it is put away for this connection and
    this run; then a mark beside the connection's name says the same."""

    mark_changed = Signal(bool)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, "warning", parent)
        self._secrets = context.secrets
        self._connection_id = ""
        self._put_away = context.key_bars_put_away
        until_gone(self, context.secrets.listen(self._look_again))
        self.action_triggered.connect(self._act)
        self.retranslate()

    def follow(self, connection_id: str) -> None:
        """Speak of this connection's key from now on."""
        self._connection_id = connection_id
        self._look_again(self._secrets.status)

    def retranslate(self) -> None:
        self.set_text(tr("The key is kept only until you quit because the keyring did not save it."))
        self.set_actions([(SHOW_KEY, tr("Enter API key...")), (PUT_AWAY, tr("Close"))])

    def _look_again(self, _status: SecretStatus) -> None:
        for_session = self._secrets.is_in_memory(self._connection_id)
        put_away = self._connection_id in self._put_away
        self.set_wanted(for_session and not put_away)
        self.mark_changed.emit(for_session and put_away)

    def _act(self, action_id: str) -> None:
        if action_id == PUT_AWAY:
            self._put_away.add(self._connection_id)
            self._look_again(self._secrets.status)


class StoreBar(StatusBar):
    """Stays while something could not be saved; what is on the screen is kept, and saving is tried again."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, "danger", parent)
        self._error: StoreError | None = None
        self._note: Callable[[], str] | None = None
        until_gone(self, context.write_behind.events.add(self._on_event))

    def retranslate(self) -> None:
        if self._error is None:
            return
        text = tr(
            "{problem} What you see is kept in memory, and saving will be retried.", problem=sentence(self._error)
        )
        self.set_text(tr("{notice} {note}", notice=text, note=self._note()) if self._note is not None else text)
        self.set_actions([(SAVE_COPY, tr("Save a copy..."))])

    def note(self, words: Callable[[], str]) -> None:
        """Say what came of saving a copy, as long as the trouble lasts."""
        self._note = words
        self.retranslate()

    def _on_event(self, event: WriteEvent) -> None:
        match event:
            case StoreFailed(error):
                self._error = error
                self.retranslate()
                self.set_wanted(True)
            case StoreRecovered():
                self._error = self._note = None
                self.set_wanted(False)
