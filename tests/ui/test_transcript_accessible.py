"""What screen readers see in the transcript: all messages as a list, their text, and what can be pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from live_model import LiveModel
from page_world import on_screen
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QFrame, QPushButton
from pytestqt.qtbot import QtBot
from scrolling import scroll_to_message

from desktop_chat.core.deltas import RecastDelta, TextDelta
from desktop_chat.core.entities import Failure, Message, Role, Status
from desktop_chat.core.events import MessageAdded, PathChanged, ReplyDelta, ReplyEnded
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.transcript.accessibility.message_list import MessageList, item_name
from desktop_chat.ui.transcript.accessibility.message_panel import MessagePanel
from desktop_chat.ui.transcript.accessibility.mirrored_text import MirroredText, spoken_text
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.copying import layout_text
from desktop_chat.ui.transcript.selection.selection import Position
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.widgets.scroll_area import PlainScrollArea, ScrollArea

LISTED = """Some **bold** and 🙂 words.

1. one
2. two [docs](https://example.com)
   - inner

| a | b |
|---|---|
| 1 | 2 |

> quoted
> twice

```python
x = 1

y = 2
```
"""


def message(number: int, text: str = "", role: Role = Role.ASSISTANT, status: Status = Status.COMPLETE) -> Message:
    before = f"m{number - 1}" if number else None
    return Message(f"m{number}", "c", before, role, text, status, 1_700_000_000.0, model="test-1")


def conversation(*texts: str) -> list[Message]:
    return [message(n, text, Role.ASSISTANT if n % 2 else Role.USER) for n, text in enumerate(texts)]


@pytest.fixture
def screen_reader(qapp: QApplication) -> Iterator[None]:
    """A screen reader is running."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


@pytest.fixture
def no_screen_reader(screen_reader: None) -> None:
    """A screen reader starts later."""
    QAccessible.setActive(False)


Show = Callable[..., TranscriptView]


@pytest.fixture
def show(qapp: QApplication, qtbot: QtBot) -> Show:
    theme = Theme(qapp)
    theme.set_scheme("light")

    def made(*texts: str, model: TranscriptModel | None = None) -> TranscriptView:
        model = model or LiveModel(conversation(*texts))
        return on_screen(theme, qtbot, model)

    return made


def panels(view: TranscriptView) -> list[MessagePanel]:
    """Return the messages that a screen reader finds, in its order."""
    return [one for one in view.viewport().findChildren(MessagePanel) if one.isVisible()]


def texts(view: TranscriptView) -> list[str]:
    return [panel.text.toPlainText() for panel in panels(view)]


def text_of(view: TranscriptView, message_id: str) -> MirroredText:
    return next(panel.text for panel in panels(view) if panel.message_id == message_id)


def read_out(view: TranscriptView, qtbot: QtBot) -> None:
    """Wait until the text is complete."""
    qtbot.waitUntil(lambda: len(texts(view)) == 2 and texts(view)[1].endswith("y = 2"))


def names(panel: MessagePanel) -> list[str]:
    return [button.accessibleName() for button in panel.findChildren(QPushButton) if not button.isHidden()]


def button(view: TranscriptView, name: str) -> QPushButton:
    found = [one for one in view.viewport().findChildren(QPushButton) if one.accessibleName() == name]
    return next(one for one in found if one.isVisible())


def image(view: TranscriptView) -> QImage:
    return view.viewport().grab().toImage()


# --- structure --------------------------------------------------------------------------------------------------------


def test_without_a_screen_reader_nothing_is_created(show: Show, qtbot: QtBot) -> None:
    view = show("What is it?", "It is *so*.")
    assert view.hit_tester.move_focus(forward=True)
    view.page.select_all()
    assert view.viewport().findChildren(QFrame) == []
    assert not view.accessible._timer.isActive()
    assert not view.announcer._timer.isActive()


def test_qt_presents_scroll_areas_as_frames() -> None:
    """As scroll areas they end the process when a reader asks for a child that has gone."""
    assert {kind.staticMetaObject.className() for kind in (PlainScrollArea, ScrollArea)} == {"QFrame"}


def test_visible_messages_have_names_and_text(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show("What is it?", "It is *so*.")
    qtbot.waitUntil(lambda: texts(view) == ["What is it?", "It is so."])
    first, second = panels(view)
    assert (first.accessibleName()[:4], second.accessibleName()[:7]) == ("You,", "test-1,")
    assert first.geometry().bottom() < second.geometry().top() + 1
    interface = QAccessible.queryAccessibleInterface(second.text)
    assert interface.role() == QAccessible.Role.EditableText
    assert interface.state().readOnly  # type: ignore[attr-defined]  # not in the stubs
    assert QAccessible.queryAccessibleInterface(view).text(QAccessible.Text.Name) == "Transcript"
    view.model.on_event(PathChanged(()))
    qtbot.waitUntil(lambda: panels(view) == [])


def test_all_messages_are_listed_without_being_laid_out(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show(*[f"Message {n}. {'More words. ' * 40}" for n in range(10_000)])
    qtbot.waitUntil(lambda: bool(panels(view)))
    messages = view.viewport().findChild(MessageList)
    interface = QAccessible.queryAccessibleInterface(messages)
    assert interface.role() == QAccessible.Role.List
    assert interface.text(QAccessible.Text.Name) == "Messages"
    assert interface.childCount() == 10_000
    item = interface.child(4321)
    assert item.role() == QAccessible.Role.ListItem
    assert item_name(message(1), "## A *title*\n\n> words\n\n```py\nx\n```").endswith(": A title. words. Code.")
    name = item.text(QAccessible.Text.Name)
    assert name.startswith("test-1, ")
    assert "Message 4321. More words." in name
    assert len(name) < 250
    assert item.state().invisible  # type: ignore[attr-defined]
    assert not interface.child(9_999).state().invisible  # type: ignore[attr-defined]
    assert len(view.document._items) < 20
    assert len(panels(view)) < 20


def test_it_is_invisible_and_ignores_the_mouse(show: Show, qtbot: QtBot, no_screen_reader: None) -> None:
    view = show("What is it?", "It is **so**, see [this](https://example.com).")
    seen = image(view)
    QAccessible.setActive(True)
    view.page.show_changes()
    qtbot.waitUntil(lambda: len(texts(view)) == 2)
    assert image(view) == seen
    target = next(one for one in view.hit_tester.focus_chain.in_view() if one.control.name == "copy")
    spy = QSignalSpy(view.copied)
    at = target.control.rects[0].center().toPoint()
    at.setX(at.x() + view.page.column_x)
    at.setY(at.y() + target.placed.y)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert spy.at(0) == ["What is it?"]


def test_the_text_equals_a_plain_copy(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show("q", LISTED)
    read_out(view, qtbot)
    entries = [one for one in view.document.item(1).entries if isinstance(one, BlockEntry)]
    layouts = [entry.laid_out(view.document.render_style, view.document.width) for entry in entries]
    assert text_of(view, "m1").toPlainText() == "\n".join([layout_text(layout) for layout in layouts])
    assert [spoken_text(layout)[0] for layout in layouts] == [layout_text(layout) for layout in layouts]


def test_only_neighbours_of_visible_messages_exist(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show(*[f"Message {n}.\n\n" + "Words.\n\n" * 12 for n in range(60)])
    scroll_to_message(view, 30)
    view.smooth_scroll.finish()

    def places() -> list[int | None]:
        return [view.model.place_of(panel.message_id) for panel in panels(view)]

    seen = [one.spot.place for one in view.page.placed]
    qtbot.waitUntil(lambda: places() == list(range(seen[0] - 1, seen[-1] + 2)))
    assert panels(view)[0].geometry().bottom() < 0
    assert panels(view)[-1].geometry().top() >= view.viewport().height()
    count = len(view.viewport().findChildren(MessagePanel))
    scroll_to_message(view, 10)
    qtbot.waitUntil(lambda: 10 in places())
    assert len(view.viewport().findChildren(MessagePanel)) <= count + 2


def test_a_long_message_is_filled_in_slices(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show("q", "\n\n".join([f"Paragraph {n} with some words." for n in range(1_500)]))
    qtbot.waitUntil(lambda: bool(panels(view)))
    view.accessible._update()
    assert len(text_of(view, "m1").toPlainText().split("\n")) < 1_500
    qtbot.waitUntil(
        lambda: text_of(view, "m1").toPlainText().endswith("Paragraph 1499 with some words."), timeout=20_000
    )
    laid_out = [one for one in view.document.item(1).entries if one.layout is not None]
    assert len(laid_out) < 200


def test_queries_for_deleted_objects_find_nothing(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show("What is it?", "It is *so*.")
    interface = QAccessible.queryAccessibleInterface(view)
    count = interface.childCount()
    names = [interface.child(place).text(QAccessible.Text.Name) for place in range(count)]
    assert "Transcript" in names
    view.hide()
    assert interface.childCount() == count
    assert interface.child(count - 1) is not None
    assert interface.child(count) is None
    assert interface.child(count + 100) is None


# --- streaming --------------------------------------------------------------------------------------------------------


def test_streaming_text_is_appended(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show("q")
    model = view.model
    model.on_event(MessageAdded(message(1, "", status=Status.RUNNING)))
    model.on_event(ReplyDelta("m1", TextDelta("First paragraph.\n\nSecond **be")))
    model.tell()
    qtbot.waitUntil(lambda: len(texts(view)) == 2 and texts(view)[1].endswith("be"))
    text = text_of(view, "m1")
    changes: list[tuple[int, int, int]] = []
    text.document().contentsChange.connect(lambda *change: changes.append(change))
    model.on_event(ReplyDelta("m1", TextDelta("gun** and\n\n- more")))
    model.tell()
    qtbot.waitUntil(lambda: texts(view)[1] == "First paragraph.\nSecond begun and\n• more")
    assert changes
    assert all(at >= len("First paragraph.\nSecond ") for at, _, _ in changes)
    model.on_event(ReplyEnded(message(1, "First paragraph.\n\nSecond **begun** and\n\n- more")))


# --- the caret and the selection --------------------------------------------------------------------------------------


def test_caret_and_selection_are_exposed(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show("What is it?", LISTED)
    read_out(view, qtbot)
    view.selection.begin(Position("m1", 0, 5))
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    cursor = lambda: text_of(view, "m1").textCursor()  # noqa: E731
    qtbot.waitUntil(lambda: (cursor().anchor(), cursor().position()) == (5, 7))
    assert cursor().selectedText() == "bo"
    view.selection.extend(Position("m1", 1, 2))
    view.page.repaint_all()
    qtbot.waitUntil(lambda: cursor().selectedText().endswith("1. on"))
    view.page.select_all()
    qtbot.waitUntil(lambda: cursor().selectedText().endswith("y = 2"))
    assert text_of(view, "m0").textCursor().selectedText() == "What is it?"
    view.selection.clear()
    view.page.repaint_all()
    qtbot.waitUntil(lambda: not cursor().hasSelection())


def test_every_position_in_the_text_maps_back(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show("q", LISTED)
    read_out(view, qtbot)
    text, render_style, width = text_of(view, "m1"), view.document.render_style, view.document.width
    for entry in view.document.item(1).entries:
        if isinstance(entry, BlockEntry):
            for offset in range(entry.laid_out(render_style, width).length + 1):
                at = text.offset_of(entry.key, offset, render_style, width)
                assert text.place_of(at, render_style, width) == (entry.key, offset)


def test_formulas_are_read_in_words_and_footnotes_as_copied(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show("q", "Let $x^2$ be, as said[^1] there.\n\n[^1]: Or $y$.\n\n$$\nz = 1\n$$\n\ny = 2")
    read_out(view, qtbot)
    document = view.document

    def blocks() -> list[BlockEntry]:
        return [one for one in document.item(1).entries if isinstance(one, BlockEntry)]

    def is_set() -> bool:
        layouts = [entry.laid_out(document.render_style, document.width) for entry in blocks()]
        return sum(len(box.insets) for layout in layouts for box in layout.boxes) == 3

    qtbot.waitUntil(is_set, timeout=20_000)
    text, render_style, width = text_of(view, "m1"), document.render_style, document.width
    copied = "\n".join([layout_text(entry.laid_out(render_style, width)) for entry in blocks()])
    said = copied.replace("$x^2$", "x squared").replace("$y$", "y").replace("$$z = 1$$", "z equals 1")
    qtbot.waitUntil(lambda: text.toPlainText() == said)
    assert "Let $x^2$ be, as said[1] there." in copied
    for entry in blocks():
        for offset in (0, 4, 5, entry.laid_out(render_style, width).length):
            at = text.offset_of(entry.key, min(offset, entry.laid_out(render_style, width).length), render_style, width)
            assert text.place_of(at, render_style, width) == (
                entry.key,
                min(offset, entry.laid_out(render_style, width).length),
            )


def test_a_screen_reader_can_set_caret_and_selection(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show("What is it?", LISTED)
    read_out(view, qtbot)
    whole = text_of(view, "m1").toPlainText()
    start = len(whole[: whole.index("words")].encode("utf-16-le")) // 2
    interface = QAccessible.queryAccessibleInterface(text_of(view, "m1")).textInterface()  # type: ignore[attr-defined]
    interface.addSelection(start, start + 5)
    assert view.copier.text(markdown=False) == "words"
    interface.setCursorPosition(start)
    assert view.selection.ends() is None
    assert view.selection.caret is not None
    assert view.selection.caret.message_id == "m1"


# --- what can be pressed ----------------------------------------------------------------------------------------------


def test_controls_and_links_are_buttons_that_work(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show("What is it?", "See [the docs](https://example.com/x) now.\n\n```py\nx = 1\n```")
    qtbot.waitUntil(lambda: len(panels(view)) == 2)
    assert names(panels(view)[0]) == ["Copy message", "Edit", "More"]
    listed = names(panels(view)[1])
    assert listed[0] == "the docs"
    assert listed[-3:] == ["Copy message", "Regenerate", "More"]
    link = button(view, "the docs")
    assert link.accessibleDescription() == "Link: https://example.com/x"
    activated = QSignalSpy(view.link_activated)
    QAccessible.queryAccessibleInterface(link).actionInterface().doAction("Press")  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: activated.count() == 1)
    assert activated.at(0) == ["https://example.com/x", "the docs"]
    button(view, "Copy message").click()
    assert QGuiApplication.clipboard().text() == "What is it?"


def test_the_keyboards_control_has_the_focus(show: Show, qtbot: QtBot, screen_reader: None) -> None:
    view = show("What is it?", "Fine.")
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert button(view, "Copy message").hasFocus()
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert not button(view, "Copy message").hasFocus()
    assert button(view, "Edit").hasFocus()
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert not button(view, "Edit").hasFocus()
    qtbot.waitUntil(lambda: any(panel.text.hasFocus() for panel in panels(view)))
    button(view, "Edit").setFocus()
    assert QApplication.focusWidget() is view
    assert view.hit_tester.focused is not None
    assert view.hit_tester.focused.name == "edit"


# --- announcements ----------------------------------------------------------------------------------------------------


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The announcements."""
    said: list[str] = []

    def update(event: object) -> None:
        if hasattr(event, "message"):
            said.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", update)
    return said


def reply(view: TranscriptView, *pieces: str) -> None:
    for piece in pieces:
        view.model.on_event(ReplyDelta("m1", TextDelta(piece)))
        view.model.tell()
        view.announcer._tell_sentences()


def test_a_reply_is_announced_sentence_by_sentence(
    show: Show, qtbot: QtBot, screen_reader: None, heard: list[str]
) -> None:
    view = show("q")
    view.model.on_event(MessageAdded(message(1, "", status=Status.RUNNING)))
    assert heard == [], "nothing of it has come"
    pieces = ("One. ", "Two! Th", "ree\n\n```py\n", "x. Y\n```\n", "你好。再", "见")
    reply(view, *pieces)
    view.model.on_event(ReplyEnded(message(1, "".join(pieces))))
    assert heard[0] == "Reply started"
    assert heard[1:] == ["One. Two!", "Three. Code.", "你好。", "再见。 Reply finished"]


def test_an_answer_after_reasoning_is_announced_completely(
    show: Show, qtbot: QtBot, screen_reader: None, heard: list[str]
) -> None:
    view = show("q")
    view.model.on_event(MessageAdded(message(1, "", status=Status.RUNNING)))
    reply(view, "They ask this. So", " on.\n")
    view.model.on_event(ReplyDelta("m1", RecastDelta()))
    reply(view, "The answer. It is longer than ", "the reasoning was")
    ended = message(1, "The answer. It is longer than the reasoning was")
    view.model.on_event(ReplyEnded(replace(ended, reasoning="They ask this. So on.\n")))
    told = ["They ask this.", "The answer.", "It is longer than the reasoning was. Reply finished"]
    assert [words for words in heard[1:] if words] == told


def test_sentences_can_be_disabled(show: Show, qtbot: QtBot, screen_reader: None, heard: list[str]) -> None:
    view = show("q")
    view.announcer.says_sentences = lambda: False
    view.model.on_event(MessageAdded(message(1, "", status=Status.RUNNING)))
    reply(view, "One. Two. ")
    view.model.on_event(ReplyEnded(message(1, "One. Two. ")))
    assert heard == ["Reply started", "Reply finished"]


def test_the_end_is_announced_with_its_outcome(show: Show, qtbot: QtBot, screen_reader: None, heard: list[str]) -> None:
    view = show("q")
    ends = {
        Status.CANCELLED: "Stopped",
        Status.TRUNCATED: "Cut off at the length limit",
        Status.COMPLETE: "Reply finished",
        Status.FAILED: "Failed: Something went wrong.",
    }
    for number, status in enumerate(ends, 1):
        failure = Failure("http", "x") if status is Status.FAILED else None
        view.model.on_event(MessageAdded(message(number, "", status=Status.RUNNING)))
        view.model.on_event(ReplyEnded(replace(message(number, "", status=status), failure=failure)))
    assert heard == list(ends.values()), "nothing of them has come"


def test_text_received_while_hidden_is_not_announced_later(
    show: Show, qtbot: QtBot, screen_reader: None, heard: list[str]
) -> None:
    view = show("q")
    view.model.on_event(MessageAdded(message(1, "", status=Status.RUNNING)))
    reply(view, "One. Two")
    view.hide()
    view.model.on_event(ReplyDelta("m1", TextDelta(". Three. Four.")))
    view.show()
    reply(view, " Five. Six")
    view.model.on_event(ReplyEnded(message(1, "One. Two. Three. Four. Five. Six")))
    assert heard == ["Reply started", "One.", "Four. Five.", "Six. Reply finished"]


def test_there_are_pauses_between_announcements(
    show: Show, qtbot: QtBot, screen_reader: None, heard: list[str]
) -> None:
    view = show("q")
    view.model.on_event(MessageAdded(message(1, "", status=Status.RUNNING)))
    assert view.announcer._timer.isActive()
    assert view.announcer._timer.interval() == 1_000
    for number in range(20):
        view.model.on_event(ReplyDelta("m1", TextDelta(f"Sentence {number}. ")))
        view.model.tell()
    assert heard == ["Reply started"]
    view.model.on_event(ReplyEnded(message(1, "Sentence 0.")))
