"""The building blocks of settings pages: rows with text on the left and a control on the right."""

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
    """A combo box of values with labels; `chosen` is emitted only for choices by the user."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.activated.connect(self._tell)
        round_list(self)

    def set_choices(self, choices: Sequence[tuple[object, str]], value: object) -> None:
        """Set the (value, label) pairs and the current value. Nothing that stays the same is set again: a screen reader
        would read it all anew."""
        shown = [(self.itemData(place), self.itemText(place)) for place in range(self.count())]
        with QSignalBlocker(self):
            if shown != list(choices):
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
    """An integer; the wheel scrolls the page instead of changing it."""

    def __init__(self, lowest: int, highest: int) -> None:
        super().__init__()
        self.setRange(lowest, highest)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _Text:
    """A text of a page, which is set again only if it has changed: pages follow every change of a setting, and each
    name that is set takes a screen reader tens of milliseconds."""

    def __init__(self, set_text: Callable[[str], None], words: Words) -> None:
        self._set_text = set_text
        self._words = words
        self._shown: str | None = None

    def show(self) -> None:
        """Set the text as it is now."""
        words = self._words()
        if words != self._shown:
            self._shown = words
            self._set_text(words)


class SettingsPage(Retranslated, QWidget):
    """A heading and rows. Subclasses add their rows; texts are functions, so that they follow the language."""

    def __init__(self, theme: Theme, title: Words) -> None:
        super().__init__()
        self.theme = theme
        self._texts: list[_Text] = []
        self.rows = QVBoxLayout(self)
        self._heading = QLabel()
        self._heading.setProperty("heading", 2)
        self._set_text(self._heading.setText, title)
        self.rows.addWidget(self._heading)
        theme.changed.connect(self.fit)
        self.fit()

    def add_row(self, name: Words, hint: Words, *controls: QWidget) -> None:
        """Add a setting, separated by a line: its name, a muted description, and its controls, if they are in the
        row."""
        if self.rows.count() > 1:
            self._add_line()
        title, text = QLabel(), QLabel()
        text.setProperty("muted", True)
        text.setWordWrap(True)
        self._set_text(title.setText, name)
        self._set_text(text.setText, hint)
        # On Unix, Qt takes a combo box's name for screen readers from its buddy label. A button has its own. Orca
        # reads labels without a buddy when a dialog opens, and a description together with its control.
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
                self._set_text(control.setAccessibleName, name)
            self._set_text(control.setAccessibleDescription, hint)
        self.rows.addLayout(row)

    def add_text(self, text: Words) -> QLabel:
        """Add a muted paragraph."""
        label = QLabel()
        label.setProperty("muted", True)
        label.setWordWrap(True)
        self._set_text(label.setText, text)
        self.rows.addWidget(label)
        return label

    def _add_line(self) -> None:
        line = QFrame()
        line.setProperty("line", True)
        self.rows.addWidget(line)

    def retranslate(self) -> None:
        for text in self._texts:
            text.show()

    def fit(self) -> None:
        """Adapt to the theme."""
        px = self.theme.px
        self.rows.setContentsMargins(px(28), px(24), px(28), px(24))
        self.rows.setSpacing(px(14))

    def _set_text(self, set_text: Callable[[str], None], words: Words) -> None:
        text = _Text(set_text, words)
        self._texts.append(text)
        text.show()


class PreferencesPage(SettingsPage):
    """A page whose rows change settings by name; each change applies at once."""

    def __init__(self, preferences: Preferences, theme: Theme, title: Words) -> None:
        super().__init__(theme, title)
        self.preferences = preferences
        self._shown: list[Callable[[Settings], None]] = []
        self.destroyed.connect(preferences.changed.add(self._show))

    def add_choice(self, setting: str, name: Words, hint: Words, choices: Callable[[], Mapping[Any, str]]) -> None:
        """Add a row for a setting with several values, each with a label."""
        choice = Choice()
        self.add_row(name, hint, choice)
        self.bind(setting, choice, lambda value: choice.set_choices(tuple(choices().items()), value))

    def add_number(self, setting: str, name: Words, hint: Words, unit: Words = lambda: "") -> None:
        """Add a row for an integer setting, within the setting's limits."""
        rule = rules_of(Settings)[setting]
        number = Number(int(rule.lowest), int(rule.highest))
        self.add_row(name, hint, number)
        self._set_text(number.setSuffix, unit)
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
        super().retranslate()  # descriptions may depend on the values

    def _show_in(self, setting: str, control: QWidget, show: Callable[[Any], None]) -> None:
        control.setObjectName(setting)

        def show_value(settings: Settings) -> None:
            with QSignalBlocker(control):
                show(getattr(settings, setting))

        self._shown.append(show_value)
        show_value(self.preferences.settings)
