"""The bars of a tab appear with their problem, stay while it lasts, and disappear with it."""

from __future__ import annotations

import pytest
from chat_world import OPENAI, World, until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop_chat.core.errors import StoreFull
from desktop_chat.core.library_events import StoreFailed, StoreRecovered
from desktop_chat.core.ports import SecretState
from desktop_chat.ui.chat.condition_bars import DISMISS, SHOW_KEY, SessionKeyBar, StoreBar
from desktop_chat.ui.connections.keyring_bar import CANCEL, KeyringBar
from desktop_chat.ui.widgets.boxes import column_of
from desktop_chat.ui.widgets.condition_bar import ConditionBarStack
from desktop_chat.ui.widgets.notice_bar import NoticeBar


@pytest.fixture
async def page(here: World) -> QWidget:
    return here.show(QWidget())


def notice(here: World, page: QWidget, text: str, *actions: tuple[str, str]) -> NoticeBar:
    bar = NoticeBar(here.theme, "info", page)
    bar.set_text(text)
    bar.set_actions(actions)
    return bar


async def test_a_bar_shows_its_text_and_actions(here: World, page: QWidget) -> None:
    bar = notice(here, page, "Something is so.", ("a", "Do A"), ("b", "Do B"))
    bar.show()
    pressed = QSignalSpy(bar.action_triggered)
    QTest.mouseClick(bar.button("b"), Qt.MouseButton.LeftButton)
    assert pressed.at(0) == ["b"]
    assert bar.accessibleName() == "Something is so."
    bar.set_actions([("b", "Again")])
    assert bar.button("b").text() == "Again"
    with pytest.raises(KeyError):
        bar.button("a")


async def test_one_bar_is_shown_at_a_time_by_priority_and_none_leaves_no_gap(here: World, page: QWidget) -> None:
    store, keyring, key = StoreBar(here.context), KeyringBar(here.context), SessionKeyBar(here.context)
    below, rows = QWidget(), QVBoxLayout(page)
    stack = ConditionBarStack([store, keyring, key])
    stack.setContentsMargins(0, 8, 0, 0)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(0)
    rows.addWidget(stack)
    rows.addWidget(below, 1)

    def shown() -> list[QWidget]:
        return [bar for bar in (store, keyring, key) if bar.isVisible()]

    await until(lambda: below.y() == 0 and below.height() == page.height())
    here.secrets.session_keys[OPENAI.id] = "k-test"
    key.follow(OPENAI.id)
    assert shown() == [key]
    here.secrets.change(SecretState.WAITING)
    assert shown() == [keyring]
    here.write_behind.events.emit(StoreFailed(StoreFull()))
    assert shown() == [store]
    await until(lambda: below.y() > 8)
    here.secrets.change(SecretState.READY)
    here.write_behind.events.emit(StoreRecovered())
    assert shown() == [key], "it has not been forgotten"
    here.secrets.session_keys.clear()
    key.follow(OPENAI.id)
    await until(lambda: below.y() == 0)


async def test_the_key_bar_can_be_collapsed_to_an_icon_in_all_tabs(here: World, page: QWidget) -> None:
    here.secrets.session_keys |= {OPENAI.id: "k-test", "other": "k-other"}
    bar, another = SessionKeyBar(here.context, page), SessionKeyBar(here.context, page)
    marks = QSignalSpy(bar.mark_changed)
    for one in (bar, another):
        one.follow(OPENAI.id)
    QTest.mouseClick(bar.button(DISMISS), Qt.MouseButton.LeftButton)
    assert (bar.isVisible(), marks.at(marks.count() - 1)) == (False, [True])
    another.follow(OPENAI.id)
    assert not another.isVisible()
    bar.follow("other")
    assert (bar.isVisible(), marks.at(marks.count() - 1)) == (True, [False]), "another connection is another matter"


async def test_a_bar_that_is_never_shown_is_hardly_there(here: World, page: QWidget) -> None:
    bars = [make(here.context, page) for make in (StoreBar, KeyringBar, SessionKeyBar)]
    assert not page.findChildren(NoticeBar)
    assert [bar.text for bar in bars] == ["", "", ""]
    with pytest.raises(KeyError):
        bars[1].button(CANCEL)


