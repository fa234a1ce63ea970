"""Chooses the tools that a conversation's model may call: by search, grouped by server, several at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QPushButton, QWidget

from desktop_chat.core.tool_servers import ServerState, ServerStatus
from desktop_chat.core.tools import Tool
from desktop_chat.ui.chat.tool_rows import Group, ToolRow, ToolRowKind, rows_of, toggled, tokens_of_tools
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.tool_text import status_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.boxes import row_of
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.search_popup import SearchPopup

_NO_TOOLS: tuple[Tool, ...] = ()


class ToolPicker(SearchPopup):
    """Lists the built-in tools and those of all servers that are switched on, which are started for it. The focus stays
    in the search field; arrow keys move in the list, Enter chooses a tool or takes it back, and the list stays open."""

    chosen = Signal(object)
    """The ids of the chosen tools, as a tuple."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(context.theme, parent)
        self._context = context
        self._built_in = _NO_TOOLS
        self._demo = _NO_TOOLS
        self._chosen: tuple[str, ...] = ()
        self.list.setWordWrap(True)
        self.cost = QLabel()
        self.cost.setProperty("muted", True)
        self.settings_button = QPushButton()
        self.settings_button.setProperty("flat", True)
        self.settings_button.setAutoDefault(False)
        self.column.addLayout(row_of(self.cost, None, self.settings_button))
        self.search.textChanged.connect(self._search)
        self.settings_button.clicked.connect(self._open_settings)
        self.destroyed.connect(context.toolbox.servers.changed.add(self._follow))
        self.retranslate()

    def open_for(self, anchor: QWidget, chosen: tuple[str, ...], *, demo: bool = False) -> None:
        """Open beside `anchor` with these ids chosen, and start the servers that are switched on. The demo's tools are
        listed for a conversation with the `demo`."""
        self._chosen = chosen
        self._demo = self._context.toolbox.demo() if demo else ()
        start_for(self, self._context.tasks, self._load_built_in(), "list the built-in tools")
        for server in self._context.preferences.settings.tool_servers:
            if server.enabled:
                start_for(self, self._context.tasks, self._start(server.name), f"start tool server {server.name}")
        self._show_rows()
        self.open_at(anchor)
        self.search.setFocus()
        self._announce_row()

    def wanted_size(self) -> QSize:
        return QSize(self.theme.px(400), self.theme.px(440))

    def retranslate(self) -> None:
        self._name(tr("Tools"), tr("Search tools"))
        self.settings_button.setText(tr("Tools..."))
        self.settings_button.setAccessibleName(tr("Settings of tools"))
        self._show_rows()

    async def _load_built_in(self) -> None:
        self._built_in = await self._context.toolbox.built_in()
        self._show_rows()

    async def _start(self, name: str) -> None:
        await self._context.toolbox.servers.start(name)

    def _groups(self) -> list[Group]:
        servers = self._context.toolbox.servers
        names = [server.name for server in self._context.preferences.settings.tool_servers if server.enabled]
        built_in = Group("", ServerStatus(ServerState.READY, tools=self._built_in))
        demo = [Group(self._demo[0].server, ServerStatus(ServerState.READY, tools=self._demo))] if self._demo else []
        return [*demo, built_in, *(Group(name, servers.status(name)) for name in names)]

    def _follow(self, _server: str) -> None:
        if self.isVisible():
            self._show_rows()

    def _search(self) -> None:
        self.list.setCurrentRow(-1)
        self._show_rows()
        if self.search.text():
            count = sum(row.kind is ToolRowKind.TOOL for row in self.rows())
            announce(self.search, tr("%n tool(s)", n=count))
            self._announce_row()

    def _show_rows(self) -> None:
        kept = self._row()
        rows = rows_of(self._groups(), self._chosen, " ".join(self.search.text().split()))
        self.list.clear()
        for row in rows:
            self.list.addItem(self._listed(row))
        self.list.setCurrentRow(_row_to_select(rows, kept))
        if self.list.currentRow() >= 0:
            self.list.scrollToItem(self.list.currentItem(), QListWidget.ScrollHint.EnsureVisible)
        self._show_cost()

    def _show_cost(self) -> None:
        tools = [tool for group in self._groups() for tool in group.status.tools if tool.id in self._chosen]
        if not self._chosen:
            self.cost.setText(tr("No tools chosen"))
            return
        count = tr("%n chosen", n=len(self._chosen))
        self.cost.setText(
            tr("{count}, about {tokens} tokens", count=count, tokens=QLocale().toString(tokens_of_tools(tools)))
        )

    def _listed(self, row: ToolRow) -> QListWidgetItem:
        is_heading, can_be_chosen = row.kind is ToolRowKind.SERVER, row.kind is not ToolRowKind.STATE
        item = self._item(_words_of(row), row, is_heading=is_heading, can_be_chosen=can_be_chosen)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken(row))
        item.setToolTip(row.description[:500])
        item.setIcon(self._image(row))
        return item

    def _image(self, row: ToolRow) -> QIcon:
        if row.kind in {ToolRowKind.FAILED, ToolRowKind.GONE}:
            return icon("warning", "warning")
        if row.kind is ToolRowKind.STATE:
            return icon("clock", "muted")
        return icon("check", "accent") if row.chosen else self._no_icon()

    def _spoken(self, row: ToolRow) -> str:
        """Return what a screen reader says of a row: also whether it is chosen, and its server."""
        words = _words_of(row)
        if row.kind is ToolRowKind.TOOL:
            state = tr("chosen") if row.chosen else tr("not chosen")
            server = row.server or tr("Built in")
            return tr("{name}, {state}, {server}", name=words, state=state, server=server)
        if row.kind is ToolRowKind.SERVER:
            return tr("All tools of {server}", server=words)
        return words

    def _take(self, row: ToolRow) -> None:
        if row.kind is ToolRowKind.FAILED:
            self._open_settings()
            return
        in_group = [one.tool_id for one in self.rows() if one.server == row.server and one.kind is ToolRowKind.TOOL]
        self._chosen = toggled(self._chosen, in_group if row.kind is ToolRowKind.SERVER else [row.tool_id])
        self._show_rows()
        self.chosen.emit(self._chosen)
        self._announce_row()

    def _open_settings(self) -> None:
        self.close()
        self._context.navigator.open_settings("tools")


def _row_to_select(rows: list[ToolRow], kept: ToolRow | None) -> int:
    """Return the row to select: the one selected before, else the first tool, else the first that can be chosen."""
    if kept is not None:
        same = (kept.kind, kept.server, kept.tool_id)
        for index, row in enumerate(rows):
            if (row.kind, row.server, row.tool_id) == same:
                return index
    choosable = [(row.kind is not ToolRowKind.TOOL, i) for i, row in enumerate(rows)]  # tools first
    return min((pair for pair in choosable if rows[pair[1]].kind is not ToolRowKind.STATE), default=(False, -1))[1]


def _words_of(row: ToolRow) -> str:
    return _WORDS[row.kind](row)


_WORDS: dict[ToolRowKind, Callable[[ToolRow], str]] = {
    ToolRowKind.SERVER: lambda row: row.server or tr("Built in"),
    ToolRowKind.TOOL: lambda row: row.name,
    ToolRowKind.GONE: lambda row: tr("{name} (no longer available)", name=row.name),
    ToolRowKind.STATE: lambda row: status_text(row.status) if row.status is not None else "",
    ToolRowKind.FAILED: lambda row: (
        tr("{sentence} Open settings", sentence=status_text(row.status)) if row.status is not None else ""
    ),
}
