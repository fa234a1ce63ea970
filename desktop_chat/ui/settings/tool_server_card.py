"""The card of a tool server: what it runs, its state, its tools and log, and buttons for it."""

from __future__ import annotations

import shlex
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QPlainTextEdit, QPushButton

from desktop_chat.core.tool_servers import ServerState, ToolServer
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.theme import restyle
from desktop_chat.ui.text.tool_text import status_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import column_of, row_of
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_MAX_COMMAND = 200


class ToolServerCard(Retranslated, QFrame):
    """Follows the server's state when told to; the log is read only while it is shown."""

    edited = Signal(str)
    removed = Signal(str)

    def __init__(self, context: Context, server: ToolServer) -> None:
        super().__init__()
        self._context = context
        self.server = server
        self._name, self._target, self.state = QLabel(server.name), WrappedLabel(_target_of(server)), WrappedLabel()
        self.switch = QCheckBox()
        self.switch.setChecked(server.enabled)
        self.restart_button, self.details_button = QPushButton(), QPushButton()
        self.edit_button, self.remove_button = QPushButton(), QPushButton()
        self.details_button.setCheckable(True)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.hide()
        self._lay_out()
        self.switch.toggled.connect(self._switch)
        self.restart_button.clicked.connect(self.restart)
        self.details_button.toggled.connect(self._show_details)
        self.edit_button.clicked.connect(lambda: self.edited.emit(server.name))
        self.remove_button.clicked.connect(lambda: self.removed.emit(server.name))
        self.retranslate()

    def restart(self) -> None:
        """Start the server anew."""
        start_for(self, self._context.tasks, self._restart(), "restart a tool server")

    def show_status(self) -> None:
        """Show the server's state, and its tools and log if they are open."""
        status = self._context.toolbox.servers.status(self.server.name)
        self.state.setText(status_text(status))
        restyle(self.state, danger=status.state is ServerState.FAILED)
        is_running = status.state in {ServerState.READY, ServerState.STARTING}
        self.restart_button.setText(tr("Restart") if is_running else tr("Start"))
        self.restart_button.setEnabled(status.state is not ServerState.OFF)
        if self.details.isVisibleTo(self):
            self._fill_details()

    def retranslate(self) -> None:
        name = self.server.name
        self.switch.setText(tr("On"))
        self.switch.setAccessibleName(tr("Use {name}", name=name))
        self.details_button.setText(tr("Tools and log"))
        self.details_button.setAccessibleName(tr("Tools and log of {name}", name=name))
        self.details.setAccessibleName(tr("Tools and log of {name}", name=name))
        self.edit_button.setText(tr("Edit"))
        self.edit_button.setAccessibleName(tr("Edit {name}", name=name))
        self.remove_button.setText(tr("Remove"))
        self.remove_button.setAccessibleName(tr("Remove {name}", name=name))
        self.show_status()
        self.restart_button.setAccessibleName(tr("{action} {name}", action=self.restart_button.text(), name=name))

    async def _restart(self) -> None:
        await self._context.toolbox.servers.restart(self.server.name)

    def _switch(self, enabled: bool) -> None:
        self.server = replace(self.server, enabled=enabled)
        self._context.preferences.put_tool_server(self.server)
        self.show_status()

    def _show_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        if shown:
            self._fill_details()

    def _fill_details(self) -> None:
        servers = self._context.toolbox.servers
        tools = [f"{tool.own_name}: {_first_line(tool.description)}" for tool in servers.status(self.server.name).tools]
        log = servers.log(self.server.name)
        parts = [
            tr("Tools"),
            *(tools or [tr("None known yet. Start the server to see them.")]),
            "",
            tr("Log"),
            *(log or [tr("Empty")]),
        ]
        text = "\n".join(parts)
        if text != self.details.toPlainText():
            bar = self.details.verticalScrollBar()
            place, was_at_end = bar.value(), bar.value() == bar.maximum()
            self.details.setPlainText(text)
            bar.setValue(bar.maximum() if was_at_end and place else place)

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self.setProperty("card", "outline")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self._target, self.state):
            label.setProperty("muted", True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        words = column_of(self._name, self._target, self.state, spacing=px(2))
        top = row_of(words, self.switch, grow=(words,), spacing=px(8))
        buttons = row_of(
            self.restart_button, self.details_button, None, self.edit_button, self.remove_button, spacing=px(8)
        )
        self.details.setMinimumHeight(px(160))
        margins = (px(16), px(12), px(12), px(12))
        self.setLayout(column_of(top, buttons, self.details, spacing=px(8), margins=margins))


def _target_of(server: ToolServer) -> str:
    """Return the address, or the command as it would be typed."""
    words = server.url or shlex.join([server.command, *server.arguments])
    return words if len(words) <= _MAX_COMMAND else f"{words[:_MAX_COMMAND]}…"


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:200]
