"""The setting for custom certificates: a file that is checked before it is chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel, QPushButton

from desktop_chat.core.errors import CertificateError
from desktop_chat.core.settings import Settings
from desktop_chat.ui.context import Context
from desktop_chat.ui.settings.setting_rows import SettingsPage
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import ask_file
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.tooltips import plain_tooltip

_BREAK = "\u200b"
"""An invisible character at which a path may wrap."""


class CertificateChoice(QObject):
    """Adds its row to a page. Takes effect with the next request."""

    def __init__(self, context: Context, page: SettingsPage) -> None:
        super().__init__(page)
        self._context = context
        self._page = page
        self._error: CertificateError | None = None
        self.choose_button, self.remove_button = QPushButton(), QPushButton()
        self.problem = QLabel()
        self.problem.setProperty("danger", True)
        self.problem.setWordWrap(True)
        self.problem.hide()
        page.add_row(lambda: tr("Custom certificates"), self._hint, self.remove_button, self.choose_button)
        page.rows.addWidget(self.problem)
        self.choose_button.clicked.connect(self._choose)
        self.remove_button.clicked.connect(self._remove)
        page.destroyed.connect(context.preferences.changed.add(self._on_settings_changed))
        self.retranslate()
        if self._file:
            start_for(page, context.tasks, self._check(self._file), "look into the certificates")

    def retranslate(self) -> None:
        """Update the texts; the page updates the row's."""
        self.choose_button.setText(tr("Choose..."))
        self.choose_button.setAccessibleName(tr("Choose certificates"))
        self.remove_button.setText(tr("Remove"))
        self.remove_button.setAccessibleName(tr("Remove certificates"))
        self.remove_button.setVisible(bool(self._file))
        self._show_problem()

    @property
    def _file(self) -> str:
        return self._context.preferences.settings.ca_file

    def _hint(self) -> str:
        if self._file:
            return self._file.replace("/", f"/{_BREAK}").replace("\\", f"\\{_BREAK}")
        return tr("A PEM file to trust in addition to the system's certificates, for your own server or proxy.")

    def _choose(self) -> None:
        start_for(self._page, self._context.tasks, self._ask(), "choose certificates")

    async def _ask(self) -> None:
        patterns = [
            tr("Certificates ({pattern})", pattern="*.pem *.crt *.cer"),
            tr("All files ({pattern})", pattern="*"),
        ]
        file = await ask_file(self._page, tr("Choose certificates"), patterns)
        if file is not None and (fingerprint := await self._check(str(file))):
            await self._context.trust_certificates(str(file), fingerprint)

    async def _check(self, file: str) -> str:
        """Return a file's fingerprint; empty if it cannot be used, in which case the reason is shown."""
        self._error, fingerprint = None, ""
        try:
            fingerprint = await self._context.check_certificates(Path(file))
        except CertificateError as error:
            self._error = error
        self._show_problem()
        return fingerprint

    def _remove(self) -> None:
        self._error = None
        self.choose_button.setFocus()
        self._context.preferences.update(ca_file="")

    def _on_settings_changed(self, _settings: Settings) -> None:
        self._page.retranslate()

    def _show_problem(self) -> None:
        error = self._error
        self.problem.setVisible(error is not None)
        self.problem.setText(sentence(error) if error is not None else "")
        self.problem.setToolTip(plain_tooltip(error.detail) if error is not None else "")
