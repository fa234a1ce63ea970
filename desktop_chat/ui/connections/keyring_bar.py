"""The bar shown while waiting for the keyring, above a conversation and below a key field."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop_chat.core.ports import SecretState, SecretStatus
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.condition_bar import ConditionBar, Words
from desktop_chat.ui.widgets.qt_tasks import until_gone

CANCEL = "cancel"


class KeyringBar(ConditionBar):
    """Shown while waiting for the keyring; lets the user cancel."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, "waiting", self._told, parent)
        self._secrets = context.secrets
        self.action_triggered.connect(self._cancel)
        until_gone(self, self._secrets.listen(self._show_status))
        self._show_status(self._secrets.status)

    @staticmethod
    def _told() -> Words:
        text = tr("Waiting for your keyring. It may be asking for your password in another window.")
        return text, [(CANCEL, tr("Cancel"))]

    def _show_status(self, status: SecretStatus) -> None:
        self.set_wanted(status.state is SecretState.WAITING)

    def _cancel(self, _action_id: str) -> None:
        self._secrets.cancel_waiting()
