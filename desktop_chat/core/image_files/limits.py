"""What an image file may have of anything."""

from __future__ import annotations

from desktop_chat.core.image_errors import ImageBroken, ImageTooLarge

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_PARTS = 20_000
"""Chunks, segments or blocks of one file. A photograph of 20 MB has 2,500."""


def check_size(width: int, height: int) -> None:
    """Raise ImageBroken where there is no pixel, ImageTooLarge where there are too many."""
    if width <= 0 or height <= 0:
        raise ImageBroken
    if width * height > MAX_PIXELS:
        raise ImageTooLarge


def check_parts(count: int) -> None:
    """Raise ImageTooLarge where a file has too many parts."""
    if count > MAX_PARTS:
        raise ImageTooLarge
