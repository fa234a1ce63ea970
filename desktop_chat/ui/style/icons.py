"""Outline icons that are tinted when painted, so that they are crisp at any scale and follow the theme."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop_chat.ui.resources import resource_text
from desktop_chat.ui.style.palette import LIGHT, Palette

PALETTE_PROPERTY = "desktop_chat_palette"
"""The application's property in which the theme stores its palette for painting icons."""

_KEPT_IMAGES = 6
_DROP = 0.08
"""The fraction of its height by which an icon beside text is lowered to align with the letters."""
_APP_ICON_SIZES = (16, 20, 22, 24, 32, 40, 48, 64, 96, 128, 256, 512)


def icon(name: str, colour: str = "text", *, beside_text: bool = False) -> QIcon:
    """Return the icon `resources/icons/<name>.svg`; `beside_text` lowers it to align with letters.

    `colour` is `#RRGGBB` or the name of a `Palette` field (`"muted"`), in which case the icon follows the theme. Raises
    FileNotFoundError for an unknown name, here rather than while painting.
    """
    return QIcon(TintedIcon(_source(name), colour, _DROP if beside_text else 0.0))


def pixmap(name: str, size: int, ratio: float, colour: str = "text") -> QPixmap:
    """Return the icon as a pixmap of `size` logical pixels; it does not follow the theme."""
    return TintedIcon(_source(name), colour).drawn(QSize(round(size * ratio), round(size * ratio)), ratio, 1.0)


def app_icon() -> QIcon:
    """Return the application's icon, in the sizes that window managers request."""
    renderer = QSvgRenderer(QByteArray(_source("app").encode()))
    mark = QIcon()
    for size in _APP_ICON_SIZES:
        image = _blank(QSize(size, size))
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        mark.addPixmap(image)
    return mark


class TintedIcon(QIconEngine):
    """Draws an outline in one colour; disabled icons at 40 % opacity."""

    def __init__(self, source: str, colour: str, drop: float = 0.0) -> None:
        super().__init__()
        self._source = source
        self._colour = colour
        self._drop = drop
        self._drawn: dict[tuple[object, float, float, str], QPixmap] = {}

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        size = QSize(round(rect.width() * ratio), round(rect.height() * ratio))
        painter.drawPixmap(QPointF(rect.topLeft()), self.drawn(size, ratio, _opacity(mode)))

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        return self.drawn(size, 1.0, _opacity(mode))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State, scale: float) -> QPixmap:
        return self.drawn(QSize(round(size.width() * scale), round(size.height() * scale)), scale, _opacity(mode))

    def clone(self) -> QIconEngine:
        copy = TintedIcon(self._source, self._colour, self._drop)
        # Qt owns the returned object, but PySide deletes it with its last Python reference: give Qt a reference.
        import ctypes  # noqa: PLC0415  (rarely needed, and not before the first paint)

        ctypes.pythonapi.Py_IncRef(ctypes.py_object(copy))
        return copy

    def isNull(self) -> bool:
        return False

    def drawn(self, size: QSize, ratio: float, opacity: float) -> QPixmap:
        """Return the outline on `size` device pixels; the last few are cached."""
        key = (size.toTuple(), ratio, opacity, resolved(self._colour))
        if key not in self._drawn:
            if len(self._drawn) >= _KEPT_IMAGES:
                self._drawn.clear()
            self._drawn[key] = self._draw(size, ratio, opacity, key[3])
        return self._drawn[key]

    def _draw(self, size: QSize, ratio: float, opacity: float, colour: str) -> QPixmap:
        image = _blank(size)
        image.setDevicePixelRatio(ratio)
        renderer = QSvgRenderer(QByteArray(self._source.replace("currentColor", colour).encode()))
        painter = QPainter(image)
        painter.setOpacity(opacity)
        side = min(size.width(), size.height()) / ratio
        left, top = (size.width() / ratio - side) / 2, (size.height() / ratio - side) / 2
        renderer.render(painter, QRectF(left, top + self._drop * side, side, side))
        painter.end()
        return image


def resolved(colour: str) -> str:
    """Return `#RRGGBB` for a colour or the name of a field of the current palette."""
    if colour.startswith("#"):
        return colour
    app = QGuiApplication.instance()
    palette = app.property(PALETTE_PROPERTY) if app else None
    value = getattr(palette if isinstance(palette, Palette) else LIGHT, colour)
    return str(value)


def _opacity(mode: QIcon.Mode) -> float:
    return 0.4 if mode == QIcon.Mode.Disabled else 1.0


def _blank(size: QSize) -> QPixmap:
    image = QPixmap(size)
    image.fill(Qt.GlobalColor.transparent)
    return image


@cache
def _source(name: str) -> str:
    return resource_text(f"icons/{name}.svg")
