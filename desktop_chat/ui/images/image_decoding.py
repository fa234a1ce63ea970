"""Decodes untrusted bytes into an image: few formats, limited sizes, and off the main thread.

`QImageReader.read` releases the GIL; other ways to decode or scale a large image do not.
"""

from __future__ import annotations

from binascii import a2b_base64
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from desktop_chat.core.image_errors import ImageBroken, ImageError, ImageTooLarge, NotAImage
from desktop_chat.core.image_files import format_of, pixels_of, sanitised
from desktop_chat.core.image_files.limits import MAX_BYTES, MAX_PIXELS
from desktop_chat.ui.images.image_cache import is_attachment

MAX_MEGABYTES = 256
"""The memory limit for decoding an image."""
_SMALL_LENGTH = 8_000
_SMALL_PIXELS = 500_000
"""Images up to these limits decode in milliseconds; larger ones take longer, the more so the better they are
compressed."""
_MAX_HEAD = 200
_SLICE = 1024 * 1024
"""Characters of base64 per slice; a multiple of four."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """An image, possibly scaled down, and its original size."""

    image: QImage
    natural: QSize
    is_turned: bool = False
    """Whether the file says how to turn or mirror it, which was done."""


def is_embedded(address: str) -> bool:
    """Return whether an address contains the image itself."""
    return address[:11].lower() == "data:image/"


def is_at_hand(address: str) -> bool:
    """Return whether an image is on this computer already: in the address itself, or stored with the conversation."""
    return is_embedded(address) or is_attachment(address)


@lru_cache(maxsize=256)
def waits_for_click(address: str) -> bool:
    """Return whether an embedded image is so large, in bytes or pixels, that it is shown only on request."""
    if len(address) > _SMALL_LENGTH:
        return True
    try:
        return pixels_of(embedded_content(address)) > _SMALL_PIXELS
    except ImageError:
        return False  # decoding fails at once and reports it


def embedded_content(address: str) -> bytes:
    """Return the bytes of a `data:` address. Raises ImageError."""
    comma = address.find(",", 0, _MAX_HEAD)
    if comma < 0 or not address[:comma].lower().endswith(";base64"):
        raise NotAImage
    if len(address) - comma > MAX_BYTES * 3 // 2:
        raise ImageTooLarge
    text = address[comma + 1 :]
    if "%" in text:
        text = "".join(unquote(text).split())
    try:  # in slices, so that other threads can run in between
        return b"".join([a2b_base64(text[start : start + _SLICE]) for start in range(0, len(text), _SLICE)])
    except ValueError as error:
        raise ImageBroken from error


def decode(content: bytes, room: QSize | None = None) -> Decoded:
    """Decode an image, scaled down to `room` (device pixels) if it is larger; of an animation, the first image.

    Blocks; call it on a thread. Raises NotAImage, ImageTooLarge, ImageBroken.
    """
    kind = format_of(content)
    if not is_supported(kind):
        raise NotAImage
    found = read_image(sanitised(content), kind, room)
    if isinstance(found, ImageError):
        raise found
    return found


def is_supported(kind: str) -> bool:
    """Return whether Qt reads a format on this system."""
    return kind in {bytes(name.data()).decode() for name in QImageReader.supportedImageFormats()}


def read_image(content: bytes, kind: str, room: QSize | None, *, drawn_side: int = 0) -> Decoded | ImageError:
    """Return an image as `decode` does, or its error: raising here would carry Qt objects to another thread.

    The content must be sanitised, or be of a format whose decoder checks sizes first. With `drawn_side`, a drawing's
    longer side gets this many pixels, on white.
    """
    buffer = QBuffer()
    buffer.setData(content)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return _read_from(buffer, kind, room, drawn_side)


def _read_from(buffer: QBuffer, kind: str, room: QSize | None, drawn_side: int) -> Decoded | ImageError:
    """Read the image. The reader must be gone before its buffer: some formats still read when they close a file."""
    QImageReader.setAllocationLimit(MAX_MEGABYTES)
    reader = QImageReader(buffer, kind.encode())
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    problem = _problem_of(size, reader.imageFormat())
    if problem is not None:
        return problem
    transformation = reader.transformation()
    turned = bool(transformation & QImageIOHandler.Transformation.TransformationRotate90)
    natural = size.transposed() if turned else size
    if drawn_side:
        reader.setBackgroundColor(Qt.GlobalColor.white)
        room = QSize(drawn_side, drawn_side)
        natural = natural.scaled(room, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    if room is not None:
        shown = fitted(natural, room)
        reader.setScaledSize(shown.transposed() if turned else shown)
    image = reader.read()
    if image.isNull():
        return ImageBroken(reader.errorString())
    is_turned = transformation != QImageIOHandler.Transformation.TransformationNone
    return Decoded(_ready_to_paint(image), natural, is_turned)


def fitted(size: QSize, room: QSize) -> QSize:
    """Return a size scaled down to fit `room`, keeping its proportions; at least one pixel."""
    if size.width() <= room.width() and size.height() <= room.height():
        return size
    return size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def _problem_of(size: QSize, kind: QImage.Format) -> ImageError | None:
    """Check the declared size before anything is decoded."""
    if size.width() <= 0 or size.height() <= 0:
        return ImageBroken()
    pixels = size.width() * size.height()
    bits = max(32, QImage.toPixelFormat(kind).bitsPerPixel())
    if pixels > MAX_PIXELS or pixels * bits // 8 > MAX_MEGABYTES * 1024 * 1024:
        return ImageTooLarge()
    return None


def _ready_to_paint(image: QImage) -> QImage:
    """Convert to the format that paints fastest; not for large images, where converting blocks all threads."""
    if image.width() * image.height() > 4_000_000:
        return image
    kind = QImage.Format.Format_ARGB32_Premultiplied if image.hasAlphaChannel() else QImage.Format.Format_RGB32
    return image.convertToFormat(kind)
