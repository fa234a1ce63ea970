"""A conversation in the quick window: the tab's own parts, with the keys and the size of a small window."""

from __future__ import annotations

from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.empty_state import EmptyState
from desktop_chat.ui.chat.loading_page import LoadingPage
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.commands import QUICK_SENDS

_MAX_WRITING = 160
"""Pixels at zoom 1 that a long question takes before it scrolls."""


class QuickComposer(Composer):
    """Enter always sends here, because Ctrl+Enter continues in the main window; Escape hides, so another key stops."""

    stop_command = "quick_stop"

    def set_send_key(self, _send_key: str) -> None:
        super().set_send_key(QUICK_SENDS)


class QuickTab(ChatTab):
    """As long as there is only a question to write, there is only the composer to see."""

    def make_composer(self) -> Composer:
        return QuickComposer(self._context.theme, self)

    def room_for_writing(self) -> int:
        return self._context.theme.px(_MAX_WRITING)

    @property
    def has_page(self) -> bool:
        """Whether there is more to show than the composer."""
        return not isinstance(self.pages.currentWidget(), (EmptyState, LoadingPage))

    @property
    def is_used(self) -> bool:
        """Whether something was said or written here."""
        return self.composer.is_used or bool(self.session is not None and self.session.path)
