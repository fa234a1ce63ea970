"""Reading settings apply at once in every open tab, and missing fonts are reported."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QFontInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel
from window_world import Shell, ShellMaker, control, shells

from desktop_chat.core.settings import Settings
from desktop_chat.ui.settings.font_setting import FontChoice, families
from desktop_chat.ui.settings.reading_page import ReadingPage
from desktop_chat.ui.settings.settings_dialog import SettingsDialog

DOWN, UP, ENTER = Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return


@pytest.fixture
async def maker(qapp: QApplication) -> AsyncIterator[ShellMaker]:
    async with shells(qapp) as maker:
        theme = maker.here.theme

        def follow(settings: Settings) -> None:
            theme.set_fonts(settings.text_font, settings.code_font)
            theme.set_column(settings.reading_width)

        maker.here.preferences.changed.add(follow)
        yield maker


def page_of(shell: Shell) -> ReadingPage:
    shell.window.open_settings("reading")
    dialog = shell.window.findChild(SettingsDialog)
    assert dialog is not None
    assert dialog.page == "reading"
    return dialog.reading


def choose(box: QComboBox, value: object) -> None:
    """Choose like a user: with the keyboard."""
    while box.currentData() != value:
        before = box.currentIndex()
        QTest.keyClick(box, DOWN if box.findData(value) > before else UP)
        assert box.currentIndex() != before


def said(page: ReadingPage) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))


async def test_every_choice_is_saved_and_applied_at_once(maker: ShellMaker) -> None:
    page = page_of(await maker.open())
    choose(control(page, "reading_width"), 640)
    choose(page.text_font, "DejaVu Serif")
    choose(page.code_font, "Nimbus Mono PS")
    choose(control(page, "wrap_code"), True)
    choose(control(page, "wrap_tables"), False)
    choose(control(page, "show_timings"), True)
    choose(control(page, "smooth_scrolling"), "off")
    choose(control(page, "announce_sentences"), False)
    kept = maker.here.preferences.settings
    assert (kept.reading_width, kept.text_font, kept.code_font) == (640, "DejaVu Serif", "Nimbus Mono PS")
    assert (kept.wrap_code, kept.wrap_tables, kept.smooth_scrolling, kept.announce_sentences) == (
        True,
        False,
        "off",
        False,
    )
    assert kept.show_timings
    assert QFontInfo(page.sample.text.font()).family() == "DejaVu Serif"
    assert QFontInfo(page.sample.code.font()).family().startswith("Nimbus Mono PS")
    assert maker.here.theme.column == 640


async def test_changes_made_elsewhere_are_shown(maker: ShellMaker) -> None:
    page = page_of(await maker.open())
    maker.here.preferences.update(reading_width=0, text_font="DejaVu Serif", smooth_scrolling="on")
    assert control(page, "reading_width").currentText() == "Full width"
    assert page.text_font.currentText() == "DejaVu Serif"
    assert control(page, "smooth_scrolling").currentText() == "On"


async def test_a_missing_font_is_named_and_reported(maker: ShellMaker) -> None:
    page = page_of(await maker.open())
    assert "not installed" not in said(page)
    maker.here.preferences.update(text_font="No Such Family")
    assert page.text_font.currentText() == "No Such Family (not installed)"
    assert "so the system font is used" in said(page)
    assert QFontInfo(page.sample.text.font()).family() == QFontInfo(maker.here.theme.ui_font()).family()
    choose(page.text_font, "")
    assert maker.here.preferences.settings.text_font == ""
    assert "not installed" not in said(page)
    assert page.text_font.findText("No Such Family", Qt.MatchFlag.MatchContains) == -1


async def test_a_font_is_found_by_a_part_of_its_name(maker: ShellMaker) -> None:
    page = page_of(await maker.open())
    edit = page.code_font.lineEdit()
    edit.selectAll()
    QTest.keyClicks(edit, "vu sans mo")
    popup = page.code_font.completer().popup()
    assert [popup.model().index(row, 0).data() for row in range(popup.model().rowCount())] == ["DejaVu Sans Mono"]
    QTest.keyClick(popup, DOWN)
    QTest.keyClick(popup, ENTER)
    assert maker.here.preferences.settings.code_font == "DejaVu Sans Mono"


async def test_a_partial_name_chooses_nothing(maker: ShellMaker) -> None:
    page = page_of(await maker.open())
    edit = page.text_font.lineEdit()
    edit.selectAll()
    QTest.keyClicks(edit, "no such")
    QTest.keyClick(edit, ENTER)
    assert page.text_font.currentText() == "Match system"
    assert maker.here.preferences.settings.text_font == ""


def test_code_is_offered_monospaced_fonts_without_symbol_fonts(qapp: QApplication) -> None:
    text, code = families(for_code=False), families(for_code=True)
    assert {"DejaVu Sans", "DejaVu Serif", "Noto Sans CJK SC", "DejaVu Sans Mono"} <= set(text)
    assert {"DejaVu Sans Mono", "Noto Sans Mono CJK SC"} <= set(code)
    assert "DejaVu Serif" not in code
    assert not {"Noto Color Emoji", "Standard Symbols PS"} & {*text, *code}
    assert text == sorted(text, key=str.casefold)
    assert all(QFontDatabase.hasFamily(family) for family in text)


def test_each_family_is_shown_in_itself(qapp: QApplication) -> None:
    choice = FontChoice()
    choice.set_family("")
    row = choice.findText("DejaVu Serif")
    assert choice.itemData(row, Qt.ItemDataRole.FontRole).families() == ["DejaVu Serif"]
    assert choice.itemText(0) == "Match system"
    choice.deleteLater()
