"""Creates or edits a connection: name, address, key, headers and model, with a test."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop_chat.core.addresses import normalise
from desktop_chat.core.azure import is_azure, with_deployment
from desktop_chat.core.connection_saving import ConnectionSaver
from desktop_chat.core.entities import Api, Connection, new_id
from desktop_chat.core.errors import ChatError
from desktop_chat.core.hosts import host_of
from desktop_chat.core.key_errors import KeyInvalid, SecretError
from desktop_chat.ui.commands import Scope, command_of, keep_from_window
from desktop_chat.ui.connections.connection_check import CheckResult, check_connection
from desktop_chat.ui.connections.connection_form_fields import ConnectionFormFields
from desktop_chat.ui.connections.field_validation import (
    DEFAULT_ADDRESS,
    address_problem,
    address_warning,
    headers_of,
    headers_text,
    suggested_name,
    unused_name,
)
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.theme import restyle
from desktop_chat.ui.text.error_text import Remedy, remedy_label, sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.qt_tasks import start_for

KEEP_FOR_SESSION = "keep_for_session"
TRY_AGAIN = "try_again"


class ConnectionForm(ConnectionFormFields):
    """Edits a new connection, or a stored one given `connection_id`. Nothing changes before Save.

    The key goes into the keyring, everything else into the settings; `saved` carries the connection's id.
    """

    saved = Signal(str)
    cancelled = Signal()

    def __init__(self, context: Context, connection_id: str = "") -> None:
        super().__init__(context)
        self._saver = ConnectionSaver(context.preferences, context.secrets)
        self._before = context.preferences.connection(connection_id)
        self._connection_id = self._before.id if self._before is not None else new_id()
        self._stop_testing: Callable[[], None] | None = None
        self._stop_saving: Callable[[], None] | None = None
        self._better: Connection | None = None
        self._focus_before: QWidget | None = None
        self._connect()
        self._fill(self._before)
        self.retranslate()
        self._fit()
        if self._before is not None:
            start_for(self, context.tasks, self._find_key(self._before), "place of the key")

    def focus_key(self) -> None:
        """Focus the key field."""
        (self.key.line if self.key.line.isVisibleTo(self) else self.key.replace_button).setFocus()

    def retranslate(self) -> None:
        super().retranslate()
        self.test_button.setText(tr("Stop") if self._stop_testing is not None else tr("Test"))
        self._check_address()

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

    async def _find_key(self, connection: Connection) -> None:
        try:
            found = await self._saver.find_key(connection)
        except SecretError as error:
            self._show_result(sentence(error), "warning", error)
        else:
            self.key.show_key(found, self._context.secrets.status.backend)
            self._check_address()

    # --- fields --------------------------------------------------------------------------------------------------

    def _read(self) -> Connection | None:
        """Return the connection as typed, or None after showing what is invalid."""
        address = normalise(self.address.text())
        headers, headers_problem = headers_of(self.headers.toPlainText())
        problem = address_problem(address) or headers_problem
        restyle(self.address, invalid=bool(address_problem(address)))
        key = self.key.edit.new_key
        if not problem and key and not (key.isascii() and key.isprintable()):
            problem = sentence(KeyInvalid())
        if problem:
            self._show_result(problem, "danger")
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
        """While typing, update the key's host, the suggested name and the warnings; errors wait for Save."""
        address = normalise(self.address.text())
        self.key.set_host(host_of(address))
        self.name.setPlaceholderText(suggested_name(address))
        self.show_provider(address)
        model_line = self.model.lineEdit()
        if model_line is not None:
            model_line.setPlaceholderText(
                tr("Your deployment name") if is_azure(address) else tr("Choose in each conversation")
            )
        self._warning.setText(address_warning(address))
        self._warning.setVisible(bool(self._warning.text()))

    def _changed(self) -> None:
        """Clear results that concern the old values."""
        restyle(self.address, invalid=False)
        self._show_result("")
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
        self._show_result(tr("Contacting the server..."), "muted")
        self._stop_testing = start_for(self, self._context.tasks, self._run_test(connection), "test a connection")
        self.retranslate()

    async def _run_test(self, connection: Connection) -> None:
        try:
            key = await self._saver.key_for_test(connection, self.key.edit)
            result = await check_connection(self._context.providers, connection, key)
        except SecretError as error:
            self._show_result(sentence(error, connection=connection.name), "danger", error)
        else:
            self._show_test_result(connection, result)
        finally:
            self._stop_testing = None
            if isValid(self):
                self._end_progress()

    def _show_test_result(self, connection: Connection, result: CheckResult) -> None:
        self._better = result.better
        if result.better is not None:
            self._offer(result.text, (Remedy.USE_V1.value, remedy_label(Remedy.USE_V1)))
            return
        self._show_result(result.text, result.tone, result.error)
        if result.error is None:
            self._context.models.put(connection, result.models)
            self._offer_models(result.models)

    def _use_better(self) -> None:
        """Use the address at which a server responded, and show its models."""
        if self._better is not None:
            self.address.setText(self._better.base_url)
            self.test_button.setFocus()
            self._test()

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
            await self._saver.save(connection, self.key.edit)
        except KeyInvalid as error:
            self._show_result(sentence(error), "danger", error)
        except SecretError as error:
            self._offer_session(error)
        else:
            self.saved.emit(connection.id)
        finally:
            self._stop_saving = None
            if isValid(self):
                self._set_busy(False)
                self._end_progress()

    def _offer_session(self, error: SecretError) -> None:
        if not self.key.edit.new_key:
            self._show_result(sentence(error), "danger", error)
            return
        text = tr("{problem} You can keep the key until you quit instead.", problem=sentence(error))
        self._offer(text, (TRY_AGAIN, tr("Retry")), (KEEP_FOR_SESSION, tr("Keep until I quit")))

    def _offer(self, text: str, *actions: tuple[str, str]) -> None:
        """Show a notice with actions in place of a result."""
        self._show_result("")
        self._choice.set_text(text)
        self._choice.set_actions(actions)
        self._choice.show()
        self.reveal(self._outcome)

    def _choose(self, action_id: str) -> None:
        if action_id == Remedy.USE_V1:
            self._use_better()
            return
        if action_id == TRY_AGAIN:
            self._save()
            return
        connection = self._read()
        if connection is None:
            return
        try:
            self._saver.save_for_session(connection, self.key.edit)
        except KeyInvalid as error:
            self._show_result(sentence(error), "danger", error)
        else:
            self.saved.emit(connection.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if command_of(event, Scope.PART) == "leave":
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the dialog and the window's shortcuts: it closes the form."""
        return keep_from_window(event, Scope.PART) or super().event(event)

    def _set_busy(self, busy: bool) -> None:
        """Disable editing meanwhile; the focus moves to Cancel, then returns."""
        focus = QApplication.focusWidget()
        if busy and focus is not None and self.isAncestorOf(focus):
            self._focus_before = focus
            self.cancel_button.setFocus()
        fields = (self.provider, self.name, self.address, self.key, self.model, self.api, self.headers)
        for widget in (*fields, self.test_button, self.save_button):
            widget.setEnabled(not busy)
        if busy:
            self._show_result(tr("Saving..."), "muted")
        elif self._focus_before is not None and self.cancel_button.hasFocus():
            self._focus_before.setFocus()

    def _end_progress(self) -> None:
        """Clear progress messages; results stay."""
        if self._result.property("muted"):
            self._show_result("")
        self.retranslate()

    def _show_result(self, text: str, tone: str = "muted", error: ChatError | None = None) -> None:
        self._result.setText(text)
        self._result.setVisible(bool(text))
        if text:
            self.reveal(self._outcome)
        self._result.setToolTip(error.detail if error is not None else "")
        restyle(self._result, **{name: name == tone for name in ("muted", "success", "warning", "danger")})

    def _connect(self) -> None:
        self.address.textChanged.connect(self._changed)
        self.key.changed.connect(self._changed)
        self.headers.textChanged.connect(self._changed)
        self.api.currentIndexChanged.connect(self._changed)
        for line in (self.name, self.address):
            line.returnPressed.connect(self._save)
        self.key.entered.connect(self._save)
        self.test_button.clicked.connect(self._test)
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.cancelled)
        self._choice.action_triggered.connect(self._choose)
