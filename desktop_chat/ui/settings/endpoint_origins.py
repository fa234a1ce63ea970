"""The origins whose pages may use the local endpoint."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtWidgets import QLabel, QPushButton

from desktop_chat.ui.context import Context
from desktop_chat.ui.settings.setting_rows import SettingsPage
from desktop_chat.ui.settings.tool_permissions import RemovableLines
from desktop_chat.ui.style.theme import restyle
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.accessible_name import name_for_readers
from desktop_chat.ui.widgets.boxes import row_of
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit


class Origins:
    """A line for each origin, and a field that adds one."""

    def __init__(self, context: Context, page: SettingsPage) -> None:
        self._preferences = context.preferences
        self.field, self.add_button = ImeLineEdit(), QPushButton()
        self.field.setMaxLength(200)
        self.problem = QLabel()
        self.problem.setProperty("danger", True)
        self.problem.setWordWrap(True)
        self.problem.hide()
        page.add_row(
            lambda: tr("Allowed origins"),
            lambda: tr("Pages of these sites may use the endpoint from your browser, if they have the token."),
        )
        self.shown = RemovableLines(page, lambda origin: origin, self._remove)
        page.rows.addLayout(row_of(self.field, self.add_button, grow=(self.field,), spacing=page.theme.px(8)))
        page.rows.addWidget(self.problem)
        self.add_button.clicked.connect(self._add)
        self.field.returnPressed.connect(self._add)
        self.field.textEdited.connect(lambda: self._show_problem(""))
        self.show_origins()

    def show_origins(self) -> None:
        """Show what is in the settings."""
        origins = self._preferences.settings.endpoint_origins
        if origins != tuple(self.shown.lines):
            self.shown.show_entries(origins)

    def retranslate(self) -> None:
        """Update the texts; the page updates the row's."""
        self.field.setPlaceholderText("https://example.org")
        name_for_readers(self.field, tr("Origin"))
        self.add_button.setText(tr("Add"))
        name_for_readers(self.add_button, tr("Add origin"))
        self.shown.retranslate()

    def _add(self) -> None:
        origin = origin_in(self.field.text())
        origins = self._preferences.settings.endpoint_origins
        if not origin:
            self._show_problem(tr("Enter an origin like https://example.org or http://localhost:3000."))
            return
        self._preferences.update(endpoint_origins=(*(known for known in origins if known != origin), origin))
        self.field.clear()
        self._show_problem("")

    def _remove(self, origin: str) -> None:
        origins = self._preferences.settings.endpoint_origins
        self._preferences.update(endpoint_origins=tuple(known for known in origins if known != origin))

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        restyle(self.field, invalid=bool(text))


def origin_in(text: str) -> str:
    """Return the origin of an address as browsers write it: scheme, host and a port that is not the usual one. Empty if
    there is none."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in parts.netloc or "@" in parts.netloc:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in {None, usual} else "")
