"""Code that is designed to block the window: endless lines, and texts that their lexer never finishes."""

from __future__ import annotations

from functools import partial

import pytest
from page_world import Open, Page
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.events import ReplyDelta
from desktop_chat.markdown.long_lines import MAX_CHARACTERS
from desktop_chat.services import highlight_process
from desktop_chat.ui.transcript.blocks.highlighter import _MAX_MARKS
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.find.shown_text import block_text
from desktop_chat.ui.transcript.selection.copying import layout_text
from desktop_chat.ui.transcript.viewport.scroller import Placed

LINE = "foo = bar(1, 'x') + " * 19_500
ENDLESS = "```endless\n" + "x = 1\n" * 400 + "```"


@pytest.fixture
def show(qapp: QApplication, qtbot: QtBot) -> Open:
    return partial(Page, qapp, qtbot)


@pytest.fixture
def page(show: Open, qtbot: QtBot) -> Page:
    """Return the block with the long line, split and laid out."""
    page = show("q", f"before\n\n```python\n{LINE}\nlast = 1\n```\n\nafter")
    qtbot.waitUntil(lambda: any(shows(one, "after") for one in page.view.page.placed))
    return page


def coloured(page: Page, words: str) -> bool:
    """Return whether a line of code is visible and highlighted."""
    found = [one.entry for one in page.view.page.placed if shows(one, words)]
    return any(isinstance(entry, BlockEntry) and entry.marks_of(0, words) for entry in found)


def shows(one: Placed, words: str) -> bool:
    return isinstance(one.entry, BlockEntry) and words in one.entry.block.source


def test_a_line_of_390_000_characters_is_partially_laid_out(page: Page) -> None:
    layout = page.entry("last = 1").layout
    assert layout is not None
    assert [len(box.text) for box in layout.boxes] == [MAX_CHARACTERS, 8]
    assert [label.text.split()[0] for label in layout.labels] == ["386000"]
    assert page.block("after").y > page.block("last = 1").y


def test_a_copy_includes_all_of_a_long_line(page: Page) -> None:
    entry = page.entry("last = 1")
    assert entry.layout is not None
    assert layout_text(entry.layout) == f"{LINE}\nlast = 1"
    assert layout_text(entry.layout, 2, MAX_CHARACTERS) == LINE[2:]
    assert layout_text(entry.layout, 2, MAX_CHARACTERS - 1) == LINE[2 : MAX_CHARACTERS - 1]
    assert layout_text(entry.layout, MAX_CHARACTERS, MAX_CHARACTERS + 5) == "\nlast"
    assert page.control("last = 1", "copy_code").value == f"{LINE}\nlast = 1"
    page.view.page.select_all()
    assert LINE in page.copied


def test_find_counts_the_laid_out_part_of_a_long_line(show: Open) -> None:
    page = show("q", f"```\n{'word ' * 2_000}\n```")
    entry = page.entry("word")
    assert entry.layout is not None
    laid_out = "\n".join([box.text for box in entry.layout.boxes])
    assert block_text(entry.nodes(), page.view.document.render_style.formulas) == laid_out
    assert laid_out.count("word") == MAX_CHARACTERS // 5


def test_a_text_that_no_lexer_finishes_stays_plain_and_the_next_one_is_highlighted(
    show: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(highlight_process, "_LIMIT_S", 0.3)
    monkeypatch.setattr(highlight_process, "_CHARACTERS_PER_S", 1e12)
    page = show("q", "```python\nx = 1\n```\n\n" + ENDLESS + "\n\n```python\ny = 2\n```")
    qtbot.waitUntil(lambda: coloured(page, "y = 2"))
    qtbot.waitUntil(lambda: not page.view._highlighter._timer.isActive())
    assert not page.entry("x = 1\nx = 1")._marks
    page.view.scroller.move(-1_000_000)
    page.view.page.show_changes()
    qtbot.waitUntil(lambda: coloured(page, "x = 1"))


def test_the_same_text_streamed(show: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highlight_process, "_LIMIT_S", 0.3)
    monkeypatch.setattr(highlight_process, "_CHARACTERS_PER_S", 1e12)
    page = show("q", running=True)
    for start in range(0, len(ENDLESS), 50_000):
        page.view.model.on_event(ReplyDelta("m1", TextDelta(ENDLESS[start : start + 50_000])))
        page.view.model.tell()
        QApplication.processEvents()
    page.view.model.on_event(ReplyDelta("m1", TextDelta("\n\n```python\ny = 2\n```\n\nend\n")))
    page.view.model.tell()
    qtbot.waitUntil(lambda: coloured(page, "y = 2"))
    qtbot.waitUntil(lambda: not page.view._highlighter._timer.isActive())
    page.view.hide()


def test_lines_full_of_tokens_cost_layout_little(show: Open, qtbot: QtBot) -> None:
    page = show("q", "```python\n" + "\n".join(["1,'x'," * 60] * 30) + "\n```")
    qtbot.waitUntil(lambda: any(shows(one, "1,'x',") for one in page.view.page.placed))
    entry = page.entry("1,'x',")
    qtbot.waitUntil(lambda: bool(entry._marks))
    ((_, marks),) = entry._marks.values()
    assert 0 < sum(len(line) for line in marks) <= _MAX_MARKS
