"""What another start, or a link from outside, asks of the window: to fill a composer, or to look for conversations."""

from __future__ import annotations

from dataclasses import dataclass

SCHEME = "desktop-chat"
MAX_NAME_LENGTH = 300
QUICK_WINDOW = "quick"


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """What is asked for: a new tab with this in its composer, not sent. An empty one asks to show the window."""

    prompt: str | None = None
    connection: str | None = None
    """A connection's name or id; an unknown one is not used."""
    model: str | None = None
    from_link: bool = False
    """It comes from a link, which anybody may have written, and is shown as such."""
    is_cut: bool = False
    """The end of the link's text was left out."""
    activation: str | None = None
    """The token with which a Wayland desktop lets the window come to the front."""
    window: str | None = None
    """QUICK_WINDOW, or None for the main window."""
    imported: bool = False
    """Another process has added conversations to the database, and asks for nothing else."""


def is_link(text: str) -> bool:
    """Return whether a command-line argument is a link of ours rather than a prompt."""
    return text[: len(SCHEME) + 1].lower() == f"{SCHEME}:"


def is_name(text: str) -> bool:
    """Return whether a text may be a name: one visible line, not too long."""
    return bool(text) and text.isprintable() and len(text) <= MAX_NAME_LENGTH
