"""The composer's button for the tools of a conversation, with their number."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.retranslation import Retranslated


class ToolsButton(Retranslated, QToolButton):
    """Shows an icon, and beside it how many tools the model may call, if any."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._count = 0
        self.setProperty("muted", True)
        self.retranslate()
        self._fit()
        theme.changed.connect(self._fit)

    def show_count(self, count: int) -> None:
        """Show how many tools are chosen."""
        self._count = count
        self.retranslate()
        self._fit()

    def retranslate(self) -> None:
        words = tr("%n tool(s) chosen", n=self._count) if self._count else tr("No tools chosen")
        self.setText(str(self._count) if self._count else "")
        self.setAccessibleName(tr("Tools"))
        self.setAccessibleDescription(words)
        self.setToolTip(tr("{name}: {words}", name=tr("Tools"), words=words))

    def _fit(self) -> None:
        px = self._theme.px
        self.setIcon(icon("tools", "accent" if self._count else "muted"))
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if self._count else Qt.ToolButtonStyle.ToolButtonIconOnly
        self.setToolButtonStyle(style)
        self.setIconSize(QSize(px(18), px(18)))
        self.setFixedHeight(px(30))
        self.setMinimumWidth(px(30))
