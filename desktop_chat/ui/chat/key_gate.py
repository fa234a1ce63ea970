"""Asks, calmly and above the composer, before a text goes out that seems to hold a secret key."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_chat.core.key_shapes import holds_key
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.send_gate import BACK, SEND, QuestionBar, SendGate
from desktop_chat.ui.context import Context
from desktop_chat.ui.i18n import tr

NEVER_AGAIN = "never_again"


class KeyGate(SendGate):
    """The text stays in the composer and is never changed. While the bar asks, the key that sends sends nothing; it
    goes when the text holds no key any more."""

    passed = Signal(str)
    """The person wants this sent all the same; `lets_pass` lets it."""

    def __init__(self, context: Context, composer: Composer, parent: QObject) -> None:
        super().__init__(composer, parent)
        self._context = context
        self._agreed = False

    def lets_pass(self, text: str) -> bool:
        """Say whether a text may go out now; else ask, if that is not being done already."""
        if self._agreed or not self._context.preferences.settings.warn_of_keys or not holds_key(text):
            return True
        if self._bar is None:
            self._use(KeyBar(self._context.theme))
        if self._bar is not None:
            self._bar.ask()
        return False

    def _act(self, action: str) -> None:
        if action == NEVER_AGAIN:
            self._context.preferences.update(warn_of_keys=False)
        self.go_back()
        if action == BACK:
            return
        self._agreed = True
        try:
            self.passed.emit(self._composer.text)
        finally:
            self._agreed = False

    def _note_text(self) -> None:
        if self.asks and not holds_key(self._composer.text):
            self._close()


class KeyBar(QuestionBar):
    """What it says of the key, and what can be done."""

    def retranslate(self) -> None:
        self.set_text(tr("This seems to hold a secret key. It has not been sent."))
        self.set_actions(
            [(SEND, tr("Send anyway")), (NEVER_AGAIN, tr("Send, and do not warn again")), (BACK, tr("Back"))]
        )
