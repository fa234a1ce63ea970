"""Scrolls a transcript directly to where a test wants it; keys and wheel would glide."""

from __future__ import annotations

from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.view import TranscriptView


def scroll_to_message(view: TranscriptView, place: int) -> None:
    """Scroll the beginning of a message to the top edge."""
    view.scroller.go_to_entry(Spot(place, 0), 0)
    view.page.show_changes()


def jump_to_end(view: TranscriptView) -> None:
    """Scroll to the end and follow it."""
    view.scroller.follow_end()
    view.page.show_changes()
