"""The prices page: the user's own prices and context windows, and the shipped ones with their sources."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QItemSelection, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPushButton, QTableView, QVBoxLayout, QWidget

from desktop_chat.core.own_prices import with_own
from desktop_chat.core.prices import PriceEntry
from desktop_chat.core.settings import Settings
from desktop_chat.ui.context import Context
from desktop_chat.ui.settings.price_form import PriceForm
from desktop_chat.ui.settings.prices_model import PriceColumn, PricesModel, source_of
from desktop_chat.ui.settings.setting_rows import SettingsPage
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.price_list import shipped_prices
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, fill, row_of
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_LEAST_ROWS = 9
"""The header and the rows that the table always has room for."""


class PricesPage(QWidget):
    """The table, or the form for one entry."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.list = PriceList(context)
        self._form_page: SettingsPage | None = None
        self._column = column_of(self.list, margins=NO_MARGINS)
        self.setLayout(self._column)
        self.list.edited.connect(self.edit)

    @property
    def form(self) -> PriceForm | None:
        """The form, while it is shown."""
        return self._form_page.findChild(PriceForm) if self._form_page is not None else None

    def edit(self, entry: PriceEntry | None, is_own: bool) -> None:
        """Show the form for an own entry, for a copy of a shipped one, or for a new one."""
        self.show_list()
        context = self._context
        page = SettingsPage(context.theme, (lambda: tr("Edit price")) if is_own else (lambda: tr("New price")))
        form = PriceForm(context.preferences, context.theme, entry, is_own=is_own)
        form.saved.connect(self._on_saved)
        form.cancelled.connect(self.show_list)
        fill(page.rows, form, None)
        self._form_page = page
        self.list.hide()
        self._column.addWidget(page)
        page.show()
        form.focus_first()

    def show_list(self) -> None:
        """Show the table; an unsaved form is discarded."""
        self.list.show()
        if self._form_page is not None:
            self._form_page.hide()
            self._form_page.deleteLater()
            self._form_page = None
            self.list.table.setFocus()

    def _on_saved(self, entry: PriceEntry) -> None:
        self.show_list()
        self.list.select(entry)


class PriceList(SettingsPage):
    """The search, the table and its buttons."""

    edited = Signal(object, bool)
    """A `PriceEntry` or None, and whether it is the user's own."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, lambda: tr("Prices"))
        self._context = context
        self._own: tuple[PriceEntry, ...] | None = None
        self.add_text(
            lambda: tr(
                "What a million tokens cost, and how many a model reads at once. Your own entries come before the "
                "shipped ones, and apply from now on. A model that is not listed has no known price."
            )
        )
        self.search = ImeLineEdit()
        self.model = PricesModel(self)
        self.table = QTableView()
        self.source = WrappedLabel()
        self.source.setProperty("muted", True)
        self.source.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add_button, self.edit_button, self.delete_button = QPushButton(), QPushButton(), QPushButton()
        self.add_button.setIcon(icon("new-tab"))
        buttons = row_of(self.add_button, self.edit_button, self.delete_button, None)
        self._column = fill(QVBoxLayout(), self.search, self.table, self.source, buttons, grow=(self.table,))
        fill(self.rows, self._column, grow=(self._column,))
        self._set_up_table()
        self.search.textChanged.connect(self.model.search)
        self.table.selectionModel().selectionChanged.connect(self._show_selected)
        self.model.modelReset.connect(self._show_selected)
        self.table.activated.connect(self._edit)
        self.add_button.clicked.connect(partial(self.edited.emit, None, False))
        self.edit_button.clicked.connect(self._edit)
        self.delete_button.clicked.connect(self._delete)
        self.destroyed.connect(context.preferences.changed.add(self._follow))
        self.retranslate()
        self._show_selected()

    def select(self, entry: PriceEntry) -> None:
        """Select an entry, where the search shows it."""
        if (row := self.model.row_of(entry)) >= 0:
            self.table.selectRow(row)

    def retranslate(self) -> None:
        super().retranslate()
        self.search.setPlaceholderText(tr("Search models and hosts"))
        self.search.setAccessibleName(tr("Search models and hosts"))
        self.table.setAccessibleName(tr("Prices"))
        self.add_button.setText(tr("Add price"))
        self.delete_button.setText(tr("Delete"))
        self._show_selected()

    def fit(self) -> None:
        super().fit()
        if hasattr(self, "_column"):
            self._column.setSpacing(self.theme.px(10))
            self._fit_table()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._own is None:  # the page may never be looked at, and the file is not read for nothing
            self._follow(self._context.preferences.settings)

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setProperty("dense", True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        for column in PriceColumn:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for column in (PriceColumn.MODEL, PriceColumn.HOST):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        header.setResizeContentsPrecision(-1)  # otherwise the columns change while one scrolls
        self._fit_table()

    def _fit_table(self) -> None:
        row = self.theme.px(28)
        self.table.verticalHeader().setDefaultSectionSize(row)
        self.table.setMinimumHeight(row * _LEAST_ROWS)
        self.table.horizontalHeader().setMinimumSectionSize(self.theme.px(44))

    def _follow(self, settings: Settings) -> None:
        if settings.prices == self._own:
            return
        self._own = settings.prices
        self.model.show_entries(settings.prices, shipped_prices().shipped)

    @property
    def _row(self) -> int:
        rows = self.table.selectionModel().selectedRows()
        return rows[0].row() if rows else -1

    def _show_selected(self, _new: QItemSelection | None = None, _old: QItemSelection | None = None) -> None:
        entry, is_own = self.model.entry(self._row), self.model.is_own(self._row)
        self.source.setText(
            source_of(entry, is_own=is_own) if entry is not None else tr("Select a row for its source.")
        )
        self.edit_button.setEnabled(entry is not None)
        self.delete_button.setEnabled(entry is not None and is_own)
        self.edit_button.setText(tr("Edit") if entry is None or is_own else tr("Edit as your own"))

    def _edit(self) -> None:
        if (entry := self.model.entry(self._row)) is not None:
            self.edited.emit(entry, self.model.is_own(self._row))

    def _delete(self) -> None:
        entry = self.model.entry(self._row)
        if entry is None or not self.model.is_own(self._row):
            return
        preferences = self._context.preferences
        own = preferences.settings.prices
        preferences.update(prices=tuple(each for each in own if each is not entry))
        words = tr("Removed “{name}”", name=entry.model)
        self._context.navigator.offer_undo(words, partial(self._put_back, entry, own.index(entry)))

    def _put_back(self, entry: PriceEntry, place: int) -> None:
        preferences = self._context.preferences
        own = preferences.settings.prices
        if with_own(own, entry) == (*own, entry):  # there is no other one for the same model by now
            preferences.update(prices=(*own[:place], entry, *own[place:]))
