"""Inputs that keep Enter and Escape for the input method while it composes: none of them sends or closes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QInputMethodEvent

    _Input = QWidget
else:
    _Input = object

_LINE_ENDS = ("\u2029", "\u2028", "\ufdd0", "\ufdd1")
"""What ends a line in Qt's texts (see `QTextDocument.toRawText`)."""
_COMMIT_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape})


def as_written(raw: str) -> str:
    """Return a raw text of Qt as it was written. Its plain texts have spaces where no-break spaces were."""
    for line_end in _LINE_ENDS:
        raw = raw.replace(line_end, "\n")
    return raw


class TextAsWritten(QPlainTextEdit):
    """Gives back each character that was written or pasted, also to the clipboard."""

    @property
    def text(self) -> str:
        return as_written(self.document().toRawText())

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(as_written(self.textCursor().selectedText()))
        return data


class _Composing(_Input):
    """What the inputs share; stands before Qt's class."""

    _composing = False

    @property
    def composing(self) -> bool:
        """True while an input method holds text that is not written yet."""
        return self._composing

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def event(self, event: QEvent) -> bool:
        """While it composes, all keys are kept from the window's shortcuts."""
        if self._composing and event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._composing and event.key() in _COMMIT_KEYS:
            event.accept()
        else:
            super().keyPressEvent(event)


class ComposingLineEdit(_Composing, QLineEdit):
    """One line."""


class ComposingTextEdit(_Composing, TextAsWritten):
    """Lines of plain text; Tab leaves them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
