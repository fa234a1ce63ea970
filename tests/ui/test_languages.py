"""The language changes at runtime, and values are inserted after translation."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QLabel, QWidget

from desktop_chat.ui.languages import Languages, format_date, format_date_group, format_time, locale_of
from desktop_chat.ui.text.translation import language_of, tr
from desktop_chat.ui.widgets.retranslation import Retranslated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture
def languages(qapp: QApplication) -> Iterator[Languages]:
    before = QLocale()
    languages = Languages(qapp)
    yield languages
    languages.set_language("en")
    languages.deleteLater()
    QLocale.setDefault(before)


class Greeting(Retranslated, QLabel):
    """A widget like ours: it sets its texts again when the language changes, and only then."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.told = 0
        self.retranslate()

    def retranslate(self) -> None:
        self.told += 1
        self.setText(tr("Cancel"))


def test_switching_reaches_every_widget(languages: Languages, qtbot: QtBot) -> None:
    languages.set_language("en")
    window = QWidget()
    qtbot.addWidget(window)
    greeting = Greeting(window)
    greeting.setEnabled(False)
    assert greeting.told == 1
    with qtbot.waitSignal(languages.changed):
        languages.set_language("zh_CN")
    qtbot.waitUntil(lambda: greeting.told > 1)
    assert languages.language == "zh_CN"
    assert greeting.text() == tr("Cancel")


def test_the_texts_of_earlier_languages_are_released(languages: Languages, qtbot: QtBot) -> None:
    languages.set_language("zh_CN")
    installed = len(languages.findChildren(QTranslator))
    for choice in ("en", "zh_CN") * 3:
        languages.set_language(choice)
    qtbot.waitUntil(lambda: len(languages.findChildren(QTranslator)) == installed)


def test_qts_own_texts_are_translated_too(languages: Languages) -> None:
    languages.set_language("zh_CN")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    languages.set_language("en")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_values_are_inserted(languages: Languages) -> None:
    assert tr("No such text {name}", name="a {b}") == "No such text a {b}"
    assert tr("No such {text}") == "No such {text}"
    assert tr("No such text, %n time(s), {name}", n=3, name="x") == "No such text, 3 time(s), x"


def test_a_text_is_translated_for_what_it_is_about(languages: Languages, monkeypatch: pytest.MonkeyPatch) -> None:
    languages.set_language("zh_CN")
    assert (tr("Start"), tr("Start", about="a batch")) == ("启动", "开始")
    languages.set_language("en")
    assert tr("Start", about="a batch") == "Start"
    monkeypatch.setattr(QCoreApplication, "instance", lambda: None)  # as on a terminal
    for name, word in (("zh_CN.UTF-8", "开始"), ("en_GB.UTF-8", "Start")):
        monkeypatch.setenv("LC_ALL", name)
        assert tr("Start", about="a batch") == word


def test_an_unknown_language_is_rejected(languages: Languages) -> None:
    with pytest.raises(ValueError, match="tlh"):
        languages.set_language("tlh")


@pytest.mark.parametrize(
    ("preferred", "language"),
    [
        (["zh-Hans-CN", "zh-CN", "zh"], "zh_CN"),
        (["zh_CN"], "zh_CN"),
        (["de-DE", "zh-CN"], "zh_CN"),
        (["en-GB", "zh-CN"], "en"),
        (["de-DE"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_systems_first_supported_language_is_used(preferred: list[str], language: str) -> None:
    assert language_of(preferred) == language


def test_the_system_may_choose(languages: Languages) -> None:
    languages.set_language("system")
    assert languages.language == language_of(QLocale.system().uiLanguages())


def test_times_follow_the_language(languages: Languages) -> None:
    languages.set_language("zh_CN")
    assert format_time(datetime(2026, 3, 4, 15, 7)) == "15:07"  # noqa: DTZ001 - local time
    assert format_date(date(2026, 3, 4)).startswith("2026年3月4日")
    assert format_date_group(date(2026, 1, 2), date(2026, 11, 22)) == "一月"
    assert format_date_group(date(2025, 1, 2), date(2026, 11, 22)) == "2025 年"
    assert locale_of("zh_CN").language() == QLocale.Language.Chinese


@pytest.mark.parametrize(
    ("day", "group"),
    [
        (date(2026, 11, 23), "Today"),
        (date(2026, 11, 22), "Today"),
        (date(2026, 11, 21), "Yesterday"),
        (date(2026, 11, 16), "Last 7 days"),
        (date(2026, 11, 15), "Last 30 days"),
        (date(2026, 10, 1), "October"),
        (date(2025, 12, 31), "2025"),
    ],
)
def test_days_are_grouped(languages: Languages, day: date, group: str) -> None:
    languages.set_language("en")
    assert format_date_group(day, date(2026, 11, 22)) == group
