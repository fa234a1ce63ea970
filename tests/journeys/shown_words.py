"""All texts on the screen, and those that are not in the window's current language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QSpinBox,
    QTabBar,
    QWidget,
)

from desktop_chat.ui.transcript.view import TranscriptView

CHINESE_FILE = Path(__file__).parents[2] / "resources" / "i18n" / "desktop_chat_zh_CN.ts"
OWN_NAMES = {"简体中文", "English"}
"""The list of languages shows each in its own language."""


def left_in_english() -> list[str]:
    """Return the English texts on screen while the window's language is Chinese."""
    return [word for word in words_on_screen() if word not in OWN_NAMES and _ENGLISH.fullmatch(word)]


def left_in_chinese() -> list[str]:
    """Return the Chinese texts on screen while the window's language is English."""
    return [word for word in words_on_screen() if word not in OWN_NAMES and _CHINESE.fullmatch(word)]


def words_on_screen() -> set[str]:
    """Return the texts of all visible widgets, with their tooltips and accessible names."""
    roots = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    widgets = [widget for root in roots for widget in [root, *root.findChildren(QWidget)] if widget.isVisible()]
    return {word.replace("&", "").strip() for widget in widgets for word in _words_of(widget) if word.strip()}


def _words_of(widget: QWidget) -> Iterator[str]:
    yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
    if widget.isWindow():
        yield widget.windowTitle()
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QLineEdit() | QPlainTextEdit():
            yield widget.placeholderText()
        case QSpinBox():
            yield from (widget.specialValueText(), widget.suffix())
        case TranscriptView():
            yield from _painted(widget)
    yield from _entries(widget)


def _entries(widget: QWidget) -> Iterator[str]:
    match widget:
        case QComboBox():
            yield from (widget.itemText(row) for row in range(widget.count()))
        case QListView():
            model = widget.model()
            yield from (str(model.index(row, 0).data()) for row in range(model.rowCount()))
        case QTabBar():
            yield from (widget.tabText(row) for row in range(widget.count()))
        case QMenu():
            yield from (action.text() for action in widget.actions())


def _painted(view: TranscriptView) -> Iterator[str]:
    """Return the texts around the messages, piece by piece; messages may be in any language."""
    for placed in view.page.placed:
        if placed.entry.layout is not None:
            yield from (part for label in placed.entry.layout.labels for part in re.split(r"\s+[·・]\s+", label.text))
        yield from (control.label for control in placed.entry.controls())


def _any_of(texts: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(_pattern(text) for text in texts if _has_words(text)), re.DOTALL)


def _pattern(text: str) -> str:
    r"""Return the pattern of a text as shown: '%n model(s) of {server}' -> '\d+ models? of .+'."""
    escaped = re.escape(text.replace("&", "").strip())
    escaped = re.sub(r"\\\{\w+\\\}", ".+", escaped).replace("%n", r"\d+")
    return re.sub(r"\\\((e?s)\\\)", r"(\1)?", escaped)


def _has_words(text: str) -> bool:
    return re.search(r"[^\W\d_]{2}", re.sub(r"\{\w+\}|%n", "", text)) is not None


def _sentences() -> list[tuple[str, str]]:
    """Return all texts that differ between English and Chinese."""
    found = []
    for message in ET.parse(CHINESE_FILE).getroot().iter("message"):
        target = message.find("translation")
        assert target is not None
        found.append((message.findtext("source") or "", target.findtext("numerusform") or target.text or ""))
    return [(english, chinese) for english, chinese in found if english != chinese]


_ENGLISH = _any_of([english for english, _ in _sentences()])
_CHINESE = _any_of([chinese for _, chinese in _sentences()])
