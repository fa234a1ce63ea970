"""Says, above the composer, that a link from outside the application filled it in."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.commands import Scope, command_of
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.notice_bar import NoticeBar
from desktop_chat.ui.widgets.retranslation import Retranslated

CLOSE = "close"


class LinkBar(Retranslated, NoticeBar):
    """Stays until the user closes it, or sends or removes what the link filled in."""

    def __init__(self, theme: Theme, composer: Composer, *, is_cut: bool, parent: QWidget | None = None) -> None:
        super().__init__(theme, kind="info", parent=parent)
        self._composer = composer
        self._is_cut = is_cut
        self._had_text = bool(composer.text)
        self.action_triggered.connect(self._close)
        composer.edit.textChanged.connect(self._note_text)
        self.retranslate()

    def retranslate(self) -> None:
        text = tr(
            "A link from outside Desktop Chat filled this in. Check the message, the connection and the model before "
            "you send it."
        )
        cut = tr("{notice} Its end was left out because it is too long.", notice=text)
        self.set_text(cut if self._is_cut else text)
        self.set_actions([(CLOSE, tr("Close"))])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if command_of(event, Scope.PART) == "leave":
            self._close()
        else:
            super().keyPressEvent(event)

    def _note_text(self) -> None:
        has_text = bool(self._composer.text)
        if self._had_text and not has_text:
            self._close()
        self._had_text = has_text

    def _close(self, _action: str = CLOSE) -> None:
        if self.isAncestorOf(self.focusWidget()):
            self._composer.edit.setFocus()
        self._composer.edit.textChanged.disconnect(self._note_text)
        self.hide()
        self.deleteLater()
