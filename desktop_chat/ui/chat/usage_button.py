"""The composer's button with what the conversation cost; it opens the numbers in detail."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton

from desktop_chat.core.usage_ledger import UsageSum
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.money_text import cost_of_sum, usage_rows
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.retranslation import Retranslated


class UsageButton(Retranslated, QToolButton):
    """Shows the money, or the tokens where it was free; hidden while nothing was used. It stands where its coming and
    growing moves nothing else."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._used = UsageSum()
        self.setProperty("muted", True)
        self.hide()
        self.retranslate()
        self._fit()
        theme.changed.connect(self._fit)

    @property
    def used(self) -> UsageSum:
        """What is shown."""
        return self._used

    def show_used(self, used: UsageSum) -> None:
        """Show what the conversation used so far."""
        self._used = used
        self.retranslate()
        self.setVisible(used.requests > 0)

    def retranslate(self) -> None:
        self.setText(cost_of_sum(self._used) or _tokens(self._used))
        self.setAccessibleName(tr("Usage of this conversation"))
        lines = [tr("{name}: {words}", name=name, words=value) for name, value in usage_rows(self._used)]
        self.setAccessibleDescription(tr(", ").join(lines))
        self.setToolTip("\n".join((tr("Usage of this conversation"), *lines)))

    def _fit(self) -> None:
        self.setFixedHeight(self._theme.px(30))


def _tokens(used: UsageSum) -> str:
    return tr("%n token(s)", n=used.prompt_tokens + used.completion_tokens)
