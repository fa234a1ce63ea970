"""Text written by others is shown literally in tooltips."""

from __future__ import annotations

from PySide6.QtGui import QTextDocument

from desktop_chat.ui.widgets.tooltips import plain_tooltip


def test_markup_is_shown_literally() -> None:
    words = 'Image: <img src="file:///x"> & <b>bold</b>'
    shown = QTextDocument()
    shown.setHtml(plain_tooltip(words))
    assert shown.toPlainText() == words


def test_plain_text_is_unchanged() -> None:
    assert plain_tooltip("A grey cat") == "A grey cat"
