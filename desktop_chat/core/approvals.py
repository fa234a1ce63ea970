"""Decides which tool calls run without asking, and remembers what the user allowed."""

from __future__ import annotations

from desktop_chat.core.settings import Preferences
from desktop_chat.core.tools import Approval, Tool


class Approvals:
    """What the user allowed: for a conversation in memory, for always in the settings.

    A permission is for a tool as it was described: with another description or schema, the user is asked again. Only
    built-in tools can be marked safe by name alone, because nobody else can change them.
    """

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self._in_conversations: set[tuple[str, str, str]] = set()
        """Conversation id, tool id and fingerprint."""

    def allows(self, tool: Tool, conversation_id: str) -> bool:
        """Return whether a call of a tool may run without asking."""
        settings = self._preferences.settings
        if not tool.server and tool.id in settings.safe_tools:
            return True
        if (conversation_id, tool.id, tool.fingerprint) in self._in_conversations:
            return True
        return (tool.id, tool.fingerprint) in settings.always_allowed

    def remember(self, tool: Tool, conversation_id: str, approval: Approval) -> None:
        """Remember a decision about a call if it also applies to later ones."""
        match approval:
            case Approval.CONVERSATION:
                self._in_conversations.add((conversation_id, tool.id, tool.fingerprint))
            case Approval.ALWAYS:
                others = (pair for pair in self._preferences.settings.always_allowed if pair[0] != tool.id)
                self._preferences.update(always_allowed=(*others, (tool.id, tool.fingerprint)))
