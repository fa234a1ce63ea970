"""The page of a tab while its conversation, or all conversations, are loading."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel


class LoadingPage(Retranslated, WrappedLabel):
    """A sentence in the middle of the page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._all_loading = False
        self.setProperty("muted", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.retranslate()

    def wait_for_all(self) -> None:
        """Say that all conversations are still loading, not just this one."""
        self._all_loading = True
        self.retranslate()

    def retranslate(self) -> None:
        if self._all_loading:
            self.setText(tr("Loading your conversations. You can start writing now and send once they are loaded."))
        else:
            self.setText(tr("Loading conversation..."))
