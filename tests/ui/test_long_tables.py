"""Tables with many rows: late rows fit into the columns of the first ones."""

from __future__ import annotations

import pytest
from page_world import Page
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.events import ReplyDelta
from desktop_chat.ui.transcript.entries import BlockEntry


def table(rows: int) -> str:
    lines = [f"| row {10 ** (row // 8)} | {10 ** (row // 6)} | words |" for row in range(rows)]
    return "\n".join(["| name | number | note |", "|---|--:|---|", *lines])


def widths(page: Page) -> list[tuple[int, ...]]:
    view = page.view
    view.page.scroll_by(-10_000)
    entries = [one.entry for one in view.page.placed if isinstance(one.entry, BlockEntry)]
    return [entry.layout.columns for entry in entries if entry.layout is not None and entry.layout.columns]


def test_late_rows_of_a_long_table_do_not_wrap_if_there_is_room(qapp: QApplication, qtbot: QtBot) -> None:
    page = Page(qapp, qtbot, "Go", table(40))
    page.view.resize(700, 2_400)
    found = widths(page)
    assert len(found) > 1
    assert len(set(found)) == 1
    pitch = page.view.document.render_style.cell.pitch
    for one in page.view.page.placed:
        if isinstance(one.entry, BlockEntry) and one.entry.layout is not None and one.entry.layout.columns:
            assert {box.height for box in one.entry.layout.boxes if box.text} == {pitch}


@pytest.mark.parametrize("step", [7, 400])
def test_a_long_streamed_table_looks_like_an_opened_one(qapp: QApplication, qtbot: QtBot, step: int) -> None:
    text = table(40)
    streamed, opened = Page(qapp, qtbot, "Go", running=True), Page(qapp, qtbot, "Go", text)
    for page in (streamed, opened):
        page.view.resize(700, 2_400)
    for at in range(0, len(text), step):
        streamed.view.model.on_event(ReplyDelta("m1", TextDelta(text[at : at + step])))
        streamed.view.model.tell()
        streamed.view.viewport().grab()
    assert widths(streamed) == widths(opened)


def test_a_short_table_is_as_wide_as_its_text(qapp: QApplication, qtbot: QtBot) -> None:
    page = Page(qapp, qtbot, "Go", table(6))
    (columns,) = widths(page)
    assert sum(columns) < 300
