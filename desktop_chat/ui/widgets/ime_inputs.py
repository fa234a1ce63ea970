"""Inputs that keep Enter and Escape for the input method while it composes: none of them sends or closes anything.

What is composed is shown as the program shows text. Some input methods (fcitx) give it colours of their own, and in
an input with other colours it was a black block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QPalette, QTextCharFormat
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

if TYPE_CHECKING:
    _Input = QWidget
else:
    _Input = object

_LINE_ENDS = ("\u2029", "\u2028", "\ufdd0", "\ufdd1")
"""What ends a line in Qt's texts (see `QTextDocument.toRawText`)."""
_COMMIT_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape})
INPUT_METHOD_KEYS = _COMMIT_KEYS | {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
"""What an input method commits, dismisses and chooses with."""


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


def in_our_colours(event: QInputMethodEvent, palette: QPalette) -> QInputMethodEvent:
    """Return the event with its composition underlined, and the part that is being converted marked as selected text
    is; cursor, committed text and everything else stay as they are."""
    kind = QInputMethodEvent.AttributeType.TextFormat
    text = event.preeditString()
    attributes = [one for one in event.attributes() if one.type != kind]
    if text:
        attributes.append(QInputMethodEvent.Attribute(kind, 0, len(text), _underlined()))
    for one in event.attributes():
        is_part = one.type == kind and 0 < one.length < len(text)
        if is_part and one.value.toCharFormat().background().style() != Qt.BrushStyle.NoBrush:
            attributes.append(QInputMethodEvent.Attribute(kind, one.start, one.length, _selected(palette)))
    ours = QInputMethodEvent(text, attributes)
    ours.setCommitString(event.commitString(), event.replacementStart(), event.replacementLength())
    return ours


def _underlined() -> QTextCharFormat:
    look = QTextCharFormat()
    look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
    return look


def _selected(palette: QPalette) -> QTextCharFormat:
    look = _underlined()
    look.setBackground(palette.highlight())
    look.setForeground(palette.highlightedText())
    return look


class ImePlainTextEdit(TextAsWritten):
    """Lines of text whose placeholder goes while an input method composes: Qt would paint one over the other."""

    _hidden = ""
    """The placeholder, while it is hidden."""

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._hidden = self.placeholderText() or self._hidden
        self.setPlaceholderText("" if event.preeditString() else self._hidden)
        super().inputMethodEvent(in_our_colours(event, self.palette()))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setPlaceholderText(self.placeholderText() or self._hidden)


class _Composing(_Input):
    """What the inputs share; stands before Qt's class."""

    _composing = False

    @property
    def composing(self) -> bool:
        """True while an input method holds text that is not written yet."""
        return self._composing

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(in_our_colours(event, self.palette()))

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


class ImeLineEdit(_Composing, QLineEdit):
    """One line."""


class ImeTextEdit(_Composing, ImePlainTextEdit):
    """Lines of plain text; Tab leaves them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
