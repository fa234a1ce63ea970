"""What settings pages are built of: rows with words at the left and a control at the right, and the controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from desktop_chat.core.field_rules import rules_of
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.boxes import column_of, row_of
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
        words = column_of(title, text, spacing=2)
        row = row_of(words, self.theme.px(16), grow=(words,), spacing=self.theme.px(8))
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


class PreferencesPage(SettingsPage):
    """A page whose rows change settings by name; each change applies at once."""

    def __init__(self, preferences: Preferences, theme: Theme, title: Words, parent: QWidget | None = None) -> None:
        super().__init__(theme, title, parent)
        self.preferences = preferences
        self._shown: list[Callable[[Settings], None]] = []
        self.destroyed.connect(preferences.changed.add(self._show))

    def add_choice(self, setting: str, name: Words, hint: Words, choices: Callable[[], Mapping[Any, str]]) -> None:
        """Add a row for a setting that is one of several values, each with its text."""
        choice = Choice()
        self.add_row(name, hint, choice)
        self.bind(setting, choice, lambda value: choice.set_choices(tuple(choices().items()), value))

    def add_number(self, setting: str, name: Words, hint: Words, unit: Words = lambda: "") -> None:
        """Add a row for a setting that is a whole number, within its own limits."""
        rule = rules_of(Settings)[setting]
        number = Number(int(rule.lowest), int(rule.highest))
        self.add_row(name, hint, number)
        self._say(number.setSuffix, unit)
        number.valueChanged.connect(lambda value: self.preferences.update(**{setting: type(rule.default)(value)}))
        self._show_in(setting, number, lambda value: number.setValue(round(value)))

    def bind(self, setting: str, choice: Choice, show: Callable[[Any], None]) -> None:
        """Let `choice` change a setting; `show` is called with its value, now and after each change."""
        choice.chosen.connect(lambda value: self.preferences.update(**{setting: value}))
        self._show_in(setting, choice, show)

    def retranslate(self) -> None:
        self._show(self.preferences.settings)

    def _show(self, settings: Settings) -> None:
        for show in self._shown:
            show(settings)
        super().retranslate()  # hints may depend on what is chosen

    def _show_in(self, setting: str, control: QWidget, show: Callable[[Any], None]) -> None:
        control.setObjectName(setting)

        def show_value(settings: Settings) -> None:
            with QSignalBlocker(control):
                show(getattr(settings, setting))

        self._shown.append(show_value)
        show_value(self.preferences.settings)
