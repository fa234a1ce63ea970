"""What a picture file may have of anything."""

from __future__ import annotations

from desktop_chat.core.picture_errors import PictureBroken, PictureTooLarge

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
MOST_PARTS = 20_000
"""Chunks, segments or blocks of one file. A photograph of 20 MB has 2,500."""


def check_size(width: int, height: int) -> None:
    """Raise PictureBroken where there is no pixel, PictureTooLarge where there are too many."""
    if width <= 0 or height <= 0:
        raise PictureBroken
    if width * height > MOST_PIXELS:
        raise PictureTooLarge


def check_parts(count: int) -> None:
    """Raise PictureTooLarge where a file has too many parts."""
    if count > MOST_PARTS:
        raise PictureTooLarge
