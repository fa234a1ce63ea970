"""The image in one of the demo's replies: drawn here, so that no file is needed."""

from __future__ import annotations

import struct
import zlib
from functools import cache

WIDTH, HEIGHT = 320, 180


@cache
def demo_image() -> bytes:
    """Return a PNG of a sun above the sea."""
    rows = b"".join(b"\0" + b"".join(bytes(_colour(x, y)) for x in range(WIDTH)) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, *zip(*chunks, strict=True)))


def _colour(x: int, y: int) -> tuple[int, int, int]:
    if (x - WIDTH // 2) ** 2 + (y - HEIGHT // 2) ** 2 < (HEIGHT // 5) ** 2 and y < HEIGHT * 3 // 5:
        return 255, 214, 90
    if y < HEIGHT * 3 // 5:
        return 250 - y // 2, 150 + y // 3, 110 + y // 2
    return 24 + (y * 7 + x // 40) % 9 * 3, 84 + (HEIGHT - y) // 3, 140


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
