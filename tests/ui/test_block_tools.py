"""Code and tables have tools: counted, copied in several formats, wrapped or not, and saved as a file."""

from __future__ import annotations

import itertools
from functools import partial
from pathlib import Path

import pytest
from page_world import Open, Page
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu
from pytestqt.qtbot import QtBot
from scrolling import scroll_to_message

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.events import ReplyDelta
from desktop_chat.markdown.block import Kind
from desktop_chat.markdown.nodes import Code
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter
from desktop_chat.ui.transcript.blocks.code_state import CODE_KINDS, code_lines
from desktop_chat.ui.transcript.controls.code_saving import suggested_name, write_text
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.widgets.async_dialog import Question

WIDE = "| " + " | ".join(f"column {n}" for n in range(12)) + " |\n" + "|---" * 12 + "|\n" + "| some words " * 12 + "|\n"
MIDDLING = "| a | b |\n|---|---|\n| " + "many words " * 8 + " | " + "and more of them " * 8 + " |\n"
SMALL = "| left | right |\n|:--|--:|\n| 1 | **2** |\n"
LONG = "| number | square |\n|--:|--:|\n" + "\n".join(f"| {n} | {n * n} |" for n in range(100))


@pytest.fixture
def show(qapp: QApplication, qtbot: QtBot) -> Open:
    return partial(Page, qapp, qtbot)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def hover(page: Page, words: str) -> None:
    QTest.mouseMove(page.view.viewport(), page.point(words))


def choose(page: Page, words: str) -> None:
    """Choose an entry of the open menu."""
    menu = page.view.findChild(QMenu)
    assert menu is not None
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.close()


# --- tables -----------------------------------------------------------------------------------------------------


def test_the_tools_of_a_table_appear_on_hover_and_move_nothing(show: Open) -> None:
    page = show("q", f"Words above\n\n{SMALL}\nWords below")
    assert not page.sees("left", "copy_table")
    places = [(one.y, one.entry.height) for one in page.view.page.placed]
    hover(page, "left")
    assert page.sees("left", "copy_table")
    assert [(one.y, one.entry.height) for one in page.view.page.placed] == places
    hover(page, "Words below")
    assert not page.sees("left", "copy_table")
    while page.view.hit_tester.focused is None or page.view.hit_tester.focused.name != "copy_table":
        assert page.view.hit_tester.move_focus(forward=True)
    assert page.sees("left", "copy_table")


def test_the_tools_cover_no_text(show: Open) -> None:
    for text in (SMALL, f"Words above\n\n{WIDE}", f"- item\n\n  {SMALL.replace(chr(10), chr(10) + '  ')}"):
        page = show("q", text)
        layout = page.block("left" if "left" in text else "column").entry.layout
        assert layout is not None
        tools = [control.rects[0] for control in layout.controls if control.local]
        letters = [rect for box in layout.boxes for rect in box.rects(0, len(box.text))]
        assert tools
        assert not any(tool.intersects(rect) for tool in tools for rect in letters)
        assert all(tool.top() >= 0 and tool.right() <= layout.width for tool in tools)


def test_focus_returns_when_a_menu_closes(show: Open, qtbot: QtBot) -> None:
    page = show("q", SMALL)
    page.view.activateWindow()
    page.view.setFocus()
    qtbot.waitUntil(page.view.hasFocus)
    while page.view.hit_tester.focused is None or page.view.hit_tester.focused.name != "copy_table":
        assert page.view.hit_tester.move_focus(forward=True)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    menu = page.view.findChild(QMenu)
    assert menu is not None
    qtbot.waitUntil(menu.isVisible)
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.view.findChildren(QMenu))
    assert page.view.hit_tester.focused is not None
    assert page.sees("left", "copy_table")


@pytest.mark.parametrize(
    ("words", "copied"),
    [
        ("Copy table as Markdown", SMALL.strip()),
        ("Copy table as CSV", "left,right\r\n1,2"),
        ("Copy table for spreadsheet", "left\tright\n1\t2"),
    ],
)
def test_a_table_is_copied_in_the_chosen_format(show: Open, words: str, copied: str) -> None:
    page = show("q", SMALL)
    page.press("left", "copy_table")
    assert page.sees("left", "copy_table")
    choose(page, words)
    assert clipboard() == copied
    assert page.control("left", "copy_table").label == "Copied"
    page.view.clipboard._unsay()
    page.view.clipboard._timer.stop()
    assert page.control("left", "copy_table").label == "Copy as..."


