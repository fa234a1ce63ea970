"""The tools page: tool servers with their state, built-in tools, folders, and what is always allowed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_chat.core.key_errors import SecretError
from desktop_chat.core.settings import Settings
from desktop_chat.core.tool_server_saving import ToolServerSaver
from desktop_chat.core.tool_servers import ToolServer
from desktop_chat.ui.context import Context
from desktop_chat.ui.settings.setting_rows import SettingsPage
from desktop_chat.ui.settings.tool_permissions import AllowedTools, BuiltInTools, ToolFolders
from desktop_chat.ui.settings.tool_server_card import ToolServerCard
from desktop_chat.ui.settings.tool_server_form import ToolServerForm
from desktop_chat.ui.settings.tool_server_paste import ToolServerPaste
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, fill, row_of
from desktop_chat.ui.widgets.qt_tasks import start_for


class ToolsPage(QWidget):
    """The list, or the form for one server, or the field for pasted ones; not a stack, which is as tall as its tallest
    page."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.list = ToolList(context)
        self._form_page: SettingsPage | None = None
        self._column = column_of(self.list, margins=NO_MARGINS)
        self.setLayout(self._column)
        self.list.edited.connect(self.edit)
        self.list.added.connect(partial(self.edit, ""))
        self.list.pasted.connect(self.paste)

    @property
    def form(self) -> ToolServerForm | ToolServerPaste | None:
        """The form or the field, while it is shown."""
        page = self._form_page
        return (page.findChild(ToolServerForm) or page.findChild(ToolServerPaste)) if page is not None else None

    def edit(self, name: str) -> None:
        """Show the form for a server of the settings, or for a new one."""
        self.show_list()
        form = ToolServerForm(self._context, name)
        form.saved.connect(self._on_saved)
        form.cancelled.connect(self.show_list)
        title = (lambda: tr("Edit tool server")) if name else (lambda: tr("New tool server"))
        self._show_form(SettingsPage(self._context.theme, title), form)
        form.focus_first()

    def paste(self) -> None:
        """Show the field for pasted servers."""
        self.show_list()
        form = ToolServerPaste(self._context)
        form.saved.connect(self.show_list)
        form.cancelled.connect(self.show_list)
        self._show_form(SettingsPage(self._context.theme, lambda: tr("Paste tool servers")), form)
        form.text.setFocus()

    def show_list(self) -> None:
        """Show the list; an unsaved form is discarded."""
        self.list.show()
        if self._form_page is not None:
            self._form_page.hide()
            self._form_page.deleteLater()
            self._form_page = None

    def _show_form(self, page: SettingsPage, form: QWidget) -> None:
        page.rows.addWidget(form)
        page.rows.addStretch()
        self._form_page = page
        self.list.hide()
        self._column.addWidget(page)
        page.show()

    def _on_saved(self, name: str) -> None:
        self.show_list()
        self.list.restart(name)


class ToolList(SettingsPage):
    """A card per server; below them the built-in tools, folders and permissions."""

    edited = Signal(str)
    added = Signal()
    pasted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, lambda: tr("Tools"))
        self._context = context
        self.cards: dict[str, ToolServerCard] = {}
        self.add_text(
            lambda: tr(
                "Tools do something for a model, after you allowed it. Choose them in each conversation, below the "
                "message. Tool servers speak the Model Context Protocol (MCP) and run with your rights."
            )
        )
        self._problem = QLabel()
        self._problem.setProperty("danger", True)
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.add_button, self.paste_button = QPushButton(), QPushButton()
        self.add_button.setIcon(icon("new-tab"))
        self.paste_button.setIcon(icon("code"))
        self._column = QVBoxLayout()
        fill(self.rows, self._problem, self._column, row_of(self.add_button, self.paste_button, None))
        self.built_in = BuiltInTools(context, self)
        self.folders = ToolFolders(context, self)
        self.allowed = AllowedTools(context, self)
        self.rows.addStretch()
        self.add_button.clicked.connect(self.added)
        self.paste_button.clicked.connect(self.pasted)
        self.destroyed.connect(context.preferences.changed.add(self._follow))
        self.destroyed.connect(context.toolbox.servers.changed.add(self._follow_server))
        self._fill(context.preferences.settings.tool_servers)
        self.retranslate()

    def restart(self, name: str) -> None:
        """Start a server anew, to see at once whether it works."""
        if name in self.cards:
            self.cards[name].restart()

    def retranslate(self) -> None:
        super().retranslate()
        self.add_button.setText(tr("Add tool server"))
        self.paste_button.setText(tr("Paste configuration"))
        for part in (self.built_in, self.folders, self.allowed):
            part.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.built_in.load()

    def fit(self) -> None:
        super().fit()
        if hasattr(self, "_column"):
            self._column.setSpacing(self.theme.px(10))

    def _follow(self, settings: Settings) -> None:
        if tuple(card.server for card in self.cards.values()) != settings.tool_servers:
            self._fill(settings.tool_servers)

    def _follow_server(self, name: str) -> None:
        if name in self.cards:
            self.cards[name].show_status()

    def _fill(self, servers: tuple[ToolServer, ...]) -> None:
        for name, card in tuple(self.cards.items()):
            if card.server not in servers:
                del self.cards[name]
                card.hide()  # before its removal, so that the focus moves to the next widget
                self._column.removeWidget(card)
                card.deleteLater()
        self.cards = {server.name: self.cards.get(server.name) or self._card(server) for server in servers}
        for place, card in enumerate(self.cards.values()):
            self._column.insertWidget(place, card)

    def _card(self, server: ToolServer) -> ToolServerCard:
        card = ToolServerCard(self._context, server)
        card.edited.connect(self.edited)
        card.removed.connect(self._remove)
        return card

    def _remove(self, name: str) -> None:
        start_for(self, self._context.tasks, self._take_out(name), "remove a tool server")

    async def _take_out(self, name: str) -> None:
        """Remove a server with its values, which only an undo keeps in memory meanwhile."""
        server = self._context.preferences.tool_server(name)
        if server is None:
            return
        saver = ToolServerSaver(self._context.preferences, self._context.secrets)
        values: dict[str, str] = {}
        try:
            values = await saver.values_of(server)
        except SecretError:
            self._problem.hide()  # nothing to keep; whether they can be removed is seen next
        try:
            await saver.remove(server)
        except SecretError as error:
            self._problem.setText(sentence(error))
            self._problem.show()
        words = tr("Removed “{name}”", name=name)
        self._context.navigator.offer_undo(words, partial(self._put_back, server, values))

    def _put_back(self, server: ToolServer, values: dict[str, str]) -> None:
        _ = self._context.tasks.start(self._save_again(server, values), "put back a tool server")

    async def _save_again(self, server: ToolServer, values: dict[str, str]) -> None:
        saver = ToolServerSaver(self._context.preferences, self._context.secrets)
        try:
            await saver.save(server, values)
        except SecretError:
            await saver.save(server, values, in_keyring=False)
