"""JPEG: keeps tables, frame, scans and orientation; drops metadata, previews and profiles.

Markers: ITU-T T.81, annex B, https://www.w3.org/Graphics/JPEG/itu-t81.pdf.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from desktop_chat.core.image_errors import ImageBroken, ImageTooLarge
from desktop_chat.core.image_files.limits import check_parts, check_size

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive; lossless, hierarchical and arithmetic coding are very rare."""
_TABLES = frozenset({0xC4, 0xDB, 0xDD})
_DROPPED = frozenset({*range(0xE0, 0xF0), 0xFE})
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_JFIF = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
_MAX_SCANS = 100
_MAX_SCANNED_PIXELS = 600_000_000
"""Pixels of all scans together: a decoder processes the whole image for each. A progressive image has about ten."""
_SLICE = 256 * 1024
_ORIENTATION = 0x0112
_LYING = 5
"""Orientations from here on exchange width and height."""
_MAX_EXIF_ENTRIES = 512
"""Exif entries that are searched for the orientation."""


def jpeg_size(content: bytes) -> tuple[int, int]:
    """Return the width and height, upright, that a JPEG declares; zeros if it does not. Raises ImageTooLarge,
    ImageBroken."""
    parser = _Parser(content)
    while not parser.pixels and parser.step():
        pass
    return parser.size if parser.orientation < _LYING else parser.size[::-1]


def clean_jpeg(content: bytes) -> bytes:
    """Return a JPEG that contains only its image and its orientation.

    Raises ImageTooLarge, ImageBroken.
    """
    parser = _Parser(content)
    while parser.step():
        pass
    if not parser.scans:
        raise ImageBroken
    exif = _orientation_segment(parser.orientation) if parser.orientation > 1 else b""
    return b"".join([b"\xff\xd8", exif, parser.colours, *parser.kept, b"\xff\xd9"])  # copied once: it may be large


@dataclass(slots=True)
class _Parser:
    content: bytes
    position: int = 2
    kept: list[bytes | memoryview] = field(default_factory=list)
    colours: bytes = b""
    """The segment that says how colours are stored."""
    orientation: int = 1
    size: tuple[int, int] = (0, 0)
    scans: int = 0
    count: int = 0

    @property
    def pixels(self) -> int:
        return self.size[0] * self.size[1]

    def step(self) -> bool:
        """Read the next segment. Returns whether another may follow."""
        self.count += 1
        check_parts(self.count)
        marker = self._marker()
        if marker == _END:
            return False
        if marker in _ALONE:
            return True
        segment = self._segment()
        if marker in _DROPPED:
            self._read_metadata(marker, segment)
            return True
        if marker not in _TABLES | _FRAMES | {_SCAN}:
            raise ImageBroken
        if marker in _FRAMES:
            self._take_frame(segment)
        self.kept.append(bytes((0xFF, marker)) + struct.pack(">H", len(segment) + 2) + segment)
        if marker == _SCAN:
            self._take_scan()
        return True

    def _marker(self) -> int:
        """Return the marker at the current position and move past it; the end of the file counts as end of image."""
        content, position = self.content, self.position
        if position + 2 > len(content):
            return _END  # truncated: show what there is
        if content[position] != 0xFF:
            raise ImageBroken
        while position < len(content) and content[position] == 0xFF:
            position += 1
            if position - self.position > 64:
                raise ImageBroken
        self.position = position + 1
        return content[position] if position < len(content) else _END

    def _segment(self) -> bytes:
        size = int.from_bytes(self.content[self.position : self.position + 2], "big")
        segment = self.content[self.position + 2 : self.position + size]
        if size < 2 or len(segment) != size - 2:
            raise ImageBroken
        self.position += size
        return segment

    def _read_metadata(self, marker: int, segment: bytes) -> None:
        if marker == 0xEE and segment.startswith(b"Adobe") and len(segment) >= 12:
            self.colours = b"\xff\xee\x00\x0e" + segment[:12]
        elif marker == 0xE0 and segment.startswith(b"JFIF\0") and not self.colours:
            self.colours = _JFIF
        elif marker == 0xE1 and segment.startswith(b"Exif\0\0"):
            self.orientation = _orientation_in(segment[6:])

    def _take_frame(self, segment: bytes) -> None:
        if self.pixels or len(segment) < 6:
            raise ImageBroken
        height, width = struct.unpack(">HH", segment[1:5])
        check_size(width, height)
        self.size = (width, height)

    def _take_scan(self) -> None:
        """Read the data of a scan, up to the next marker."""
        self.scans += 1
        if not self.pixels:
            raise ImageBroken
        if self.scans > _MAX_SCANS or self.scans * self.pixels > _MAX_SCANNED_PIXELS:
            raise ImageTooLarge
        start = end = self.position
        while (found := _MARKER.search(self.content, end, end + _SLICE)) is None and end + _SLICE < len(self.content):
            end += _SLICE - 1  # in slices, so that other threads can run in between
        end = found.start() if found else len(self.content)
        self.kept.append(memoryview(self.content)[start:end])
        self.position = end


def _orientation_in(exif: bytes) -> int:
    """Return the orientation in Exif data, from 1 to 8; 1 if there is none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None or len(exif) < 8:
        return 1
    start = struct.unpack_from(f"{order}I", exif, 4)[0]
    count = struct.unpack_from(f"{order}H", exif, start)[0] if start + 2 <= len(exif) else 0
    for number in range(min(count, _MAX_EXIF_ENTRIES)):
        at = start + 2 + 12 * number
        if at + 12 > len(exif):
            break
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, at)
        if (tag, kind) == (_ORIENTATION, 3):
            return int(value) if 1 <= value <= 8 else 1
    return 1


def _orientation_segment(orientation: int) -> bytes:
    """Return an Exif segment that contains only an orientation."""
    exif = b"Exif\0\0II*\0" + struct.pack("<IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