def test_all_rows_of_a_long_table_are_copied(show: Open) -> None:
    page = show("q", f"Words\n\n{LONG}")
    scroll_to_message(page.view, 1)
    entry, tools = page.entry("square"), page.view.hit_tester.tools
    assert tools.table_text(1, entry, 0, "markdown") == LONG
    assert tools.table_text(1, entry, 0, "csv").split("\r\n")[1:] == [f"{n},{n * n}" for n in range(100)]
    page.view.page.scroll_by(700)
    last = page.entry("400")
    assert last is not entry
    assert tools.table_text(1, last, 0, "tsv").count("\n") == 100


def test_a_table_in_a_list_can_be_copied_alone(show: Open) -> None:
    page = show("q", "- item\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n\n  | c |\n  |---|\n  | 3 |\n")
    entry, tools = page.entry("item"), page.view.hit_tester.tools
    assert tools.table_text(1, entry, 1, "markdown") == "| c |\n|---|\n| 3 |"
    assert tools.table_text(1, entry, 0, "csv") == "a,b\r\n1,2"
    assert len([control for control in entry.controls() if control.name == "copy_table"]) == 2


def test_a_wide_table_can_be_wrapped(show: Open) -> None:
    page = show("q", WIDE)
    entry = page.entry("column 1")
    assert entry.layout is not None
    assert entry.layout.panes[0].hidden_width > 0
    page.press("column 1", "wrap_table")
    layout = page.entry("column 1").layout
    assert layout is not None
    assert layout.panes[0].hidden_width == 0
    page.press("column 1", "unwrap_table")
    layout = page.entry("column 1").layout
    assert layout is not None
    assert layout.panes[0].hidden_width > entry.layout.panes[0].hidden_width - 1


def test_wrapping_is_offered_only_where_it_matters(show: Open) -> None:
    page = show("q", f"{SMALL}\n\n{MIDDLING}")
    assert not any("wrap" in control.name for control in page.entry("left").controls())
    page.press("many", "unwrap_table")
    layout = page.entry("many").layout
    assert layout is not None
    assert layout.panes[0].hidden_width > 0
    assert max(layout.columns) <= 640
    page.press("many", "wrap_table")
    assert page.control("many", "unwrap_table")


def test_wrapping_does_not_move_what_was_clicked(show: Open) -> None:
    page = show("q", f"Words above\n\n{WIDE}\n\n" + "\n\n".join(["More words"] * 30))
    scroll_to_message(page.view, 0)
    before = page.block("column 1").y
    page.press("column 1", "wrap_table")
    assert page.block("column 1").y == before


# --- code -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 2, 79, 80, 81, 82, 160, 161, 250])
@pytest.mark.parametrize("form", ["```py\n{}\n```", "```py\n{}", "~~~~\n{}\n~~~~\n\nmore", "    {}\n\nmore"])
def test_the_line_count_includes_all_parts(count: int, form: str) -> None:
    lines = [f"line {number}" for number in range(count)]
    text = form.format("\n".join(f"    {line}" for line in lines)[4:] if form[0] == " " else "\n".join(lines))
    blocks = [block for block in BlockSplitter(text).blocks if block.kind in CODE_KINDS]
    shown = [node.text for block in blocks for node in render(block) if isinstance(node, Code) and node.text]
    assert sum(code_lines(block) for block in blocks) == sum(text.count("\n") + 1 for text in shown) or count == 0
    assert sum(code_lines(block) for block in blocks) == count or count == 0


def test_the_header_shows_language_and_lines_of_all_parts(show: Open) -> None:
    page = show("q", "```python\n" + "\n".join(f"x = {n}" for n in range(200)) + "\n```\n\n```\none\n```")
    scroll_to_message(page.view, 1)
    entry = page.entry("x = 1")
    assert entry.layout is not None
    assert entry.line_count == 200
    assert entry.layout.heads[0].words(200).startswith("Python")
    assert "200" in entry.layout.heads[0].words(200)


