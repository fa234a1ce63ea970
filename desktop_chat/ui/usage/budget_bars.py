"""How much of each budget is spent, as bars with words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from desktop_chat.core.budgets import BudgetState
from desktop_chat.ui.style.theme import Theme, restyle
from desktop_chat.ui.text import budget_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, fill, row_of

_STEPS = 1_000


class BudgetBars(QWidget):
    """Empty without budgets."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._column = fill(QVBoxLayout(self), spacing=theme.px(10), margins=NO_MARGINS)
        self.lines: list[BudgetLine] = []

    def show_states(self, states: Sequence[BudgetState]) -> None:
        """Show these budgets."""
        while len(self.lines) > len(states):
            line = self.lines.pop()
            self._column.removeWidget(line)
            line.deleteLater()
        while len(self.lines) < len(states):
            self.lines.append(BudgetLine(self._theme))
            self._column.addWidget(self.lines[-1])
        for line, state in zip(self.lines, states, strict=True):
            line.show_state(state)
        self.setVisible(bool(states))


class BudgetLine(QWidget):
    """One budget."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.name, self.words, self.bar = QLabel(), QLabel(), QProgressBar()
        self.words.setProperty("muted", True)
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(theme.px(6))
        head = row_of(self.name, None, self.words)
        self.setLayout(column_of(head, self.bar, spacing=theme.px(4), margins=NO_MARGINS))

    def show_state(self, state: BudgetState) -> None:
        """Show how much is spent."""
        name = tr("Budget: {name}", name=budget_text.name(state.budget.period))
        self.name.setText(name)
        self.words.setText(budget_text.spent(state))
        self.bar.setValue(min(_STEPS, int(_STEPS * state.spent / state.budget.amount)))
        self.bar.setAccessibleName(tr("{name}: {value}", name=name, value=self.words.text()))
        restyle(self.words, warning=state.is_reached)
