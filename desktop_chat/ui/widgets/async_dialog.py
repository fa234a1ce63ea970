"""Asks the user questions by awaiting the answer, never with a nested event loop."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QLabel, QPushButton, QWidget
from shiboken6 import isValid

from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import column_of, row_of
from desktop_chat.ui.widgets.retranslation import Retranslated


async def ask(dialog: QDialog) -> int:
    """Show `dialog`, return its result code and delete it. If its parent is deleted first, the result is "rejected".

    Cancelling the caller's task closes the dialog.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finish(code: int) -> None:
        if not answer.done():
            answer.set_result(code)

    def reject() -> None:
        finish(QDialog.DialogCode.Rejected.value)

    dialog.finished.connect(finish)
    dialog.destroyed.connect(reject)
    dialog.open()
    try:
        return await answer
    finally:
        if isValid(dialog):
            dialog.destroyed.disconnect(reject)
            dialog.hide()
            dialog.deleteLater()


async def confirm(parent: QWidget | None, title: str, text: str, accept_label: str, *, danger: bool = False) -> bool:
    """Return whether the user agrees. Escape, Cancel and closing mean no; so does Enter if `danger` is set."""
    question = Question(parent, title, accept_label, danger=danger)
    question.add_text(text)
    return await ask(question) == QDialog.DialogCode.Accepted


async def show_startup_error(text: str) -> None:
    """Show why the application cannot start, until the dialog is closed."""
    question = Question(None, tr("Desktop Chat cannot start"), tr("Close"), can_cancel=False)
    question.add_text(text)
    await ask(question)


async def ask_file(parent: QWidget, title: str, patterns: Sequence[str] = ()) -> Path | None:
    """Return a file that the user chooses, or None."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    if patterns:
        dialog.setNameFilters(list(patterns))
    return next(iter(await _selected(dialog)), None)


async def ask_files(parent: QWidget, title: str) -> list[Path]:
    """Return the files that the user chooses."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return await _selected(dialog)


async def _selected(dialog: QFileDialog) -> list[Path]:
    accepted = await ask(dialog) == QDialog.DialogCode.Accepted
    return [Path(file) for file in dialog.selectedFiles()] if accepted and isValid(dialog) else []


async def ask_folder(parent: QWidget, title: str) -> Path | None:
    """Return a folder that the user chooses, or None."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    accepted = await ask(dialog) == QDialog.DialogCode.Accepted
    return Path(dialog.selectedFiles()[0]) if accepted and isValid(dialog) and dialog.selectedFiles() else None


_MAX_REST = 300
_BREAKS = re.compile(r"([/?&=._~-]|[^/?&=._~-]{8})(?=.)")
"""Where an address may wrap."""


def _breakable(address: str) -> str:
    """Return an address as HTML that fits any width."""
    return "&#8203;".join(escape(piece) for piece in _BREAKS.sub(r"\1\n", address).split("\n"))


class Question(Retranslated, QDialog):
    """A heading, text, and two buttons, or one if there is nothing to cancel.

    With `tells`, the dialog is only informative, and the other button says Close instead of Cancel.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        accept_label: str,
        *,
        danger: bool = False,
        can_cancel: bool = True,
        tells: bool = False,
    ) -> None:
        super().__init__(parent)
        self._tells = tells
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._heading = QLabel(title)
        self._heading.setProperty("heading", 3)
        self._heading.setWordWrap(True)
        self._cancel = QPushButton()
        self._cancel.setVisible(can_cancel)
        self._accept = QPushButton(accept_label)
        self._accept.setProperty("primary", True)
        self._accept.setProperty("danger", danger)
        self._cancel.clicked.connect(self.reject)
        self._accept.clicked.connect(self.accept)
        default = self._cancel if danger else self._accept
        default.setDefault(True)
        default.setFocus()
        self._body = column_of(spacing=8)
        self._lay_out()
        self.retranslate()

    def add_text(self, text: str) -> None:
        """Add a paragraph of selectable text."""
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._describe(text)
        self._body.addWidget(label)

    def add_address(self, before: str, host: str, rest: str) -> None:
        """Add a selectable address with its host in bold; the middle of a long one is elided."""
        if len(rest) > _MAX_REST:
            rest = f"{rest[: _MAX_REST - 60]} … {rest[-50:]}"
        label = QLabel(f"{escape(before)}<b>{_breakable(host)}</b>{_breakable(rest)}")
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setAccessibleName(before + host + rest)
        self._describe(before + host + rest)
        self._body.addWidget(label)

    def add_choice(self, text: str) -> QCheckBox:
        """Add a checkbox, which comes before the buttons in tab order too."""
        box = QCheckBox(text)
        self._body.addWidget(box)
        self.setTabOrder(box, self._cancel)
        return box

    def _describe(self, text: str) -> None:
        """Add text that a screen reader reads when the question appears."""
        self.setAccessibleDescription("\n".join(filter(None, (self.accessibleDescription(), text))))

    def retranslate(self) -> None:
        self._cancel.setText(tr("Close") if self._tells else tr("Cancel"))

    def sizeHint(self) -> QSize:
        """Return the height that the text needs at its actual width."""
        return super().sizeHint().expandedTo(QSize(self.minimumWidth(), 0))

    def _lay_out(self) -> None:
        em = self.fontMetrics().height()
        self.setMinimumWidth(em * 22)
        buttons = row_of(None, self._cancel, self._accept, spacing=8)
        rows = (self._heading, self._body, None, 8, buttons)
        self.setLayout(column_of(*rows, spacing=12, margins=(24, 20, 24, 20)))
