"""The first page a new user sees: three ways to set up a connection, none chosen automatically."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSpacerItem, QVBoxLayout, QWidget

from desktop_chat.core.entities import Connection, ConnectionKind, new_id
from desktop_chat.core.hosts import host_of
from desktop_chat.core.ports import LocalServer
from desktop_chat.ui.connections.connection_form import ConnectionForm
from desktop_chat.ui.connections.field_validation import unused_name
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import column_of, fill, row_of
from desktop_chat.ui.widgets.icon_view import IconView
from desktop_chat.ui.widgets.no_wheel_combo import NoWheelComboBox
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.scroll_area import ScrollArea

COLUMN = 620


class WelcomePage(Retranslated, ScrollArea):
    """Offers an API key, this computer's model servers, and the demo. `connected` carries the connection's id and the
    chosen model, which may be empty."""

    connected = Signal(str, str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._searched = False
        self._searching = False
        self._form: ConnectionForm | None = None
        self._make_parts()
        self._lay_out()
        self._show_options(others=True)
        self.retranslate()
        self._fit()
        context.theme.changed.connect(self._fit)

    @property
    def form(self) -> ConnectionForm | None:
        """The form for a new connection, if open."""
        return self._form

    def focus(self) -> None:
        """Focus the first option, or the form if it is open."""
        if self._form is not None:
            self._form.focus_key()
        else:
            self.key_button.setFocus()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Welcome"))
        self._title.setText(tr("Welcome to Desktop Chat"))
        self._subtitle.setText(tr("Choose how to start. You can add more connections at any time."))
        self._key_card.set_words(tr("Use an API key"), tr("OpenAI, or any OpenAI-compatible server."))
        self._local_card.set_words(tr("Use a local model"), self._local_words())
        self._demo_card.set_words(tr("Try the demo"), tr("Canned replies, no AI. Nothing leaves this computer."))
        self.key_button.setText(tr("Enter API key..."))
        self.look_button.setText(tr("Search for local servers"))
        self.demo_button.setText(tr("Start demo"))
        for offer in self.offers():
            offer.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._searched:
            self._search()

    def offers(self) -> list[ServerOffer]:
        """Return the offers of the servers that were found."""
        return self._local_card.findChildren(ServerOffer)

    def _open_form(self) -> None:
        if self._form is None:
            self._form = ConnectionForm(self._context)
            self._form.saved.connect(self._on_saved)
            self._form.cancelled.connect(self._close_form)
            self._key_card.add(self._form)
        self._show_options(others=False)
        self._form.show()
        self._form.focus_key()

    def _close_form(self) -> None:
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        self._show_options(others=True)
        self.key_button.setFocus()

    def _show_options(self, *, others: bool) -> None:
        """Show only the form while it is open."""
        self.key_button.setVisible(others)
        self._mark.setVisible(others)
        self._subtitle.setVisible(others)
        self._local_card.setVisible(others)
        self._demo_card.setVisible(others and self._demo() is not None)

    def _on_saved(self, connection_id: str) -> None:
        self._close_form()
        self.connected.emit(connection_id, "")

    def _search(self) -> None:
        if self._searching:
            return
        self._searched = self._searching = True
        self._show_searching()
        start_for(self, self._context.tasks, self._find(), "look for local servers")

    async def _find(self) -> None:
        try:
            found = await self._context.local_servers.find()
        finally:
            self._searching = False
        self._offer(found)
        self._show_searching()

    def _offer(self, servers: Sequence[LocalServer]) -> None:
        for offer in self.offers():
            offer.hide()
            offer.setParent(None)
            offer.deleteLater()
        for server in servers:
            offer = ServerOffer(self._context.theme, server)
            offer.chosen.connect(self._use_server)
            self._local_card.add(offer)

    def _show_searching(self) -> None:
        self.look_button.setEnabled(not self._searching)
        self._local_card.set_words(tr("Use a local model"), self._local_words())

    def _local_words(self) -> str:
        if self._searching or not self._searched:
            return tr("Searching for model servers...")
        if self.offers():
            return tr("%n model server(s) found.", n=len(self.offers()))
        return tr("None found. Start Ollama, LM Studio, or another server, then search again.")

    def _use_server(self, server: LocalServer, model: str) -> None:
        connection = self._known_at(server.base_url) or self._new_connection(server)
        connection = replace(connection, default_model=model or connection.default_model)
        self._context.preferences.put_connection(connection)
        self._context.models.put(connection, server.models)
        self.connected.emit(connection.id, model)

    def _known_at(self, base_url: str) -> Connection | None:
        stored = self._context.preferences.settings.connections
        return next((c for c in stored if host_of(c.base_url) == host_of(base_url)), None)

    def _new_connection(self, server: LocalServer) -> Connection:
        taken = [connection.name for connection in self._context.connections.all()]
        return Connection(new_id(), unused_name(server.product, taken), server.base_url)

    def _start_demo(self) -> None:
        demo = self._demo()
        if demo is not None:
            self.connected.emit(demo.id, "")

    def _demo(self) -> Connection | None:
        connections = self._context.connections.all()
        return next((c for c in connections if c.kind is ConnectionKind.DEMO), None)

    def _make_parts(self) -> None:
        theme = self._context.theme
        self._mark = IconView()
        self._title, self._subtitle = QLabel(), QLabel()
        self._title.setProperty("heading", 1)
        self._subtitle.setProperty("muted", True)
        self.key_button, self.look_button, self.demo_button = QPushButton(), QPushButton(), QPushButton()
        self.key_button.setProperty("primary", True)
        self._key_card = OptionCard(theme, "key", self.key_button)
        self._local_card = OptionCard(theme, "server", self.look_button)
        self._demo_card = OptionCard(theme, "demo", self.demo_button)
        self.key_button.clicked.connect(self._open_form)
        self.look_button.clicked.connect(self._search)
        self.demo_button.clicked.connect(self._start_demo)

    def _lay_out(self) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        self._column = QVBoxLayout()
        for widget in (self._mark, self._title, self._subtitle):
            self._column.addWidget(widget, 0, centre)
        self._gap = QSpacerItem(0, 0)
        self._column.addItem(self._gap)
        fill(self._column, self._key_card, self._local_card, self._demo_card)
        self._middle = QWidget()
        self._middle.setLayout(self._column)
        page = QWidget()
        across = QHBoxLayout(page)
        across.setContentsMargins(0, 0, 0, 0)
        down = QVBoxLayout()
        down.addStretch(2)
        down.addWidget(self._middle)
        down.addStretch(3)
        across.addStretch(1)
        across.addLayout(down, 1000)
        across.addStretch(1)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)

    def _fit(self) -> None:
        px = self._context.theme.px
        self._mark.show_icon(icon("app"), px(48))
        self._column.setContentsMargins(px(24), px(24), px(24), px(24))
        self._column.setSpacing(px(10))
        self._gap.changeSize(0, px(6))
        self._column.invalidate()
        self._middle.setMaximumWidth(px(COLUMN + 48))


class OptionCard(QFrame):
    """One option: an icon, two lines of text, a button, and further widgets below."""

    def __init__(self, theme: Theme, icon_name: str, button: QPushButton) -> None:
        super().__init__()
        self._theme = theme
        self._icon_name = icon_name
        self._button = button
        self.setProperty("card", "outline")
        self._icon, self._title, self._text = IconView(), QLabel(), QLabel()
        self._title.setProperty("heading", 3)
        self._text.setProperty("muted", True)
        self._text.setWordWrap(True)
        words = column_of(self._title, self._text, spacing=2)
        self._row = row_of(self._icon, words, button, grow=(words,))
        self._column = fill(QVBoxLayout(self), self._row)
        self._fit()
        theme.changed.connect(self._fit)

    def set_words(self, title: str, text: str) -> None:
        self._title.setText(title)
        self._text.setText(text)
        self._button.setAccessibleDescription(text)
        self.setAccessibleName(title)

    def add(self, widget: QWidget) -> None:
        """Add a widget below the text."""
        self._column.addWidget(widget)

    def _fit(self) -> None:
        px = self._theme.px
        self._icon.show_icon(icon(self._icon_name, "accent"), px(22))
        self._row.setSpacing(px(14))
        self._column.setContentsMargins(px(16), px(14), px(16), px(14))
        self._column.setSpacing(px(14))


class ServerOffer(QFrame):
    """A model server that was found: its name, address and models, and a button to use it."""

    chosen = Signal(object, str)
    """LocalServer and model."""

    def __init__(self, theme: Theme, server: LocalServer) -> None:
        super().__init__()
        self.server = server
        self._name, self._address = QLabel(server.product), QLabel(server.base_url)
        self._address.setProperty("muted", True)
        self._address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.models = NoWheelComboBox()
        self.models.addItems(list(server.models))
        self.models.setMinimumWidth(theme.px(110))
        self.models.setMaximumWidth(theme.px(200))
        self.use_button = QPushButton()
        self.use_button.clicked.connect(self._choose)
        words = column_of(self._name, self._address, spacing=0)
        row = row_of(words, self.models, self.use_button, grow=(words, self.models), spacing=theme.px(8))
        row.setContentsMargins(theme.px(36), 0, 0, 0)
        self.setLayout(row)
        self.models.setVisible(bool(server.models))
        self.retranslate()

    def retranslate(self) -> None:
        self.use_button.setText(tr("Use"))
        self.use_button.setAccessibleName(tr("Use {server}", server=self.server.product))
        self.models.setAccessibleName(tr("Models on {server}", server=self.server.product))

    def _choose(self) -> None:
        self.chosen.emit(self.server, self.models.currentText())
