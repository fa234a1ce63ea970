"""Paints a picture in its place: scaled down, with round corners, a hairline, and a ground if it is transparent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QTransform

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from desktop_chat.ui.transcript.look import Look

RADIUS = 8.0


@dataclass(frozen=True, slots=True)
class Art:
    """A picture of a block, or the card in its place; then `sign` is the card's icon."""

    address: str
    alternative: str
    rect: QRectF
    sign: str = ""
    box: int = 0
    """The index of its alternative text among the boxes of the block: it is selected with that text."""

    def paint(self, painter: QPainter, look: Look, *, selected: bool) -> None:
        """Paint at the painter's origin."""
        if self.sign:
            side = round(self.rect.height())
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(self.rect.topLeft().toPoint(), look.icon(self.sign, side, ratio, "muted"))
            return
        image = look.shelf.state_of(self.address).image
        painter.setPen(Qt.PenStyle.NoPen)
        radius = RADIUS * look.zoom
        if image is None or image.hasAlphaChannel():
            painter.setBrush(look.colour("card" if image is None else "picture_ground"))
            painter.drawRoundedRect(self.rect, radius, radius)
        if image is not None:
            self._paint_image(painter, image, radius)
        painter.setBrush(look.colour("picture_selection") if selected else Qt.BrushStyle.NoBrush)
        painter.setPen(look.pen("picture_line"))
        painter.drawRoundedRect(self.rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_image(self, painter: QPainter, image: QImage, radius: float) -> None:
        """Paint it as a brush: a clip would make the corners jagged."""
        brush = QBrush(image)
        scale = QTransform.fromTranslate(self.rect.left(), self.rect.top())
        brush.setTransform(scale.scale(self.rect.width() / image.width(), self.rect.height() / image.height()))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setBrush(brush)
        painter.setBrushOrigin(QPointF())
        painter.drawRoundedRect(self.rect, radius, radius)
        painter.restore()
