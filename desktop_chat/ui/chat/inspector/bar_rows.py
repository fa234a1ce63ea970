"""Rows of a name, a bar and a value: the phases of an exchange, and its gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from desktop_chat.ui.style.theme import Theme


class BarRow(NamedTuple):
    """One row; begin and end of its bar are shares of the width, from 0 to 1."""

    name: str
    value: str
    begin: float
    end: float


class BarRows(QWidget):
    """The texts are labels that screen readers read; the bars repeat them for the eye."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(6))
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, _Bar, QLabel]] = []

    def show_rows(self, rows: Sequence[BarRow]) -> None:
        """Show these rows in the place of the earlier ones."""
        while len(self._rows) < len(rows):
            self._append()
        for number, (name, bar, value) in enumerate(self._rows):
            is_used = number < len(rows)
            for widget in (name, bar, value):
                widget.setVisible(is_used)
            if is_used:
                row = rows[number]
                name.setText(row.name)
                value.setText(row.value)
                value.setAccessibleName(f"{row.name}: {row.value}")
                bar.show_share(row.begin, row.end)

    def _append(self) -> None:
        name, bar, value = QLabel(), _Bar(self._theme), QLabel()
        value.setProperty("muted", True)
        name.setBuddy(value)
        for column, widget in enumerate((name, bar, value)):
            self._grid.addWidget(widget, len(self._rows), column)
        self._rows.append((name, bar, value))


class _Bar(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._begin = self._end = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(theme.px(80))

    def show_share(self, begin: float, end: float) -> None:
        self._begin, self._end = begin, end
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(10))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(0, 0, 0, 0))
        radius = self.height() / 2
        painter.setBrush(QColor(self._theme.palette.card))
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        if self._end > self._begin:
            left = self._begin * self.width()
            width = max(self.height(), (self._end - self._begin) * self.width())
            left = min(left, self.width() - width)
            painter.setBrush(QColor(self._theme.palette.accent))
            painter.drawRoundedRect(QRectF(left, 0, width, self.height()), radius, radius)
        painter.end()
