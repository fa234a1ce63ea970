"""Inputs that leave Enter and Escape to a composing input method, so that these keys do not send or close anything.

Composed text is shown in the application's colours. Some input methods (fcitx) set their own, which made it a black
block in some inputs.
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
"""Line separators in Qt's texts (see `QTextDocument.toRawText`)."""
_COMMIT_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape})
INPUT_METHOD_KEYS = _COMMIT_KEYS | {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
"""Keys with which an input method commits, dismisses and selects candidates."""


def as_written(raw: str) -> str:
    """Return Qt's raw text with its line separators as newlines. Qt's plain text would turn no-break spaces into
    spaces."""
    for line_end in _LINE_ENDS:
        raw = raw.replace(line_end, "\n")
    return raw


class TextAsWritten(QPlainTextEdit):
    """Returns exactly the characters that were typed or pasted, also to the clipboard."""

    @property
    def text(self) -> str:
        return as_written(self.document().toRawText())

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(as_written(self.textCursor().selectedText()))
        return data


def in_app_colours(event: QInputMethodEvent, palette: QPalette) -> QInputMethodEvent:
    """Return the event with the composition underlined and the part being converted highlighted like a selection;
    everything else is unchanged."""
    kind = QInputMethodEvent.AttributeType.TextFormat
    text = event.preeditString()
    attributes = [attribute for attribute in event.attributes() if attribute.type != kind]
    if text:
        attributes.append(QInputMethodEvent.Attribute(kind, 0, len(text), _underlined()))
    for attribute in event.attributes():
        is_part = attribute.type == kind and 0 < attribute.length < len(text)
        if is_part and attribute.value.toCharFormat().background().style() != Qt.BrushStyle.NoBrush:
            attributes.append(QInputMethodEvent.Attribute(kind, attribute.start, attribute.length, _selected(palette)))
    ours = QInputMethodEvent(text, attributes)
    ours.setCommitString(event.commitString(), event.replacementStart(), event.replacementLength())
    return ours


def _underlined() -> QTextCharFormat:
    text_format = QTextCharFormat()
    text_format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
    return text_format


def _selected(palette: QPalette) -> QTextCharFormat:
    text_format = _underlined()
    text_format.setBackground(palette.highlight())
    text_format.setForeground(palette.highlightedText())
    return text_format


class ImePlainTextEdit(TextAsWritten):
    """A multi-line input whose placeholder is hidden while an input method composes: Qt would paint one over the
    other."""

    _hidden = ""
    """The placeholder while it is hidden."""

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._hidden = self.placeholderText() or self._hidden
        self.setPlaceholderText("" if event.preeditString() else self._hidden)
        super().inputMethodEvent(in_app_colours(event, self.palette()))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setPlaceholderText(self.placeholderText() or self._hidden)


class _Composing(_Input):
    """The inputs' common part; comes before Qt's class in the bases."""

    _composing = False

    @property
    def composing(self) -> bool:
        """True while an input method has uncommitted text."""
        return self._composing

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(in_app_colours(event, self.palette()))

    def event(self, event: QEvent) -> bool:
        """Keep all keys from the window's shortcuts while composing."""
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
    """A single-line input."""


class ImeTextEdit(_Composing, ImePlainTextEdit):
    """A multi-line plain-text input; Tab moves the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
