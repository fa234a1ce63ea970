"""The connections page: lists connections and where their keys are; adds, edits and removes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop_chat.core.connection_saving import ConnectionSaver
from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.core.hosts import is_loopback
from desktop_chat.core.key_errors import SecretError
from desktop_chat.core.ports import KeyLocation, SecretState, SecretStatus
from desktop_chat.core.settings import Settings
from desktop_chat.ui.connections.connection_form import ConnectionForm
from desktop_chat.ui.context import Context
from desktop_chat.ui.settings.certificate_setting import CertificateChoice
from desktop_chat.ui.settings.setting_rows import SettingsPage
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.connection_text import connection_name
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import confirm
from desktop_chat.ui.widgets.boxes import column_of, fill, row_of
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated


class ConnectionsPage(QStackedWidget):
    """The list of connections, or the form for one of them."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._list = ConnectionList(context)
        self._form_page: QWidget | None = None
        self.addWidget(self._list)
        self._list.edited.connect(self.edit)
        self._list.added.connect(partial(self.edit, ""))

    @property
    def form(self) -> ConnectionForm | None:
        """The form, while it is shown."""
        return self._form_page.findChild(ConnectionForm) if self._form_page is not None else None

    def edit(self, connection_id: str, *, key: bool = False) -> None:
        """Show the form for a stored or new connection; `key` focuses its key field."""
        self.show_list()
        form = ConnectionForm(self._context, connection_id)
        form.saved.connect(self._on_saved)
        form.cancelled.connect(self.show_list)
        page = SettingsPage(
            self._context.theme, lambda: tr("Edit connection") if connection_id else tr("New connection")
        )
        page.rows.addWidget(form)
        page.rows.addStretch()
        self._form_page = page
        self.addWidget(page)
        self.setCurrentWidget(page)
        if key:
            form.focus_key()

    def show_list(self) -> None:
        """Show the list; an unsaved form is discarded."""
        self.setCurrentWidget(self._list)
        if self._form_page is not None:
            self.removeWidget(self._form_page)
            self._form_page.deleteLater()
            self._form_page = None

    def _on_saved(self, _connection_id: str) -> None:
        self.show_list()
        self._list.refresh()


class ConnectionList(SettingsPage):
    """A card per connection, below a line about the keyring."""

    edited = Signal(str)
    added = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, lambda: tr("Connections"))
        self._context = context
        self._cards: dict[str, ConnectionCard] = {}
        self._keyring = self.add_text(lambda: keyring_text(context.secrets.status))
        self._problem = QLabel()
        self._problem.setProperty("danger", True)
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._check_again = QPushButton()
        self._add = QPushButton()
        self._add.setIcon(icon("new-tab"))
        self._column = QVBoxLayout()
        fill(self.rows, self._problem, self._column, row_of(self._add, self._check_again, None))
        self.certificates = CertificateChoice(context, self)
        self.rows.addStretch()
        self._add.clicked.connect(self.added)
        self._check_again.clicked.connect(self.refresh)
        self.destroyed.connect(context.secrets.listen(self._show_status))
        self.destroyed.connect(context.preferences.changed.add(self._follow))
        self._fill()
        self.retranslate()
        self.refresh()

    def refresh(self) -> None:
        """Query the state of the keyring and the location of each key."""
        start_for(self, self._context.tasks, self._query_keyring(), "places of the keys")

    def retranslate(self) -> None:
        super().retranslate()
        self._add.setText(tr("Add connection"))
        self._check_again.setText(tr("Check keyring again"))
        self.certificates.retranslate()
        self._show_status(self._context.secrets.status)

    def fit(self) -> None:
        super().fit()
        if hasattr(self, "_column"):
            self._column.setSpacing(self.theme.px(10))

    async def _query_keyring(self) -> None:
        secrets = self._context.secrets
        try:
            await secrets.refresh()
            for connection_id, card in tuple(self._cards.items()):
                card.show_place(await secrets.place_of(connection_id))
        except SecretError as error:
            self._show_error(error)
        else:
            self._problem.hide()

    def _follow(self, _settings: Settings) -> None:
        if tuple(card.connection for card in self._cards.values()) != self._context.connections.all():
            self._fill()
            self.refresh()

    def _fill(self) -> None:
        for card in self._cards.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = {}
        for connection in self._context.connections.all():
            card = ConnectionCard(self._context, connection)
            card.edited.connect(self.edited)
            card.removed.connect(self._remove)
            self._cards[connection.id] = card
            self._column.addWidget(card)

    def _show_status(self, status: SecretStatus) -> None:
        self._keyring.setText(keyring_text(status))
        self._check_again.setVisible(status.state in {SecretState.LOCKED, SecretState.UNAVAILABLE})

    def _show_error(self, error: SecretError) -> None:
        self._problem.setText(sentence(error))
        self._problem.show()

    def _remove(self, connection_id: str) -> None:
        start_for(self, self._context.tasks, self._ask_and_remove(connection_id), "remove a connection")

    async def _ask_and_remove(self, connection_id: str) -> None:
        connection = self._context.preferences.connection(connection_id)
        if connection is None:
            return
        text = tr("“{name}” and its key will be removed. Your conversations are kept.", name=connection.name)
        if not await confirm(self, tr("Remove this connection?"), text, tr("Remove"), danger=True):
            return
        try:
            await ConnectionSaver(self._context.preferences, self._context.secrets).remove(connection_id)
        except SecretError as error:
            self._show_error(error)