async def test_a_bar_is_reached_by_tab_where_it_is_seen(here: World, page: QWidget) -> None:
    above, bar, below = QLineEdit(page), SessionKeyBar(here.context, page), QLineEdit(page)
    page.setLayout(column_of(above, bar, below))
    here.secrets.session_keys[OPENAI.id] = "k-test"
    bar.follow(OPENAI.id)
    above.setFocus()
    reached = []
    for _ in range(3):
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        reached.append(page.focusWidget())
    assert reached == [bar.button(SHOW_KEY), bar.button(DISMISS), below]


async def test_a_bar_speaks_the_language_of_the_moment(here: World, page: QWidget) -> None:
    bar = KeyringBar(here.context, page)
    here.secrets.change(SecretState.WAITING)
    here.languages.set_language("zh_CN")
    await until(lambda: bar.text.startswith("正在等待密钥环"))
    here.secrets.change(SecretState.READY)
    here.languages.set_language("en")
    here.secrets.change(SecretState.WAITING)
    assert bar.text.startswith("Waiting for your keyring")


async def test_waiting_for_the_keyring_can_be_cancelled(here: World, page: QWidget) -> None:
    bar = KeyringBar(here.context, page)
    assert not bar.isVisible()
    here.secrets.change(SecretState.WAITING)
    assert bar.isVisible()
    assert bar.text.startswith("Waiting for your keyring")
    QTest.mouseClick(bar.button(CANCEL), Qt.MouseButton.LeftButton)
    assert here.secrets.waiting_cancelled == 1
    here.secrets.change(SecretState.LOCKED)
    assert not bar.isVisible()


async def test_a_session_key_is_mentioned_while_it_is_used(here: World, page: QWidget) -> None:
    here.secrets.session_keys[OPENAI.id] = "k-test"
    bar = SessionKeyBar(here.context, page)
    bar.follow(OPENAI.id)
    assert bar.isVisible()
    bar.follow("another")
    assert not bar.isVisible()
    bar.follow(OPENAI.id)
    await here.secrets.remove(OPENAI.id)
    here.secrets.change(SecretState.READY)
    assert not bar.isVisible()
    here.secrets.keep_in_memory(OPENAI.id, "k-test", "https://api.openai.com:443")
    assert bar.isVisible(), "told as soon as it is so"


async def test_unsaved_data_is_mentioned_until_saved(here: World, page: QWidget) -> None:
    bar = StoreBar(here.context, page)
    here.write_behind.events.emit(StoreFailed(StoreFull()))
    assert bar.isVisible()
    assert "The disk is full." in bar.text
    here.write_behind.events.emit(StoreRecovered())
    assert not bar.isVisible()


async def test_removed_bars_stop_listening(here: World, page: QWidget) -> None:
    for bar in (KeyringBar(here.context, page), SessionKeyBar(here.context, page)):
        bar.deleteLater()
    await until(lambda: not here.secrets._callbacks)


async def test_a_bar_shrinks_when_it_needs_less_room(here: World, page: QWidget) -> None:
    bar = notice(here, page, "word " * 30)
    bar.setFixedWidth(240)
    bar.show()
    tall = bar.sizeHint().height()
    bar.setFixedWidth(1200)
    await until(lambda: bar.sizeHint().height() < tall / 2)


async def test_buttons_move_below_a_text_that_they_would_squeeze(here: World, page: QWidget) -> None:
    bar = notice(here, page, "word " * 12, ("a", "A long name for it"), ("b", "Another"))
    bar.resize(800, bar.sizeHint().height())
    bar.show()
    QVBoxLayout(page).addWidget(bar)
    page.resize(900, 300)
    await until(lambda: bar.button("a").mapTo(bar, QPoint()).x() > bar._label.geometry().right())
    bar.button("a").setFocus()
    page.resize(330, 300)
    await until(lambda: bar.button("a").mapTo(bar, QPoint()).y() >= bar._label.geometry().bottom())
    assert bar._label.width() > 200
    assert page.focusWidget() is bar.button("a"), "the keyboard stays where it was"
    page.resize(900, 300)
    await until(lambda: bar.button("a").mapTo(bar, QPoint()).y() < bar._label.geometry().bottom())
