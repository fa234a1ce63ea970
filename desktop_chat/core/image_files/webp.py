"""WebP: keeps the image, or the first one of an animation, and its transparency; drops metadata and profiles.

Chunks: https://developers.google.com/speed/webp/docs/riff_container.
"""

from __future__ import annotations

import struct

from desktop_chat.core.image_errors import ImageBroken
from desktop_chat.core.image_files.limits import check_parts, check_size

_KEPT = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM"})
_IMAGES = frozenset({b"VP8 ", b"VP8L", b"ANMF"})
_METADATA_FLAGS = 0x20 | 0x08 | 0x04
"""Colour profile, Exif and XMP."""


def webp_size(content: bytes) -> tuple[int, int]:
    """Return the width and height that a WebP declares. Raises ImageBroken."""
    kind, body = content[12:16], content[20:30]
    if len(body) < 10:
        raise ImageBroken
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF


def clean_webp(content: bytes) -> bytes:
    """Return a WebP with only its first image. Raises ImageTooLarge, ImageBroken."""
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise ImageBroken
    position, count = 12, 0
    kept: list[bytes] = []
    while position + 8 <= end:
        count += 1
        check_parts(count)
        kind, size = content[position : position + 4], int.from_bytes(content[position + 4 : position + 8], "little")
        body = content[position + 8 : position + 8 + size]
        if position + 8 + size > end:
            raise ImageBroken
        position += 8 + size + size % 2
        if kind == b"VP8X" and not kept:
            kept.append(_chunk(kind, _extended(body)))
        elif kind == b"ANMF":
            kept.append(_chunk(kind, _frame(body)))
        elif kind in _KEPT:
            kept.append(_chunk(kind, body))
        if kind in _IMAGES:
            break
    else:
        raise ImageBroken
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _extended(body: bytes) -> bytes:
    if len(body) < 10:
        raise ImageBroken
    check_size(1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little"))
    return bytes((body[0] & ~_METADATA_FLAGS,)) + body[1:10]


def _frame(body: bytes) -> bytes:
    """Return an animation frame reduced to its image data."""
    if len(body) < 16:
        raise ImageBroken
    check_size(1 + int.from_bytes(body[6:9], "little"), 1 + int.from_bytes(body[9:12], "little"))
    kept, position, count = [body[:16]], 16, 0
    while position + 8 <= len(body):
        count += 1
        check_parts(count)
        kind, size = body[position : position + 4], int.from_bytes(body[position + 4 : position + 8], "little")
        if position + 8 + size > len(body):
            raise ImageBroken
        if kind in _KEPT:
            kept.append(_chunk(kind, body[position + 8 : position + 8 + size]))
        position += 8 + size + size % 2
        if kind in _IMAGES:
            break
    return b"".join(kept)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
