"""The words that mark a summary wherever one is shown, read out or exported."""

from __future__ import annotations

from desktop_chat.core.entities import Message, Status
from desktop_chat.core.summaries import replaces_older
from desktop_chat.ui.text.translation import tr


def summary_mark(message: Message) -> str:
    """Return what a message is a summary of, and whether it is not sent; empty for any other message."""
    if message.summary is None:
        return ""
    if message.status is Status.RUNNING or replaces_older(message):
        return tr("Summary of %n earlier message(s)", n=message.summary.messages)
    return tr("Summary of %n earlier message(s), not sent", n=message.summary.messages)
