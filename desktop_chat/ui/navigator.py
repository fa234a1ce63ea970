"""How a part of the window leads the person to another place in it, without knowing the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Navigator(Protocol):
    """What a part may ask of the window around it."""

    def open_settings(self, page: str = "") -> None:
        """Show the settings, at a page ("connections", "data", ...) or at a connection, by its id."""
        ...

    def ask_for_key(self, connection_id: str) -> None:
        """Show where the key of a connection is entered."""
        ...

    def begin_conversation(self, prompt: str) -> None:
        """Begin a conversation in a tab of its own, with `prompt` in the composer, unsent."""
        ...

    def open_conversation(self, conversation_id: str, message_id: str = "", words: str = "") -> None:
        """Show a conversation; at a message, where one is named, with `words` marked."""
        ...

    def offer_undo(self, words: str, undo: Callable[[], None]) -> None:
        """Say what was just done, and offer for a while to take it back."""
        ...
