"""Words in the language of the person: one function to translate, one object to switch the language while running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast, get_args

from PySide6.QtCore import QCoreApplication, QDate, QLibraryInfo, QLocale, QObject, QTime, QTranslator, Signal

from desktop_chat.ui.resources import resource_path

if TYPE_CHECKING:
    from datetime import date, datetime

CONTEXT = "DesktopChat"
Language = Literal["en", "zh_CN"]


def tr(text: str, *, n: int | None = None, **values: object) -> str:
    """``text`` in the current language, its ``{names}`` filled from ``values`` and ``%n`` from ``n``.

    Takes a string literal, so that ``scripts/translations.py`` finds it. Without ``values`` braces mean themselves.
    """
    translated = QCoreApplication.translate(CONTEXT, text, None, -1 if n is None else n)
    return translated.format(**values) if values else translated


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
        self._language = language_of(QLocale.system().uiLanguages()) if choice == "system" else cast(Language, choice)
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


def language_of(preferred: list[str]) -> Language:
    """The first language of the system that there is a translation for; English when there is none.

    Systems write ``zh-CN``, ``zh_CN`` or ``zh-Hans-CN``; readers of other Chinese scripts read this one more easily
    than English.
    """
    for name in preferred:
        language = name.replace("_", "-").split("-")[0].lower()
        if language in {"zh", "en"}:
            return "zh_CN" if language == "zh" else "en"
    return "en"


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
