"""The notices above the tabs: problems, and news such as a newer version."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtWidgets import QWidget

from desktop_chat import __version__
from desktop_chat.core.errors import SettingsError, StoreError
from desktop_chat.core.global_keys import ShortcutRefused
from desktop_chat.core.reports import (
    CertificatesUnconfirmed,
    DatabaseDamaged,
    DatabaseRecovered,
    KeyUnencrypted,
    NewerVersion,
    UnexpectedExit,
    UsageNotSaved,
)
from desktop_chat.core.settings import SettingsProblem
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import sentence, warning
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.notice_bar import NoticeBar
from desktop_chat.ui.widgets.retranslation import Retranslated

CLOSE = "close"
RESTORE = "restore"
REPORT = "report"
TRUST = "trust"
DOWNLOAD = "download"
QUICK_COMMAND = "desktop-chat --quick"

Report: TypeAlias = (
    DatabaseRecovered
    | DatabaseDamaged
    | CertificatesUnconfirmed
    | KeyUnencrypted
    | NewerVersion
    | UnexpectedExit
    | ShortcutRefused
    | UsageNotSaved
    | StoreError
    | SettingsError
    | SettingsProblem
)
"""StoreError: the conversations could not be read. SettingsError: settings or tabs could not be written.
SettingsProblem: a settings file was invalid."""


def words_for(report: Report) -> str:
    """Return the description of a problem and its consequences, in the current language."""
    match report:
        case DatabaseRecovered() | DatabaseDamaged():
            return _damage_words(report)
        case KeyUnencrypted() | CertificatesUnconfirmed():
            return warning(report)
        case UnexpectedExit() | NewerVersion():
            return _info_words(report)
        case StoreError():
            return tr(
                "{problem} Your conversations cannot be shown, and new ones are kept only until you quit.",
                problem=sentence(report),
            )
        case UsageNotSaved() | SettingsError():
            return _unsaved_words(report)
        case SettingsProblem() | ShortcutRefused():
            return _settings_words(report)


def actions_for(report: Report) -> list[tuple[str, str]]:
    """Return the available actions as (action id, label); Close last."""
    match report:
        case DatabaseRecovered() | DatabaseDamaged():
            return [(RESTORE, tr("Restore...")), (CLOSE, tr("Close"))]
        case CertificatesUnconfirmed():
            return [(TRUST, tr("Trust...")), (CLOSE, tr("Close"))]
        case NewerVersion():
            return [(DOWNLOAD, tr("Show the download page")), (CLOSE, tr("Close"))]
        case UnexpectedExit(crash_report=crash_report) if crash_report:
            return [(REPORT, tr("Show report")), (CLOSE, tr("Close"))]
        case _:
            return [(CLOSE, tr("Close"))]


class ReportNotice(Retranslated, NoticeBar):
    """A notice with a Close button."""

    def __init__(self, theme: Theme, report: Report, parent: QWidget | None = None) -> None:
        quiet = isinstance(report, UnexpectedExit | NewerVersion)
        super().__init__(theme, kind="info" if quiet else "warning", parent=parent)
        self.report = report
        self.retranslate()

    def retranslate(self) -> None:
        self.set_text(words_for(self.report))
        self.set_actions(actions_for(self.report))


def _unsaved_words(report: UsageNotSaved | SettingsError) -> str:
    if isinstance(report, SettingsError):
        return tr(
            "The settings could not be saved: {detail}. Saving will be retried at the next change.",
            detail=report.detail,
        )
    return tr(
        "{problem} What your requests use and cost cannot be saved now. Saving will be retried with the next request.",
        problem=sentence(report.failure),
    )


def _info_words(news: UnexpectedExit | NewerVersion) -> str:
    if isinstance(news, NewerVersion):
        return tr("Desktop Chat {version} is available. You have {yours}.", version=news.version, yours=__version__)
    if not news.replies:
        return tr("Desktop Chat quit unexpectedly last time.")
    return tr("Desktop Chat quit unexpectedly last time. %n partial replies were kept.", n=news.replies)


def _shortcut_words(*, is_taken: bool) -> str:
    if is_taken:
        return tr("Another program already uses the key for quick questions. Choose another one in the settings.")
    return tr(
        "The desktop did not allow a key for quick questions. You can bind one to the command {command} in the "
        "desktop's own keyboard settings.",
        command=QUICK_COMMAND,
    )


def _damage_words(damage: DatabaseRecovered | DatabaseDamaged) -> str:
    if isinstance(damage, DatabaseDamaged):
        return tr(
            "The conversations file is damaged. What you see is kept, and the file will be repaired at the next start."
        )
    if damage.conversations:
        return tr(
            "The conversations file was damaged and is kept as {file}. {conversations} could be recovered; a "
            "backup may have more.",
            file=damage.file,
            conversations=tr("%n conversation(s)", n=damage.conversations),
        )
    return tr(
        "The conversations file was damaged and is kept as {file}. Nothing could be recovered from it, but a "
        "backup may have your conversations.",
        file=damage.file,
    )


def _settings_words(problem: SettingsProblem | ShortcutRefused) -> str:
    if isinstance(problem, ShortcutRefused):
        return _shortcut_words(is_taken=problem.is_taken)
    if problem.set_aside:
        return tr(
            "The file {file} could not be read. It is kept as {aside}, and the default settings are in use.",
            file=problem.file,
            aside=problem.set_aside,
        )
    if problem.members:
        return tr("Ignored in {file}: {members}.", file=problem.file, members=", ".join(problem.members))
    return tr("The file {file} could not be read: {detail}.", file=problem.file, detail=problem.detail)
