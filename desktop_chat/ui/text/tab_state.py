"""The state of a tab, as shown by the tab strip and the sidebar."""

from __future__ import annotations

from enum import StrEnum

from desktop_chat.ui.text.translation import tr


class TabState(StrEnum):
    """If several apply, the last in this list."""

    IDLE = "idle"
    UNSEEN = "unseen"
    """A reply ended while another tab was active."""
    ERROR = "error"
    STREAMING = "streaming"
    ASKING = "asking"
    """A tool call of the reply waits for approval."""


def state_text(state: TabState) -> str:
    """Return a state in words; empty for IDLE."""
    match state:
        case TabState.STREAMING:
            return tr("streaming")
        case TabState.ASKING:
            return tr("asks for approval")
        case TabState.UNSEEN:
            return tr("new reply")
        case TabState.ERROR:
            return tr("failed")
        case _:
            return ""
