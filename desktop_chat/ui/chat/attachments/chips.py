"""Paints attached files: images as square thumbnails, everything else as a chip with name and size."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import PurePath

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_chat.ui.chat.attachments.pending import ITEM, Pending, Stage
from desktop_chat.ui.style.icons import icon, resolved
from desktop_chat.ui.style.palette import mixed
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.attachment_summary import kind_letters, left_out_short, reading_text, short_summary
from desktop_chat.ui.text.attachment_text import attachment_problem

HEIGHT = 64
"""Pixels at zoom 1 of every chip, and the width of thumbnails."""
_GAP = 8
_RADIUS = 10
_PADDING = 10
_TILE = 40
_BUTTON = 20
_LEAST_WIDTH, _MAX_WIDTH, _FAILED_WIDTH = 170, 270, 376
_IMAGE_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".svg", ".tif", ".tiff", ".heic", ".heif", ".avif", ".ico"}
)
"""Names of files that will be images, as far as one can tell before they are read."""
_Index = QModelIndex | QPersistentModelIndex


class Part(Enum):
    """What of a chip is under the pointer."""

    BODY = auto()
    REMOVE = auto()
    RETRY = auto()


class ChipDelegate(QStyledItemDelegate):
    """Measures and paints each file, and says which part of it is at a position."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icons: dict[tuple[str, str], QIcon] = {}
        self.hot: tuple[Pending, Part] | None = None
        """The file and the part of it under the pointer."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        item = _item(index)
        return QSize(self._width(item) + self._theme.px(_GAP), self._theme.px(HEIGHT))

    def _width(self, item: Pending) -> int:
        px = self._theme.px
        if is_square(item):
            return px(HEIGHT)
        if item.stage is Stage.FAILED:
            return px(_FAILED_WIDTH)
        words = max(
            QFontMetrics(self._theme.ui_font()).horizontalAdvance(item.name),
            *(QFontMetrics(self._theme.meta_font()).horizontalAdvance(line) for line, _colour in _lines(item)),
        )
        width = words + px(2 * _PADDING + _TILE + 10 + _BUTTON + 6)
        return min(px(_MAX_WIDTH), max(px(_LEAST_WIDTH), width))

    def part_at(self, cell: QRect, item: Pending, x: int, y: int) -> Part | None:
        """Return the part of a chip at a position in the strip; None in the gap beside it."""
        rect = self._chip_in(cell)
        if not rect.contains(x, y):
            return None
        if self._remove_rect(rect, item).contains(x, y):
            return Part.REMOVE
        if can_be_retried(item) and self._retry_rect(rect, item).contains(x, y):
            return Part.RETRY
        return Part.BODY

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        item, rect = _item(index), self._chip_in(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if is_square(item):
            self._paint_square(painter, rect, item)
        else:
            self._paint_chip(painter, rect, item)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        self._paint_outline(painter, rect, item, focused=focused)
        self._paint_button(painter, self._remove_rect(rect, item), item, Part.REMOVE, "close")
        if can_be_retried(item):
            self._paint_button(painter, self._retry_rect(rect, item), item, Part.RETRY, "regenerate")
        painter.restore()

    def _chip_in(self, cell: QRect) -> QRect:
        return cell.adjusted(0, 0, -self._theme.px(_GAP), 0)

    # --- surfaces ----------------------------------------------------------------------------------------------------

    def _paint_square(self, painter: QPainter, rect: QRect, item: Pending) -> None:
        painter.setClipPath(_rounded(rect, self._theme.px(_RADIUS)))
        painter.fillRect(rect, QColor(self._theme.palette.background))
        if item.thumbnail is not None:
            painter.drawImage(rect, item.thumbnail)
        else:
            self._paint_icon(painter, rect, "clock" if item.stage is Stage.READING else "image", "muted", 22)
        if item.stage is Stage.READING:
            self._paint_progress(painter, rect, item)
        painter.setClipping(False)

    def _paint_chip(self, painter: QPainter, rect: QRect, item: Pending) -> None:
        px, palette = self._theme.px, self._theme.palette
        painter.fillPath(_rounded(rect, px(_RADIUS)), QColor(palette.background))
        side = px(_TILE)
        tile = QRect(rect.left() + px(_PADDING), rect.center().y() - side // 2 + 1, side, side)
        self._paint_tile(painter, tile, item)
        buttons = 2 if can_be_retried(item) else 1
        right = rect.right() - px(_PADDING) - buttons * px(_BUTTON) - px(2)
        words = QRect(tile.right() + px(10), rect.top(), max(0, right - tile.right() - px(10)), rect.height())
        self._paint_words(painter, words, item)
        if item.stage is Stage.READING:
            painter.setClipPath(_rounded(rect, px(_RADIUS)))
            self._paint_progress(painter, rect, item)
            painter.setClipping(False)

    def _paint_tile(self, painter: QPainter, tile: QRect, item: Pending) -> None:
        palette, letters = self._theme.palette, kind_letters(item.name)
        failed = item.stage is Stage.FAILED
        colour = "danger" if failed else "accent"
        surface = mixed(palette.background, resolved(colour), 0.12)
        painter.fillPath(_rounded(tile, self._theme.px(8)), QColor(surface))
        if failed or not letters:
            self._paint_icon(painter, tile, "error" if failed else "text", colour, 20)
            return
        font = QFont(self._theme.meta_font(semibold=True))
        font.setPixelSize(max(8, round(font.pixelSize() * 0.88)))
        painter.setFont(font)
        painter.setPen(QColor(resolved(colour)))
        painter.drawText(tile, Qt.AlignmentFlag.AlignCenter, letters)

    def _paint_words(self, painter: QPainter, words: QRect, item: Pending) -> None:
        name_font, meta_font = self._theme.ui_font(), self._theme.meta_font()
        name_metrics, meta_metrics = QFontMetrics(name_font), QFontMetrics(meta_font)
        lines = self._fitted(_lines(item), meta_metrics, words.width())
        height = name_metrics.height() + len(lines) * meta_metrics.height()
        top = words.top() + max(0, (words.height() - height) // 2)
        painter.setFont(name_font)
        painter.setPen(QColor(self._theme.palette.text))
        row = QRect(words.left(), top, words.width(), name_metrics.height())
        name = name_metrics.elidedText(item.name, Qt.TextElideMode.ElideMiddle, words.width())
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(meta_font)
        top = row.bottom() + 1
        for line, colour in lines:
            painter.setPen(QColor(resolved(colour)))
            row = QRect(words.left(), top, words.width(), meta_metrics.height())
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, line)
            top += meta_metrics.height()

    @staticmethod
    def _fitted(lines: list[tuple[str, str]], metrics: QFontMetrics, width: int) -> list[tuple[str, str]]:
        """Wrap a single long line into two, and elide what is still too long."""
        if len(lines) == 1 and metrics.horizontalAdvance(lines[0][0]) > width:
            words, colour = lines[0]
            cut = _break_of(words, metrics, width)
            lines = [(words[:cut].rstrip(), colour), (words[cut:].lstrip(), colour)]
        return [(metrics.elidedText(line, Qt.TextElideMode.ElideRight, width), colour) for line, colour in lines]

    def _paint_outline(self, painter: QPainter, rect: QRect, item: Pending, *, focused: bool) -> None:
        palette = self._theme.palette
        colour = palette.accent if focused else palette.danger if item.stage is Stage.FAILED else palette.field_border
        width = 2 if focused else 1
        inset = width / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colour), width))
        radius = self._theme.px(_RADIUS) - inset
        painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), radius, radius)

    def _paint_progress(self, painter: QPainter, rect: QRect, item: Pending) -> None:
        """Paint a line at the bottom edge, as long as what is read; a short one as long as that is unknown."""
        done, total = item.progress.done, item.progress.total
        share = done / total if total else 0.15
        height = self._theme.px(3)
        line = QRect(rect.left(), rect.bottom() + 1 - height, rect.width(), height)
        painter.fillRect(line, QColor(self._theme.palette.border))
        line.setWidth(round(rect.width() * min(1.0, share)))
        painter.fillRect(line, QColor(self._theme.palette.accent))

    def _paint_icon(self, painter: QPainter, rect: QRect, name: str, colour: str, side: int) -> None:
        if (name, colour) not in self._icons:
            self._icons[name, colour] = icon(name, colour)
        place = QRect(0, 0, self._theme.px(side), self._theme.px(side))
        place.moveCenter(rect.center())
        self._icons[name, colour].paint(painter, place)

    # --- buttons -----------------------------------------------------------------------------------------------------

    def _remove_rect(self, rect: QRect, item: Pending) -> QRect:
        px = self._theme.px
        side = px(_BUTTON)
        if is_square(item):
            return QRect(rect.right() + 1 - side - px(3), rect.top() + px(3), side, side)
        return QRect(rect.right() + 1 - side - px(8), rect.center().y() - side // 2 + 1, side, side)

    def _retry_rect(self, rect: QRect, item: Pending) -> QRect:
        return self._remove_rect(rect, item).translated(-self._theme.px(_BUTTON + 4), 0)

    def _paint_button(self, painter: QPainter, rect: QRect, item: Pending, part: Part, name: str) -> None:
        """Paint a round button: dark on an image, else only its outline, with a surface under the pointer."""
        palette, hot = self._theme.palette, self.hot == (item, part)
        colour = "text" if hot else "muted"
        surface: QColor | None = QColor(palette.pressed) if hot else None
        if is_square(item) and item.thumbnail is not None:
            colour, surface = "#FFFFFF", QColor(0, 0, 0, 220 if hot else 150)
        if surface is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(surface)
            painter.drawEllipse(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint_icon(painter, rect, name, colour, 12 if name == "close" else 15)


def is_square(item: Pending) -> bool:
    """Return whether a file is shown as a thumbnail: an image, or one that will probably be one."""
    if item.stage is Stage.READING and item.attachment is None:
        return PurePath(item.name).suffix.lower() in _IMAGE_SUFFIXES
    return item.stage is not Stage.FAILED and item.is_image


def can_be_retried(item: Pending) -> bool:
    """Return whether a failed file can be read again."""
    return item.stage is Stage.FAILED and (item.source is not None or item.attachment is not None)


def _item(index: _Index) -> Pending:
    item: Pending = index.data(ITEM)
    return item


def _lines(item: Pending) -> list[tuple[str, str]]:
    """Return the one or two lines below the name, each with the palette's name of its colour."""
    if item.error is not None:
        return [(attachment_problem(item.error), "danger")]
    if item.stage is Stage.READING or item.attachment is None:
        return [(reading_text(item.progress), "muted")]
    left_out = left_out_short(item.attachment)
    return [(short_summary(item.attachment), "muted"), *([(left_out, "warning")] if left_out else [])]


def _rounded(rect: QRect, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(rect), radius, radius)
    return path


def _break_of(words: str, metrics: QFontMetrics, width: int) -> int:
    """Return where a line of words is best broken: at the last space that fits, else anywhere."""
    fits = len(words)
    while fits > 1 and metrics.horizontalAdvance(words[:fits]) > width:
        fits -= max(1, fits // 16)
    space = words.rfind(" ", 0, fits + 1)
    return space if space > fits // 2 else fits


def square_of(image: QImage, side: int) -> QImage:
    """Return the middle of an image as a square with sides of `side` pixels."""
    whole = min(image.width(), image.height())
    middle = image.copy((image.width() - whole) // 2, (image.height() - whole) // 2, whole, whole)
    return middle.scaled(side, side, mode=Qt.TransformationMode.SmoothTransformation)
