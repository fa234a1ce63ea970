"""Text written by others is shown literally in tool tips."""

from __future__ import annotations

from PySide6.QtGui import QTextDocument

from desktop_chat.ui.widgets.tool_tips import plain_tool_tip


def test_markup_is_shown_literally() -> None:
    words = 'Image: <img src="file:///x"> & <b>bold</b>'
    shown = QTextDocument()
    shown.setHtml(plain_tool_tip(words))
    assert shown.toPlainText() == words


def test_plain_text_is_unchanged() -> None:
    assert plain_tool_tip("A grey cat") == "A grey cat"
