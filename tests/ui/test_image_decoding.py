"""Untrusted bytes: few formats are decoded, bombs are rejected by their headers, and the window stays responsive."""

from __future__ import annotations

import struct
import threading
import zlib

import pytest
from image_world import embedded, encoded, image
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from desktop_chat.core.image_errors import ImageBroken, ImageTooLarge, NotAImage
from desktop_chat.core.image_files import format_of
from desktop_chat.ui.images import image_decoding
from desktop_chat.ui.images.image_decoding import decode, embedded_content, fitted

pytestmark = pytest.mark.qt_log_ignore("libpng", "[Jj][Pp][Ee][Gg]", "QImageIOHandler", "gif")


def png_that_says(width: int, height: int, depth: int = 8) -> bytes:
    """Return a PNG of a few bytes that declares a size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, depth, 6, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_which_formats_are_decoded(kind: str) -> None:
    decoded = decode(encoded(image(40, 30), kind))
    assert (decoded.image.size(), decoded.natural) == (QSize(40, 30), QSize(40, 30))
    assert abs(decoded.image.pixelColor(30, 2).blue() - QColor("#3060C0").blue()) < 20


def test_only_the_first_image_of_an_animation_is_used() -> None:
    one_pixel = bytes.fromhex("474946383961010001008000000000ffff000021f90400000000002c00000000010001000002024c01003b")
    assert decode(one_pixel).image.size() == QSize(1, 1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"<?xml version='1.0'?><svg/>",
        b"<html>",
        b"%PDF-1.4",
        b"BM" + bytes(60),
        b"II*\0" + bytes(60),
        b"\0\0\1\0" + bytes(60),
        b"RIFF\0\0\0\0WAVE",
        b"P6 1 1 255 abc",
    ],
)
def test_which_formats_are_not_tried(content: bytes) -> None:
    assert format_of(content) == ""
    with pytest.raises(NotAImage):
        decode(content)


@pytest.mark.parametrize(("width", "height", "depth"), [(30_000, 30_000, 8), (8_000, 6_251, 8), (7_000, 6_000, 16)])
def test_bombs_are_rejected_before_decoding(width: int, height: int, depth: int) -> None:
    with pytest.raises(ImageTooLarge):
        decode(png_that_says(width, height, depth))


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_truncated_images(kind: str) -> None:
    whole = encoded(image(200, 200), kind)
    with pytest.raises(ImageBroken):
        decode(whole[: len(whole) // 3])


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff\xe0" + bytes(40), b"RIFF\0\0\0\0WEBP"]
)
def test_valid_headers_with_invalid_content(content: bytes) -> None:
    with pytest.raises(ImageBroken):
        decode(content)


def test_images_are_scaled_down_but_never_up() -> None:
    content = encoded(image(400, 200))
    assert decode(content, QSize(100, 100)).image.size() == QSize(100, 50)
    assert decode(content, QSize(1_000, 1_000)).image.size() == QSize(400, 200)
    assert fitted(QSize(10_000, 1), QSize(100, 100)) == QSize(100, 1)


def test_a_rotated_photo() -> None:
    """Its Exif data contains the orientation, and the image is shown upright."""
    plain = encoded(image(60, 20), "jpeg")
    notes = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    turned = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + plain[2:]
    decoded = decode(turned, QSize(10, 1_000))
    assert decoded.natural == QSize(20, 60)
    assert decoded.image.size() == QSize(10, 30)


def test_transparency_is_kept() -> None:
    clear = QImage(8, 8, QImage.Format.Format_ARGB32)
    clear.fill(0)
    assert decode(encoded(clear)).image.hasAlphaChannel()
    assert not decode(encoded(image(8, 8))).image.hasAlphaChannel()


def test_the_window_stays_responsive_while_a_large_image_is_decoded() -> None:
    """Counts this thread's steps during decoding; there would be hardly any if it held the GIL."""
    content = encoded(QImage(5_000, 5_000, QImage.Format.Format_RGB32), "png")
    steps, done = 0, threading.Event()

    def work() -> None:
        decode(content, QSize(700, 480))
        done.set()

    worker = threading.Thread(target=work)
    worker.start()
    while not done.wait(0.001):
        steps += 1
    worker.join()
    assert steps > 10


def test_embedded_data() -> None:
    content = encoded(image(5, 5))
    address = embedded(content)
    assert embedded_content(address) == content
    assert embedded_content(address.replace("+", "%2B").replace("=", "%3D")) == content
    assert embedded_content("DATA:IMAGE/PNG;x=1;BASE64," + address.partition(",")[2]) == content


def test_embedded_data_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_decoding, "_SLICE", 8)
    content = bytes(range(100))
    assert embedded_content(embedded(content)) == content


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("data:image/png,plain", NotAImage),
        ("data:image/png;base64", NotAImage),
        ("data:image/png;base64,AAAAA", ImageBroken),
        ("data:image/png;base64,\u4e2d\u6587", ImageBroken),
    ],
)
def test_invalid_embedded_data(address: str, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        embedded_content(address)


def test_embedded_data_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_decoding, "MAX_BYTES", 10)
    with pytest.raises(ImageTooLarge):
        embedded_content("data:image/png;base64," + "A" * 20)
