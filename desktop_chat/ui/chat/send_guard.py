"""The base of guards that ask above the composer before sending; Escape there means Back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.commands import Scope, command_of
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.notice_bar import NoticeBar
from desktop_chat.ui.widgets.retranslation import Retranslated

SEND = "send"
BACK = "back"


class SendGuard(QObject):
    """Holds a message back while its bar asks; nothing is sent or changed meanwhile."""

    bar_made = Signal(QWidget)

    def __init__(self, composer: Composer, parent: QObject) -> None:
        super().__init__(parent)
        self._composer = composer
        self._bar: QuestionBar | None = None

    @property
    def asks(self) -> bool:
        """Whether the bar is shown."""
        return self._bar is not None and not self._bar.isHidden()

    @property
    def bar(self) -> QuestionBar | None:
        """The bar, once it was needed."""
        return self._bar

    def go_back(self) -> None:
        """Cancel sending and return to the text."""
        self._close()
        self._composer.edit.setFocus()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """While the bar is shown, Escape in the composer means Back before anything else."""
        if not self.asks or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if command_of(event, Scope.PART) != "leave" or self._composer.edit.composing:
            return False
        self.go_back()
        return True

    def _use(self, bar: QuestionBar) -> None:
        """Use this bar for questions."""
        self._bar = bar
        bar.action_triggered.connect(self._act)
        bar.left.connect(self.go_back)
        self._composer.content_changed.connect(self._note_change)
        self._composer.edit.installEventFilter(self)
        self.bar_made.emit(bar)

    def _act(self, action: str) -> None:
        """Handle the user's choice."""
        raise NotImplementedError

    def _note_change(self) -> None:
        """Handle a change of the text or the attachments."""
        raise NotImplementedError

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.hide()


class QuestionBar(Retranslated, NoticeBar):
    """The question of a guard; Escape in it means Back."""

    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, kind="warning")
        self.hide()

    def ask(self) -> None:
        """Show the question and announce it to screen readers. The focus stays where it is, so that a second Enter does
        not answer the question."""
        self.retranslate()
        if self.isVisible():
            announce(self, self.text)
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if command_of(event, Scope.PART) == "leave":
            self.left.emit()
        else:
            super().keyPressEvent(event)
