"""Key names are the same in every language, as on keyboards."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from desktop_chat.ui.languages import Languages
from desktop_chat.ui.shortcut_text import shortcut_text


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has signs of its own")
@pytest.mark.parametrize(
    ("shortcut", "text"),
    [
        ("Enter", "Enter"),
        ("Shift+Enter", "Shift+Enter"),
        ("Up", "↑"),
        ("Alt+Down", "Alt+↓"),
        ("Ctrl++", "Ctrl++"),
        ("Ctrl+PgDown", "Ctrl+PgDown"),
    ],
)
def test_keys_are_named_as_on_the_keyboard(qapp: QApplication, shortcut: str, text: str) -> None:
    before, languages = QLocale(), Languages(qapp)
    for language in ("zh_CN", "en"):
        languages.set_language(language)
        assert shortcut_text(shortcut) == text
    QLocale.setDefault(before)
