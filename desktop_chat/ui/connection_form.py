"""Makes or changes a connection: its name, address, key, headers and model, tried with a real request."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from desktop_chat.core.addresses import normalise
from desktop_chat.core.azure import with_deployment
from desktop_chat.core.connections import host_of
from desktop_chat.core.entities import Api, Connection, new_id
from desktop_chat.core.errors import ChatError, KeyInvalid, ProviderError, SecretError
from desktop_chat.core.ports import KeyPlace, SecretState
from desktop_chat.ui.chat.bars import KeyringBar
from desktop_chat.ui.composing import ComposingLineEdit, ComposingTextEdit
from desktop_chat.ui.connection_fields import (
    DEFAULT_ADDRESS,
    address_problem,
    address_warning,
    headers_of,
    headers_text,
    suggested_name,
    unused_name,
)
from desktop_chat.ui.context import Context
from desktop_chat.ui.error_text import sentence
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.icons import icon
from desktop_chat.ui.key_field import KeyField
from desktop_chat.ui.notice_bar import NoticeBar
from desktop_chat.ui.owned_tasks import start_for
from desktop_chat.ui.quiet_combo import QuietCombo
from desktop_chat.ui.theme import restyle
from desktop_chat.ui.wrapped_label import WrappedLabel

KEEP_FOR_SESSION = "keep_for_session"
TRY_AGAIN = "try_again"


class ConnectionForm(QWidget):
    """A new connection, or with ``connection_id`` a stored one. Nothing changes before Save.

    The key goes to the keyring, the rest into the settings; ``saved`` carries the connection's id.
    """

    saved = Signal(str)
    cancelled = Signal()

    def __init__(self, context: Context, connection_id: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._before = context.preferences.connection(connection_id)
        self._connection_id = self._before.id if self._before is not None else new_id()
        self._stop_testing: Callable[[], None] | None = None
        self._stop_saving: Callable[[], None] | None = None
        self._labels: list[tuple[QLabel, Callable[[], str]]] = []
        self._make_fields()
        self._lay_out()
        self._connect()
        self._fill(self._before)
        self.retranslate()
        self._fit()
        if self._before is not None:
            start_for(self, context.tasks, self._find_key(), "place of the key")

    def focus_key(self) -> None:
        """Stand where the key is typed."""
        (self.key.line if self.key.line.isVisibleTo(self) else self.key.replace_button).setFocus()

    def retranslate(self) -> None:
        for label, words in self._labels:
            label.setText(words())
        for widget, name in (
            (self.name, tr("Name")),
            (self.address, tr("Address")),
            (self.model, tr("Default model")),
            (self.api, tr("Protocol")),
            (self.headers, tr("Extra headers")),
        ):
            widget.setAccessibleName(name)
        self._show_suggested_name()
        self.headers_button.setText(tr("Extra headers"))
        self.headers.setPlaceholderText(tr("One a line, as Name: value"))
        model_line = self.model.lineEdit()
        if model_line is not None:
            model_line.setPlaceholderText(tr("Chosen in each conversation"))
        self.test_button.setText(tr("Stop") if self._stop_testing is not None else tr("Test"))
        self.save_button.setText(tr("Save"))
        self.cancel_button.setText(tr("Cancel"))
        self._check_address()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _fill(self, connection: Connection | None) -> None:
        self.address.setText(connection.base_url if connection else DEFAULT_ADDRESS)
        if connection is not None:
            self.name.setText(connection.name)
            self.model.setCurrentText(connection.default_model)
            self.api.setCurrentIndex(self.api.findData(connection.api.value))
            self.headers.setPlainText(headers_text(connection.headers))
            known = self._context.models.get(connection)
            self._offer_models(known or ())
        self.headers_button.setChecked(bool(connection and connection.headers))
        self._show_headers(self.headers_button.isChecked())

    async def _find_key(self) -> None:
        try:
            place = await self._context.secrets.place_of(self._connection_id)
            stored_for = await self._host_of_key(place)
        except SecretError as error:
            self._say(sentence(error), "warning", error)
        else:
            self.key.set_place(place, self._context.secrets.status.backend, stored_for)
            self._check_address()

    async def _host_of_key(self, place: KeyPlace) -> str:
        """Return which host the key is for. Nobody is made to unlock the keyring for that: until it is read, the key is
        taken to be for the connection's own host, and the keyring compares again before it gives it to another."""
        secrets = self._context.secrets
        known = None
        if place is not KeyPlace.NOWHERE and secrets.status.state is SecretState.READY:
            known = await secrets.host_of_key(self._connection_id)
        return (host_of(self._before.base_url) if self._before is not None else "") if known is None else known

    # --- what the fields say -------------------------------------------------------------------------------------

    def _read(self) -> Connection | None:
        """Return the connection as typed, or None after saying what cannot be used."""
        address = normalise(self.address.text())
        headers, headers_problem = headers_of(self.headers.toPlainText())
        problem = address_problem(address) or headers_problem
        self._mark_address(problem=bool(address_problem(address)))
        if not problem and self.key.typed and not (self.key.typed.isascii() and self.key.typed.isprintable()):
            problem = sentence(KeyInvalid())
        if problem:
            self._say(problem, "danger")
            return None
        others = [c.name for c in self._context.connections.all() if c.id != self._connection_id]
        name = " ".join(self.name.text().split()) or suggested_name(address)
        connection = Connection(
            id=self._connection_id,
            name=unused_name(name, others),
            base_url=address,
            headers=headers,
            default_model=self.model.currentText().strip(),
            api=Api(self.api.currentData()),
        )
        return with_deployment(connection)

    def _check_address(self) -> None:
        """While typing: whose key it is, what it would be called, and what is risky; problems wait for Save."""
        address = normalise(self.address.text())
        self.key.set_host(host_of(address))
        self._show_suggested_name()
        self._warning.setText(address_warning(address))
        self._warning.setVisible(bool(self._warning.text()))

    def _show_suggested_name(self) -> None:
        self.name.setPlaceholderText(suggested_name(normalise(self.address.text())))

    def _mark_address(self, *, problem: bool) -> None:
        restyle(self.address, invalid=problem)

    def _changed(self) -> None:
        """What was said of the old values is no longer so."""
        self._mark_address(problem=False)
        self._say("")
        self._choice.hide()
        self._check_address()

    # --- Test ----------------------------------------------------------------------------------------------------

    def _test(self) -> None:
        if self._stop_testing is not None:
            self._stop_testing()
            return
        connection = self._read()
        if connection is None:
            return
        self._say(tr("Asking the server..."), "muted")
        self._stop_testing = start_for(self, self._context.tasks, self._run_test(connection), "test a connection")
        self.retranslate()

    async def _run_test(self, connection: Connection) -> None:
        try:
            models = await self._context.providers.models_at(connection, await self._key_for_test())
        except (ProviderError, SecretError) as error:
            self._say(sentence(error, connection=connection.name), "danger", error)
        else:
            self._context.models.put(connection, models)
            self._offer_models(models)
            self._say(
                tr("It works. The server lists %n model(s).", n=len(models))
                if models
                else tr("It works. The server lists no models, so type a model's name."),
                "success",
            )
        finally:
            self._stop_testing = None
            if isValid(self):
                self._end_progress()

    async def _key_for_test(self) -> str:
        if self.key.typed:
            return self.key.typed
        if not self.key.uses_stored:
            return ""
        return await self._context.secrets.get(self._connection_id, self.key.stored_for) or ""

    def _offer_models(self, models: tuple[str, ...] | list[str]) -> None:
        chosen = self.model.currentText()
        self.model.clear()
        self.model.addItems(list(models))
        self.model.setCurrentText(chosen or (models[0] if len(models) == 1 else ""))

    # --- Save ----------------------------------------------------------------------------------------------------

    def _save(self) -> None:
        connection = self._read()
        if connection is not None and self._stop_saving is None:
            self._choice.hide()
            self._stop_saving = start_for(self, self._context.tasks, self._run_save(connection), "save a connection")
            self._set_busy(True)

    async def _run_save(self, connection: Connection) -> None:
        try:
            await self._store(connection)
        except KeyInvalid as error:
            self._say(sentence(error), "danger", error)
        except SecretError as error:
            self._offer_session(error)
        else:
            self.saved.emit(connection.id)
        finally:
            self._stop_saving = None
            if isValid(self):
                self._set_busy(False)
                self._end_progress()

    async def _store(self, connection: Connection) -> None:
        """The key first: what the keyring does not do leaves the connection as it was."""
        secrets, host = self._context.secrets, host_of(connection.base_url)
        if self.key.typed:
            await secrets.put(connection.id, self.key.typed, host)
        elif self.key.drops_stored:
            await self._remove_key(connection.id)
        elif self.key.carries:
            await secrets.give_to(connection.id, host, self.key.stored_for)
        self._context.preferences.put_connection(connection)

    async def _remove_key(self, connection_id: str) -> None:
        """A key that was in memory only is gone from there, whatever the keyring says."""
        in_memory = self._context.secrets.is_for_session(connection_id)
        try:
            await self._context.secrets.remove(connection_id)
        except SecretError:
            if not in_memory:
                raise

    def _offer_session(self, error: SecretError) -> None:
        self._say("")
        if not self.key.typed:
            self._say(sentence(error), "danger", error)
            return
        self._choice.set_text(tr("{problem} The key can be kept until you quit instead.", problem=sentence(error)))
        self._choice.set_actions([(TRY_AGAIN, tr("Try again")), (KEEP_FOR_SESSION, tr("Keep until I quit"))])
        self._choice.show()

    def _choose(self, action_id: str) -> None:
        if action_id == TRY_AGAIN:
            self._save()
            return
        connection = self._read()
        if connection is None:
            return
        try:
            self._context.secrets.keep_for_session(connection.id, self.key.typed, host_of(connection.base_url))
        except KeyInvalid as error:
            self._say(sentence(error), "danger", error)
        else:
            self._context.preferences.put_connection(connection)
            self.saved.emit(connection.id)

    def _set_busy(self, busy: bool) -> None:
        for widget in (
            self.name,
            self.address,
            self.key,
            self.model,
            self.api,
            self.headers,
            self.test_button,
            self.save_button,
        ):
            widget.setEnabled(not busy)
        if busy:
            self._say(tr("Saving..."), "muted")

    def _end_progress(self) -> None:
        """What was under way is over; what was said of its end stays."""
        if self._result.property("muted"):
            self._say("")
        self.retranslate()

    def _say(self, text: str, tone: str = "muted", error: ChatError | None = None) -> None:
        self._result.setText(text)
        self._result.setVisible(bool(text))
        self._result.setToolTip(error.detail if error is not None else "")
        restyle(self._result, **{name: name == tone for name in ("muted", "success", "warning", "danger")})

    # --- looks ---------------------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.name = ComposingLineEdit()
        self.address = ComposingLineEdit()
        self.key = KeyField()
        self.model = QuietCombo()
        self.model.setLineEdit(ComposingLineEdit())
        self.model.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.api = QuietCombo()
        for api, name in ((Api.CHAT_COMPLETIONS, "Chat Completions"), (Api.RESPONSES, "Responses")):
            self.api.addItem(name, api.value)
        self.headers_button = QPushButton()
        self.headers_button.setCheckable(True)
        self.headers_button.setProperty("link", True)
        self.headers = ComposingTextEdit()
        self._warning, self._result = WrappedLabel(), WrappedLabel()
        self._warning.setProperty("warning", True)
        self._result.hide()
        self._waiting = KeyringBar(self._context, self)
        self._choice = NoticeBar(self._context.theme, kind="warning", parent=self)
        self._choice.hide()
        self.test_button, self.save_button, self.cancel_button = QPushButton(), QPushButton(), QPushButton()
        self.save_button.setProperty("primary", True)
        for button in (self.test_button, self.save_button, self.cancel_button, self.headers_button):
            button.setAutoDefault(False)

    def _connect(self) -> None:
        self.address.textChanged.connect(self._changed)
        self.key.changed.connect(self._changed)
        self.headers.textChanged.connect(self._changed)
        self.api.currentIndexChanged.connect(self._changed)
        self.headers_button.toggled.connect(self._show_headers)
        for line in (self.name, self.address):
            line.returnPressed.connect(self._save)
        self.key.entered.connect(self._save)
        self.test_button.clicked.connect(self._test)
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.cancelled)
        self._choice.action_triggered.connect(self._choose)
        self._context.theme.changed.connect(self._fit)

    def _show_headers(self, shown: bool) -> None:
        self._headers_holder.setVisible(shown)
        self.headers_button.setIcon(icon("chevron-down" if shown else "chevron-right", "accent"))

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._fields: list[QVBoxLayout] = []
        self._names = QHBoxLayout()
        self._names.addLayout(self._field(lambda: tr("Name"), self.name), 2)
        self._names.addLayout(self._field(lambda: tr("Address"), self.address), 3)
        self._column.addLayout(self._names)
        self._column.addWidget(self._warning)
        self._column.addLayout(self._field(lambda: tr("API key"), self.key))
        self._models = QHBoxLayout()
        self._models.addLayout(self._field(lambda: tr("Default model"), self.model), 3)
        self._models.addLayout(self._field(lambda: tr("Protocol"), self.api), 2)
        self._column.addLayout(self._models)
        self._column.addWidget(self.headers_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._headers_holder = QWidget()  # of a fixed height, which the style sheet would take from the box itself
        holder = QVBoxLayout(self._headers_holder)
        holder.setContentsMargins(0, 0, 0, 0)
        holder.addWidget(self.headers)
        self._column.addWidget(self._headers_holder)
        self._column.addWidget(self._result)
        self._column.addWidget(self._waiting)
        self._column.addWidget(self._choice)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self.test_button)
        self._buttons.addStretch()
        self._buttons.addWidget(self.cancel_button)
        self._buttons.addWidget(self.save_button)
        self._column.addLayout(self._buttons)

    def _field(self, words: Callable[[], str], widget: QWidget) -> QVBoxLayout:
        label = QLabel()
        label.setProperty("muted", True)
        label.setBuddy(widget)
        self._labels.append((label, words))
        field = QVBoxLayout()
        field.addWidget(label)
        field.addWidget(widget)
        self._fields.append(field)
        return field

    def _fit(self) -> None:
        px = self._context.theme.px
        self._column.setSpacing(px(12))
        self._names.setSpacing(px(12))
        self._models.setSpacing(px(12))
        self._buttons.setSpacing(px(8))
        for field in self._fields:
            field.setSpacing(px(4))
        self._headers_holder.setFixedHeight(px(76))
