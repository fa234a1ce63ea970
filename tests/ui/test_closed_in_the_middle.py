"""A transcript that is closed or hidden while something is going on in it: nothing keeps running, nothing fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest
import shiboken6
from page_world import LEFT, NONE, Page
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.events import ReplyDelta
from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.ui.transcript.find.find import FindSession

TEXT = """Some words to select, a formula $x^2$ and ![a picture](https://example.com/p.png).

```python
x = 1
```

| left | right |
|------|-------|
| 1 | 2 |

""" + "\n\n".join(f"paragraph number {number} with some words" for number in range(60))


@pytest.fixture
def page(qapp: QApplication, qtbot: QtBot) -> Page:
    """A page that only the test closes."""
    hands = SimpleNamespace(addWidget=lambda _widget: None, waitExposed=qtbot.waitExposed)
    made = Page(qapp, cast(QtBot, hands), "question", TEXT, "another", running=True)
    made.view.scroller.go_to_height(0)
    made.view.page.show_changes()
    return made


def drag_beyond_the_edge(page: Page) -> None:
    page.drag(page.point("Some words"), QPoint(100, page.view.viewport().height() + 200), let_go=False)


def press_selected_words(page: Page) -> None:
    page.view.page.select_all()
    QTest.mousePress(page.view.viewport(), LEFT, NONE, page.point("Some words"))


def glide(page: Page) -> None:
    page.view.smooth_scroll.by_pages(1)
    page.view.smooth_scroll.by_pages(1)


def open_the_menu_of_a_table(page: Page) -> None:
    page.press("left", "copy_table")


def open_the_context_menu(page: Page) -> None:
    point = page.point("Some words")
    page.view.hit_tester.open_context_menu(point.toPointF(), page.view.viewport().mapToGlobal(point))


def copy_code(page: Page) -> None:
    page.press("x = 1", "copy_code")


def ask_where_to_save_code(page: Page) -> None:
    page.press("x = 1", "save_code")


def look_for_something(page: Page) -> None:
    page.view.find_session = FindSession(page.view.page)
    page.view.find_session.search(FindQuery("paragraph"))


def copy_very_much(page: Page) -> None:
    page.view.page.select_all()
    page.view.model.on_event(ReplyDelta("m3", TextDelta("word " * 40_000)))
    page.view.model.tell()
    page.view.clipboard.put_selection(markdown=False)


def stream(page: Page) -> None:
    page.view.model.on_event(ReplyDelta("m3", TextDelta("a backlog of words\n\n" * 20_000)))
    page.view.model.tell()


MIDDLES = [
    drag_beyond_the_edge,
    press_selected_words,
    glide,
    open_the_menu_of_a_table,
    open_the_context_menu,
    copy_code,
    ask_where_to_save_code,
    look_for_something,
    copy_very_much,
    stream,
]


@pytest.mark.parametrize("begin", MIDDLES, ids=lambda begin: begin.__name__)
def test_a_view_that_is_deleted_during_work_leaves_nothing(
    page: Page, qtbot: QtBot, begin: Callable[[Page], None]
) -> None:
    begin(page)
    shiboken6.delete(page.view)
    QApplication.processEvents()
    qtbot.waitUntil(lambda: not [one for one in threading.enumerate() if one.name == "formulas"])
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu)]


@pytest.mark.parametrize("begin", MIDDLES, ids=lambda begin: begin.__name__)
def test_a_hidden_view_does_not_keep_scrolling(page: Page, qtbot: QtBot, begin: Callable[[Page], None]) -> None:
    begin(page)
    page.view.hide()
    place = page.view.scroll_place()
    jumps, moves = page.view.scroller.jumps, page.view.scroller.moves
    qtbot.waitUntil(lambda: not [one for one in threading.enumerate() if one.name == "formulas"])
    gathering = page.view.clipboard._gathering  # a requested copy is finished all the same
    repeating = [timer for timer in page.view.findChildren(QTimer) if timer.isActive() and not timer.isSingleShot()]
    assert [timer for timer in repeating if timer is not gathering] == []
    assert (page.view.scroller.jumps, page.view.scroller.moves) == (jumps, moves)
    assert page.view.scroll_place() == place
    shiboken6.delete(page.view)
