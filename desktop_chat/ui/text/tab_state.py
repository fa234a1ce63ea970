"""The state of a tab, as shown by the tab strip and the sidebar."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from desktop_chat.ui.text.translation import tr


class TabState(StrEnum):
    """If several apply, the last in this list."""

    IDLE = "idle"
    UNSEEN = "unseen"
    """A reply ended while another tab was active."""
    FINISHED = "finished"
    """A batch ended while another tab was active."""
    ERROR = "error"
    RUNNING = "running"
    """A batch runs."""
    STREAMING = "streaming"
    ASKING = "asking"
    """A tool call of the reply waits for approval."""


def state_text(state: TabState) -> str:
    """Return a state in words; empty for IDLE."""
    words = _WORDS.get(state)
    return words() if words is not None else ""


_WORDS: dict[TabState, Callable[[], str]] = {
    TabState.UNSEEN: lambda: tr("new reply"),
    TabState.FINISHED: lambda: tr("finished"),
    TabState.ERROR: lambda: tr("failed"),
    TabState.RUNNING: lambda: tr("running"),
    TabState.STREAMING: lambda: tr("streaming"),
    TabState.ASKING: lambda: tr("asks for approval"),
}
