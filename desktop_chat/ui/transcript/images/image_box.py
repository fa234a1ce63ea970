"""Paints an image in its place: scaled down, with round corners, a hairline, and a ground if it is transparent."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QTransform

from desktop_chat.ui.images.image_cache import Stage
from desktop_chat.ui.transcript.render_style import RenderStyle

RADIUS = 8.0


@dataclass(frozen=True, slots=True)
class ImageBox:
    """An image of a block, or the card in its place; then `sign` is the card's icon."""

    address: str
    alternative: str
    rect: QRectF
    sign: str = ""
    box: int = 0
    """The index of its alternative text among the boxes of the block: it is selected with that text."""
    is_thumbnail: bool = False
    """It fills its rectangle; what goes beyond is cut off."""

    def paint(self, painter: QPainter, render_style: RenderStyle, *, selected: bool) -> None:
        """Paint at the painter's origin."""
        if self.sign:
            side = round(self.rect.height())
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(self.rect.topLeft().toPoint(), render_style.icon(self.sign, side, ratio, "muted"))
            return
        image = render_style.image_cache.state_of(self.address).image
        painter.setPen(Qt.PenStyle.NoPen)
        radius = RADIUS * render_style.zoom
        if image is None or image.hasAlphaChannel():
            painter.setBrush(render_style.colour("card" if image is None else "image_ground"))
            painter.drawRoundedRect(self.rect, radius, radius)
        if image is not None:
            self._paint_image(painter, image, radius)
        elif self.is_thumbnail:
            self._paint_stand_in(painter, render_style)
        painter.setBrush(render_style.colour("image_selection") if selected else Qt.BrushStyle.NoBrush)
        painter.setPen(render_style.pen("image_line"))
        painter.drawRoundedRect(self.rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_stand_in(self, painter: QPainter, render_style: RenderStyle) -> None:
        """Paint an icon until there is the image, or because its file is missing."""
        is_missing = render_style.image_cache.state_of(self.address).stage is Stage.FAILED
        side, ratio = render_style.px(20), painter.device().devicePixelRatioF()
        at = self.rect.center() - QPointF(side / 2, side / 2)
        name, colour = ("warning", "danger") if is_missing else ("image", "muted")
        painter.drawPixmap(at.toPoint(), render_style.icon(name, side, ratio, colour))

    def _paint_image(self, painter: QPainter, image: QImage, radius: float) -> None:
        """Paint it as a brush: a clip would make the corners jagged."""
        brush = QBrush(image)
        across, down = self.rect.width() / image.width(), self.rect.height() / image.height()
        if self.is_thumbnail:
            across = down = max(across, down)
        middle = self.rect.center()
        scale = QTransform.fromTranslate(middle.x(), middle.y()).scale(across, down)
        brush.setTransform(scale.translate(-image.width() / 2, -image.height() / 2))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setBrush(brush)
        painter.setBrushOrigin(QPointF())
        painter.drawRoundedRect(self.rect, radius, radius)
        painter.restore()
