"""What is open: tabs, their order and scroll positions, and the window's geometry; restored at the next start."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.field_rules import any_number, between, short_text, text_list


@dataclass(frozen=True, slots=True)
class ScrollPlace:
    """The line at the top of the view: a message, one of its blocks, and an offset in pixels at zoom 1. None instead of
    this means that the view follows the end."""

    message_id: str
    block: int = any_number(0)
    """The block's key in its message; the header and reasoning blocks have negative ones."""
    offset: float = any_number(0.0)


@dataclass(frozen=True, slots=True)
class OpenTab:
    """One tab."""

    conversation_id: str
    scroll_place: ScrollPlace | None = None
    place: int | None = None
    """Former index of a closed tab, counted from 0; None for an open one."""
    batch: BatchJob | None = None
    """What a tab with a batch shows; `conversation_id` is then the batch's."""
    folded: tuple[str, ...] = text_list()
    """The ids of the messages whose summary is folded away."""


@dataclass(frozen=True, slots=True)
class UsageChoice:
    """What was chosen on the usage page; empty if nothing was."""

    period: str = short_text()
    """A `UsagePeriod`."""
    measure: str = short_text()
    """A `Measure`, or a currency."""
    group: str = short_text()
    """A `UsageBy`."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The window's state when it was closed."""

    tabs: tuple[OpenTab, ...] = ()
    active: int = 0
    closed: tuple[OpenTab, ...] = ()
    """Closed tabs that can be reopened, last closed last."""
    geometry: str = ""
    """Qt's serialised window geometry, base64."""
    width: int = between(0, 0, 100_000)
    height: int = between(0, 0, 100_000)
    """The window's size in pixels when not maximised, for when `geometry` cannot be restored; 0 if unknown."""
    sidebar_width: int = between(264, 0, 10_000)
    sidebar_shown: bool = True
    endpoint_folder_open: bool = False
    """Whether the sidebar lists the conversations of the local endpoint's callers."""
    quick_geometry: str = ""
    """The quick window's, like `geometry`."""
    quick_height: int = between(0, 0, 100_000)
    """Its height in pixels when it shows a reply; 0 if unknown."""
    usage: UsageChoice = field(default_factory=UsageChoice)