class ConnectionCard(Retranslated, QFrame):
    """A connection's name and address, where its key is, and buttons for it."""

    edited = Signal(str)
    removed = Signal(str)

    def __init__(self, context: Context, connection: Connection) -> None:
        super().__init__()
        self.connection = connection
        self._theme = context.theme
        self._place: KeyLocation | None = None
        self._name, self._address, self._key = QLabel(), QLabel(connection.base_url), QLabel()
        self._address.setHidden(connection.kind is ConnectionKind.DEMO)  # useless to the user, and different each time
        self.edit_button, self.remove_button = QPushButton(), QPushButton()
        stored = connection.kind is ConnectionKind.STORED
        for button, done in ((self.edit_button, self.edited), (self.remove_button, self.removed)):
            button.setVisible(stored)
            button.clicked.connect(partial(done.emit, connection.id))
        self._lay_out()
        self.retranslate()

    def show_place(self, place: KeyLocation) -> None:
        """Show where the key is."""
        self._place = place
        self.retranslate()

    def retranslate(self) -> None:
        self._name.setText(connection_name(self.connection))
        self.edit_button.setText(tr("Edit"))
        self.edit_button.setAccessibleName(tr("Edit {name}", name=self.connection.name))
        self.remove_button.setText(tr("Remove"))
        self.remove_button.setAccessibleName(tr("Remove {name}", name=self.connection.name))
        self._key.setText(self._key_text())

    def _key_text(self) -> str:
        if self.connection.kind is ConnectionKind.DEMO:
            return tr("Canned replies, no AI. Nothing leaves this computer.")
        if self.connection.kind is ConnectionKind.ENVIRONMENT:
            return tr("From environment variables; never saved")
        texts: dict[KeyLocation | None, Callable[[], str]] = {
            KeyLocation.KEYRING: lambda: tr("Key in the keyring"),
            KeyLocation.SESSION: lambda: tr("Key kept until you quit"),
            KeyLocation.NOWHERE: lambda: tr("No key needed") if is_loopback(self.connection.base_url) else tr("No key"),
            None: lambda: "",
        }
        return texts[self._place]()

    def _lay_out(self) -> None:
        px = self._theme.px
        self.setProperty("card", "outline")
        for label in (self._address, self._key):
            label.setProperty("muted", True)
            label.setWordWrap(True)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._address.setTextFormat(Qt.TextFormat.PlainText)
        words = column_of(self._name, self._address, self._key, spacing=px(2))
        items = (words, self.edit_button, self.remove_button)
        self.setLayout(row_of(*items, grow=(words,), spacing=px(8), margins=(px(16), px(12), px(12), px(12))))


def keyring_text(status: SecretStatus) -> str:
    """Describe the state of the keyring."""
    name = status.backend or tr("the keyring")
    match status.state:
        case SecretState.READY:
            return tr("Keys are saved in {keyring}.", keyring=name)
        case SecretState.WAITING:
            return tr("Waiting for {keyring} to respond.", keyring=name)
        case SecretState.LOCKED:
            return tr("{keyring} is locked. Unlock it to use your keys.", keyring=status.backend or tr("The keyring"))
        case SecretState.UNAVAILABLE:
            return tr("No keyring is available. Keys are kept only until you quit, never in a file.")
