"""Remembers closed tabs and their state, so that they can be reopened."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from desktop_chat.core.workspace import OpenTab

MAX_CLOSED = 25
"""Maximum number of closed tabs remembered."""


class ClosedTabs:
    """Closed tabs, the last closed last. `is_there` returns whether a tab can still be opened."""

    def __init__(self, is_there: Callable[[OpenTab], bool]) -> None:
        self._is_there = is_there
        self._tabs: list[OpenTab] = []

    def __contains__(self, conversation_id: str) -> bool:
        return self.of(conversation_id) is not None

    def all(self) -> tuple[OpenTab, ...]:
        """Return the closed tabs as stored in the workspace."""
        return tuple(self._tabs)

    def restore(self, tabs: Iterable[OpenTab]) -> None:
        """Restore those that can be opened."""
        self._tabs = [tab for tab in tabs if self._is_there(tab)]

    def of(self, conversation_id: str) -> OpenTab | None:
        """Return a conversation's closed tab, or None."""
        return next((tab for tab in self._tabs if tab.conversation_id == conversation_id), None)

    def last(self) -> OpenTab | None:
        """Return the last closed tab that can be opened."""
        return next((tab for tab in reversed(self._tabs) if self._is_there(tab)), None)

    def remember(self, tab: OpenTab) -> None:
        """Add a tab that is being closed."""
        self.forget((tab.conversation_id,))
        self._tabs = [*self._tabs, tab][-MAX_CLOSED:]

    def forget(self, conversation_ids: Iterable[str]) -> None:
        """Drop tabs that were reopened or whose conversations are gone."""
        gone = set(conversation_ids)
        self._tabs = [tab for tab in self._tabs if tab.conversation_id not in gone]
