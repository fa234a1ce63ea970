"""A port for navigating to other places in the window without depending on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Navigator(Protocol):
    """What a part of the window may request from it."""

    def open_settings(self, page: str = "") -> None:
        """Show the settings at a page ("general", "connections", ...), or at a connection by its id."""
        ...

    def open_usage(self) -> None:
        """Show what was used and what it cost."""
        ...

    def ask_for_key(self, connection_id: str) -> None:
        """Show the settings where a connection's key is entered."""
        ...

    def begin_conversation(self, prompt: str) -> None:
        """Start a conversation in a new tab, with `prompt` in the composer, unsent."""
        ...

    def open_conversation(self, conversation_id: str, message_id: str = "", words: str = "") -> None:
        """Show a conversation, optionally at a message; where there are `words`, they are found and marked in it."""
        ...

    def say(self, words: str) -> None:
        """Show a message for a while."""
        ...

    def offer_undo(self, words: str, undo: Callable[[], None]) -> None:
        """Show a message about an action, with an Undo button for a while."""
        ...
