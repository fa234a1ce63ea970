"""The table of the usage page, with a bar for each row's share."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from desktop_chat.core.usage_ledger import UsageBy, UsageSum
from desktop_chat.core.usage_view import Measure
from desktop_chat.ui.style.palette import mixed
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.usage.sums_model import SHARE_ROLE, Column, SumsModel

_MAX_ROWS = 10
"""Rows shown without scrolling."""
_ROW, _NAME, _BAR, _BAR_HEIGHT = 30, 150, 80, 6


class SumsTable(QTableView):
    """As high as its rows, up to ten of them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.sums = SumsModel(self)
        self.setModel(self.sums)
        self.setItemDelegateForColumn(Column.SHARE, _ShareBar(theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setProperty("flat", True)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSortIndicator(*self.sums.sorting)  # otherwise the rows are sorted by the first column
        self.setSortingEnabled(True)
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(0)  # only what is in view is measured
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Fixed)
        theme.changed.connect(self._fit)
        self._fit()

    def show_sums(self, by: UsageBy, sums: Sequence[UsageSum], measure: Measure, currency: str = "") -> None:
        """Show other rows."""
        self.sums.show_sums(by, sums, measure, currency)
        column, order = self.sums.sorting
        header = self.horizontalHeader()
        header.blockSignals(True)  # it is sorted already
        header.setSortIndicator(column, order)
        header.blockSignals(False)
        has_value = {
            Column.CACHED: any(each.cached_tokens for each in sums),
            Column.REASONING: any(each.reasoning_tokens for each in sums),
            Column.FIRST_TOKEN: any(each.first_token_s is not None for each in sums),
            Column.SPEED: any(each.tokens_per_s is not None for each in sums),
        }
        for hideable, is_shown in has_value.items():
            self.setColumnHidden(hideable, not is_shown)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_name()

    def _fit_name(self) -> None:
        """Let the names take what the other columns leave, but no less than can be read."""
        header = self.horizontalHeader()
        left = self.viewport().width() - header.length() + header.sectionSize(Column.NAME)
        header.resizeSection(Column.NAME, max(self._theme.px(_NAME), left))

    def _fit(self) -> None:
        row = self._theme.px(_ROW)
        self.verticalHeader().setDefaultSectionSize(row)
        rows = max(1, min(_MAX_ROWS, self.sums.rowCount()))
        around = self.horizontalHeader().sizeHint().height() + self.horizontalScrollBar().sizeHint().height() + 4
        self.setFixedHeight(rows * row + around)
        self._fit_name()


class _ShareBar(QStyledItemDelegate):
    """A percentage and a bar as long."""

    def __init__(self, theme: Theme, view: QTableView) -> None:
        super().__init__(view)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        hint.setWidth(self._theme.px(_BAR + 56))
        return hint

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        px, palette, share = self._theme.px, self._theme.palette, index.data(SHARE_ROLE) or 0.0
        super().paint(painter, option, index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        line = QRectF(option.rect.right() - px(_BAR + 8), option.rect.center().y() - px(3), px(_BAR), px(_BAR_HEIGHT))
        painter.setBrush(QColor(mixed(palette.background, palette.text, 0.25 if palette.high else 0.08)))
        painter.drawRoundedRect(line, px(3), px(3))
        if share > 0:
            line.setWidth(max(px(_BAR_HEIGHT), line.width() * share))
            painter.setBrush(QColor(palette.accent))
            painter.drawRoundedRect(line, px(3), px(3))
        painter.restore()
