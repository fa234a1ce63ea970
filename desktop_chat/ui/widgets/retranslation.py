"""A base class for widgets that set their texts again when the language changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:

    class _Widget(QWidget):
        def retranslate(self) -> None:
            """Set all texts in the current language."""

else:
    _Widget = object  # Qt's class, and perhaps a base that retranslates, follow in the list of bases


class Retranslated(_Widget):
    """Calls `retranslate` when the language changes. Must come before Qt's class in the list of bases."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
