"""The text field for a question: grows with its text, respects input methods, recalls earlier questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop_chat.ui.chat.pasting import Pasted, can_be_pasted, pasted
from desktop_chat.ui.commands import Scope, command_of, keep_from_window, scope_of_enter
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.ime_inputs import INPUT_METHOD_KEYS, ImePlainTextEdit

_STEPS = {"recall_earlier": -1, "recall_later": 1}


class MessageEdit(ImePlainTextEdit):
    """Multi-line plain text. `submitted` follows the send key; the text stays until it is taken."""

    submitted = Signal()
    height_changed = Signal()
    given = Signal(Pasted)
    """What was pasted or dropped and is not inserted: files, an image, or a long text."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._composing = False
        self._enter = Scope.ENTER_SENDS
        self._earlier: Callable[[], Sequence[str]] = tuple
        self._recalled: int | None = None
        self._max_height = 320
        self._wanted = 0
        self.setProperty("flat", True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self._scrolls = False
        self.verticalScrollBar().valueChanged.connect(self._stay_at_top)
        self.document().documentLayout().documentSizeChanged.connect(self._measure)
        self._fit()
        theme.changed.connect(self._fit)

    @property
    def composing(self) -> bool:
        """True while an input method has uncommitted text."""
        return self._composing

    def set_send_key(self, send_key: str) -> None:
        """Set the send key, `"enter"` or `"ctrl_enter"`."""
        self._enter = scope_of_enter(send_key)

    def set_earlier(self, questions: Callable[[], Sequence[str]]) -> None:
        """Set what tells the questions that Up recalls, oldest first: there may be thousands."""
        self._earlier = questions
        self._recalled = None

    def set_max_height(self, height: int) -> None:
        """Set the height in pixels beyond which the text scrolls."""
        if height != self._max_height:
            self._max_height = height
            self._measure()

    def replace_text(self, text: str) -> None:
        """Replace the text as one undo step, with the cursor at the end."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def append_paragraph(self, text: str) -> None:
        """Append `text` after an empty line as one undo step, with the cursor at the end."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        before = self.toPlainText()
        cursor.insertText(text if not before else "\n" * (2 - _line_ends(before)) + text)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def prepend(self, text: str) -> None:
        """Insert `text` at the beginning."""
        cursor = QTextCursor(self.document())
        cursor.insertText(text)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(240), self._wanted)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self._wanted)

    def event(self, event: QEvent) -> bool:
        if self._keep_from_window(event):
            return True
        handled = super().event(event)
        if event.type() in {QEvent.Type.Polish, QEvent.Type.StyleChange}:
            self.setFixedHeight(self._wanted)  # the style sheet has set its own minimum height
        return handled

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = command_of(event, self._enter, Scope.COMPOSER, Scope.CHAT_PAGE)
        if self._composing and event.key() in INPUT_METHOD_KEYS:
            event.accept()
        elif command in {"send", "break_line"}:
            self._press_enter(event, sends=command == "send")
        elif self._is_for_the_page(command):
            event.ignore()
        elif not self._recall(_STEPS.get(command, 0)):
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste a text as plain text, as one undo step; give away what may be attached."""
        found = pasted(source)
        if found.files or found.image or found.is_long:
            self.given.emit(found)
        elif found.text:
            self.insert_in_one_step(found.text)

    def insert_in_one_step(self, text: str) -> None:
        """Insert `text` at the cursor as one undo step."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.insertText(text + " ")
        cursor.deletePreviousChar()  # otherwise Qt would merge this with the typing that follows
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return can_be_pasted(source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _keep_from_window(self, event: QEvent) -> bool:
        """Claim keys that the window's shortcuts must not take from the text."""
        if not self._composing:
            return keep_from_window(event, self._enter)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.key() in INPUT_METHOD_KEYS)
            return event.isAccepted()
        return False

    def _is_for_the_page(self, command: str) -> bool:
        """Return whether a command moves through the conversation because this text does not need it."""
        if command in {"page_up", "page_down"}:
            return self.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        return command in {"previous_message", "next_message"}

    def _press_enter(self, event: QKeyEvent, *, sends: bool) -> None:
        if sends and not event.isAutoRepeat():
            self.submitted.emit()
        elif not sends:
            self.textCursor().insertBlock()
            self.ensureCursorVisible()
        event.accept()

    def _recall(self, step: int) -> bool:
        """Step through earlier questions, starting from an empty box, as long as the recalled one is unchanged."""
        earlier = self._earlier() if step else ()
        if not earlier:
            return False
        text = self.text if self.document().blockCount() < 200 else None
        at = self._recalled if self._recalled is not None and text == earlier[self._recalled] else None
        if at is None and (text != "" or step > 0):
            return False
        at = (len(earlier) if at is None else at) + step
        self._recalled = at = max(0, at)
        self.replace_text(earlier[at] if at < len(earlier) else "")
        if at >= len(earlier):
            self._recalled = None
        return True

    def _measure(self) -> None:
        """Measure the text's height, up to the maximum."""
        block, height = self.document().firstBlock(), 0.0
        while block.isValid() and height <= self._max_height:
            height += self.blockBoundingRect(block).height()
            block = block.next()
        least = self.fontMetrics().lineSpacing()
        wanted = min(self._max_height, max(least, round(height + 0.49)))
        self._scrolls = height > self._max_height
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if self._scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        if wanted != self._wanted:
            self._wanted = wanted
            self.setFixedHeight(wanted)
            self.height_changed.emit()
        self._stay_at_top()

    def _stay_at_top(self) -> None:
        """Show the first line, if all lines have room; Qt scrolls to the cursor before the field has grown."""
        if not self._scrolls:
            self.verticalScrollBar().setValue(0)

    def _fit(self) -> None:
        self.setFont(self._theme.text_font())
        self.viewport().setFont(self._theme.text_font())  # used to paint the placeholder
        self._measure()


def _line_ends(text: str) -> int:
    """Return the number of trailing line breaks, at most two."""
    return min(2, len(text) - len(text.rstrip("\n")))
