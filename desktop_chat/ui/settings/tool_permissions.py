"""The lower part of the tools page: built-in tools, the folders they may read, and what is always allowed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_chat.core.approval_scope import FETCH_PAGE
from desktop_chat.core.settings import Settings
from desktop_chat.core.tools import Tool
from desktop_chat.ui.context import Context
from desktop_chat.ui.settings.setting_rows import Choice, SettingsPage
from desktop_chat.ui.text.tool_text import allowed_name, built_in_text, tool_name
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import ask_folder
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, row_of
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_BREAK = "\N{ZERO WIDTH SPACE}"


class BuiltInTools:
    """A row for each built-in tool, with the choice whether it runs without asking."""

    def __init__(self, context: Context, page: SettingsPage) -> None:
        self._context = context
        self._page = page
        self.choices: dict[str, Choice] = {}
        self._lines: dict[str, Line] = {}
        self._tools: dict[str, Tool] = {}
        self._column = QVBoxLayout()
        page.add_row(
            lambda: tr("Built-in tools"),
            lambda: tr("Part of the application. Those that run without asking change nothing and send nothing."),
        )
        page.rows.addLayout(self._column)
        page.destroyed.connect(context.preferences.changed.add(self._follow))

    def load(self) -> None:
        """Find out which tools this system offers, once; this tries the sandbox."""
        if not self._tools:
            start_for(self._page, self._context.tasks, self._load(), "list the built-in tools")

    def retranslate(self) -> None:
        """Update the texts."""
        for tool_id, line in self._lines.items():
            name = tool_name(self._tools[tool_id])
            line.name.setText(name)
            line.describe(built_in_text(tool_id))
            if (choice := self.choices.get(tool_id)) is not None:
                is_safe = tool_id in self._context.preferences.settings.safe_tools
                choice.set_choices(((False, tr("Ask first")), (True, tr("Run without asking"))), is_safe)
                choice.setAccessibleName(name)

    async def _load(self) -> None:
        for tool in await self._context.toolbox.built_in():
            if tool.id in self._tools:
                continue
            self._tools[tool.id] = tool
            controls = []
            if tool.id != FETCH_PAGE:
                self.choices[tool.id] = choice = Choice()
                choice.chosen.connect(partial(self._mark, tool.id))
                controls.append(choice)
            self._lines[tool.id] = Line(*controls)
            self._column.addWidget(self._lines[tool.id])
        self.retranslate()

    def _mark(self, tool_id: str, safe: object) -> None:
        others = tuple(known for known in self._context.preferences.settings.safe_tools if known != tool_id)
        self._context.preferences.update(safe_tools=(*others, tool_id) if safe else others)

    def _follow(self, _settings: Settings) -> None:
        self.retranslate()


class RemovableLines:
    """A line for each entry of a setting, with its Remove button."""

    def __init__(self, page: SettingsPage, text_of: Callable[[str], str], remove: Callable[[str], None]) -> None:
        self._text_of = text_of
        self._remove = remove
        self._column = QVBoxLayout()
        self.lines: dict[str, Line] = {}
        page.rows.addLayout(self._column)

    def show_entries(self, keys: tuple[str, ...]) -> None:
        """Show a line for each key."""
        for key in [known for known in self.lines if known not in keys]:
            line = self.lines.pop(key)
            line.hide()  # before its removal, so that the focus moves to the next widget
            self._column.removeWidget(line)
            line.deleteLater()
        for key in keys:
            if key not in self.lines:
                button = QPushButton()
                button.clicked.connect(partial(self._remove, key))
                self.lines[key] = Line(button)
                self._column.addWidget(self.lines[key])
        self.retranslate()

    def retranslate(self) -> None:
        """Update the texts."""
        for key, line in self.lines.items():
            text = self._text_of(key)
            line.name.setText(text.replace("/", f"/{_BREAK}").replace("\\", f"\\{_BREAK}"))
            line.name.setAccessibleName(text)
            for button in line.findChildren(QPushButton):
                button.setText(tr("Remove"))
                button.setAccessibleName(tr("Remove {name}", name=text))


class ToolFolders:
    """The folders in which tools may read, with a button that adds one."""

    def __init__(self, context: Context, page: SettingsPage) -> None:
        self._context = context
        self._page = page
        self.add_button = QPushButton()
        page.add_row(lambda: tr("Folders"), self._hint, self.add_button)
        self.shown = RemovableLines(page, lambda folder: folder, self._remove)
        self.add_button.clicked.connect(self._choose)
        page.destroyed.connect(context.preferences.changed.add(self._follow))
        self.shown.show_entries(context.preferences.settings.tool_folders)

    def retranslate(self) -> None:
        """Update the texts; the page updates the row's."""
        self.add_button.setText(tr("Add folder..."))
        self.shown.retranslate()

    def _hint(self) -> str:
        if self._context.preferences.settings.tool_folders:
            return tr("The built-in tools may read the files in these folders.")
        return tr("The built-in tools may read files only in folders that you add here.")

    def _choose(self) -> None:
        start_for(self._page, self._context.tasks, self._ask(), "choose a folder for tools")

    async def _ask(self) -> None:
        folder = await ask_folder(self._page, tr("Choose a folder that tools may read"))
        folders = self._context.preferences.settings.tool_folders
        if folder is not None and str(folder) not in folders:
            self._context.preferences.update(tool_folders=(*folders, str(folder)))

    def _remove(self, folder: str) -> None:
        folders = self._context.preferences.settings.tool_folders
        self._context.preferences.update(tool_folders=tuple(known for known in folders if known != folder))

    def _follow(self, settings: Settings) -> None:
        if settings.tool_folders != tuple(self.shown.lines):
            self.shown.show_entries(settings.tool_folders)
            self._page.retranslate()


class AllowedTools:
    """The tools that the user always allowed."""

    def __init__(self, context: Context, page: SettingsPage) -> None:
        self._context = context
        self._page = page
        page.add_row(lambda: tr("Always allowed"), self._hint)
        self.shown = RemovableLines(page, allowed_name, self._remove)
        page.destroyed.connect(context.preferences.changed.add(self._follow))
        self.shown.show_entries(self._ids(context.preferences.settings))

    def retranslate(self) -> None:
        """Update the texts; the page updates the row's."""
        self.shown.retranslate()

    def _hint(self) -> str:
        if self._context.preferences.settings.always_allowed:
            return tr("These tools run without asking as long as their descriptions stay the same.")
        return tr("When a tool asks for permission, you can always allow it. It then appears here.")

    def _remove(self, tool_id: str) -> None:
        allowed = self._context.preferences.settings.always_allowed
        self._context.preferences.update(always_allowed=tuple(pair for pair in allowed if pair[0] != tool_id))

    def _follow(self, settings: Settings) -> None:
        if self._ids(settings) != tuple(self.shown.lines):
            self.shown.show_entries(self._ids(settings))
            self._page.retranslate()

    @staticmethod
    def _ids(settings: Settings) -> tuple[str, ...]:
        return tuple(tool_id for tool_id, _ in settings.always_allowed)


class Line(QWidget):
    """A text, perhaps with a muted description below it, and its controls."""

    def __init__(self, *controls: QWidget) -> None:
        super().__init__()
        self.name = WrappedLabel()
        self._description = WrappedLabel()
        self._description.setProperty("muted", True)
        self._description.hide()
        texts = column_of(self.name, self._description, spacing=2)
        self.setLayout(row_of(texts, *controls, grow=(texts,), margins=NO_MARGINS))

    def describe(self, text: str) -> None:
        """Show a description."""
        self._description.setText(text)
        self._description.show()
