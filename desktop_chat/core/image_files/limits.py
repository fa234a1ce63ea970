"""Limits for image files."""

from __future__ import annotations

from desktop_chat.core.image_errors import ImageBroken, ImageTooLarge

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_PARTS = 20_000
"""Chunks, segments or blocks per file. A 20 MB photo has 2,500."""


def check_size(width: int, height: int) -> None:
    """Raise ImageBroken if there are no pixels, ImageTooLarge if there are too many."""
    if width <= 0 or height <= 0:
        raise ImageBroken
    if width * height > MAX_PIXELS:
        raise ImageTooLarge


def check_parts(count: int) -> None:
    """Raise ImageTooLarge if a file has too many parts."""
    if count > MAX_PARTS:
        raise ImageTooLarge
