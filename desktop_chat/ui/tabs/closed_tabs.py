"""Remembers the tabs that were closed, and how they were left, so that they can be opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from desktop_chat.core.workspace import OpenTab

MAX_CLOSED = 25
"""Closed tabs that are remembered."""


class ClosedTabs:
    """The last closed one last. `is_there` says whether a conversation can still be opened."""

    def __init__(self, is_there: Callable[[str], bool]) -> None:
        self._is_there = is_there
        self._tabs: list[OpenTab] = []

    def __contains__(self, conversation_id: str) -> bool:
        return self.of(conversation_id) is not None

    def all(self) -> tuple[OpenTab, ...]:
        """Return them as the workspace keeps them."""
        return tuple(self._tabs)

    def restore(self, tabs: Iterable[OpenTab]) -> None:
        """Take those of a workspace whose conversations are still there."""
        self._tabs = [tab for tab in tabs if self._is_there(tab.conversation_id)]

    def of(self, conversation_id: str) -> OpenTab | None:
        """Return how the tab of a conversation was left; None where none was closed."""
        return next((tab for tab in self._tabs if tab.conversation_id == conversation_id), None)

    def last(self) -> OpenTab | None:
        """Return the tab that was closed last of those whose conversation is still there."""
        return next((tab for tab in reversed(self._tabs) if self._is_there(tab.conversation_id)), None)

    def remember(self, tab: OpenTab) -> None:
        """Add a tab that is being closed."""
        self.forget((tab.conversation_id,))
        self._tabs = [*self._tabs, tab][-MAX_CLOSED:]

    def forget(self, conversation_ids: Iterable[str]) -> None:
        """Drop what was opened again, or is gone."""
        gone = set(conversation_ids)
        self._tabs = [tab for tab in self._tabs if tab.conversation_id not in gone]
