"""Tells what was wrong with the files, at the start or when saving, above the tabs until the person has seen it."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from desktop_chat.core.errors import SettingsError, StoreCorrupt, StoreError
from desktop_chat.core.settings import SettingsProblem
from desktop_chat.ui.error_text import sentence
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.notice_bar import NoticeBar
from desktop_chat.ui.theme import Theme

CLOSE = "close"

Trouble: TypeAlias = StoreError | SettingsError | SettingsProblem
"""StoreCorrupt: a damaged database was set aside under the name in its `detail`. Another StoreError: the conversations
could not be read. SettingsError: settings or tabs could not be written. SettingsProblem: they were broken."""


def words_for(trouble: Trouble) -> str:
    """Say what is wrong and what becomes of it, in the current language."""
    match trouble:
        case StoreCorrupt(detail=file):
            return tr(
                "The file with your conversations is damaged. It is kept as {file}, and a new one was begun.", file=file
            )
        case StoreError():
            return tr(
                "{problem} Your conversations are not shown, and new ones are kept only until you quit.",
                problem=sentence(trouble),
            )
        case SettingsError(detail=detail):
            return tr(
                "The settings could not be saved: {detail}. They are tried again at the next change.", detail=detail
            )
        case SettingsProblem():
            return _settings_words(trouble)


class StartNotice(NoticeBar):
    """One notice with a button to close it."""

    def __init__(self, theme: Theme, trouble: Trouble, parent: QWidget | None = None) -> None:
        super().__init__(theme, kind="warning", parent=parent)
        self._trouble = trouble
        self.action_triggered.connect(self._close)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_text(words_for(self._trouble))
        self.set_actions([(CLOSE, tr("Close"))])

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _close(self, _action: str) -> None:
        self.hide()
        self.deleteLater()


def _settings_words(problem: SettingsProblem) -> str:
    if problem.set_aside:
        return tr(
            "The file {file} could not be read. It is kept as {aside}, and the usual settings are in force.",
            file=problem.file,
            aside=problem.set_aside,
        )
    if problem.members:
        return tr("In {file} this was passed over: {members}.", file=problem.file, members=", ".join(problem.members))
    return tr("The file {file} could not be read: {detail}.", file=problem.file, detail=problem.detail)
