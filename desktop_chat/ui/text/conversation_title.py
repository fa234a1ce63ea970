"""The title under which a conversation is shown."""

from __future__ import annotations

from desktop_chat.core.entities import Conversation
from desktop_chat.core.titles import title_for
from desktop_chat.ui.text.translation import tr


def title_of(conversation: Conversation) -> str:
    """Return the title, or one made from the draft; never empty."""
    return conversation.title or title_for(conversation.draft, conversation.draft_attachments) or tr("New conversation")
