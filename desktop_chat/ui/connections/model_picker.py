"""Chooses a model: by search, or by name if the server does not list it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPushButton, QWidget

from desktop_chat.core.entities import Connection
from desktop_chat.core.errors import ChatError
from desktop_chat.ui.connections.model_rows import Known, Row, RowKind, looks_like_model, rows_of
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.connection_text import connection_name
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.boxes import row_of
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.search_popup import SearchPopup


class ModelPicker(SearchPopup):
    """Lists all connections and their models. The focus stays in the search field; arrow keys move in the list, Enter
    chooses."""

    chosen = Signal(str, str)
    """Connection id and model."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(context.theme, parent)
        self._context = context
        self._known: dict[str, Known] = {}
        self._current = ("", "")
        self._for_images = False
        self._then: Callable[[str, str], None] = self.chosen.emit
        self.list.setWordWrap(True)
        self.refresh_button = QPushButton()
        self.refresh_button.setIcon(icon("regenerate", "muted", beside_text=True))
        self.connections_button = QPushButton()
        for button in (self.refresh_button, self.connections_button):
            button.setProperty("flat", True)
            button.setAutoDefault(False)
        self.column.addLayout(row_of(self.refresh_button, None, self.connections_button))
        self.search.textChanged.connect(self._search)
        self.refresh_button.clicked.connect(self._refresh)
        self.connections_button.clicked.connect(self._open_connections)
        self.retranslate()

    def open_for(
        self,
        anchor: QWidget,
        connection_id: str,
        model: str,
        then: Callable[[str, str], None] | None = None,
        *,
        for_images: bool = False,
    ) -> None:
        """Open beside `anchor`; query the current connection's server if that was not done before. The choice
        (connection id and model) goes to `then`, or to `chosen` without it. `for_images` lists models that read images
        first, and marks them."""
        self._then = then or self.chosen.emit
        self._for_images = for_images
        connections = self._context.connections.all()
        if connection_id not in {connection.id for connection in connections} and connections:
            connection_id = connections[0].id
        self._current = (connection_id, model)
        self._known = {c.id: replace(self._known.get(c.id, Known()), models=self._models(c)) for c in connections}
        if self._known.get(connection_id, Known(models=())).models is None:
            self._ask(connection_id)
        self._show_rows()
        self.open_at(anchor)
        self.search.setFocus()
        self._announce_row()

    def wanted_size(self) -> QSize:
        return QSize(self.theme.px(360), self.theme.px(420))

    def retranslate(self) -> None:
        self._name(tr("Models"), tr("Search or enter a model"))
        self.refresh_button.setText(tr("Refresh"))
        self.connections_button.setText(tr("Connections..."))

    def _models(self, connection: Connection) -> tuple[str, ...] | None:
        return self._context.models.get(connection)

    def _search(self) -> None:
        self._show_rows()
        if self.search.text():
            announce(self.search, tr("%n model(s)", n=sum(row.kind is RowKind.MODEL for row in self.rows())))
            self._announce_row()

    def _spoken(self, row: Row) -> str:
        images = [tr("reads images")] if row.reads_images else []
        return ", ".join([_words_of(row), *images, connection_name(row.connection)])

    def _show_rows(self) -> None:
        query = " ".join(self.search.text().split())
        kept = self._row()
        self.list.clear()
        reads_images = self._context.providers.reads_images if self._for_images else None
        rows = rows_of(self._context.connections.all(), self._known, query, self._current, reads_images)
        for row in rows:
            self.list.addItem(self._listed(row))
        chosen = _row_for_query(rows, query) if query else _first(rows) if self._for_images else None
        self.list.setCurrentRow(_row_to_select(rows, kept) if chosen is None else chosen)
        at = self.list.currentRow()
        if at >= 0:
            hint = QListWidget.ScrollHint.PositionAtCenter if rows[at].current else QListWidget.ScrollHint.EnsureVisible
            self.list.scrollToItem(self.list.item(at), hint)

    def _listed(self, row: Row) -> QListWidgetItem:
        is_heading = row.kind is RowKind.CONNECTION
        item = self._item(_words_of(row), row, is_heading=is_heading, can_be_chosen=row.can_be_chosen)
        if is_heading:
            item.setToolTip(row.connection.base_url)
        else:
            item.setIcon(self._image(row))
            item.setToolTip(tr("reads images") if row.reads_images else "")
        return item

    def _image(self, row: Row) -> QIcon:
        name, colour = {
            RowKind.ERROR: ("warning", "warning"),
            RowKind.KEY: ("key", "accent"),
            RowKind.ASK: ("chevron-down", "muted"),
            RowKind.TYPED: ("edit", "accent"),
            RowKind.LOADING: ("clock", "muted"),
        }.get(row.kind, ("check", "accent") if row.current else ("image", "muted") if row.reads_images else ("", ""))
        return icon(name, colour) if name else self._no_icon()

    def _take(self, row: Row) -> None:
        if row.kind is RowKind.ASK:
            self._ask(row.connection.id)
            self._show_rows()
            return
        self.close()
        if row.kind is RowKind.KEY:
            self._context.navigator.ask_for_key(row.connection.id)
        else:
            self._then(row.connection.id, row.model)

    def _refresh(self) -> None:
        asked = {cid for cid, known in self._known.items() if known.models is not None or known.error is not None}
        for connection_id in {self._current[0], *asked}:
            self._ask(connection_id)
        self._show_rows()
        self.search.setFocus()

    def _open_connections(self) -> None:
        self.close()
        self._context.navigator.open_settings("connections")

    def _ask(self, connection_id: str) -> None:
        connection = self._context.connections.get(connection_id)
        if connection is None or self._known.get(connection_id, Known()).loading:
            return
        self._known[connection_id] = Known(models=self._models(connection), loading=True)
        start_for(self, self._context.tasks, self._load(connection), f"models of {connection_id[:8]}")

    async def _load(self, connection: Connection) -> None:
        try:
            provider = await self._context.providers.provider_for(connection.id)
            models = await provider.models()
        except ChatError as error:
            self._known[connection.id] = Known(models=self._models(connection), error=error)
        else:
            self._context.models.put(connection, models)
            self._known[connection.id] = Known(models=tuple(models))
        self._show_rows()


