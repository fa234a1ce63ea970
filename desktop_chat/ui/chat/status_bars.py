"""The status bars of a tab, shown one at a time: storage errors, waiting for the keyring, and keys kept in memory
only."""

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
    """A bar shown as long as a condition holds; in a stack, only if no earlier bar is shown."""

    def __init__(self, context: Context, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, kind=kind, parent=parent)
        self.wanted = False
        self._stack: StatusBarStack | None = None
        self.hide()

    def join(self, stack: StatusBarStack) -> None:
        """Let a stack decide whether the bar is visible."""
        self._stack = stack

    def set_wanted(self, wanted: bool) -> None:
        """Set whether the bar has something to show."""
        self.wanted = wanted
        if self._stack is None:
            self.setVisible(wanted)
        else:
            self._stack.choose()


class StatusBarStack(QWidget):
    """Shows only the first bar that has something to show, so that bars never crowd out the conversation."""

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
    """Shown while waiting for the keyring; lets the user cancel."""

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
    """Shown while the key of the current connection is only in memory. Dismissing it, for this connection and run,
    leaves a mark beside the connection's name instead."""

    mark_changed = Signal(bool)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, "warning", parent)
        self._secrets = context.secrets
        self._connection_id = ""
        self._put_away = context.key_bars_put_away
        until_gone(self, context.secrets.listen(self._update))
        self.action_triggered.connect(self._act)
        self.retranslate()

    def follow(self, connection_id: str) -> None:
        """Show the state of this connection's key."""
        self._connection_id = connection_id
        self._update(self._secrets.status)

    def retranslate(self) -> None:
        self.set_text(tr("The key is kept only until you quit because the keyring did not save it."))
        self.set_actions([(SHOW_KEY, tr("Enter API key...")), (PUT_AWAY, tr("Close"))])

    def _update(self, _status: SecretStatus) -> None:
        for_session = self._secrets.is_in_memory(self._connection_id)
        put_away = self._connection_id in self._put_away
        self.set_wanted(for_session and not put_away)
        self.mark_changed.emit(for_session and put_away)

    def _act(self, action_id: str) -> None:
        if action_id == PUT_AWAY:
            self._put_away.add(self._connection_id)
            self._update(self._secrets.status)


class StoreBar(StatusBar):
    """Shown while something could not be saved; it is kept in memory, and saving is retried."""

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
        """Show the result of saving a copy, until the error is gone."""
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
