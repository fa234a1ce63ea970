"""The form for an own price of a model."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_chat.core.own_prices import plain_own, read_own, with_own
from desktop_chat.core.prices import PriceEntry
from desktop_chat.core.settings import Preferences
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, fill, row_of
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel


class PriceForm(Retranslated, QWidget):
    """Edits an entry of the settings, or a new one, which may begin as a copy of a shipped one. Nothing changes before
    Save."""

    saved = Signal(object)
    """The `PriceEntry`."""
    cancelled = Signal()

    def __init__(self, preferences: Preferences, theme: Theme, entry: PriceEntry | None, *, is_own: bool) -> None:
        super().__init__()
        self._preferences = preferences
        self._theme = theme
        self._before = entry if is_own else None
        self._labels: list[tuple[QLabel, QWidget, Callable[[], str]]] = []
        self.fields: dict[str, ImeLineEdit] = {}
        """By the names of the members in the settings file."""
        self.problem = WrappedLabel()
        self.problem.setProperty("danger", True)
        self.problem.hide()
        self._hint = WrappedLabel()
        self._hint.setProperty("muted", True)
        self.save_button, self.cancel_button = QPushButton(), QPushButton()
        self.save_button.setProperty("primary", True)
        self._lay_out()
        for name, value in (plain_own(entry) if entry is not None else {"currency": "USD"}).items():
            self.fields[name].setText(str(value))
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.cancelled)
        for line in self.fields.values():
            line.returnPressed.connect(self._save)
        self.retranslate()

    def focus_first(self) -> None:
        """Focus the first field."""
        self.fields["model"].setFocus()

    def retranslate(self) -> None:
        for label, widget, words in self._labels:
            label.setText(words())
            widget.setAccessibleName(words())
        self._hint.setText(
            tr(
                "Prices are for a million tokens, such as 2.50. Leave out what is unknown. Without a host, the entry "
                "is for every host; without a currency, the model is free. What was used before keeps its price."
            )
        )
        self.save_button.setText(tr("Save"))
        self.cancel_button.setText(tr("Cancel"))

    def _save(self) -> None:
        entry, wrong = read_own({name: line.text() for name, line in self.fields.items()})
        if entry is None:
            self.problem.setText(_PROBLEMS[wrong[0]]())
            self.problem.show()
            self.fields[wrong[0]].setFocus()
            return
        own = self._preferences.settings.prices
        self._preferences.update(prices=with_own(own, entry, self._before))
        self.saved.emit(entry)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(self._theme.px(12))
        for at, (name, words) in enumerate(_FIELDS.items()):
            line = self.fields[name] = ImeLineEdit()
            label = QLabel()
            label.setProperty("muted", True)
            label.setBuddy(line)
            self._labels.append((label, line, words))
            grid.addLayout(column_of(label, line, spacing=self._theme.px(4), margins=NO_MARGINS), at // 2, at % 2)
        buttons = row_of(None, self.cancel_button, self.save_button, spacing=self._theme.px(8))
        fill(
            QVBoxLayout(self),
            grid,
            self._hint,
            self.problem,
            buttons,
            spacing=self._theme.px(12),
            margins=NO_MARGINS,
        )
        for button in (self.save_button, self.cancel_button):
            button.setAutoDefault(False)


_FIELDS: dict[str, Callable[[], str]] = {
    "model": lambda: tr("Model"),
    "host": lambda: tr("Host"),
    "input": lambda: tr("Input"),
    "output": lambda: tr("Output"),
    "cached_input": lambda: tr("Cached input"),
    "currency": lambda: tr("Currency"),
    "batch_factor": lambda: tr("Share of the price in batches"),
    "exact_up_to": lambda: tr("Largest prompt at this price (tokens)"),
    "context_window": lambda: tr("Context window (tokens)"),
}
_PROBLEMS: dict[str, Callable[[], str]] = {
    "model": lambda: tr("Enter the model's name as the server calls it."),
    "host": lambda: tr("Enter a host such as api.example.com, or nothing for every host."),
    "input": lambda: tr("Enter the price of a million input tokens, such as 2.50, or a context window."),
    "output": lambda: tr("Enter the price of a million output tokens, such as 10."),
    "cached_input": lambda: tr("Enter the price of a million cached tokens, or nothing if it is unknown."),
    "currency": lambda: tr("Enter three letters, such as USD, or nothing for a model that costs nothing."),
    "batch_factor": lambda: tr("Enter a number from 0 to 1, such as 0.5, or nothing if it is unknown."),
    "exact_up_to": lambda: tr(
        "Enter the largest prompt that this price is for, such as 200000 tokens, or nothing if long ones cost the same."
    ),
    "context_window": lambda: tr("Enter a whole number of tokens, such as 128000, or nothing if it is unknown."),
}
