"""The dialogs of the window, each created when first requested and open at most once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from desktop_chat.core.workspace import UsageChoice
from desktop_chat.ui.context import Context
from desktop_chat.ui.widgets.qt_tasks import start_for

if TYPE_CHECKING:
    from desktop_chat.core.reports import CertificatesUnconfirmed
    from desktop_chat.ui.settings.settings_dialog import SettingsDialog

_USAGE_MODULES = tuple(
    f"desktop_chat.{name}"
    for name in (
        "ui.usage.calendar",
        "ui.usage.trend_plot",
        "ui.usage.sums_table",
        "ui.usage.usage_dialog",
        "core.budget_watch",
    )
)
"""In an order in which each is loaded in less than a frame."""


class WindowDialogs(QObject):
    """Opens dialogs over the window; an open one is brought to the front instead."""

    usage_chosen = Signal()
    """`usage_choice` has changed."""

    def __init__(self, context: Context, data_folder: Path, window: QWidget) -> None:
        super().__init__(window)
        self.usage_choice = UsageChoice()
        self._context = context
        self._data_folder = data_folder
        self._window = window
        self._open: dict[str, QDialog] = {}
        self._settings: SettingsDialog | None = None
        self._is_making_usage = False

    def settings(self, page: str = "") -> None:
        """Show the settings at a page, or at a connection by its id."""
        from desktop_chat.ui.settings.settings_dialog import SettingsDialog  # noqa: PLC0415  # not needed at startup

        if self._settings is None:
            self._settings = SettingsDialog(self._context, self._data_folder, self._window)
            self._settings.trash_shown.connect(self.trash)
            self._settings.restore_shown.connect(self.restore)
            self._settings.backup_shown.connect(self.backup)
            self._settings.import_shown.connect(self.import_file)
            self._settings.destroyed.connect(self._forget_settings)
        self._settings.show_page(page)
        self._bring_to_front(self._settings)

    def trash(self) -> None:
        """Show the trash."""
        from desktop_chat.ui.dialogs.trash import TrashDialog  # noqa: PLC0415

        self._show("trash", lambda: TrashDialog(self._context, self._window))

    def restore(self) -> None:
        """Show the snapshots to restore from."""
        from desktop_chat.ui.dialogs.restore import RestoreDialog  # noqa: PLC0415

        self._show("restore", lambda: RestoreDialog(self._context, self._window))

    def export(self, conversation_id: str = "") -> None:
        """Ask what to export and how, beginning with this conversation."""
        from desktop_chat.ui.export.dialog import ExportDialog  # noqa: PLC0415

        ExportDialog(self._context, self._window, conversation_id).open_once()

    def import_file(self, file: Path | None = None) -> None:
        """Show the import, of this file if one is given."""
        from desktop_chat.ui.imports.import_dialog import ImportDialog  # noqa: PLC0415

        self._show("import", lambda: ImportDialog(self._context, self._window))
        dialog = self._open["import"]
        if file is not None and isinstance(dialog, ImportDialog):
            dialog.take(file)

    def share(self, conversation_id: str) -> None:
        """Copy a conversation as a web page, unless nothing is said in it yet."""
        from desktop_chat.ui.export.sharing import copy_web_page  # noqa: PLC0415

        if conversation_id in self._context.library:
            work = copy_web_page(self._context, conversation_id)
            start_for(self._window, self._context.tasks, work, "copy a web page")

    def backup(self) -> None:
        """Ask where to back up to, and with which passphrase."""
        from desktop_chat.ui.export.backup_dialog import BackupDialog  # noqa: PLC0415

        self._show("backup", lambda: BackupDialog(self._context, self._window))

    def usage(self) -> None:
        """Show what was used and what it cost, some turns of the loop later."""
        if "usage" in self._open:
            self._bring_to_front(self._open["usage"])
        elif not self._is_making_usage:
            self._is_making_usage = True
            start_for(self._window, self._context.tasks, self._make_usage(), "make the usage page")

    async def _make_usage(self) -> None:
        """Load, create and show it in a turn of the loop each: together they take several frames."""
        from desktop_chat.ui.widgets.menu import is_composited  # noqa: PLC0415  # not needed at startup

        try:
            for module in _USAGE_MODULES:
                import_module(module)
                await asyncio.sleep(0)
            is_composited()  # what its lists ask: the first to ask waits for the answer of the X server
            await asyncio.sleep(0)
            from desktop_chat.ui.usage.usage_dialog import UsageDialog  # noqa: PLC0415

            dialog = UsageDialog(self._context, self._window, self.usage_choice)
            dialog.chosen.connect(self._note_usage_choice)
            await asyncio.sleep(0)
            self._show("usage", lambda: dialog)
        finally:
            self._is_making_usage = False

    def shortcuts(self) -> None:
        """Show the keyboard shortcuts."""
        from desktop_chat.ui.dialogs.shortcuts import ShortcutsDialog  # noqa: PLC0415

        send_key = self._context.preferences.settings.send_key
        self._show("shortcuts", lambda: ShortcutsDialog(self._context.theme, send_key, self._window))

    def about(self) -> None:
        """Show the application's version and components."""
        from desktop_chat.ui.dialogs.about import AboutDialog  # noqa: PLC0415

        self._show("about", lambda: AboutDialog(self._context, self._window))

    def crash(self, details: str) -> None:
        """Show a crash report, one at a time."""
        from desktop_chat.ui.dialogs.crash import CrashDialog  # noqa: PLC0415

        if "crash" not in self._open:
            context = self._context
            self._show("crash", lambda: CrashDialog(context.theme, details, context.log_folder, self._window))

    def report(self, report: str) -> None:
        """Show the report of a run that ended unexpectedly."""
        from desktop_chat.ui.dialogs.crash import UnexpectedExitDialog  # noqa: PLC0415

        context = self._context
        self._show("report", lambda: UnexpectedExitDialog(context.theme, report, context.log_folder, self._window))

    def trust(self, report: CertificatesUnconfirmed) -> None:
        """Ask whether to trust certificates."""
        from desktop_chat.ui.dialogs.certificate_question import ask_to_trust  # noqa: PLC0415

        work = ask_to_trust(self._window, self._context, report)
        start_for(self._window, self._context.tasks, work, "trust certificates")

    def _note_usage_choice(self, choice: UsageChoice) -> None:
        self.usage_choice = choice
        self.usage_chosen.emit()

    def _forget_settings(self) -> None:
        self._settings = None

    def _show(self, name: str, make: Callable[[], QDialog]) -> None:
        if name not in self._open:
            self._open[name] = make()
            self._open[name].destroyed.connect(lambda: self._open.pop(name, None))
        self._bring_to_front(self._open[name])

    def _bring_to_front(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
