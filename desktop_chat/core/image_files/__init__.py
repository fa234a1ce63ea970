"""Sanitises image files before any decoder sees them: everything but image data is dropped, the rest is bounded.

Decoders read texts, colour profiles and later images before they check any limit: 77 KB took 500 MB. Plain Python,
without Qt; each format's file says what it keeps.
"""

from __future__ import annotations

from collections.abc import Callable

from desktop_chat.core.image_errors import ImageTooLarge, NotAImage
from desktop_chat.core.image_files.gif import clean_gif, gif_size
from desktop_chat.core.image_files.jpeg import clean_jpeg, jpeg_size
from desktop_chat.core.image_files.limits import MAX_BYTES
from desktop_chat.core.image_files.png import clean_png, png_size
from desktop_chat.core.image_files.webp import clean_webp, webp_size

_CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    "png": clean_png,
    "jpeg": clean_jpeg,
    "gif": clean_gif,
    "webp": clean_webp,
}
_SIZES: dict[str, Callable[[bytes], tuple[int, int]]] = {
    "png": png_size,
    "jpeg": jpeg_size,
    "gif": gif_size,
    "webp": webp_size,
}
_SIGNATURES = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))


def format_of(content: bytes) -> str:
    """Return the image format by its first bytes; empty for unsupported ones, including SVG."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return next((name for beginning, name in _SIGNATURES if content.startswith(beginning)), "")


def sanitised(content: bytes) -> bytes:
    """Return an image file reduced to its first image and its orientation.

    Raises NotAImage, ImageTooLarge, ImageBroken.
    """
    kind = format_of(content)
    if not kind:
        raise NotAImage
    if len(content) > MAX_BYTES:
        raise ImageTooLarge
    return _CLEANERS[kind](content)


def size_of(content: bytes) -> tuple[int, int]:
    """Return the width and height, upright, that an image file declares, without decompressing anything.

    Raises NotAImage, ImageTooLarge, ImageBroken.
    """
    kind = format_of(content)
    if not kind:
        raise NotAImage
    return _SIZES[kind](content)


def pixels_of(content: bytes) -> int:
    """Return the number of pixels that an image file declares. Raises as `size_of` does."""
    width, height = size_of(content)
    return width * height
