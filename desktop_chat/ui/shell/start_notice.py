"""Tells what was wrong with the files, at the start or when saving, above the tabs until the person has seen it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from desktop_chat.core.errors import StoreError
from desktop_chat.core.settings import SettingsProblem
from desktop_chat.ui.error_text import sentence
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.notice_bar import NoticeBar
from desktop_chat.ui.theme import Theme

CLOSE = "close"

Notice: TypeAlias = Callable[[], str]
"""Words that can be asked for again in another language."""


def store_refused(error: StoreError) -> Notice:
    """The conversations could not be read."""
    return lambda: tr(
        "{problem} Your conversations are not shown, and new ones are kept only until you quit.",
        problem=sentence(error),
    )


def store_set_aside(file: str) -> Notice:
    """A damaged database was replaced by an empty one."""
    return lambda: tr(
        "The file with your conversations is damaged. It is kept as {file}, and a new one was begun.", file=file
    )


def settings_problem(problem: SettingsProblem) -> Notice:
    """A settings file was broken, in part or as a whole."""
    return partial(_settings_words, problem)


def not_saved(detail: str) -> Notice:
    """Settings or tabs could not be written."""
    return lambda: tr(
        "The settings could not be saved: {detail}. They are tried again at the next change.", detail=detail
    )


class StartNotice(NoticeBar):
    """One notice with a button to close it."""

    def __init__(self, theme: Theme, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(theme, kind="warning", parent=parent)
        self._notice = notice
        self.action_triggered.connect(self._close)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_text(self._notice())
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