def test_the_count_grows_while_code_streams_and_then_stays(show: Open, qtbot: QtBot) -> None:
    page = show("q", running=True)
    page.view.resize(700, 3_000)

    def stream(text: str) -> None:
        page.view.model.on_event(ReplyDelta("m1", TextDelta(text)))
        page.view.model.tell()
        QApplication.processEvents()

    stream("```python\n")
    for number in range(90):
        stream(f"x = {number}\n")
    first = page.entry("x = 1")
    qtbot.waitUntil(lambda: not page.view._highlighter._timer.isActive())
    layout = first.layout
    before = page.view.grab().toImage()
    stream("y = 1\ny = 2\n")
    assert first.layout is layout
    assert first.line_count == 92
    assert page.view.grab().toImage() != before
    partly = page.view.screen().grabWindow(page.view.winId()).toImage()
    page.view.viewport().repaint()
    assert partly == page.view.screen().grabWindow(page.view.winId()).toImage()
    page.view.hide()


def test_parts_of_code_scroll_horizontally_together(show: Open) -> None:
    lines = ["short"] * 100 + ["long " * 100] + ["short"] * 10
    page = show("q", "```\n" + "\n".join(lines) + "\n```")
    page.view.resize(700, 3_000)
    scroll_to_message(page.view, 0)
    parts = [
        one.entry
        for one in page.view.page.placed
        if isinstance(one.entry, BlockEntry) and one.entry.block.kind is Kind.CODE
    ]
    assert len(parts) == 2
    hidden = {part.layout.panes[0].hidden_width for part in parts if part.layout is not None}
    assert len(hidden) == 1
    assert hidden.pop() > 0


def test_all_parts_of_code_without_a_fence_are_copied(show: Open) -> None:
    lines = "\n".join(f"x = {n}" for n in range(100))
    page = show("q", "\n".join(f"    {line}" for line in lines.split("\n")))
    scroll_to_message(page.view, 1)
    page.press("x = 1", "copy_code")
    assert clipboard() == lines
    page.view.clipboard._unsay()
    page.view.clipboard._timer.stop()


@pytest.mark.parametrize("width", [900, 420, 300, 240, 200])
@pytest.mark.parametrize("depth", [0, 3])
def test_the_header_never_overlaps_at_any_width(show: Open, width: int, depth: int) -> None:
    indent = "  " * depth
    items = "".join("  " * level + "- item\n\n" for level in range(depth))
    page = show("q", f"{items}{indent}```averylonglanguage\n{indent}x\n{indent}y\n{indent}```\n")
    page.view.resize(width, 500)
    entry = next(one.entry for one in page.view.page.placed if one.entry.layout and one.entry.layout.heads)
    assert entry.layout is not None
    head = entry.layout.heads[0].rect
    rects = [
        control.rects[0] for control in entry.layout.controls if control.name in {"wrap", "save_code", "copy_code"}
    ]
    assert rects
    for left, right in itertools.pairwise(rects):
        assert left.right() <= right.left()
    assert head.right() <= rects[0].left()
    assert rects[-1].right() <= entry.layout.width
    if width >= 900:
        assert [control.shows_label for control in entry.controls()] == [True, False, True]


def test_showing_copied_moves_no_button(show: Open) -> None:
    page = show("q", "```py\nx = 1\n```")
    before = [control.rects for control in page.entry("x = 1").controls()]
    page.press("x = 1", "copy_code")
    assert clipboard() == "x = 1"
    assert [control.rects for control in page.entry("x = 1").controls()] == before
    page.view.clipboard._unsay()
    page.view.clipboard._timer.stop()


# --- saving -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("x = 1", "python", "snippet.py"),
        ("x", "", "snippet.txt"),
        ("x", "unheard-of", "snippet.txt"),
        ("FROM x", "dockerfile", "Dockerfile"),
        ("# src/app/main.py\nx", "python", "main.py"),
        ("// File: index.d.ts\nx", "ts", "index.d.ts"),
        ("<!-- page.html -->\nx", "html", "page.html"),
        ("/* look.css */\nx", "css", "look.css"),
        ("# This is main.py, changed\nx", "python", "snippet.py"),
        ("# ../../.bashrc\nx", "sh", "snippet.sh"),
        ("#!/bin/sh\nx", "sh", "snippet.sh"),
        ("# report.pdf.desktop\nx", "desktop", "report_pdf.desktop.txt"),
        ("# autorun.inf\nx", "ini", "autorun.inf.txt"),
        ("# desktop.ini\nx", "ini", "desktop.ini.txt"),
        ("# invoice.pdf.sh\nx", "sh", "invoice_pdf.sh"),
        ("# setup.EXE\nx", "", "setup.EXE.txt"),
        ("# con.py\nx", "python", "_con.py"),
        ("# LPT1.tar.gz\nx", "", "_LPT1.tar.gz"),
        ("# jquery.min.js\nx", "js", "jquery.min.js"),
        ("# annex\u202efdp.sh\nx", "sh", "snippet.sh"),
        ("# annex\u200bfdp.sh\nx", "sh", "snippet.sh"),
    ],
)
def test_a_name_is_suggested(code: str, language: str, name: str) -> None:
    assert suggested_name(code, language) == name


