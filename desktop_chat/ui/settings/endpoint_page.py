"""The page of the local endpoint: its switch and state, address, token, origins, examples, streams and callers."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QPushButton

from desktop_chat.core.entities import Failure
from desktop_chat.core.local_endpoint import KEEPS_ENDING, EndpointState, EndpointStatus
from desktop_chat.core.settings import Settings
from desktop_chat.ui.context import Context
from desktop_chat.ui.settings.endpoint_activity import Callers, Streams
from desktop_chat.ui.settings.endpoint_examples import Examples
from desktop_chat.ui.settings.endpoint_origins import Origins
from desktop_chat.ui.settings.setting_rows import PreferencesPage
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.endpoint_text import start_sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.accessible_name import name_for_readers
from desktop_chat.ui.widgets.async_dialog import confirm
from desktop_chat.ui.widgets.boxes import row_of
from desktop_chat.ui.widgets.copy_button import CopyButton
from desktop_chat.ui.widgets.qt_tasks import start_for, until_gone
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

HIDDEN = "•" * 12
"""Stands for the token until it is shown."""


class EndpointPage(PreferencesPage):
    """Follows the endpoint; each choice applies at once."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.preferences, context.theme, lambda: tr("Local endpoint"))
        self._context = context
        self._endpoint = context.endpoint
        self._token = ""
        self.copy_address = CopyButton(lambda: self._endpoint.status.url)
        self.copy_token = CopyButton(lambda: self._token)
        self.open_button, self.show_token, self.renew_button = QPushButton(), QPushButton(), QPushButton()
        self.problem = WrappedLabel()
        self.other_port, self.retry_button = QPushButton(), QPushButton()
        self.add_text(
            lambda: tr(
                "Programs and pages on this computer can use your models without ever seeing a key. They need the "
                "address and the token; other computers cannot reach it."
            )
        )
        self._add_switch()
        self._add_access()
        self.examples = Examples(context, self)
        self.streams = Streams(context, self)
        self.callers = Callers(context, self)
        self.add_choice(
            "endpoint_record",
            lambda: tr("Show what callers ask as conversations"),
            lambda: tr("Questions and answers are kept in a folder of their own in the sidebar."),
            lambda: {False: tr("Don't keep"), True: tr("Keep")},
        )
        self.rows.addStretch()
        until_gone(self, self._endpoint.changed.add(self._follow_status))
        self.retranslate()

    def retranslate(self) -> None:
        super().retranslate()
        self.copy_address.name(tr("Copy address"))
        self.open_button.setText(tr("Open the page"))
        self.copy_token.name(tr("Copy token"))
        self.show_token.setText(tr("Hide") if self.show_token.isChecked() else tr("Show"))
        self.renew_button.setText(tr("Renew..."))
        name_for_readers(self.show_token, tr("Hide token") if self.show_token.isChecked() else tr("Show token"))
        name_for_readers(self.renew_button, tr("Renew token"))
        self.other_port.setText(tr("Use another port"))
        self.retry_button.setText(tr("Try again"))
        for part in (self.origins, self.examples, self.streams, self.callers):
            part.retranslate()
        self._show_state()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow_status(self._endpoint.status)
        self.callers.load()

    def _add_switch(self) -> None:
        self.add_choice(
            "endpoint",
            lambda: tr("Serve models to this computer"),
            lambda: _state_text(self._endpoint.status),
            lambda: {False: tr("Off"), True: tr("On")},
        )
        self.problem.setProperty("danger", True)
        self._failure = row_of(
            self.problem, self.other_port, self.retry_button, grow=(self.problem,), spacing=self.theme.px(8)
        )
        self.rows.addLayout(self._failure)
        self.other_port.clicked.connect(lambda: self.preferences.update(endpoint_port=0))
        self.retry_button.clicked.connect(self._endpoint.retry)
        self.add_number(
            "endpoint_port",
            lambda: tr("Port"),
            lambda: tr("0 means any free port, which is then kept, so that the address stays the same."),
        )

    def _add_access(self) -> None:
        self.add_row(lambda: tr("Address"), self._address_text, self.copy_address, self.open_button)
        self.add_row(
            lambda: tr("Token"),
            self._token_text,
            self.show_token,
            self.copy_token,
            self.renew_button,
        )
        self.show_token.setCheckable(True)
        self.open_button.setIcon(icon("external"))
        self.show_token.toggled.connect(self.retranslate)
        self.renew_button.clicked.connect(self._renew)
        self.open_button.clicked.connect(self._open)
        self.origins = Origins(self._context, self)

    def _show(self, settings: Settings) -> None:
        super()._show(settings)
        if hasattr(self, "callers"):
            self.origins.show_origins()
            self.examples.show_example()

    def _address_text(self) -> str:
        return self._endpoint.status.url or tr("Known once the endpoint is on.")

    def _token_text(self) -> str:
        return self._token if self.show_token.isChecked() else HIDDEN

    def _follow_status(self, _status: EndpointStatus) -> None:
        self.retranslate()
        if self.isVisible():
            start_for(self, self._context.tasks, self._read_token(), "read the endpoint's token")

    async def _read_token(self) -> None:
        self._token = await self._endpoint.token() if self._endpoint.status.url else ""
        self.examples.token = self._token
        self.retranslate()

    def _show_state(self) -> None:
        status = self._endpoint.status
        failed = status.state is EndpointState.FAILED
        self.problem.setText(_problem_text(status) if failed else "")
        self.problem.setVisible(failed)
        self.other_port.setVisible(failed and status.problem == "port_taken")
        self.retry_button.setVisible(failed)
        for button in (self.copy_address, self.open_button):
            button.setEnabled(bool(status.url))
        for button in (self.show_token, self.copy_token, self.renew_button):
            button.setEnabled(bool(status.url and self._token))
        self.examples.show_hidden(hidden=not self.show_token.isChecked())

    def _renew(self) -> None:
        start_for(self, self._context.tasks, self._ask_and_renew(), "renew the endpoint's token")

    async def _ask_and_renew(self) -> None:
        text = tr("Programs and pages that use the old token are refused until you give them the new one.")
        if await confirm(self, tr("Renew the token?"), text, tr("Renew"), danger=True):
            await self._endpoint.renew_token()

    def _open(self) -> None:
        """Open the chat page in the browser. A fragment is never sent to a server, so the token is in no log."""
        QDesktopServices.openUrl(QUrl(f"{self._endpoint.status.url}/#token={self._token}"))


def _state_text(status: EndpointStatus) -> str:
    return {
        EndpointState.OFF: tr("Off. Nothing listens."),
        EndpointState.STARTING: tr("Starting..."),
        EndpointState.RUNNING: tr("On. It ends when you quit Desktop Chat."),
        EndpointState.FAILED: tr("It does not run."),
    }[status.state]


def _problem_text(status: EndpointStatus) -> str:
    if status.problem == KEEPS_ENDING:
        return tr("The local endpoint ended unexpectedly, several times in a row.")
    return start_sentence(Failure(status.problem, status.detail))
