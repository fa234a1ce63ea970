"""Images for tests, created on the fly, and helpers to find them in a transcript."""

from __future__ import annotations

from base64 import b64encode

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from desktop_chat.ui.transcript.images.image_box import ImageBox
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.transcript.viewport.scroller import Placed


def image(width: int, height: int, colour: str = "#3060C0") -> QImage:
    """A plain image with a diagonal."""
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(QColor(colour))
    for x in range(width):
        made.setPixelColor(x, x * (height - 1) // max(1, width - 1), QColor("#FFFFFF"))
    return made


def encoded(image: QImage, kind: str = "png") -> bytes:
    """Return an image as the bytes of a file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)
    return bytes(buffer.data().data())


def embedded(content: bytes, kind: str = "png") -> str:
    """Return a data address that contains the image."""
    return f"data:image/{kind};base64,{b64encode(content).decode()}"


def arts(view: TranscriptView) -> list[tuple[Placed, ImageBox]]:
    """Return the visible images and cards."""
    return [(one, art) for one in view.page.placed if one.entry.layout for art in one.entry.layout.arts]


def point_of(view: TranscriptView, name: str = "image") -> QPoint:
    """Return the middle of the first control with a name."""
    for one in view.page.placed:
        for control in one.entry.controls():
            if control.name == name:
                return (control.rects[0].center() + QPointF(view.page.column_x, one.y)).toPoint()
    raise AssertionError(f"no {name} is in view")


def colour_at(view: TranscriptView, point: QPoint) -> str:
    """Return the colour painted at a point of the viewport."""
    QApplication.processEvents()
    shown = view.viewport().grab().toImage()
    ratio = shown.devicePixelRatio()
    return shown.pixelColor(round(point.x() * ratio), round(point.y() * ratio)).name()
