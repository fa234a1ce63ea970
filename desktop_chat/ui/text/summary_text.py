"""The words that mark a summary wherever one is shown, read out or exported."""

from __future__ import annotations

from desktop_chat.core.entities import Summary
from desktop_chat.ui.text.translation import tr


def summary_mark(summary: Summary) -> str:
    """Return what a message is a summary of, and whether the model still gets the messages themselves."""
    if summary.in_use:
        return tr("Summary of %n earlier message(s)", n=summary.messages)
    return tr("Summary of %n earlier message(s), not sent", n=summary.messages)
