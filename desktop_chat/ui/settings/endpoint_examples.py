"""Programs that use the endpoint, shown on its page with address and model filled in; copied with the token."""

from __future__ import annotations

from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QPlainTextEdit

from desktop_chat.ui.context import Context
from desktop_chat.ui.settings.setting_rows import Choice, SettingsPage
from desktop_chat.ui.text.endpoint_examples import EXAMPLES
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.accessible_name import name_for_readers
from desktop_chat.ui.widgets.copy_button import CopyButton

ANY_PORT = "http://127.0.0.1:PORT"
HIDDEN = "TOKEN"


class Examples:
    """A choice of languages, and the program in the chosen one."""

    def __init__(self, context: Context, page: SettingsPage) -> None:
        self._context = context
        self._theme = page.theme
        self.token = ""
        self._hides_token = True
        self.choice, self.code = Choice(), QPlainTextEdit()
        self.copy_button = CopyButton(lambda: self._text(self.token or HIDDEN))
        self.choice.set_choices([(name, name) for name in EXAMPLES], "curl")
        self.code.setReadOnly(True)
        self.code.setTabChangesFocus(True)
        self.code.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        page.add_row(
            lambda: tr("Examples"),
            lambda: tr("Copied with the token. Any program for OpenAI's API works with this address and token."),
            self.choice,
            self.copy_button,
        )
        page.rows.addWidget(self.code)
        self.choice.currentIndexChanged.connect(self.show_example)
        page.theme.changed.connect(self._fit)
        self._fit()

    def show_hidden(self, *, hidden: bool) -> None:
        """Show the example, with or without the token."""
        self._hides_token = hidden
        self.show_example()

    def show_example(self) -> None:
        """Show the program as it is now; its place and selection stay if it is the same."""
        text = self._text(HIDDEN if self._hides_token or not self.token else self.token)
        if text != self.code.toPlainText():
            self.code.setPlainText(text)
            self._fit()

    def retranslate(self) -> None:
        """Update the texts; the page updates the row's."""
        name_for_readers(self.choice, tr("Examples"))
        self.copy_button.name(tr("Copy example"))
        name_for_readers(self.code, tr("Example"))
        self.show_example()

    def _text(self, token: str) -> str:
        url = self._context.endpoint.status.url or ANY_PORT
        return EXAMPLES[self.choice.currentText()](url, token, self._model())

    def _model(self) -> str:
        settings = self._context.preferences.settings
        models = (settings.default_model, *(connection.default_model for connection in settings.connections))
        return next(filter(None, models), "MODEL")

    def _fit(self) -> None:
        font = self._theme.code_font()
        self.code.setFont(font)
        lines = self.code.toPlainText().count("\n") + 1
        self.code.setFixedHeight(round(QFontMetricsF(font).lineSpacing() * (lines + 1)) + self._theme.px(22))
