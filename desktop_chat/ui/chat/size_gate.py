"""Asks, above the composer, before a request goes out that is far larger than the last one, or than the model reads."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QLocale, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop_chat.core.prompt_size import RequestSize
from desktop_chat.core.session import ChatSession
from desktop_chat.ui.announcing import announce
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.notice_bar import NoticeBar
from desktop_chat.ui.theme import Theme

SEND = "send"
SHORTEN = "shorten"
BACK = "back"


class SizeGate(QObject):
    """Nothing is sent or changed while the bar asks. What the person agreed to is not asked about again in this
    conversation, before it is half as large again."""

    bar_made = Signal(QWidget)

    def __init__(self, theme: Theme, session: ChatSession, composer: Composer, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._session = session
        self._composer = composer
        self._bar: SizeBar | None = None
        self._size = RequestSize(0)
        self._agreed = 0
        self._send: Callable[[], None] = lambda: None

    @property
    def asks(self) -> bool:
        """Whether the bar stands."""
        return self._bar is not None and not self._bar.isHidden()

    @property
    def bar(self) -> SizeBar | None:
        """The bar, once there was something to ask."""
        return self._bar

    def lets_pass(self, size: RequestSize, send: Callable[[], None]) -> bool:
        """Say whether a request may go out now; else ask. `send` comes here again when the person wants it sent."""
        if size.tokens <= size.limit(self._agreed):
            self._close()
            return True
        self._size, self._send = size, send
        if self._bar is None:
            self._bar = self._made()
        self._bar.ask(size, self._session.conversation.options.model, can_be_shorter=self._can_be_shorter)
        return False

    @property
    def _can_be_shorter(self) -> bool:
        return len(self._session.path) > 1

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

    def _made(self) -> SizeBar:
        bar = SizeBar(self._theme)
        bar.action_triggered.connect(self._act)
        bar.left.connect(self.go_back)
        self._composer.edit.textChanged.connect(self._close)
        self._composer.edit.installEventFilter(self)
        self.bar_made.emit(bar)
        return bar

    def _act(self, action: str) -> None:
        self.go_back()
        if action == SHORTEN:
            self._session.leave_out(self._size, self._size.limit(self._agreed))
        if action in {SEND, SHORTEN}:
            self._agreed = max(self._agreed, self._size.tokens if action == SEND else 0)
            self._send()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.hide()


class SizeBar(NoticeBar):
    """The question; Escape in it means Back."""

    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, kind="warning", parent=parent)
        self._size = RequestSize(0)
        self._model = ""
        self._can_be_shorter = False
        self.hide()

    def ask(self, size: RequestSize, model: str, *, can_be_shorter: bool) -> None:
        """Show the question, and say it to screen readers. The keyboard stays where it is: a second Enter must not be
        an answer."""
        self._size, self._model, self._can_be_shorter = size, model, can_be_shorter
        self.retranslate()
        if self.isVisible():
            announce(self, self.text)
        self.show()

    def retranslate(self) -> None:
        self.set_text(_words(self._size, self._model))
        shorter = [(SHORTEN, tr("Leave out earlier messages"))] if self._can_be_shorter else []
        self.set_actions([(SEND, tr("Send anyway")), *shorter, (BACK, tr("Back"))])

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _words(size: RequestSize, model: str) -> str:
    tokens = _rounded(size.tokens)
    if size.window:
        return tr(
            "This request has about {size} tokens; {model} takes about {window}. It has not been sent.",
            size=tokens,
            model=model,
            window=_rounded(size.window),
        )
    if size.before:
        return tr(
            "This request has about {size} tokens; the last one here had about {before}. It has not been sent.",
            size=tokens,
            before=_rounded(size.before),
        )
    return tr("This request has about {size} tokens. It has not been sent.", size=tokens)


def _rounded(tokens: int) -> str:
    """Write a number with two digits that count: it is an estimate."""
    step = 10 ** max(0, len(str(tokens)) - 2)
    return QLocale().toString(round(tokens / step) * step)
