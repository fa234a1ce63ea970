"""What a tab shows while its conversation is being read, and while all of them are."""

from __future__ import annotations

from PySide6.QtCore import Qt

from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel


class LoadingPage(Retranslated, WrappedLabel):
    """One sentence in the middle of the page."""

    def __init__(self) -> None:
        super().__init__()
        self._waits_for_all = False
        self.setProperty("muted", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.retranslate()

    def wait_for_all(self) -> None:
        """Say from now on that it is not this conversation that takes its time."""
        self._waits_for_all = True
        self.retranslate()

    def retranslate(self) -> None:
        if self._waits_for_all:
            self.setText(tr("Loading your conversations. You can start writing now and send once they are loaded."))
        else:
            self.setText(tr("Loading conversation..."))
