"""The commands of the main window that act on the current tab."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from desktop_chat.ui.tabs.tab_manager import TabManager


class TabCommands:
    """Each does nothing while the current tab has no place for it, such as one that is still loading."""

    def __init__(self, tabs: TabManager) -> None:
        self._tabs = tabs

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do for each command, by its id."""
        return {
            "find_in_conversation": self._find,
            "find_next": partial(self._find_step, forward=True),
            "find_previous": partial(self._find_step, forward=False),
            "focus_composer": self._tabs.focus_active,
            "attach": self._attach,
            "stop": self._tabs.stop,
            "copy_reply": self._copy_reply,
            "regenerate": self._regenerate,
            "summarise": self._summarise,
        }

    def _find(self) -> None:
        if self._tabs.current is not None:
            self._tabs.current.finding.open()

    def _find_step(self, *, forward: bool) -> None:
        if self._tabs.current is not None:
            self._tabs.current.finding.step(forward)

    def _attach(self) -> None:
        if self._tabs.current is not None and self._tabs.current.composer.isVisible():
            self._tabs.current.file_intake.ask()

    def _copy_reply(self) -> None:
        if self._tabs.page is not None:
            self._tabs.page.actions.copy_last_reply()

    def _regenerate(self) -> None:
        if self._tabs.page is not None:
            self._tabs.page.actions.regenerate_last()

    def _summarise(self) -> None:
        if self._tabs.page is not None:
            self._tabs.page.actions.summarise()
