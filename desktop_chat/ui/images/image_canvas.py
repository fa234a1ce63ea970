"""A canvas for viewing an image: fitted or at any scale, zoomed around the pointer, and dragged."""

from __future__ import annotations

from math import exp2
from typing import cast

from PySide6.QtCore import QEvent, QMargins, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop_chat.ui.commands import Scope, command_of

_MAX_SCALE = 16.0
_STEP = 1.25
_WHEEL_STEPS_TO_DOUBLE = 360.0
_MARGIN = 16
_UNSMOOTHED_SCALE = 3.0
"""From this scale on, the image's pixels are not smoothed."""


class ImageCanvas(QWidget):
    """Shows one image. At scale 1, an image pixel is a logical pixel of the window."""

    scale_changed = Signal()
    turned = Signal(int)
    """1 for the next image, -1 for the previous one, requested by key."""

    def __init__(self, background: QColor, paper: QColor) -> None:
        super().__init__()
        self._background, self._paper = background, paper
        self._natural = QSizeF()
        self._full: QImage | None = None
        self._overview: QImage | None = None
        self._scale = 1.0
        self._fits = True
        self._middle = QPointF()
        """The point of the image at the centre of the canvas."""
        self._dragged_from: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def scale(self) -> float:
        return self._scale

    @property
    def fits(self) -> bool:
        """Whether the whole image is kept visible when the window is resized."""
        return self._fits

    def show_image(self, natural: QSizeF, overview: QImage | None) -> None:
        """Show another image, fitted; `overview` may be a smaller copy."""
        self._natural, self._overview, self._full = natural, overview, None
        self.fit()

    def set_full(self, full: QImage, overview: QImage) -> None:
        """Show the same image in higher resolution."""
        self._full, self._overview = full, overview
        self.update()

    def fit(self) -> None:
        """Fit the whole image, without enlarging it."""
        self._fits = True
        self._middle = QPointF(self._natural.width() / 2, self._natural.height() / 2)
        self._set_scale(self._fitting())

    def show_full_size(self) -> None:
        """Show the image at scale 1."""
        self.zoom_to(1.0)

    def zoom_by_step(self, steps: int) -> None:
        """Zoom in, or out if negative, around the centre."""
        self.zoom_to(self._scale * _STEP**steps)

    def zoom_to(self, scale: float, around: QPointF | None = None) -> None:
        """Set the scale; the point of the image under `around` stays in place."""
        off = QPointF() if around is None else around - self._centre()
        kept = self._middle + off / self._scale
        scale = max(min(self._fitting(), 1.0) / 2, min(_MAX_SCALE, scale))
        self._fits = False
        self._middle = kept - off / scale
        self._set_scale(scale)

    def _fitting(self) -> float:
        if self._natural.isEmpty() or not self.width() or not self.height():
            return 1.0
        room = self.size().shrunkBy(QMargins(_MARGIN, 0, _MARGIN, _MARGIN)).expandedTo(QSize(1, 1))
        return min(1.0, room.width() / self._natural.width(), room.height() / self._natural.height())

    def _set_scale(self, scale: float) -> None:
        self._scale = scale
        self._keep_inside()
        shown = self._target().size()
        can_move = shown.width() > self.width() or shown.height() > self.height()
        self.setCursor(Qt.CursorShape.OpenHandCursor if can_move else Qt.CursorShape.ArrowCursor)
        self.update()
        self.scale_changed.emit()

    def _keep_inside(self) -> None:
        """Avoid empty space on one side while the image is cut off on the other."""
        x, y = (
            _bounded(middle, length, room / self._scale)
            for middle, length, room in (
                (self._middle.x(), self._natural.width(), self.width()),
                (self._middle.y(), self._natural.height(), self.height()),
            )
        )
        self._middle = QPointF(x, y)

    def _centre(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    def _target(self) -> QRectF:
        return QRectF(self._centre() - self._middle * self._scale, self._natural * self._scale)

    # --- Qt events ----------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._background)
        target = self._target()
        image = self._image()
        if image is not None:
            if image.hasAlphaChannel():
                painter.fillRect(target, self._paper)
            seen = target & QRectF(self.rect())
            factor = image.width() / target.width()
            source = QRectF((seen.topLeft() - target.topLeft()) * factor, seen.size() * factor)
            smooth = self._scale * self.devicePixelRatioF() < _UNSMOOTHED_SCALE
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(seen, image, source)
        painter.end()

    def _image(self) -> QImage | None:
        """Return the smaller copy if it is sharp enough: scaling down a very large image is slow and looks rough."""
        needed = self._natural.width() * self._scale * self.devicePixelRatioF()
        if self._overview is not None and (self._full is None or self._overview.width() >= needed):
            return self._overview
        return self._full

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits:
            self.fit()
        else:
            self._set_scale(self._scale)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.pixelDelta().y() or event.angleDelta().y()
        if turned:
            self.zoom_to(self._scale * exp2(turned / _WHEEL_STEPS_TO_DOUBLE), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Zoom on a pinch gesture of a touchpad."""
        if event.type() == QEvent.Type.NativeGesture:
            gesture = cast(QNativeGestureEvent, event)
            if gesture.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_to(self._scale * (1 + gesture.value()), gesture.position())
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._dragged_from = event.position()
            if self.cursor().shape() is Qt.CursorShape.OpenHandCursor:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None:
            self._middle -= (event.position() - self._dragged_from) / self._scale
            self._dragged_from = event.position()
            self._keep_inside()
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._dragged_from = None
        self._set_scale(self._scale)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Toggle between the whole image and full size."""
        if self._fits and self._scale < 1:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.press(event):
            super().keyPressEvent(event)

    def press(self, event: QKeyEvent) -> bool:
        """Handle a key. Returns whether it was used."""
        match command_of(event, Scope.IMAGE_VIEWER):
            case "image_zoom_in":
                self.zoom_by_step(1)
            case "image_zoom_out":
                self.zoom_by_step(-1)
            case "image_fit":
                self.fit()
            case "image_full_size":
                self.show_full_size()
            case "image_next":
                self.turned.emit(1)
            case "image_previous":
                self.turned.emit(-1)
            case _:
                return False
        return True


def _bounded(middle: float, length: float, room: float) -> float:
    if length <= room:
        return length / 2
    return max(room / 2, min(length - room / 2, middle))
