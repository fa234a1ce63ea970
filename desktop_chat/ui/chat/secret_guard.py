"""Asks, in a bar above the composer, before sending text that seems to contain a secret key."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.secret_patterns import contains_key
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.send_guard import BACK, SEND, QuestionBar, SendGuard
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.translation import tr

NEVER_AGAIN = "never_again"


class SecretGuard(SendGuard):
    """Text and attachments stay in the composer and are never changed. While the bar is open the send key does nothing;
    the bar closes when neither contains a key any more."""

    passed = Signal(str)
    """The user chose to send anyway; `lets_pass` then allows it."""

    def __init__(self, context: Context, composer: Composer, parent: QObject) -> None:
        super().__init__(composer, parent)
        self._context = context
        self._agreed: tuple[str, tuple[Attachment, ...]] | None = None
        """What the user chose to send anyway, also if another guard asks before it is sent."""

    def lets_pass(self, text: str) -> bool:
        """Return whether a text may be sent now; if not, show the bar."""
        if (
            self._agreed == (text, self._composer.attached)
            or not self._context.preferences.settings.warn_of_keys
            or not self._finds_key(text)
        ):
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
        self._agreed = (self._composer.text, self._composer.attached)
        self.passed.emit(self._composer.text)

    def _note_change(self) -> None:
        if self._agreed != (self._composer.text, self._composer.attached):
            self._agreed = None
        if self.asks and not self._finds_key(self._composer.text):
            self._close()

    def _finds_key(self, text: str) -> bool:
        return contains_key(text) or (self._composer.has_attachments and self._composer.attachments.contains_key)


class SecretBar(QuestionBar):
    """The question about the key and its answers."""

    def retranslate(self) -> None:
        self.set_text(tr("This message seems to contain a secret key. It has not been sent."))
        self.set_actions(
            [(SEND, tr("Send anyway")), (NEVER_AGAIN, tr("Send and don't warn again")), (BACK, tr("Back"))]
        )
