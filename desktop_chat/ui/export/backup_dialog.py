"""Asks where to back up everything to, and with which passphrase, and shows how it goes."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QWidget

from desktop_chat.core.exporting import SHORTEST_PASSPHRASE, BackupRequest
from desktop_chat.ui.context import Context
from desktop_chat.ui.export.writing_dialog import WritingDialog
from desktop_chat.ui.text import backup_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import column_of, row_of
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.save_dialog import ask_new_file
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel


class BackupDialog(WritingDialog):
    """The passphrase stays in its fields until the dialog is closed, and nowhere else."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.encrypt, self.show_characters = QCheckBox(), QCheckBox()
        self.passphrase, self.again = ImeLineEdit(), ImeLineEdit()
        self._heading, self._passphrase_label, self._again_label = QLabel(), QLabel(), QLabel()
        self._use, self._hint = WrappedLabel(), WrappedLabel()
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Back up"))
        self._heading.setText(tr("Back up"))
        self._use.setText(
            tr(
                "One file with all conversations, attachments, the trash, the settings and what was used. Keys are not "
                "in it. "
                "Importing the file adds what is missing there, on this computer or another."
            )
        )
        self.encrypt.setText(tr("Encrypt with a passphrase"))
        self._passphrase_label.setText(tr("Passphrase"))
        self._again_label.setText(tr("Passphrase again"))
        self.show_characters.setText(tr("Show passphrase"))
        self._hint.setText(tr("Nobody can open the backup without it, and it is not stored anywhere: write it down."))
        self.export_button.setText(tr("Back up..."))
        super().retranslate()

    def _begin(self) -> None:
        if self.is_writing:
            return
        problem = self._problem()
        self.state.say(lambda: problem, danger=bool(problem))
        if problem:
            self.passphrase.setFocus()
        else:
            start_for(self, self._context.tasks, self._ask_and_write(), "ask where to back up to")

    def _problem(self) -> str:
        """Return what is wrong with the passphrase, with a remedy; empty if nothing is."""
        typed = self.passphrase.text()
        if not self.encrypt.isChecked():
            return ""
        if len(typed) < SHORTEST_PASSPHRASE:
            return backup_text.passphrase_short(SHORTEST_PASSPHRASE)
        return "" if typed == self.again.text() else backup_text.passphrases_differ()

    async def _ask_and_write(self) -> None:
        passphrase = self.passphrase.text() if self.encrypt.isChecked() else ""
        ending = ".zip.age" if passphrase else ".zip"
        name = f"Desktop Chat {time.strftime('%Y-%m-%d')}{ending}"
        encrypted, plain = (
            tr("Encrypted backup ({pattern})", pattern="*.age"),
            tr("Backup ({pattern})", pattern="*.zip"),
        )
        target = await ask_new_file(self, tr("Back up"), name, [encrypted if passphrase else plain])
        if target is None:
            return
        request = BackupRequest(target, passphrase, replace=True)  # the user has confirmed it
        write = partial(self._context.exporter.back_up, request)
        done = partial(backup_text.backup_done, is_encrypted=bool(passphrase))
        self._start(write, done, lambda: tr("Backing up..."), "back up")

    def _show_state(self) -> None:
        super()._show_state()
        self.encrypt.setEnabled(not self.is_writing)
        for widget in (self._passphrase_label, self.passphrase, self._again_label, self.again):
            widget.setVisible(self.encrypt.isChecked())
            widget.setEnabled(not self.is_writing)
        self.show_characters.setVisible(self.encrypt.isChecked())
        self._hint.setVisible(self.encrypt.isChecked())

    def _show_characters(self, shown: bool) -> None:
        for line in (self.passphrase, self.again):
            line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self._heading.setProperty("heading", 2)
        for label in (self._use, self._hint):
            label.setProperty("muted", True)
        self._passphrase_label.setBuddy(self.passphrase)
        self._again_label.setBuddy(self.again)
        self._show_characters(False)
        self.setLayout(
            column_of(
                self._heading,
                self._use,
                px(4),
                self.encrypt,
                self._passphrase_label,
                self.passphrase,
                self._again_label,
                self.again,
                self.show_characters,
                self._hint,
                px(4),
                self.progress,
                self.state,
                None,
                row_of(None, self.cancel_button, self.export_button, spacing=px(8)),
                spacing=px(6),
                margins=(px(24), px(20), px(24), px(20)),
            )
        )
        self.setMinimumWidth(px(460))

    def _connect(self) -> None:
        self.export_button.clicked.connect(self._begin)
        self.encrypt.toggled.connect(self._show_state)
        self.encrypt.toggled.connect(lambda on: self.passphrase.setFocus() if on else None)
        self.show_characters.toggled.connect(self._show_characters)
