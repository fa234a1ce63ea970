"""Small files that would be expensive to decode: each is decoded in its own process, with its memory measured."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from image_world import embedded, encoded, image
from PySide6.QtWidgets import QApplication

from desktop_chat.core.image_files import pixels_of
from desktop_chat.ui.images.image_decoding import decode, waits_for_click

CHILD = Path(__file__).with_name("image_attack_child.py")
MAX_MB = 40
MAX_S = 1.0
"""CPU seconds; most of it is the child's loading of Qt's plug-ins."""


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_zeros(adler: int, count: int) -> int:
    """Return the Adler-32 checksum of a one followed by this many zero bytes (RFC 1950)."""
    low, high = adler & 0xFFFF, adler >> 16
    return ((high + count * low) % 65_521) << 16 | low


def png(extra: bytes = b"", tail: int = 0, width: int = 100, height: int = 100) -> bytes:
    """Return a PNG with this many megabytes more than its image needs."""
    image_data = bytes(height * (1 + 3 * width))
    packer = zlib.compressobj(9, wbits=-15)
    data = b"\x78\xda" + packer.compress(image_data) + packer.flush(zlib.Z_FULL_FLUSH)
    if tail:  # after a full flush, each megabyte of zeros compresses to the same bytes
        data += (packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)) * tail
    data += packer.flush() + with_zeros(zlib.adler32(image_data), tail << 20).to_bytes(4, "big")
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def texts(count: int, size: int = 7_900_000) -> bytes:
    packed = zlib.compress(bytes(size), 9)
    return b"".join([chunk(b"zTXt", b"note %d\0\0" % number + packed) for number in range(count)])


def profile() -> bytes:
    return chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(60_000_000), 9))


def jpeg_notes() -> bytes:
    plain = encoded(image(60, 40), "jpeg")
    return plain[:2] + b"".join([b"\xff\xe2\xff\xffICC_PROFILE\0\1\1" + bytes(65_519)] * 200) + plain[2:]


def gif_images() -> bytes:
    one = b"\x2c" + struct.pack("<HHHHB", 0, 0, 60, 40, 0) + b"\2\3\x44\1\5\0"
    return b"GIF89a" + struct.pack("<HHBBB", 60, 40, 0x80, 0, 0) + bytes(6) + one * 200_000 + b"\x3b"


ATTACKS = {
    "texts of 77 KB": (png(texts(10)), "100x100"),
    "texts of 1.5 MB": (png(texts(195)), "100x100"),
    "a profile": (png(profile()), "100x100"),
    "2 GB of data": (png(tail=2_000), "image_broken"),
    "notes of a JPEG": (jpeg_notes(), "60x40"),
    "very many images": (gif_images(), "60x40"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="measures with the resource module")
@pytest.mark.parametrize(("content", "told"), ATTACKS.values(), ids=ATTACKS)
def test_it_costs_no_more_than_its_image(content: bytes, told: str) -> None:
    ended = subprocess.run([sys.executable, str(CHILD)], input=content, capture_output=True, check=True)
    found = json.loads(ended.stdout)
    assert found["told"] == told
    assert found["mb"] < MAX_MB
    assert found["s"] < MAX_S


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_the_image_itself_is_unchanged(qapp: QApplication, kind: str) -> None:
    content = encoded(image(301, 203), kind)
    assert decode(content).image == image(301, 203) or kind != "png"
    assert decode(content).image.size() == image(301, 203).size()
    assert pixels_of(content) == 301 * 203


def test_images_that_wait_for_a_click(qapp: QApplication) -> None:
    assert not waits_for_click(embedded(encoded(image(60, 30))))
    assert not waits_for_click("data:image/png;base64,AAAA"), "it is found to be broken at once"
    assert waits_for_click(embedded(encoded(image(60, 30)) + bytes(6_000)))
    small_file_of_many_pixels = png(width=2_000, height=300)
    assert len(embedded(small_file_of_many_pixels)) < 8_000
    assert waits_for_click(embedded(small_file_of_many_pixels))
