"""Images are sent upright, small enough, in a format that all servers read, and never say where or by whom."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from image_world import encoded, image
from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter, QTransform
from test_image_decoding import png_that_says

from desktop_chat.core.attachment_reading import PreparedImage
from desktop_chat.core.image_errors import ImageBroken, ImageError, ImageTooLarge, NotAImage
from desktop_chat.core.image_files import format_of
from desktop_chat.ui.images import image_preparation
from desktop_chat.ui.images.image_decoding import decode
from desktop_chat.ui.images.image_preparation import prepare

SECRET = b"48 deg 51' N, Anna's phone"
pytestmark = pytest.mark.qt_log_ignore(
    "libpng", "[Jj][Pp][Ee][Gg]", "QImageIOHandler", "gif", "[Tt][Ii][Ff][Ff]", "directory", "Bogus", "svg"
)


def photo(width: int, height: int) -> QImage:
    """An image with as many colours as a photo."""
    made = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(made)
    for row in range(0, height, 2):
        for column in range(0, width, 8):
            painter.fillRect(
                column, row, 8, 2, QColor((column * 7 + row) % 256, (row * 5) % 256, (column + row * 3) % 256)
            )
    painter.end()
    return made.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)


def file_of(made: QImage, kind: bytes) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, kind).write(made)
    return bytes(buffer.data().data())


def with_place(jpeg: bytes, orientation: int = 1) -> bytes:
    """A JPEG with the Exif data of a phone: orientation, a place (GPS), a name, and a comment."""
    tags = struct.pack("<H", 3)
    tags += struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    tags += struct.pack("<HHII", 0x010F, 2, len(SECRET), 80)
    tags += struct.pack("<HHII", 0x8825, 4, 1, 50)
    exif = b"Exif\0\0II*\0" + struct.pack("<I", 8) + tags + bytes(4)
    gps = struct.pack("<HHHI4sI", 1, 1, 2, 2, b"N\0\0\0", 0)
    exif = (exif.ljust(56, b"\0") + gps).ljust(86, b"\0") + SECRET
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    comment = b"\xff\xfe" + struct.pack(">H", len(SECRET) + 2) + SECRET
    return jpeg[:2] + segment + comment + jpeg[2:]


def with_texts(png: bytes) -> bytes:
    """A PNG with a text and Exif data."""
    chunks = b""
    for kind, body in ((b"tEXt", b"Author\0" + SECRET), (b"eXIf", b"II*\0" + SECRET)):
        chunks += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return png[:33] + chunks + png[33:]


def size_of(prepared: PreparedImage) -> tuple[int, int]:
    """The size as stated, which is that of the content."""
    shown = decode(prepared.content).image
    assert (shown.width(), shown.height()) == (prepared.width, prepared.height)
    assert prepared.media_type == f"image/{format_of(prepared.content)}"
    return prepared.width, prepared.height


@pytest.mark.parametrize("kind", [b"png", b"jpeg", b"webp", b"bmp", b"tiff"])
@pytest.mark.parametrize("max_side", [0, 100, 1_000])
def test_every_format_becomes_one_that_all_servers_read(kind: bytes, max_side: int) -> None:
    prepared = prepare(file_of(photo(400, 200), kind), max_side)
    assert size_of(prepared) == ((100, 50) if max_side == 100 else (400, 200))
    kept = {b"png": "image/png", b"webp": "image/webp"} if not max_side else {}
    assert prepared.media_type == kept.get(kind, "image/jpeg")


def test_a_drawing_is_painted_large_and_on_white(qapp: object) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="20" height="20"/></svg>'
    prepared = prepare(drawing, 400)
    assert (size_of(prepared), prepared.media_type) == ((400, 200), "image/png")
    shown = decode(prepared.content).image
    assert (shown.pixelColor(100, 100), shown.pixelColor(300, 100)) == (QColor("black"), QColor("white"))
    assert size_of(prepare(drawing, 0)) == (2_048, 1_024)


def test_of_an_animation_the_first_image_is_sent() -> None:
    one_pixel = bytes.fromhex("474946383961010001008000000000ffff000021f90400000000002c00000000010001000002024c01003b")
    assert prepare(one_pixel).media_type == "image/png"
    assert prepare(one_pixel + bytes(99), 0).content == one_pixel


@pytest.mark.parametrize("max_side", [0, 64, 2_048])
@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_place_and_names_are_never_sent_and_the_image_stands_upright(max_side: int, orientation: int) -> None:
    """The left half of the file is red."""
    made = QImage(128, 64, QImage.Format.Format_RGB32)
    made.fill(QColor("blue"))
    painter = QPainter(made)
    painter.fillRect(0, 0, 64, 64, QColor("red"))
    painter.end()
    prepared = prepare(with_place(file_of(made, b"jpeg"), orientation), max_side)
    assert b"Exif" not in prepared.content
    assert SECRET not in prepared.content
    shown = decode(prepared.content).image
    turned = made.transformed(QTransform().rotate({1: 0, 3: 180, 6: 90}[orientation]))
    scale = (max_side or 2_048) / 128 if max_side == 64 else 1
    assert size_of(prepared) == (turned.width() * scale, turned.height() * scale)
    for across, down in ((0.1, 0.1), (0.9, 0.9)):
        wanted = turned.pixelColor(int(across * turned.width()), int(down * turned.height()))
        found = shown.pixelColor(int(across * shown.width()), int(down * shown.height()))
        assert abs(found.red() - wanted.red()) < 20


@pytest.mark.parametrize("max_side", [0, 20, 2_048])
def test_texts_of_a_png_are_never_sent(max_side: int) -> None:
    prepared = prepare(with_texts(encoded(image(40, 30), "png")), max_side)
    assert (SECRET in prepared.content, b"tEXt" in prepared.content) == (False, False)
    made = image(40, 30)
    made.setText("Author", SECRET.decode())
    assert SECRET not in prepare(file_of(made, b"tiff"), max_side).content


def test_photos_become_jpeg_and_what_is_flat_or_transparent_stays_png() -> None:
    assert prepare(file_of(photo(300, 200), b"png")).media_type == "image/jpeg"
    assert prepare(file_of(photo(300, 200), b"png"), 0).media_type == "image/png"
    flat = QImage(300, 200, QImage.Format.Format_ARGB32)
    flat.fill(QColor("white"))
    painter = QPainter(flat)
    painter.drawText(10, 50, "a screenshot")
    painter.end()
    assert prepare(file_of(flat, b"png"), 100).media_type == "image/png"
    assert prepare(file_of(flat, b"webp")).media_type == "image/png"
    clear = photo(300, 200).convertToFormat(QImage.Format.Format_ARGB32)
    clear.setPixelColor(299, 199, QColor(1, 2, 3, 4))
    prepared = prepare(file_of(clear, b"png"))
    assert prepared.media_type == "image/png"
    assert decode(prepared.content).image.pixelColor(299, 199).alpha() == 4


def test_a_flat_image_of_too_many_bytes_becomes_jpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_preparation, "_MAX_PNG", 100)
    assert prepare(file_of(image(200, 200), b"png")).media_type == "image/jpeg"


def test_a_jpeg_that_fits_is_not_compressed_again() -> None:
    content = file_of(photo(300, 200), b"jpeg")
    scans = content[content.index(b"\xff\xda") :]
    assert prepare(with_place(content)).content.endswith(scans)


def bmp_that_says(width: int, height: int) -> bytes:
    return b"BM" + bytes(8) + b"\x36\0\0\0" + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)


def tiff_that_says(width: int, height: int) -> bytes:
    tags = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (279, 4, 9),
    ]
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags
    ) + bytes(4)  # fmt: skip


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png_that_says(30_000, 30_000), ImageTooLarge),
        (tiff_that_says(30_000, 30_000), ImageTooLarge),
        (bmp_that_says(16_000, 16_000), ImageTooLarge),
        (bmp_that_says(30_000, 30_000), ImageBroken),  # Qt reads no bitmap that large
    ],
)
@pytest.mark.parametrize("side", [0, 2_048])
def test_too_many_pixels_are_refused_before_decoding(content: bytes, kind: type[ImageError], side: int) -> None:
    with pytest.raises(kind):
        prepare(content, side)


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_preparation, "MAX_UNPACKED_BYTES", 1_000)
    with pytest.raises(ImageTooLarge):
        prepare(file_of(image(50, 50), b"bmp"))


@pytest.mark.parametrize("content", [b"", b"text", b"%PDF-1.4", b"\0\0\0\x18ftypheic" + bytes(20)])
def test_what_is_no_image_here_is_said_so(content: bytes) -> None:
    with pytest.raises((NotAImage, ImageBroken)):
        prepare(content)


WHOLE = {kind: file_of(image(60, 40), kind) for kind in (b"png", b"jpeg", b"webp", b"bmp", b"tiff")}


@settings(max_examples=150)
@given(
    st.sampled_from(sorted(WHOLE)),
    st.integers(0, 6_000),
    st.lists(st.tuples(st.integers(0, 6_000), st.binary(max_size=8))),
)
def test_damaged_files_are_refused_or_shown(kind: bytes, end: int, changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(WHOLE[kind][: end if end < len(WHOLE[kind]) else None])
    for place, changed in changes:
        content[place : place + len(changed)] = changed
    try:
        prepared = prepare(bytes(content), 50)
    except ImageError:
        return
    assert max(size_of(prepared)) <= 50
    assert QSize(prepared.width, prepared.height).isValid()