def _row_to_select(rows: Iterable[Row], kept: Row | None) -> int:
    """Return the row to select: the one selected before, else the model in use, else the first that can be chosen."""
    listed = list(rows)
    if kept is not None and kept in listed:
        return listed.index(kept)
    return next((index for index, row in enumerate(listed) if row.current), _first(listed))


def _first(rows: Iterable[Row]) -> int:
    """Return the first row that can be chosen, preferring models to other actions; -1 for none."""
    choosable = [(row.kind not in {RowKind.MODEL, RowKind.TYPED}, i) for i, row in enumerate(rows) if row.can_be_chosen]
    return min(choosable)[1] if choosable else -1


def _row_for_query(rows: list[Row], query: str) -> int:
    """Return the row that Enter chooses for the query. A word that could belong to a question is not chosen
    automatically if the server's models are known."""
    at = _first(rows)
    is_typed = at >= 0 and rows[at].kind is RowKind.TYPED
    return -1 if is_typed and not looks_like_model(query) and _are_listed(rows) else at


def _are_listed(rows: list[Row]) -> bool:
    """Return whether the models of the first connection are known, so that an unlisted name is unexpected."""
    unknown = {RowKind.ASK, RowKind.LOADING, RowKind.EMPTY, RowKind.ERROR}
    return all(row.kind not in unknown for row in rows if row.connection.id == rows[0].connection.id)


def _words_of(row: Row) -> str:
    words = _WORDS.get(row.kind)
    return words(row) if words is not None else row.model


_WORDS: dict[RowKind, Callable[[Row], str]] = {
    RowKind.CONNECTION: lambda row: connection_name(row.connection),
    RowKind.TYPED: lambda row: tr("Use {model}", model=row.model),
    RowKind.ASK: lambda _: tr("Load models"),
    RowKind.LOADING: lambda _: tr("Loading models..."),
    RowKind.EMPTY: lambda _: tr("The server lists no models. Enter a name above."),
    RowKind.KEY: lambda _: tr("Enter API key..."),
    RowKind.ERROR: lambda row: (
        sentence(row.error, connection=connection_name(row.connection)) if row.error is not None else ""
    ),
}