def test_a_file_is_written_atomically_with_a_final_newline(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert write_text(path, "one\r\n中文") == ""
    assert path.read_bytes() == "one\r\n中文\n".encode()
    assert write_text(path, "two\n") == ""
    assert path.read_bytes() == b"two\n"
    assert list(tmp_path.iterdir()) == [path]


def test_code_is_saved_where_the_user_chooses(show: Open, tmp_path: Path, qtbot: QtBot) -> None:
    page = show("q", "```python\n" + "\n".join(f"x = {n}" for n in range(100)) + "\n```\n\nend")
    scroll_to_message(page.view, 1)
    page.view.window().setProperty("desktop_chat_save_folder", str(tmp_path))
    page.press("x = 1", "save_code")
    dialog = page.view.findChild(QFileDialog)
    assert dialog is not None
    assert [Path(name).name for name in dialog.selectedFiles()] == ["snippet.py"]
    assert Path(dialog.directory().absolutePath()) == tmp_path
    dialog.selectFile(str(tmp_path / "mine.py"))
    dialog.accept()
    qtbot.waitUntil((tmp_path / "mine.py").exists)
    assert (tmp_path / "mine.py").read_text() == "\n".join(f"x = {n}" for n in range(100)) + "\n"
    assert page.control("x = 1", "save_code").label == "Saved"
    page.view.clipboard._unsay()
    page.view.clipboard._timer.stop()


def test_a_failed_save_is_reported_and_another_place_offered(show: Open, tmp_path: Path, qtbot: QtBot) -> None:
    page = show("q", "```python\nx = 1\n```")
    done: list[bool] = []
    saver = page.view.hit_tester.tools.saver
    saver.write("x", str(tmp_path / "nowhere" / "a.py"), saved=lambda: done.append(True))
    question = page.view.findChild(Question)
    assert question is not None
    assert "a.py" in question.accessibleDescription()
    question.accept()
    dialog = page.view.findChild(QFileDialog)
    assert dialog is not None
    dialog.reject()
    assert not done
    qtbot.waitUntil(lambda: not page.view.findChildren(QDialog))


def test_the_context_menu_offers_the_tools_too(show: Open) -> None:
    lines = "\n".join(f"x = {n}" for n in range(100))
    page = show("q", f"```python\n{lines}\n```\n\n{SMALL}")
    for words, offered in (
        ("x = 99", ["Copy code", "Save as file..."]),
        ("left", ["Copy table as Markdown", "Copy table as CSV", "Copy table for spreadsheet"]),
    ):
        at = page.point(words)
        page.view.hit_tester.open_context_menu(QPointF(at), page.view.viewport().mapToGlobal(at))
        menu = page.view.findChild(QMenu)
        assert menu is not None
        message = ["Copy", "Copy as Markdown", "Copy as rich text", "Quote in composer"]
        message += ["Regenerate", "Regenerate with...", "Inspect request...", "Export...", "Delete"]
        listed = [action.text() for action in menu.actions() if not action.isSeparator()]
        assert listed == [*offered, *message, "Select all"]
        menu.actions()[0].trigger()
        menu.close()
        QApplication.sendPostedEvents(menu, QEvent.Type.DeferredDelete.value)
    assert clipboard() == SMALL.strip()
    page.view.clipboard._unsay()
    page.view.clipboard._timer.stop()


def test_tools_have_accessible_names(show: Open) -> None:
    page = show("q", f"{WIDE}\n\n```py\nx\n```")
    for words in ("column 1", "x"):
        assert all(control.label for control in page.entry(words).controls())
    at = page.control("x", "save_code").rects[0].center() + QPointF(page.view.page.column_x, page.block("x").y)
    assert page.view.hit_tester.tip_at(at) == "Save as file"
