"""The form for a tool server: a program with arguments and variables, or an address with headers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_chat.core.addresses import secret_parameters
from desktop_chat.core.hosts import host_of
from desktop_chat.core.key_errors import KeyInvalid, SecretError
from desktop_chat.core.secret_patterns import contains_key
from desktop_chat.core.tool_server_saving import ToolServerSaver
from desktop_chat.core.tool_servers import ToolServer, is_server_name
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, fill, row_of
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit, ImeTextEdit
from desktop_chat.ui.widgets.no_wheel_combo import NoWheelComboBox
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_PROGRAM, _ADDRESS = "program", "address"


class ToolServerForm(Retranslated, QWidget):
    """Edits a new server, or one of the settings given `name`. Nothing changes before Save.

    Values of variables and headers go into the keyring; stored ones are never shown, only their names.
    """

    saved = Signal(str)
    cancelled = Signal()

    def __init__(self, context: Context, name: str = "") -> None:
        super().__init__()
        self._context = context
        self._before = context.preferences.tool_server(name)
        self._in_keyring = True
        self._labels: list[tuple[QLabel, QWidget, Callable[[], str]]] = []
        self.kind = NoWheelComboBox()
        self.name, self.command, self.address = ImeLineEdit(), ImeLineEdit(), ImeLineEdit()
        self.values = ImeTextEdit()
        self.problem = WrappedLabel()
        self.problem.setProperty("danger", True)
        self.problem.hide()
        self.session_button, self.save_button, self.cancel_button = QPushButton(), QPushButton(), QPushButton()
        self.save_button.setProperty("primary", True)
        self.session_button.hide()
        self._lay_out()
        self._fill()
        self.kind.currentIndexChanged.connect(self._show_kind)
        self.save_button.clicked.connect(self._save)
        self.session_button.clicked.connect(self._save_for_session)
        self.cancel_button.clicked.connect(self.cancelled)
        self.retranslate()
        self._show_kind()

    def focus_first(self) -> None:
        """Focus the first field."""
        self.name.setFocus()

    def retranslate(self) -> None:
        for label, widget, words in self._labels:
            label.setText(words())
            widget.setAccessibleName(words())
        self.kind.setItemText(0, tr("Program on this computer"))
        self.kind.setItemText(1, tr("Address (streamable HTTP)"))
        self.name.setPlaceholderText(tr("For example: files"))
        self.command.setPlaceholderText("npx -y @modelcontextprotocol/server-filesystem ~/Documents")
        self.address.setPlaceholderText("https://example.org/mcp")
        self.save_button.setText(tr("Save and start"))
        self.session_button.setText(tr("Keep values until I quit"))
        self.cancel_button.setText(tr("Cancel"))
        self._show_kind()

    def _fill(self) -> None:
        for kind in (_PROGRAM, _ADDRESS):
            self.kind.addItem("", kind)
        if (server := self._before) is not None:
            self.kind.setCurrentIndex(int(bool(server.url)))
            self.name.setText(server.name)
            self.command.setText(shlex.join([server.command, *server.arguments]) if server.command else "")
            self.address.setText(server.url)
            self.values.setPlainText("\n".join(server.secret_names))

    def _show_kind(self) -> None:
        is_address = self.kind.currentData() == _ADDRESS
        self._command_field.setVisible(not is_address)
        self._address_field.setVisible(is_address)
        label, widget, _ = self._labels[-1]
        words = tr("Headers") if is_address else tr("Environment variables")
        label.setText(words)
        widget.setAccessibleName(words)
        example = "Authorization: Bearer abc" if is_address else "API_TOKEN=abc"
        hint = tr("One per line, such as {example}. Values are saved in the keyring.", example=example)
        keeps = tr("A name alone keeps its value.") if self._before is not None else ""
        self.values.setPlaceholderText(f"{hint} {keeps}".strip())

    def _save(self) -> None:
        self._in_keyring = True
        self._begin_saving()

    def _save_for_session(self) -> None:
        self._in_keyring = False
        self._begin_saving()

    def _begin_saving(self) -> None:
        server, values, problem = self._read()
        self._show_problem(problem)
        if server is not None:
            start_for(self, self._context.tasks, self._store(server, values), "save a tool server")

    async def _store(self, server: ToolServer, values: dict[str, str]) -> None:
        saver = ToolServerSaver(self._context.preferences, self._context.secrets)
        before = self._before.name if self._before is not None else ""
        try:
            await saver.save(server, values, before, in_keyring=self._in_keyring)
        except SecretError as error:
            self._show_problem(sentence(error))
            self.session_button.setVisible(self._in_keyring and not isinstance(error, KeyInvalid))
        else:
            self.saved.emit(server.name)

    def _show_problem(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.session_button.hide()

    def _read(self) -> tuple[ToolServer | None, dict[str, str], str]:
        """Return the server and its new values, or what is wrong."""
        name = " ".join(self.name.text().split())
        others = {known.name for known in self._context.preferences.settings.tool_servers if known != self._before}
        if not is_server_name(name):
            return None, {}, tr("Enter a name of up to 40 characters, without a slash.")
        if name in others:
            return None, {}, tr("A tool server with this name already exists.")
        is_address = self.kind.currentData() == _ADDRESS
        names, values, problem = _values_in(self.values.toPlainText(), is_address=is_address)
        command, url = self.command.text().strip(), self.address.text().strip()
        words, problem = ([], problem or _address_problem(url)) if is_address else _words_in(command, problem)
        if problem:
            return None, {}, problem
        enabled = self._before.enabled if self._before is not None else True
        if is_address:
            return ToolServer(name, url=url, headers=names, enabled=enabled), values, ""
        return ToolServer(name, words[0], tuple(words[1:]), variables=names, enabled=enabled), values, ""

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self._column = fill(QVBoxLayout(self), spacing=px(12), margins=NO_MARGINS)
        self._column.addWidget(self._field(self.name, lambda: tr("Name")))
        self._column.addWidget(self._field(self.kind, lambda: tr("Kind")))
        self._command_field = self._field(self.command, lambda: tr("Command with arguments"))
        self._address_field = self._field(self.address, lambda: tr("Address"))
        values = self._field(self.values, lambda: tr("Environment variables"))
        values.setFixedHeight(px(130))
        buttons = row_of(None, self.session_button, self.cancel_button, self.save_button, spacing=px(8))
        fill(self._column, self._command_field, self._address_field, values, self.problem, buttons)
        for button in (self.session_button, self.save_button, self.cancel_button):
            button.setAutoDefault(False)

    def _field(self, widget: QWidget, words: Callable[[], str]) -> QWidget:
        label = QLabel()
        label.setProperty("muted", True)
        label.setBuddy(widget)
        self._labels.append((label, widget, words))
        field = QWidget()
        field.setLayout(column_of(label, widget, spacing=self._context.theme.px(4), margins=NO_MARGINS))
        return field


def _values_in(text: str, *, is_address: bool) -> tuple[tuple[str, ...], dict[str, str], str]:
    """Return the names, the values of those that have one, and what is wrong."""
    pattern, mark = (_HEADER_NAME, ":") if is_address else (_VARIABLE_NAME, "=")
    names: list[str] = []
    values: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, found, value = (part.strip() for part in line.partition(mark))
        if not pattern.fullmatch(name):
            example = "Name: value" if is_address else "NAME=value"
            return (), {}, tr("Write each line as {example}.", example=example)
        names.append(name)
        if found:
            values[name] = value
    return tuple(dict.fromkeys(names)), values, ""


def _words_in(command: str, problem: str) -> tuple[list[str], str]:
    """Return the words of a command line, and what is wrong."""
    try:
        words = shlex.split(command)
    except ValueError:
        return [], tr("A quotation mark in the command is not closed.")
    if not words:
        return [], tr("Enter a command.")
    if any(map(contains_key, words)):
        return [], tr("The command contains a key. Put it into a variable, because commands are saved in a file.")
    return words, problem


def _address_problem(url: str) -> str:
    if not host_of(url):
        return tr("Enter an address that begins with http:// or https://.")
    if secret_parameters(url) or "@" in url.partition("://")[2].partition("/")[0]:
        return tr("The address contains a key. Put it into a header, because addresses are saved in a file.")
    return ""
