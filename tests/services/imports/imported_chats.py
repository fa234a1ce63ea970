"""Imported conversations of a chosen length."""

from __future__ import annotations

from desktop_chat.core.entities import Conversation, Message, Role, Status
from desktop_chat.core.importing import ImportedConversation, ImportKind, derived_id

COUNT = 4
LONG = 3_000
"""Messages."""


def imported(number: int, length: int = LONG, *, text: str = "Text") -> ImportedConversation:
    """Return a conversation whose messages follow each other."""
    key = derived_id(ImportKind.CHATGPT, str(number))
    ids = [derived_id(ImportKind.CHATGPT, str(number), str(each)) for each in range(length)]
    messages = [
        Message(ids[n], key, ids[n - 1] if n else None, Role.USER, f"{text} {n}", Status.COMPLETE, 1.0)
        for n in range(length)
    ]
    return ImportedConversation(Conversation(key, f"Chat {number}", updated_at=2.0, leaf_id=ids[-1]), tuple(messages))
