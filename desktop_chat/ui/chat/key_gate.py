"""Asks, calmly and above the composer, before a text goes out that seems to hold a secret key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop_chat.core.key_shapes import holds_key
from desktop_chat.ui.announcing import announce
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.context import Context
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.notice_bar import NoticeBar
from desktop_chat.ui.theme import Theme

SEND = "send"
NEVER_AGAIN = "never_again"
BACK = "back"


class KeyGate(QObject):
    """The text stays in the composer and is never changed. While the bar asks, the key that sends sends nothing; it
    goes when the text holds no key any more."""

    passed = Signal(str)
    """The person wants this sent all the same; `lets_pass` lets it."""
    bar_made = Signal(QWidget)

    def __init__(self, context: Context, composer: Composer, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._composer = composer
        self._bar: KeyBar | None = None
        self._agreed = False

    @property
    def asks(self) -> bool:
        """Whether the bar stands."""
        return self._bar is not None and not self._bar.isHidden()

    @property
    def bar(self) -> KeyBar | None:
        """The bar, once there was something to ask."""
        return self._bar

    def lets_pass(self, text: str) -> bool:
        """Say whether a text may go out now; else ask, if that is not being done already."""
        if self._agreed or not self._context.preferences.settings.warn_of_keys or not holds_key(text):
            return True
        if self._bar is None:
            self._bar = self._made()
        self._bar.ask()
        return False

    def go_back(self) -> None:
        """Send nothing, and write on."""
        self._close()
        self._composer.edit.setFocus()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """While the bar asks, Escape in the composer means Back, before it means anything else there."""
        if not self.asks or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_Escape or self._composer.edit.composing:
            return False
        self.go_back()
        return True

    def _made(self) -> KeyBar:
        bar = KeyBar(self._context.theme)
        bar.action_triggered.connect(self._act)
        bar.left.connect(self.go_back)
        self._composer.edit.textChanged.connect(self._look_again)
        self._composer.edit.installEventFilter(self)
        self.bar_made.emit(bar)
        return bar

    def _act(self, action: str) -> None:
        if action == BACK:
            self.go_back()
            return
        if action == NEVER_AGAIN:
            self._context.preferences.update(warn_of_keys=False)
        self.go_back()
        self._agreed = True
        try:
            self.passed.emit(self._composer.text)
        finally:
            self._agreed = False

    def _look_again(self) -> None:
        if self.asks and not holds_key(self._composer.text):
            self._close()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.hide()


class KeyBar(NoticeBar):
    """The question; Escape in it means Back."""

    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, kind="warning", parent=parent)
        self.hide()
        self.retranslate()

    def ask(self) -> None:
        """Show the question, and say it to screen readers. The keyboard stays where it is: a second Enter must not be
        an answer."""
        if self.isVisible():
            announce(self, self.text)
        self.show()

    def retranslate(self) -> None:
        self.set_text(tr("This seems to hold a secret key. It has not been sent."))
        self.set_actions(
            [(SEND, tr("Send anyway")), (NEVER_AGAIN, tr("Send, and do not warn again")), (BACK, tr("Back"))]
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
