"""What settings pages are built of: rows with words at the left and a control at the right, and the controls."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.menu import round_list
from desktop_chat.ui.widgets.retranslation import Retranslated

Words = Callable[[], str]


class Choice(QComboBox):
    """A list of values with words for them; `chosen` only when the person chooses."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.activated.connect(self._tell)
        round_list(self)

    def set_choices(self, choices: Sequence[tuple[object, str]], value: object) -> None:
        """Offer these (value, words), with one of them chosen."""
        with QSignalBlocker(self):
            self.clear()
            for known, words in choices:
                self.addItem(words, known)
            self.setCurrentIndex(max(0, [known for known, _ in choices].index(value)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page, not the setting under the pointer."""
        event.ignore()

    def _tell(self, index: int) -> None:
        self.chosen.emit(self.itemData(index))


class Number(QSpinBox):
    """A whole number; the wheel scrolls the page instead of it."""

    def __init__(self, lowest: int, highest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(lowest, highest)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class SettingsPage(Retranslated, QWidget):
    """A heading and rows. Subclasses add their rows; words are functions, so that they follow the language."""

    def __init__(self, theme: Theme, title: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._words: list[tuple[Callable[[str], None], Words]] = []
        self.rows = QVBoxLayout(self)
        self._heading = QLabel()
        self._heading.setProperty("heading", 2)
        self._say(self._heading.setText, title)
        self.rows.addWidget(self._heading)
        theme.changed.connect(self.fit)
        self.fit()

    def add_row(self, name: Words, hint: Words, *controls: QWidget) -> None:
        """Add a setting: its name, a muted sentence about it, and what changes it, where that is not below; a hairline
        parts two of them."""
        if self.rows.count() > 1:
            self._add_line()
        title, text = QLabel(), QLabel()
        text.setProperty("muted", True)
        text.setWordWrap(True)
        self._say(title.setText, name)
        self._say(text.setText, hint)
        # The name of a combo box for screen readers: on Unix Qt takes no other. A button has one of its own. What is
        # no label of anything, Orca reads out when a dialog opens; what is about a control is said with that control.
        title.setBuddy(controls[0] if controls and not isinstance(controls[0], QPushButton) else self._heading)
        text.setBuddy(title)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(text)
        row = QHBoxLayout()
        row.setSpacing(self.theme.px(8))
        row.addLayout(words, 1)
        row.addSpacing(self.theme.px(16))
        for control in controls:
            if isinstance(control, Choice | Number):
                control.setMinimumWidth(self.theme.px(160))
            if isinstance(control, Number):
                control.lineEdit().setTextMargins(self.theme.px(8), 0, 0, 0)
            row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
            if not control.accessibleName() and not isinstance(control, QPushButton):
                self._say(control.setAccessibleName, name)
            self._say(control.setAccessibleDescription, hint)
        self.rows.addLayout(row)

    def add_text(self, text: Words) -> QLabel:
        """Add a muted paragraph."""
        label = QLabel()
        label.setProperty("muted", True)
        label.setWordWrap(True)
        self._say(label.setText, text)
        self.rows.addWidget(label)
        return label

    def _add_line(self) -> None:
        line = QFrame()
        line.setProperty("line", True)
        self.rows.addWidget(line)

    def retranslate(self) -> None:
        for say, words in self._words:
            say(words())

    def fit(self) -> None:
        """Follow the theme."""
        px = self.theme.px
        self.rows.setContentsMargins(px(28), px(24), px(28), px(24))
        self.rows.setSpacing(px(14))

    def _say(self, say: Callable[[str], None], words: Words) -> None:
        self._words.append((say, words))
        say(words())
