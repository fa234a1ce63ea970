"""Prepares images for a model: upright, scaled down, without metadata, in a format that all servers read.

Call it on a thread: reading and writing with `QImageReader` and `QImageWriter` releases the GIL, and what does not
release it here is done in small pieces.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter

from desktop_chat.core.attachment_reading import DEFAULT_IMAGE_SIDE, PreparedImage
from desktop_chat.core.image_errors import ImageBroken, ImageError, ImageTooLarge, NotAImage
from desktop_chat.core.image_files import sanitised
from desktop_chat.core.image_files.formats import attachable_format
from desktop_chat.ui.images.image_decoding import Decoded, is_supported, read_image

MAX_UNPACKED_BYTES: Final = 100 * 1024 * 1024
"""Bytes of a file in a format that hardly packs its pixels."""
_SENT = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}
"""Formats that are sent as they are if the size is kept."""
_QUALITY: Final = 85
_ORIGINAL_QUALITY: Final = 95
"""If the size is kept, but the image has to be turned or converted."""
_MAX_PNG: Final = 6 * 1024 * 1024
"""Bytes above which an image without transparency becomes a JPEG, whatever it shows."""
_SAMPLED_ROWS: Final = 64
_SAMPLED_COLUMNS: Final = 4
"""Every fourth pixel."""
_COMMON_COLOURS: Final = 16
_FLAT_SHARE: Final = 0.4
"""Share of the commonest colours above which an image is text, a drawing or a screenshot; in photos it is a tenth."""


def prepare(content: bytes, max_side: int = DEFAULT_IMAGE_SIDE) -> PreparedImage:
    """Prepare an image whose longer side gets at most `max_side` pixels; 0 keeps its size, and its bytes if possible.

    Of an animation, the first image; a drawing (SVG) is painted on white. Raises NotAImage, ImageTooLarge, ImageBroken.
    """
    kind = attachable_format(content)
    if not is_supported(kind) or (kind == "svg" and QGuiApplication.instance() is None):  # its texts need fonts
        raise NotAImage
    clean = _cleaned(content, kind)
    side = max_side or DEFAULT_IMAGE_SIDE
    room = QSize(max_side, max_side) if max_side else None
    found = read_image(clean, kind, room, drawn_side=side if kind == "svg" else 0)
    if isinstance(found, ImageError):
        raise found
    size = found.image.size()
    media_type = _SENT.get(kind, "")
    if not _can_stay(clean, kind, found, keeps_size=not max_side):
        clean, media_type = _written(found.image, _QUALITY if max_side else _ORIGINAL_QUALITY)
    return PreparedImage(clean, media_type, size.width(), size.height())


def _cleaned(content: bytes, kind: str) -> bytes:
    """Return a file without metadata and without what harms a decoder. Raises ImageTooLarge, ImageBroken."""
    if kind in _SENT:
        return sanitised(content)
    if kind == "svg":
        from desktop_chat.core.image_files.svg import clean_svg  # noqa: PLC0415  (imports a parser)

        return clean_svg(content)
    if len(content) > MAX_UNPACKED_BYTES:
        raise ImageTooLarge
    return content


def _can_stay(clean: bytes, kind: str, found: Decoded, *, keeps_size: bool) -> bool:
    """Return whether the bytes can be sent as they are."""
    if kind not in _SENT or found.is_turned or found.image.size() != found.natural:
        return False
    if keeps_size or kind == "jpeg":
        return True
    return kind == "png" and len(clean) <= _MAX_PNG and (_is_transparent(found.image) or _is_flat(found.image))


def _written(image: QImage, quality: int) -> tuple[bytes, str]:
    """Return an image as PNG if it is transparent or flat, else as JPEG, and its media type."""
    transparent = _is_transparent(image)
    kept = QImage.Format.Format_ARGB32 if transparent else QImage.Format.Format_RGB32
    if image.format() != kept:
        image = image.convertToFormat(kept)
    if transparent or _is_flat(image):
        content = _encoded(image, b"png", -1)
        if transparent or len(content) <= _MAX_PNG:
            return content, _SENT["png"]
    return _encoded(image, b"jpeg", quality), _SENT["jpeg"]


def _encoded(image: QImage, kind: bytes, quality: int) -> bytes:
    """Return an image file without texts and profiles, which Qt copies from the original. Raises ImageBroken."""
    content = _file_of(image, kind, quality)
    if not content:
        raise ImageBroken
    return sanitised(content)


def _file_of(image: QImage, kind: bytes, quality: int) -> bytes:
    """Return what Qt writes; empty if it fails: raising here would carry Qt objects to another thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, kind)
    writer.setQuality(quality)
    done = writer.write(image)
    del writer  # before its buffer
    return bytes(buffer.data().data()) if done else b""


def _is_transparent(image: QImage) -> bool:
    """Return whether any pixel is not opaque."""
    if not image.hasAlphaChannel():
        return False
    width, height = image.width(), image.height()
    for top in range(0, height, _SAMPLED_ROWS):
        rows = image.copy(0, top, width, min(_SAMPLED_ROWS, height - top)).convertToFormat(QImage.Format.Format_Alpha8)
        content, stride = bytes(rows.constBits()), rows.bytesPerLine()
        for row in range(rows.height()):
            if content.count(b"\xff", row * stride, row * stride + width) < width:
                return True
    return False


def _is_flat(image: QImage) -> bool:
    """Return whether few colours cover much of an image, as in text, drawings and screenshots."""
    width, height = image.width(), image.height()
    colours: Counter[int] = Counter()
    step = max(1, height // _SAMPLED_ROWS)
    for top in range(0, height, step):
        row = image.copy(0, top, width, 1).convertToFormat(QImage.Format.Format_RGB32)
        colours.update(memoryview(bytes(row.constBits())).cast("I")[::_SAMPLED_COLUMNS])
    common = sum([count for _, count in colours.most_common(_COMMON_COLOURS)])
    return common >= _FLAT_SHARE * colours.total()
