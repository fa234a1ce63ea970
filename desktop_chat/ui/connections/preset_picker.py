"""Chooses a well-known model server instead of typing its address; searchable in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QLocale, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QLabel, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_chat.core.presets import Preset, search
from desktop_chat.ui.commands import Scope, command_of
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.no_wheel_combo import NoWheelComboBox
from desktop_chat.ui.widgets.search_popup import ROW, SearchPopup


class PresetChoice(NoWheelComboBox):
    """Shows the provider of an address; opening it emits `opened` instead of showing a list."""

    opened = Signal()

    def show_preset(self, preset: Preset | None) -> None:
        """Show a provider; None for an unknown address."""
        self.clear()
        self.addItem(preset.title_in(QLocale().name()) if preset is not None else tr("Other server"))

    def showPopup(self) -> None:
        self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if command_of(event, Scope.DROP_DOWN) == "open_list":
            self.showPopup()
        else:
            super().keyPressEvent(event)


class PresetPicker(SearchPopup):
    """The list of providers. The focus stays in the search field; arrow keys move in the list, Enter chooses."""

    chosen = Signal(object)
    """Preset"""

    def __init__(self, theme: Theme, presets: Iterable[Preset], parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._presets = tuple(presets)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.list.itemActivated.connect(self._choose)
        self.list.setItemDelegate(_HostDelegate(theme, self.list))
        self._none = QLabel()
        self._none.setProperty("muted", True)
        self._none.setWordWrap(True)
        self.column.addWidget(self._none, 1, Qt.AlignmentFlag.AlignTop)
        self.search.textChanged.connect(self._show_rows)
        self.retranslate()

    def open_for(self, anchor: QWidget, current: Preset | None) -> None:
        """Open beside `anchor`, with the current provider selected."""
        self._show_rows()
        rows = self.rows()
        self.list.setCurrentRow(rows.index(current) if current in rows else 0)
        self.open_at(anchor)
        self.search.setFocus()

    def wanted_size(self) -> QSize:
        return QSize(self.theme.px(460), self.theme.px(380))

    def retranslate(self) -> None:
        self._name(tr("Providers"), tr("Search providers"))
        self._none.setText(
            tr("No matching provider. Close the list and enter the address; any OpenAI-compatible server works.")
        )

    def _show_rows(self) -> None:
        self.list.clear()
        for preset in search(self._presets, self.search.text()):
            item = self._item(preset.title_in(QLocale().name()), preset)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken(preset))
            item.setToolTip(preset.base_url)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._none.setVisible(self.list.count() == 0)
        self.list.setVisible(self.list.count() > 0)
        if self.isVisible() and self.search.text():
            announce(self.search, tr("%n provider(s)", n=self.list.count()) if self.list.count() else self._none.text())

    def _spoken(self, row: Preset) -> str:
        return f"{row.title_in(QLocale().name())}, {row.host}"

    def _take(self, row: Preset) -> None:
        self.close()
        self.chosen.emit(row)


class _HostDelegate(QStyledItemDelegate):
    """Paints a provider's host at the end of its row, in a muted colour."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        rect, metrics, state = _parts_of(option)
        side = self._theme.px(10)
        room = rect.width() - metrics.horizontalAdvance(index.data()) - 4 * side
        painter.save()
        painter.setFont(self._theme.meta_font())
        colours = self._theme.palette
        painter.setPen(QColor(colours.text if state & QStyle.StateFlag.State_Selected else colours.muted))
        host = painter.fontMetrics().elidedText(index.data(ROW).host, Qt.TextElideMode.ElideMiddle, max(0, room))
        painter.drawText(
            rect.adjusted(0, 0, -side, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, host
        )
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index).expandedTo(QSize(0, self._theme.px(34)))


def _parts_of(option: Any) -> tuple[QRect, QFontMetrics, QStyle.StateFlag]:
    """Return fields that are missing from Qt's type hints."""
    return option.rect, option.fontMetrics, option.state
