"""The language of the user interface: choosing and switching it, and formatting dates and times."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Literal, cast, get_args

from PySide6.QtCore import QCoreApplication, QDate, QLibraryInfo, QLocale, QObject, QTime, QTranslator, Signal

from desktop_chat.ui.resources import resource_path
from desktop_chat.ui.text.translation import language_of, tr

Language = Literal["en", "zh_CN"]


class Languages(QObject):
    """The application's language. Changing it posts `LanguageChange` to every widget."""

    changed = Signal()

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__()
        self._app = app
        self._installed: list[QTranslator] = []
        self._language: Language = "en"
        self._choice = ""

    @property
    def choice(self) -> str:
        """The last choice; empty before the first."""
        return self._choice

    @property
    def language(self) -> Language:
        """The language in use, even if chosen by the system."""
        return self._language

    def set_language(self, choice: str) -> None:
        """Set the language: `"system"`, `"en"` or `"zh_CN"`. Raises ValueError for anything else."""
        if choice != "system" and choice not in get_args(Language):
            raise ValueError(f"unknown language {choice!r}")
        self._choice = choice
        wanted = language_of(QLocale.system().uiLanguages()) if choice == "system" else choice
        self._language = cast(Language, wanted)
        QLocale.setDefault(locale_of(self._language))
        for translator in self._installed:
            self._app.removeTranslator(translator)
            translator.deleteLater()  # with 200 KB of texts
        self._installed = self._translators()
        for translator in self._installed:
            self._app.installTranslator(translator)
        self.changed.emit()

    def _translators(self) -> list[QTranslator]:
        """Return Qt's own translator first: the last one installed is searched first."""
        qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        own = QTranslator(self)
        if not own.load(str(resource_path(f"i18n/desktop_chat_{self._language}.qm"))):
            raise FileNotFoundError(f"no translation for {self._language}")
        qt = QTranslator(self)
        return [qt, own] if qt.load(f"qtbase_{self._language}", qt_folder) else [own]


def locale_of(language: Language) -> QLocale:
    """Return the locale for dates and numbers: the system's, if it has this language."""
    system = QLocale.system()
    wanted = QLocale(language)
    return system if system.language() == wanted.language() else wanted


def format_time(moment: datetime) -> str:
    """Format hours and minutes in the current locale."""
    return QLocale().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)


def format_date(day: date) -> str:
    """Format a date in the current locale."""
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)


def format_short_date(day: date) -> str:
    """Format a date in numbers in the current locale."""
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)


def today() -> date:
    """Return the current local date."""
    return local_day(time.time())


def local_day(moment: float) -> date:
    """Return the local date of a moment."""
    return date(*time.localtime(moment)[:3])


def format_date_group(day: date, today: date) -> str:
    """Return the list heading for conversations of `day`."""
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
