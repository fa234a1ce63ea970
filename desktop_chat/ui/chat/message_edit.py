"""The box a question is written in: grows with its text, leaves the input method in peace, recalls what was asked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop_chat.ui.chat.pasting import Pasted, can_be_pasted, files_in, pasted
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.ime_inputs import ImePlainTextEdit

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_STEPS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})
_PAGES = frozenset({Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_LEFT_TO_THE_INPUT_METHOD = _ENTER | _STEPS | _PAGES | {Qt.Key.Key_Escape}


class MessageEdit(ImePlainTextEdit):
    """Plain text of many lines. ``submitted`` follows the key that sends; the text stays until it is taken."""

    submitted = Signal()
    height_changed = Signal()
    pasted = Signal(Pasted)
    files_given = Signal(list)
    """Files that were pasted or dropped, as paths."""
    """What was just pasted, after it was written."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._composing = False
        self._send_key = "enter"
        self._earlier: tuple[str, ...] = ()
        self._recalled: int | None = None
        self._most = 320
        self._wanted = 0
        self.setProperty("flat", True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._measure)
        self._fit()
        theme.changed.connect(self._fit)

    @property
    def composing(self) -> bool:
        """True while an input method holds text that is not written yet."""
        return self._composing

    def set_send_key(self, send_key: str) -> None:
        """``"enter"`` or ``"ctrl_enter"``, as the settings have it."""
        self._send_key = send_key

    def set_earlier(self, questions: Sequence[str]) -> None:
        """What Up recalls, the oldest first."""
        self._earlier = tuple(questions)
        self._recalled = None

    def set_most(self, height: int) -> None:
        """The height in pixels from which on the text scrolls."""
        if height != self._most:
            self._most = height
            self._measure()

    def replace_text(self, text: str) -> None:
        """Write ``text`` in place of what is there, as one step that can be undone; the cursor stands at its end."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def append_paragraph(self, text: str) -> None:
        """Write ``text`` behind what is there, after an empty line, as one step that can be undone; the cursor stands
        at its end."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        before = self.toPlainText()
        cursor.insertText(text if not before else "\n" * (2 - _line_ends(before)) + text)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def put_in_front(self, text: str) -> None:
        """Write ``text`` before what is there."""
        cursor = QTextCursor(self.document())
        cursor.insertText(text)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(240), self._wanted)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self._wanted)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._belongs_here(event):
            event.accept()
            return True
        handled = super().event(event)
        if event.type() in {QEvent.Type.Polish, QEvent.Type.StyleChange}:
            self.setFixedHeight(self._wanted)  # the style sheet has set its own least height
        return handled

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._composing and event.key() in _LEFT_TO_THE_INPUT_METHOD:
            event.accept()
        elif event.key() in _ENTER:
            self._press_enter(event)
        elif self._is_for_the_page(event):
            event.ignore()
        elif not self._recall_by(event):
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste what can be read as text, and nothing of its looks, as one step that can be undone."""
        if files := files_in(source):
            self.files_given.emit(files)
            return
        found = pasted(source)
        if found.text:
            self.insert_at_once(found.text)
        self.pasted.emit(found)

    def insert_at_once(self, text: str) -> None:
        """Write ``text`` at the cursor, as one step that can be undone."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.insertText(text + " ")
        cursor.deletePreviousChar()  # or Qt would undo what is typed next together with it
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return can_be_pasted(source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _belongs_here(self, event: QKeyEvent) -> bool:
        """Keys that no shortcut of the window may take from the text."""
        return event.key() in (_LEFT_TO_THE_INPUT_METHOD if self._composing else _ENTER)

    def _is_for_the_page(self, event: QKeyEvent) -> bool:
        """Keys that move through the conversation, as long as this text has no use for them."""
        if event.key() in _PAGES:
            scrolls = self.verticalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            return not scrolls and event.modifiers() & ~_KEYPAD == Qt.KeyboardModifier.NoModifier
        return event.key() in _STEPS and event.modifiers() & ~_KEYPAD == Qt.KeyboardModifier.AltModifier

    def _press_enter(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~_KEYPAD
        sends = (
            held in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier}
            if self._send_key == "enter"
            else held == Qt.KeyboardModifier.ControlModifier
        )
        if sends and not event.isAutoRepeat():
            self.submitted.emit()
        elif not sends:
            self.textCursor().insertBlock()
            self.ensureCursorVisible()
        event.accept()

    def _recall_by(self, event: QKeyEvent) -> bool:
        """Walk through earlier questions from an empty box, as long as none has been changed."""
        if event.modifiers() & ~_KEYPAD or not self._earlier:
            return False
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            return False
        text = self.text if self.document().blockCount() < 200 else None
        at = self._recalled if self._recalled is not None and text == self._earlier[self._recalled] else None
        if at is None and (text != "" or step > 0):
            return False
        at = (len(self._earlier) if at is None else at) + step
        self._recalled = at = max(0, at)
        self.replace_text(self._earlier[at] if at < len(self._earlier) else "")
        if at >= len(self._earlier):
            self._recalled = None
        return True

    def _measure(self) -> None:
        """Find the height of the text, looking no further than the most it may get."""
        block, height = self.document().firstBlock(), 0.0
        while block.isValid() and height <= self._most:
            height += self.blockBoundingRect(block).height()
            block = block.next()
        least = self.fontMetrics().lineSpacing()
        wanted = min(self._most, max(least, round(height + 0.49)))
        scrolls = height > self._most
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        if wanted != self._wanted:
            self._wanted = wanted
            self.setFixedHeight(wanted)
            self.height_changed.emit()

    def _fit(self) -> None:
        self.setFont(self._theme.text_font())
        self.viewport().setFont(self._theme.text_font())  # which a placeholder is painted in
        self._measure()


def _line_ends(text: str) -> int:
    """Return how many line ends a text has at its end, at most two."""
    return min(2, len(text) - len(text.rstrip("\n")))
