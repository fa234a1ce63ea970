"""PNG: keeps the header, the palette with its transparency, and the image data; drops texts, profiles and animation.

Chunks and their order: https://www.w3.org/TR/png-3/#5Chunk-layout.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from desktop_chat.core.image_errors import ImageBroken
from desktop_chat.core.image_files.limits import check_parts, check_size

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By colour type."""
_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""First column and row of each pass of an interlaced image, and the steps between columns and rows."""
_MAX_PALETTE = 256
_SLICE = 64 * 1024
_INFLATED = 1024 * 1024


def png_size(content: bytes) -> tuple[int, int]:
    """Return the width and height that a PNG declares. Raises ImageBroken."""
    if content[12:16] != b"IHDR" or len(content) < 24:
        raise ImageBroken
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def clean_png(content: bytes) -> bytes:
    """Return a PNG that contains only its image. Raises ImageTooLarge, ImageBroken."""
    chunks = _chunks(content)
    kind, header = next(chunks, (b"", b""))
    if kind != b"IHDR" or len(header) != 13:
        raise ImageBroken
    most = _data_size(header)
    kept, data = [(kind, header)], []
    for kind, body in chunks:
        if kind == b"IDAT":
            data.append(body)
        elif kind == b"IEND":
            break
        elif kind in {b"PLTE", b"tRNS"}:
            _check_palette(kind, body, [name for name, _ in kept], is_out_of_time=bool(data))
            kept.append((kind, body))
        elif kind[:1].isupper():  # a critical chunk: without it the image cannot be shown
            raise ImageBroken
    else:
        raise ImageBroken
    image = b"".join(data)
    _check_data(image, most)
    parts = (part for kind, body in [*kept, (b"IDAT", image), (b"IEND", b"")] for part in _chunk(kind, body))
    return b"".join([_SIGNATURE, *parts])  # copied once: it may be large


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the type and data of each complete chunk. Raises ImageTooLarge, ImageBroken."""
    position, count = len(_SIGNATURE), 0
    view = memoryview(content)
    while position + 12 <= len(content):
        count += 1
        check_parts(count)
        size = int.from_bytes(view[position : position + 4], "big")
        end = position + 12 + size
        if end > len(content):
            raise ImageBroken
        kind = bytes(view[position + 4 : position + 8])
        is_kept = kind in {b"IHDR", b"PLTE", b"tRNS", b"IDAT"}
        yield kind, bytes(view[position + 8 : end - 4]) if is_kept else b""
        position = end


def _check_palette(kind: bytes, body: bytes, before: list[bytes], *, is_out_of_time: bool) -> None:
    if kind in before or is_out_of_time or len(body) > 3 * _MAX_PALETTE or not body:
        raise ImageBroken


def _data_size(header: bytes) -> int:
    """Return the size in bytes of the decompressed image data. Raises ImageTooLarge, ImageBroken."""
    width, height, depth, colour, compression, filters, interlace = struct.unpack(">IIBBBBB", header)
    check_size(width, height)
    if depth not in _DEPTHS.get(colour, ()) or compression or filters or interlace > 1:
        raise ImageBroken
    bits: int = depth * _CHANNELS[colour]
    if not interlace:
        return int(height) * _row_size(width, bits)
    total = 0
    for left, top, across, down in _PASSES:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        total += rows * _row_size(columns, bits) if columns > 0 and rows > 0 else 0
    return total


def _row_size(width: int, bits: int) -> int:
    return 1 + (width * bits + 7) // 8


def _check_data(data: bytes, most: int) -> None:
    """Raise ImageBroken if the data inflate to more than the image needs: a decoder would inflate all of it."""
    inflater = zlib.decompressobj()
    size = 0
    try:
        for start in range(0, len(data), _SLICE):
            size += len(inflater.decompress(data[start : start + _SLICE], _INFLATED))
            while inflater.unconsumed_tail and size <= most:
                size += len(inflater.decompress(inflater.unconsumed_tail, _INFLATED))
            if size > most or inflater.eof:
                break
    except zlib.error as error:
        raise ImageBroken from error
    if size > most:
        raise ImageBroken


def _chunk(kind: bytes, body: bytes) -> tuple[bytes, ...]:
    """Return the parts of a chunk."""
    return struct.pack(">I", len(body)), kind, body, struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))
