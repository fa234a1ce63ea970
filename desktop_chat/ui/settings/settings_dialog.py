"""The settings dialog: a list of pages on the left, the current one on the right; changes apply at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from desktop_chat.ui.context import Context
from desktop_chat.ui.settings.budgets_page import BudgetsPage
from desktop_chat.ui.settings.connections_page import ConnectionsPage
from desktop_chat.ui.settings.data_page import DataPage
from desktop_chat.ui.settings.endpoint_page import EndpointPage
from desktop_chat.ui.settings.general_page import GeneralPage
from desktop_chat.ui.settings.prices_page import PricesPage
from desktop_chat.ui.settings.reading_page import ReadingPage
from desktop_chat.ui.settings.streaming_page import StreamingPage
from desktop_chat.ui.settings.tools_page import ToolsPage
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, row_of
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.screen_geometry import resize_on_screen, room_on_screen
from desktop_chat.ui.widgets.scroll_area import ScrollArea

PAGES = {
    "general": "sliders",
    "reading": "text",
    "connections": "server",
    "tools": "tools",
    "endpoint": "endpoint",
    "budgets": "usage",
    "prices": "prices",
    "streaming": "clock",
    "data": "folder",
}
"""The pages by name, with their icons."""


class SettingsDialog(Retranslated, QDialog):
    """Does not block the window."""

    trash_shown = Signal()
    restore_shown = Signal()
    backup_shown = Signal()
    import_shown = Signal()

    def __init__(self, context: Context, data_folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = context.theme
        self._names = QListWidget()
        self._stack = QStackedWidget()
        self._general = GeneralPage(
            context.preferences, context.theme, has_autostart=context.find_installation().has_autostart
        )
        self._reading = ReadingPage(context.preferences, context.theme)
        self._connections = ConnectionsPage(context)
        self._tools = ToolsPage(context)
        self._endpoint = EndpointPage(context)
        self._budgets = BudgetsPage(context.preferences, context.theme)
        self._prices = PricesPage(context)
        self._streaming = StreamingPage(context.preferences, context.theme)
        self._data = DataPage(context, data_folder)
        self._data.trash_shown.connect(self.trash_shown)
        self._data.restore_shown.connect(self.restore_shown)
        self._data.backup_shown.connect(self.backup_shown)
        self._data.import_shown.connect(self.import_shown)
        pages = (
            self._general,
            self._reading,
            self._connections,
            self._tools,
            self._endpoint,
            self._budgets,
            self._prices,
            self._streaming,
            self._data,
        )
        for (name, icon_name), page in zip(PAGES.items(), pages, strict=True):
            entry = QListWidgetItem(icon(icon_name, "muted", beside_text=True), "")
            entry.setData(Qt.ItemDataRole.UserRole, name)
            self._names.addItem(entry)
            self._stack.addWidget(_scrolling(page))
        self._lay_out()
        self._names.currentRowChanged.connect(self._stack.setCurrentIndex)
        self._theme.changed.connect(self._fit)
        self._names.setCurrentRow(0)
        self.retranslate()
        self._fit()
        resize_on_screen(self, QSize(self._theme.px(780), self._theme.px(560)))

    @property
    def reading(self) -> ReadingPage:
        return self._reading

    @property
    def connections(self) -> ConnectionsPage:
        return self._connections

    @property
    def tools(self) -> ToolsPage:
        return self._tools

    @property
    def endpoint(self) -> EndpointPage:
        return self._endpoint

    @property
    def budgets(self) -> BudgetsPage:
        return self._budgets

    @property
    def prices(self) -> PricesPage:
        return self._prices

    @property
    def streaming(self) -> StreamingPage:
        return self._streaming

    @property
    def data(self) -> DataPage:
        return self._data

    @property
    def page(self) -> str:
        """The name of the current page."""
        return list(PAGES)[self._stack.currentIndex()]

    def show_page(self, name: str) -> None:
        """Show a page by its name, or a connection's form by its id; an empty name changes nothing."""
        if name in PAGES:
            self._names.setCurrentRow(list(PAGES).index(name))
        elif name:
            self._names.setCurrentRow(list(PAGES).index("connections"))
            self._connections.edit(name, key=True)

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Settings"))
        self._names.setAccessibleName(tr("Pages"))
        names = (
            tr("General"),
            tr("Reading"),
            tr("Connections"),
            tr("Tools"),
            tr("Local endpoint"),
            tr("Budgets"),
            tr("Prices"),
            tr("Streaming"),
            tr("Data"),
        )
        for row, text in enumerate(names):
            self._names.item(row).setText(text)

    def _lay_out(self) -> None:
        self._names.setProperty("sidebar", True)
        self._names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side = QWidget()
        side.setProperty("sidebar", True)
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._margin = QHBoxLayout(side)
        self._margin.addWidget(self._names)
        self.setLayout(row_of(side, self._stack, grow=(self._stack,), spacing=0, margins=NO_MARGINS))

    def _fit(self) -> None:
        px = self._theme.px
        self._names.setFixedWidth(px(172))
        self._names.setIconSize(QSize(px(18), px(18)))
        self._margin.setContentsMargins(px(10), px(16), px(10), px(10))
        self.setMinimumSize(QSize(px(600), px(400)).boundedTo(room_on_screen(self)))


def _scrolling(page: QWidget) -> ScrollArea:
    area = ScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows the focus by itself, and has no name for screen readers
    area.setWidget(page)
    return area
