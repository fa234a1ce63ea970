"""The language of the window: chosen, switched while it runs, and how it writes days and times."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Literal, cast, get_args

from PySide6.QtCore import QCoreApplication, QDate, QLibraryInfo, QLocale, QObject, QTime, QTranslator, Signal

from desktop_chat.ui.resources import resource_path
from desktop_chat.ui.text.translation import language_of, tr

Language = Literal["en", "zh_CN"]


class Languages(QObject):
    """The language of an application. Switching it posts ``LanguageChange`` to every widget."""

    changed = Signal()

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__()
        self._app = app
        self._installed: list[QTranslator] = []
        self._language: Language = "en"
        self._choice = ""

    @property
    def choice(self) -> str:
        """What was asked for last; empty before anything was."""
        return self._choice

    @property
    def language(self) -> Language:
        """The language in use, also when it was chosen by the system."""
        return self._language

    def set_language(self, choice: str) -> None:
        """``"system"``, ``"en"`` or ``"zh_CN"``. Raises ``ValueError`` for anything else."""
        if choice != "system" and choice not in get_args(Language):
            raise ValueError(f"unknown language {choice!r}")
        self._choice = choice
        wanted = language_of(QLocale.system().uiLanguages()) if choice == "system" else choice
        self._language = cast(Language, wanted)
        QLocale.setDefault(locale_of(self._language))
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed = [translator for translator in self._translators() if self._app.installTranslator(translator)]
        self.changed.emit()

    def _translators(self) -> list[QTranslator]:
        """Qt's own words first: what is installed last is asked first."""
        qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        own = QTranslator(self)
        if not own.load(str(resource_path(f"i18n/desktop_chat_{self._language}.qm"))):
            raise FileNotFoundError(f"no translation for {self._language}")
        qt = QTranslator(self)
        return [qt, own] if qt.load(f"qtbase_{self._language}", qt_folder) else [own]


def locale_of(language: Language) -> QLocale:
    """How times and numbers are written: as the system does, when it speaks this language."""
    system = QLocale.system()
    wanted = QLocale(language)
    return system if system.language() == wanted.language() else wanted


def format_time(moment: datetime) -> str:
    """Hours and minutes, as the language writes them."""
    return QLocale().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)


def format_date(day: date) -> str:
    """A day, as the language writes it."""
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)


def today() -> date:
    """The day on the person's wall."""
    return local_day(time.time())


def local_day(moment: float) -> date:
    """The day of a moment on the person's wall."""
    return date(*time.localtime(moment)[:3])


def format_date_group(day: date, today: date) -> str:
    """The heading under which a conversation of ``day`` stands in a list."""
    age = (today - day).days
    if age < 1:
        return tr("Today")
    if age < 2:
        return tr("Yesterday")
    if age < 7:
        return tr("Last 7 days")
    if age < 30:
        return tr("Last 30 days")
    if day.year == today.year:
        return QLocale().standaloneMonthName(day.month)
    return tr("{year}", year=day.year)
