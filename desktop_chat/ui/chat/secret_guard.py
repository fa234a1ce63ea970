"""Asks, calmly and above the composer, before a text goes out that seems to hold a secret key."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_chat.core.secret_patterns import contains_key
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.send_guard import BACK, SEND, QuestionBar, SendGuard
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.translation import tr

NEVER_AGAIN = "never_again"


class SecretGuard(SendGuard):
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
        if self._agreed or not self._context.preferences.settings.warn_of_keys or not contains_key(text):
            return True
        if self._bar is None:
            self._use(SecretBar(self._context.theme))
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
        if self.asks and not contains_key(self._composer.text):
            self._close()


class SecretBar(QuestionBar):
    """What it says of the key, and what can be done."""

    def retranslate(self) -> None:
        self.set_text(tr("This message seems to contain a secret key. It has not been sent."))
        self.set_actions(
            [(SEND, tr("Send anyway")), (NEVER_AGAIN, tr("Send and don't warn again")), (BACK, tr("Back"))]
        )
