"""What stands open: tabs, their order and scroll places, and the window's shape; it comes back at the next start."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScrollPlace:
    """The line at the top of the view: a message, one of its blocks, and an offset in pixels at zoom 1.
    None in place of it means that the view follows the end."""

    message_id: str
    block: int = 0
    """The block's key in its message; the header and the blocks of reasoning have negative ones."""
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class OpenTab:
    """One tab."""

    conversation_id: str
    scroll_place: ScrollPlace | None = None
    place: int | None = None
    """Where a closed tab stood among the others, counted from 0; None for an open one."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The window as it was left."""

    tabs: tuple[OpenTab, ...] = ()
    active: int = 0
    closed: tuple[OpenTab, ...] = ()
    """Closed tabs that can be reopened, the last closed one last."""
    geometry: str = ""
    """The window system's own description of place and size, base64."""
    width: int = 0
    height: int = 0
    """The window's size in pixels when it fills no screen, for where that description cannot be used; 0 is unknown."""
    sidebar_width: int = 264
    sidebar_shown: bool = True
