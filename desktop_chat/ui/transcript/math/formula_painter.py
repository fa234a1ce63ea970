"""Paints formulas in the colour of their text: their outlines, or an image of a large one."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from desktop_chat.markdown.nodes import Letter
from desktop_chat.ui.transcript.math.formulas import Inset, Outline
from desktop_chat.ui.transcript.render_style import RenderStyle

_MARGIN = 0.3
"""Ems around an image, for characters that reach beyond their place."""
_LARGEST_IMAGE = 2_000_000
"""Pixels."""


def paint_inset(painter: QPainter, render_style: RenderStyle, inset: Inset, origin: QPointF, colour: str) -> None:
    """Paint a formula in a text box at `origin`."""
    paint_formula(
        painter, render_style, inset.outline, origin + QPointF(inset.x, inset.base), size=inset.size, colour=colour
    )


def paint_formula(
    painter: QPainter, render_style: RenderStyle, outline: Outline, at: QPointF, *, size: float, colour: str
) -> None:
    """Paint with the base line beginning at a point; an em is `size` pixels."""
    if not outline.is_heavy or not _paint_image(painter, render_style, outline, at, size=size, colour=colour):
        _draw(painter, render_style, outline, at, size=size, colour=colour)


def _draw(
    painter: QPainter, render_style: RenderStyle, outline: Outline, at: QPointF, *, size: float, colour: str
) -> None:
    painter.save()
    painter.translate(at)
    painter.setPen(Qt.PenStyle.NoPen)
    for name, rect in outline.bars:
        painter.fillRect(_on_pixels(rect, painter, size), _shade(render_style, name, colour))
    for letter in outline.foreign:
        _paint_foreign(painter, render_style, letter, size, _shade(render_style, letter.colour, colour))
    painter.scale(size, size)
    for name, path in outline.letters:
        painter.fillPath(path, _shade(render_style, name, colour))
    painter.restore()


def _paint_image(
    painter: QPainter, render_style: RenderStyle, outline: Outline, at: QPointF, *, size: float, colour: str
) -> bool:
    """Paint a formula as an image; False if it is too large for one, or the painter rotates or scales."""
    ratio = painter.device().devicePixelRatioF()
    here = painter.deviceTransform()
    width, height = outline.width + 2 * _MARGIN, outline.ascent + outline.descent + 2 * _MARGIN
    if here.isRotating() or here.m11() != ratio or width * height * (size * ratio) ** 2 > _LARGEST_IMAGE:
        return False
    key = (outline, size, ratio, colour)
    image = render_style.formula_images.get(key)
    if image is None:
        image = render_style.formula_images.keep(
            key, _image(render_style, outline, size=size, ratio=ratio, colour=colour)
        )
    corner = here.map(at - QPointF(_MARGIN, outline.ascent + _MARGIN) * size)
    on_pixels = QPointF(round(corner.x()) - here.dx(), round(corner.y()) - here.dy()) / ratio
    painter.drawPixmap(on_pixels, image)
    return True


def _image(render_style: RenderStyle, outline: Outline, *, size: float, ratio: float, colour: str) -> QPixmap:
    width, height = outline.width + 2 * _MARGIN, outline.ascent + outline.descent + 2 * _MARGIN
    image = QPixmap(ceil(width * size * ratio), ceil(height * size * ratio))
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(painter, render_style, outline, QPointF(_MARGIN, outline.ascent + _MARGIN) * size, size=size, colour=colour)
    painter.end()
    return image


def _on_pixels(rect: QRectF, painter: QPainter, size: float) -> QRectF:
    """Return a bar aligned with the pixels of the screen, at least one of them thick."""
    ratio = painter.device().devicePixelRatioF()
    shift = painter.deviceTransform().dy() / ratio
    thickness = max(1.0, round(rect.height() * size * ratio)) / ratio
    top = round((rect.center().y() * size - thickness / 2 + shift) * ratio) / ratio - shift
    if rect.height() > rect.width():
        return QRectF(rect.left() * size, rect.top() * size, max(rect.width() * size, 1 / ratio), rect.height() * size)
    return QRectF(rect.left() * size, top, rect.width() * size, thickness)


def _shade(render_style: RenderStyle, name: str, colour: str) -> QColor:
    return render_style.readable_colour(name, colour) if name else render_style.colour(colour)


def _paint_foreign(painter: QPainter, render_style: RenderStyle, letter: Letter, size: float, colour: QColor) -> None:
    font = QFont(render_style.text.font)
    font.setPixelSize(max(1, ceil(letter.size * size * 0.86)))
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QPointF((letter.x + letter.size * 0.02) * size, letter.y * size), letter.text)
    painter.setPen(Qt.PenStyle.NoPen)
