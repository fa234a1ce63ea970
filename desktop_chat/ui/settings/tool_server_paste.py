"""Adds tool servers from a pasted configuration, as other programs use it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_chat.core.key_errors import SecretError
from desktop_chat.core.tool_server_import import Imported, read_servers
from desktop_chat.core.tool_server_saving import ToolServerSaver
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.tool_text import import_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, fill, row_of
from desktop_chat.ui.widgets.ime_inputs import ImeTextEdit
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_EXAMPLE = '{"mcpServers": {"files": {"command": "npx", "args": ["-y", "..."], "env": {"TOKEN": "..."}}}}'


class ToolServerPaste(Retranslated, QWidget):
    """Shows what the pasted text contains while it is edited. `saved` means that all of it was added."""

    saved = Signal()
    cancelled = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._failed = ""
        self.hint, self.text, self.found = WrappedLabel(), ImeTextEdit(), WrappedLabel()
        self.hint.setProperty("muted", True)
        self.add_button, self.cancel_button = QPushButton(), QPushButton()
        self.add_button.setProperty("primary", True)
        px = context.theme.px
        holder = QWidget()  # holds the fixed height, which the style sheet would reset on the edit itself
        holder.setLayout(column_of(self.text, margins=NO_MARGINS))
        holder.setFixedHeight(px(220))
        buttons = row_of(None, self.cancel_button, self.add_button, spacing=px(8))
        fill(QVBoxLayout(self), self.hint, holder, self.found, buttons, spacing=px(10), margins=NO_MARGINS)
        for button in (self.add_button, self.cancel_button):
            button.setAutoDefault(False)
        self.text.textChanged.connect(self._changed)
        self.add_button.clicked.connect(self._add)
        self.cancel_button.clicked.connect(self.cancelled)
        self.retranslate()

    def retranslate(self) -> None:
        self.hint.setText(
            tr("Paste what a server's page or another program's settings contain. Secrets in it go to the keyring.")
        )
        self.text.setAccessibleName(tr("Configuration"))
        self.text.setPlaceholderText(_EXAMPLE)
        self.add_button.setText(tr("Add"))
        self.cancel_button.setText(tr("Cancel"))
        self._show()

    def _changed(self) -> None:
        self._failed = ""
        self._show()

    def _servers(self) -> tuple[tuple[Imported, ...], list[str]]:
        """Return the servers in the text, and what is wrong or left to do."""
        text = self.text.toPlainText()
        if not text.strip():
            return (), []
        found = read_servers(text, [known.name for known in self._context.preferences.settings.tool_servers])
        words = [import_text(name, problem) for name, problem in found.problems]
        words += [
            tr("Enter {names} of “{name}” afterwards.", names=", ".join(each.missing), name=each.server.name)
            for each in found.servers
            if each.missing
        ]
        return found.servers, words

    def _show(self) -> None:
        servers, words = self._servers()
        if servers:
            words.insert(0, tr("Will be added: {names}", names=", ".join(each.server.name for each in servers)))
        self.found.setText("\n".join(filter(None, [*words, self._failed])))
        self.add_button.setEnabled(bool(servers))

    def _add(self) -> None:
        start_for(self, self._context.tasks, self._store(), "add pasted tool servers")

    async def _store(self) -> None:
        """Add the servers one by one; without a keyring their values are kept until the application ends."""
        saver = ToolServerSaver(self._context.preferences, self._context.secrets)
        for imported in self._servers()[0]:
            try:
                await saver.save(imported.server, imported.values)
            except SecretError as error:
                self._failed = sentence(error)
                try:
                    await saver.save(imported.server, imported.values, in_keyring=False)
                except SecretError:
                    self._show()
                    return
        self.saved.emit()
