"""How a measured time or speed developed: the mean of each day as a line."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, starmap

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop_chat.ui.languages import format_short_date
from desktop_chat.ui.style.palette import mixed
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.tooltips import plain_tooltip

_MAX_DOTS = 62
"""Days up to which each has a dot."""
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The mean of one day."""

    day: date
    value: float


class TrendPlot(QWidget):
    """Painted from points in the order of their days. What it shows is in a table as well, so it takes no focus."""

    def __init__(self, theme: Theme, number: Callable[[float], str], words: Callable[[TrendPoint], str]) -> None:
        """`number` formats a value at the axis, `words` say what a day was."""
        super().__init__()
        self._theme = theme
        self._number = number
        self._words = words
        self._empty = ""
        self._points: Sequence[TrendPoint] = ()
        self._under: TrendPoint | None = None
        """The day under the pointer."""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_points(self, points: Sequence[TrendPoint], empty: str) -> None:
        """Show other points; `empty` is said where there are none."""
        self._points, self._empty, self._under = points, empty, None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(320), self._theme.px(190))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(190))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        under = self._nearest(event.position().x())
        if under is not self._under:
            self._under = under
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._under = None
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            under = self._nearest(event.pos().x())
            if under is not None:
                QToolTip.showText(event.globalPos(), plain_tooltip(self._words(under)), self)
                return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.meta_font())
        painter.setPen(QColor(self._theme.palette.muted))
        if self._points:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            scale = self._scale()
            self._paint_axes(painter, scale)
            self._paint_values(painter, scale)
        else:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty)
        painter.end()

    # --- painting ------------------------------------------------------------------------------------------------

    def _paint_axes(self, painter: QPainter, scale: _Scale) -> None:
        area, metrics, px = scale.area, painter.fontMetrics(), self._theme.px
        for value in scale.ticks:
            y = scale.y(value)
            painter.setPen(QPen(QColor(self._theme.palette.border), 1))
            painter.drawLine(QPointF(area.left(), round(y) + 0.5), QPointF(area.right(), round(y) + 0.5))
            painter.setPen(QColor(self._theme.palette.muted))
            label = QRectF(0, y - metrics.height() / 2, area.left() - px(6), metrics.height())
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._number(value))
        below = QRectF(area.left(), area.bottom() + px(4), area.width(), metrics.height())
        first, last = format_short_date(self._points[0].day), format_short_date(self._points[-1].day)
        if len(self._points) == 1:
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, first)
            return
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, last)
        if metrics.horizontalAdvance(first + last) < below.width():
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, first)

    def _paint_values(self, painter: QPainter, scale: _Scale) -> None:
        palette, px = self._theme.palette, self._theme.px
        accent, places = QColor(palette.accent), [scale.place(point) for point in self._points]
        if not palette.high:
            floor = scale.area.bottom()
            below = [QPointF(places[-1].x(), floor), QPointF(places[0].x(), floor)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mixed(palette.background, palette.accent, 0.12)))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)  # the line hides its edge
            painter.drawPolygon(QPolygonF([*places, *below]))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(accent, px(2), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLines(list(starmap(QLineF, pairwise(places))))  # a polyline takes ten times as long
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        if len(places) <= _MAX_DOTS:
            for place in places:
                painter.drawEllipse(place, px(3), px(3))
        if self._under is not None:
            painter.setPen(QPen(QColor(palette.background), px(2)))
            painter.drawEllipse(scale.place(self._under), px(5), px(5))

    def _scale(self) -> _Scale:
        px, metrics = self._theme.px, self.fontMetrics()
        ticks = ticks_to(max(point.value for point in self._points))
        left = max(metrics.horizontalAdvance(self._number(tick)) for tick in ticks) + px(10)
        height = self.height() - metrics.height() - px(20)
        area = QRectF(left, px(10), max(1, self.width() - left - px(10)), max(1, height))
        return _Scale(area, ticks, self._points[0].day, self._points[-1].day)

    def _nearest(self, x: float) -> TrendPoint | None:
        if not self._points:
            return None
        scale = self._scale()
        return min(self._points, key=lambda point: abs(scale.place(point).x() - x))


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where values are painted."""

    area: QRectF
    ticks: list[float]
    first: date
    last: date

    def y(self, value: float) -> float:
        return self.area.bottom() - value / self.ticks[-1] * self.area.height()

    def place(self, point: TrendPoint) -> QPointF:
        days = (self.last - self.first).days
        share = (point.day - self.first).days / days if days else 0.5
        return QPointF(self.area.left() + share * self.area.width(), self.y(point.value))


def ticks_to(highest: float) -> list[float]:
    """Return round values from 0 to at least `highest`, three to six of them."""
    if highest <= 0 or not math.isfinite(highest):
        return [0.0, 0.5, 1.0]
    power = 10.0 ** math.floor(math.log10(highest / 4))
    step = next(each * power for each in _STEPS if each * power * 4 >= highest * 0.9999)
    return [step * at for at in range(math.ceil(highest / step - 1e-9) + 1)]
