"""The find bar above a conversation."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.ui.commands import Scope, command_of, keep_from_window, tooltip, words_of
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.retranslation import Retranslated

_NARROW = 420
"""Below this width, in pixels at zoom 1, a short tally gets no reserved space."""
_SCOPES = (Scope.FIND_BAR, Scope.PART)


class FindLine(ImeLineEdit):
    """The text field of the find bar."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the shortcuts of the bar's switches to the bar."""
        if command_of(event, Scope.FIND_BAR) in {"match_case", "whole_words"}:
            event.ignore()
        else:
            super().keyPressEvent(event)


class FindBar(Retranslated, QFrame):
    """Emits the search text and steps; shows the results passed to `tell`."""

    query_changed = Signal(FindQuery)
    stepped = Signal(bool)
    """True for the next hit, False for the previous one."""
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.line = FindLine()
        self.tally = QLabel()
        self.case_button = self._toggle("letter-case")
        self.word_button = self._toggle("whole-word")
        self.previous_button = self._button("chevron-up")
        self.next_button = self._button("chevron-down")
        self.close_button = self._button("close")
        self._lay_out()
        self._connect()
        self.retranslate()
        self._fit()

    @property
    def find_query(self) -> FindQuery:
        return FindQuery(self.line.text(), self.case_button.isChecked(), self.word_button.isChecked())

    def begin(self, text: str) -> None:
        """Focus the text field; replace its text unless `text` is empty."""
        # Before the text, and not with ShortcutFocusReason, which selects it: Orca skips the focus after a caret move.
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        if text and text != self.line.text():
            self.line.setText(text)
        self.line.selectAll()

    def tell(self, ordinal: int, total: int, *, complete: bool) -> None:
        """Show the current hit's number and the total; 0 for none."""
        more = "" if complete else "+"
        if not self.line.text():
            words = ""
        elif not total:
            words = tr("No results") if complete else tr("Searching...")
        elif ordinal:
            words = tr("{number} of {count}", number=ordinal, count=f"{total}{more}")
        else:
            words = f"{total}{more}"
        if words != self.tally.text():
            self.tally.setText(words)
        for button in (self.previous_button, self.next_button):
            button.setEnabled(total > 0 or not complete)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Find in this conversation"))
        self.line.setAccessibleName(tr("Find in this conversation"))
        self.line.setPlaceholderText(tr("Find in this conversation"))
        for button, command_id in (
            (self.case_button, "match_case"),
            (self.word_button, "whole_words"),
            (self.previous_button, "find_previous"),
            (self.next_button, "find_next"),
        ):
            button.setAccessibleName(words_of(command_id))
            button.setToolTip(tooltip(command_id))
        self.close_button.setAccessibleName(tr("Close"))
        self.close_button.setToolTip(tooltip("leave", tr("Close")))

    def event(self, event: QEvent) -> bool:
        """Keep the bar's keys from the window's shortcuts: Esc would stop a reply."""
        return keep_from_window(event, *_SCOPES) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = command_of(event, *_SCOPES)
        if not command:
            super().keyPressEvent(event)
            return
        event.accept()
        if self.line.composing:
            return  # left to the input method
        if command == "leave":
            self.left.emit()
        elif command in {"hit_next", "hit_previous"}:
            self._press_enter(forward=command == "hit_next")
        else:
            (self.case_button if command == "match_case" else self.word_button).toggle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _press_enter(self, *, forward: bool) -> None:
        focused = self.focusWidget()
        if isinstance(focused, QToolButton) and focused.hasFocus():
            focused.click()
        else:
            self.stepped.emit(forward)

    def _announce(self) -> None:
        self.query_changed.emit(self.find_query)

    def _toggle(self, name: str) -> QToolButton:
        button = self._button(name)
        button.setCheckable(True)
        return button

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _connect(self) -> None:
        self.line.textChanged.connect(self._announce)
        self.case_button.toggled.connect(self._announce)
        self.word_button.toggled.connect(self._announce)
        self.previous_button.clicked.connect(self._step_back)
        self.next_button.clicked.connect(self._step_forward)
        self.close_button.clicked.connect(self.left)
        self._theme.changed.connect(self._fit)

    def _step_back(self) -> None:
        self.stepped.emit(False)

    def _step_forward(self) -> None:
        self.stepped.emit(True)

    def _lay_out(self) -> None:
        self.tally.setProperty("muted", True)
        self.tally.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row = QHBoxLayout()
        for widget in (self.line, self.tally, self.case_button, self.word_button):
            self._row.addWidget(widget, 1 if widget is self.line else 0)
        for widget in (self.previous_button, self.next_button, self.close_button):
            self._row.addWidget(widget)
        self._parts = QWidget()
        self._parts.setLayout(self._row)
        self._middle = QHBoxLayout()
        self._middle.addStretch(1)
        self._middle.addWidget(self._parts, 1000)
        self._middle.addStretch(1)
        rule = QFrame()
        rule.setProperty("line", True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(self._middle)
        rows.addWidget(rule)

    def _fit(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(4))
        self._middle.setContentsMargins(px(24), px(6), px(36), px(6))  # centred like the text, beside a scroll bar
        self._parts.setMaximumWidth(self._theme.column)
        for button in self.findChildren(QToolButton):
            button.setIconSize(QSize(px(18), px(18)))
        self._share_width()

    def _share_width(self) -> None:
        """Reserve space for the tally if there is enough, so that the text field keeps its width."""
        is_narrow = self.width() < self._theme.px(_NARROW)
        self.tally.setMinimumWidth(0 if is_narrow else self._theme.px(88))
