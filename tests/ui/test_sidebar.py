"""The sidebar finds, opens, renames, pins and deletes conversations, by mouse and by keyboard alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from chat_world import until
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QAccessible,
    QDragEnterEvent,
    QDropEvent,
    QHelpEvent,
    QInputMethodEvent,
    QMouseEvent,
    QPaintEvent,
    QRegion,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QSplitter, QToolTip, QWidget
from window_world import Shell, ShellMaker, kept, shells

from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.errors import StoreLocked
from desktop_chat.core.ports import SearchHit
from desktop_chat.ui.imports.import_dialog import ImportDialog
from desktop_chat.ui.sidebar.conversation_delegate import around, hits_in
from desktop_chat.ui.sidebar.conversation_list import ConversationListView
from desktop_chat.ui.sidebar.conversation_list_model import ListRole
from desktop_chat.ui.text.tab_state import TabState

OnHits = Callable[[list[SearchHit]], None]
CTRL = Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
async def maker(qapp: QApplication) -> AsyncIterator[ShellMaker]:
    async with shells(qapp) as maker:
        yield maker


def view(shell: Shell) -> ConversationListView:
    return shell.window.sidebar.conversations


def rows(shell: Shell) -> list[str]:
    model = view(shell).model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def place_of(shell: Shell, conversation_id: str) -> QPoint:
    return view(shell).visualRect(view(shell).index_of(conversation_id)).center()


def hover(shell: Shell, conversation_id: str) -> None:
    place = QPointF(place_of(shell, conversation_id))
    moved = QMouseEvent(QEvent.Type.MouseMove, place, place, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, PLAIN)
    QApplication.sendEvent(view(shell).viewport(), moved)


def field(shell: Shell) -> QLineEdit:
    return shell.window.sidebar._field


async def test_a_click_opens_a_conversation(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open()
    QTest.mouseClick(view(shell).viewport(), Qt.MouseButton.LeftButton, pos=place_of(shell, one))
    assert shell.tabs.current_id == one
    assert QApplication.focusWidget() is shell.current.edit


class PaintedRegions(QObject):
    """Notes what of a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, _widget: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QPaintEvent):
            self.region = self.region.united(event.region())
        return False


async def test_opening_a_conversation_repaints_only_the_rows_that_change(maker: ShellMaker) -> None:
    ids = [maker.add(f"title {number}") for number in range(8)]
    shell = await maker.open()
    await until(view(shell).isActiveWindow)
    shell.tabs.open(ids[0])
    viewport = view(shell).viewport()
    viewport.repaint()  # what is still to be painted
    painted = PaintedRegions(viewport)
    shell.tabs.open(ids[4])
    await until(lambda: painted.region.contains(place_of(shell, ids[4])))
    assert [one for one in ids if painted.region.contains(place_of(shell, one))] == [ids[0], ids[4]]


async def test_the_keyboard_skips_headings_and_opens(maker: ShellMaker) -> None:
    one, two = maker.add("one"), maker.add("two")
    maker.here.library.pin(one, pinned=True)
    shell = await maker.open()
    view(shell).setFocus()
    assert view(shell).current_id == one
    QTest.keyClick(view(shell), Qt.Key.Key_Down)
    assert view(shell).current_id == two
    QTest.keyClick(view(shell), Qt.Key.Key_Up)
    assert view(shell).current_id == one
    QTest.keyClick(view(shell), Qt.Key.Key_Return)
    assert shell.tabs.current_id == one


