"""GIF: keeps the first image and its transparency; drops other images, texts and comments.

Blocks: https://www.w3.org/Graphics/GIF/spec-gif89a.txt.
"""

from __future__ import annotations

import struct
from itertools import count

from desktop_chat.core.image_errors import ImageBroken
from desktop_chat.core.image_files.limits import check_parts, check_size

_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL = 0xF9
_MAX_BLOCKS = 200_000
"""Data blocks per image, of up to 255 bytes each."""


def gif_size(content: bytes) -> tuple[int, int]:
    """Return the width and height that a GIF declares. Raises ImageBroken."""
    if len(content) < 13:
        raise ImageBroken
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height


def clean_gif(content: bytes) -> bytes:
    """Return a GIF with only its first image. Raises ImageTooLarge, ImageBroken."""
    if len(content) < 13:
        raise ImageBroken
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    check_size(width, height)
    position = 13 + _table_size(flags)
    head = content[:position]
    control = b""
    for number in count(1):
        check_parts(number)
        kind = content[position : position + 1]
        if kind == bytes((_EXTENSION,)):
            end = _blocks_end(content, position + 2)
            if content[position + 1 : position + 2] == bytes((_CONTROL,)):
                control = content[position:end]
            position = end
        elif kind == bytes((_IMAGE,)):
            return head + control + _image(content, position) + bytes((_END,))
        else:
            break
    raise ImageBroken


def _image(content: bytes, position: int) -> bytes:
    """Return the image that starts at `position`."""
    if position + 10 > len(content):
        raise ImageBroken
    width, height, flags = struct.unpack_from("<HHB", content, position + 5)
    check_size(width, height)
    data = position + 10 + _table_size(flags) + 1
    return content[position : _blocks_end(content, data)]


def _table_size(flags: int) -> int:
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def _blocks_end(content: bytes, position: int) -> int:
    """Return the end of a sequence of data blocks, after the empty one that terminates it."""
    for _ in range(_MAX_BLOCKS):
        if position >= len(content):
            break
        size = content[position]
        position += 1 + size
        if not size:
            return position
    raise ImageBroken