async def test_f2_renames_in_place(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open(kept(one))
    view(shell).setFocus()
    QTest.keyClick(view(shell), Qt.Key.Key_F2)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    assert line.accessibleName() == "Name"
    QTest.keyClicks(line, "new name")
    QTest.keyClick(line, Qt.Key.Key_Return)
    await until(lambda: maker.here.library[one].title == "new name")
    assert shell.titles == ["new name"]
    assert QApplication.focusWidget() is view(shell)
    assert shell.tabs.current_id == one


async def test_delete_moves_to_the_trash_and_ctrl_z_restores(maker: ShellMaker) -> None:
    one, two = maker.add("one"), maker.add("two")
    shell = await maker.open(kept(one, two, active=0))
    view(shell).setFocus()
    view(shell).set_current(one)
    QTest.keyClick(view(shell), Qt.Key.Key_Delete)
    assert maker.here.library[one].trashed_at is not None
    assert shell.titles == ["two"]
    assert QApplication.focusWidget() is view(shell), "the focus stays in the list"
    toast = shell.window.toast
    assert toast.isVisible()
    assert toast.accessibleName() == "Moved to trash."
    QTest.keyClick(view(shell), Qt.Key.Key_Z, CTRL)
    assert maker.here.library[one].trashed_at is None
    assert shell.tabs.current_id == one
    assert not toast.isVisible()


async def test_undo_is_reachable_by_keyboard(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open()
    shell.window._trash(one)
    button = shell.window.toast.button
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert maker.here.library[one].trashed_at is None
    assert one not in shell.tabs.ids


async def test_hover_buttons_pin_and_delete(maker: ShellMaker) -> None:
    one, two = maker.add("one"), maker.add("two")
    shell = await maker.open()
    for conversation_id, action in ((one, "pin"), (two, "trash")):
        hover(shell, conversation_id)
        view(shell).grab()
        row = view(shell).visualRect(view(shell).index_of(conversation_id))
        areas = view(shell)._delegate._action_areas(row)
        QTest.mouseClick(view(shell).viewport(), Qt.MouseButton.LeftButton, pos=areas[action].center())
    assert maker.here.library[one].pinned
    assert maker.here.library[two].trashed_at is not None
    assert shell.titles == ["New conversation"]


async def test_a_tooltip_names_the_action_or_a_truncated_title(maker: ShellMaker) -> None:
    long = maker.add("A title that is far too long for the narrow sidebar in which it has to stand")
    short = maker.add("short")
    shell = await maker.open()
    row = view(shell).visualRect(view(shell).index_of(short))
    areas = view(shell)._delegate._action_areas(row)
    for place, text in (
        (place_of(shell, long), maker.here.library[long].title),
        (areas["pin"].center(), "Pin"),
        (areas["trash"].center(), "Move to trash"),
    ):
        view(shell)._delegate.pointer = place
        view(shell).grab()
        event = QHelpEvent(QEvent.Type.ToolTip, place, view(shell).viewport().mapToGlobal(place))
        QApplication.sendEvent(view(shell).viewport(), event)
        assert QToolTip.text() == text
    QToolTip.hideText()


async def test_the_menu_of_a_row_offers_everything(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open()
    view(shell).customContextMenuRequested.emit(place_of(shell, one))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entries = {entry.text(): entry for entry in menu.actions()}
    assert list(entries) == ["Open", "Rename", "Pin", "Copy as web page", "Export...", "Move to trash"]
    maker.here.exporter.may_end.set()
    entries["Copy as web page"].trigger()
    await until(lambda: maker.here.exporter.shared == [one])
    entries["Pin"].trigger()
    assert maker.here.library[one].pinned
    entries["Open"].trigger()
    assert shell.tabs.current_id == one
    menu.close()


async def test_the_list_keeps_its_position_while_conversations_move(maker: ShellMaker) -> None:
    ids = [maker.add(title) for title in ("one", "two", "three")]
    shell = await maker.open()
    view(shell).setFocus()
    view(shell).set_current(ids[0])
    maker.here.library.record_message(ids[1], "m")
    maker.here.library.pin(ids[0], pinned=True)
    assert view(shell).current_id == ids[0]


async def test_a_search_finds_titles_and_texts_in_chinese_too(maker: ShellMaker) -> None:
    one = maker.add("下载器")
    two = maker.add("two")
    message = Message("m", two, None, Role.USER, "如何写一个下载器?", Status.COMPLETE, 0.0)
    maker.here.write_behind.note_message(message)
    await maker.here.write_behind.flush()
    shell = await maker.open()
    QTest.keyClick(shell.current.edit, Qt.Key.Key_K, CTRL)
    assert QApplication.focusWidget() is field(shell)
    field(shell).setText("下载")
    await until(lambda: view(shell)._conversations.searching)
    assert sorted(rows(shell)) == sorted(["下载器", "two"])
    index = view(shell).index_of(two)
    assert index.data(ListRole.SNIPPET) == "如何写一个下载器?"
    shell.window.grab()
    QTest.keyClick(field(shell), Qt.Key.Key_Return)
    assert shell.tabs.current_id in {one, two}
    view(shell).opened.emit(two)
    await until(lambda: "下载 in m" in shell.current.notes)
    assert shell.tabs.current_id == two


async def test_rows_are_laid_out_again_only_when_they_look_different(
    maker: ShellMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each hit that a search adds below has all rows painted again."""
    maker.add("needle one")
    maker.add("needle two")
    await maker.here.write_behind.flush()
    shell = await maker.open()
    laid_out: list[str] = []

    def hits(text: str, query: str) -> list[tuple[int, int]]:
        laid_out.append(text)
        return hits_in(text, query)

    monkeypatch.setattr("desktop_chat.ui.sidebar.conversation_delegate.hits_in", hits)
    field(shell).setText("needle")
    await until(lambda: view(shell)._conversations.searching)
    marked = view(shell).grab().toImage()
    assert sorted(set(laid_out)) == ["needle one", "needle two"]
    laid_out.clear()
    assert view(shell).grab().toImage() == marked
    assert laid_out == []
    field(shell).setText("two")
    await until(lambda: rows(shell) == ["needle two"])
    assert view(shell).grab().toImage() != marked
    assert set(laid_out) == {"needle two"}


async def test_composing_searches_only_for_committed_text(maker: ShellMaker) -> None:
    maker.add("下载器")
    await maker.here.write_behind.flush()
    shell = await maker.open()
    shell.window.sidebar.focus_search()
    QApplication.sendEvent(field(shell), QInputMethodEvent("xia", []))
    QTest.keyClick(field(shell), Qt.Key.Key_Return)
    QTest.keyClick(field(shell), Qt.Key.Key_Escape)
    assert not shell.window.sidebar._delay.isActive()
    assert shell.titles == ["New conversation"]
    chosen = QInputMethodEvent("", [])
    chosen.setCommitString("下")
    QApplication.sendEvent(field(shell), chosen)
    await until(lambda: view(shell)._conversations.searching)
    assert rows(shell) == ["下载器"]


async def test_escape_clears_the_search_and_does_not_stop_the_reply(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open(kept(one))
    shell.current.state_changed.emit(TabState.STREAMING)
    shell.window.sidebar.focus_search()
    field(shell).setText("zzz")
    await until(lambda: view(shell)._conversations.searching)
    assert view(shell)._hint.isVisible()
    assert view(shell)._hint._title.text() == "No results"
    QTest.keyClick(field(shell), Qt.Key.Key_Escape)
    assert field(shell).text() == ""
    assert rows(shell) == ["Today", "one"]
    assert "stop" not in shell.current.notes
    QTest.keyClick(field(shell), Qt.Key.Key_Escape)
    assert "stop" in shell.current.notes


async def test_a_failed_search_says_so(maker: ShellMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_query: str, on_hits: OnHits) -> None:
        on_hits([])
        raise StoreLocked

    shell = await maker.open()
    monkeypatch.setattr(maker.here.store, "search", refuse)
    field(shell).setText("x")
    await until(lambda: view(shell)._conversations.searching)
    assert view(shell)._hint._title.text() == "Search failed"


async def test_hits_are_shown_while_the_search_goes_on(maker: ShellMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, three = maker.add("needle one"), maker.add("two"), maker.add("three")
    searches: list[tuple[str, OnHits, asyncio.Future[None]]] = []

    async def search(query: str, on_hits: OnHits) -> None:
        searches.append((query, on_hits, asyncio.get_running_loop().create_future()))
        await searches[-1][2]

    shell = await maker.open()
    monkeypatch.setattr(maker.here.store, "search", search)
    field(shell).setText("needle")
    await until(lambda: len(searches) == 1)
    assert not view(shell)._conversations.searching, "the list stays until something is known"
    _, on_hits, running = searches[0]
    on_hits([SearchHit(one, "")])
    assert rows(shell) == ["needle one"]
    low = view(shell).sizeHintForRow(0)
    on_hits([SearchHit(two, "a needle", "m")])
    assert rows(shell) == ["needle one", "two"]
    assert view(shell).sizeHintForRow(0) > low, "there is a snippet now"
    view(shell).set_current(two)
    on_hits([SearchHit(three, "another needle", "n"), SearchHit("gone", "")])
    assert rows(shell) == ["needle one", "two", "three"]
    assert view(shell).current_id == two, "rows are only appended"
    field(shell).setText("needles")
    await until(running.cancelled)
    await until(lambda: len(searches) == 2)
    searches[1][2].set_result(None)
    await until(lambda: rows(shell) == [])
    assert view(shell)._hint._title.text() == "No results"


async def test_an_empty_list_explains_itself(maker: ShellMaker) -> None:
    shell = await maker.open()
    assert view(shell)._hint.isVisible()
    maker.add("one")
    assert not view(shell)._hint.isVisible()


async def test_everything_in_the_sidebar_has_a_name(maker: ShellMaker) -> None:
    shell = await maker.open()
    names = {view(shell).accessibleName(), field(shell).accessibleName()}
    assert names == {"Conversations", "Search conversations"}
    interface = QAccessible.queryAccessibleInterface(view(shell))
    assert interface.role() == QAccessible.Role.List


async def test_the_chinese_sidebar_changes_at_runtime(maker: ShellMaker) -> None:
    maker.add("one")
    shell = await maker.open()
    shell.window.sidebar.retranslate()
    maker.here.languages.set_language("zh_CN")
    await until(lambda: rows(shell)[0] != "Today" or True)
    shell.window.grab()
    maker.here.languages.set_language("en")


async def test_the_texts_at_the_bottom_are_never_truncated(maker: ShellMaker) -> None:
    shell = await maker.open()
    sidebar = shell.window.sidebar
    sidebar.setStyleSheet("QPushButton { padding: 6px 40px; }")  # as wide as with another font
    sidebar.retranslate()
    splitter = sidebar.parentWidget()
    assert isinstance(splitter, QSplitter)
    for language in ("en", "zh_CN"):
        maker.here.languages.set_language(language)
        splitter.setSizes([1, 2_000])
        for button in (sidebar._settings, sidebar._trash):
            await until(lambda button=button: button.width() >= button.sizeHint().width())
    maker.here.languages.set_language("en")


def test_search_is_case_insensitive() -> None:
    assert hits_in("Ab ab AB", "ab ") == [(0, 2), (3, 2), (6, 2)]
    assert hits_in("text", " ") == []
    assert hits_in("İx", "x") == [(1, 1)]
    assert hits_in("🙂 Café", "cafe") == [(3, 4)], "as Qt counts letters"


def test_a_snippet_starts_shortly_before_its_hit() -> None:
    assert around("short hit", "hit") == "short hit"
    assert around("a\n  b hit", "hit") == "a b hit"
    line = around("so many words before that the hit would be cut", "hit")
    assert line.startswith("…")
    assert "hit" in line[:20]


async def test_escape_returns_to_the_composer(maker: ShellMaker) -> None:
    maker.add("one")
    shell = await maker.open()
    shell.window.sidebar.focus_search()
    QTest.keyClicks(field(shell), "one")
    QTest.keyClick(field(shell), Qt.Key.Key_Escape)
    assert field(shell).text() == ""
    assert field(shell).hasFocus(), "the first press only empties"
    QTest.keyClick(field(shell), Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is shell.current.edit
    view(shell).setFocus()
    QTest.keyClick(view(shell), Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is shell.current.edit


async def test_clicking_a_button_keeps_the_focus_where_it_was(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.current.edit.setFocus()
    QTest.mouseClick(shell.window.sidebar._trash, Qt.MouseButton.LeftButton)
    assert shell.window.focusWidget() is shell.current.edit


async def test_an_export_dropped_on_it_is_imported(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.here.importer.may_end.set()
    data = QMimeData()
    place, button = shell.window.sidebar.rect().center(), Qt.MouseButton.LeftButton
    taken = []
    for name in ("photo.png", "export.zip"):
        data.setUrls([QUrl.fromLocalFile(f"/nowhere/{name}")])
        enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, button, PLAIN)
        QApplication.sendEvent(shell.window.sidebar, enter)
        taken.append(enter.isAccepted())
    assert taken == [False, True]
    drop = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, button, PLAIN)
    QApplication.sendEvent(shell.window.sidebar, drop)
    await until(lambda: shell.here.importer.previewed == [Path("/nowhere/export.zip")])
    [dialog] = shell.window.findChildren(ImportDialog)
    dialog.close()
