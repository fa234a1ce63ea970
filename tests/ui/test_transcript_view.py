"""The transcript on screen: a stream looks like its finished text, reading is not disturbed, copies are exact."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from live_model import LiveModel
from page_world import on_screen
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scrolling import scroll_to_message

from desktop_chat.core.deltas import ReasoningDelta, TextDelta
from desktop_chat.core.entities import Failure, Message, Role, Status, Timing, Usage
from desktop_chat.core.events import MessageAdded, PathChanged, ReplyDelta, ReplyEnded
from desktop_chat.core.workspace import ScrollPlace
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.copying import layout_text
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.transcript.viewport.scroller import Placed

EVERYTHING = """# Title

Some **bold**, *italic*, ~~gone~~ and `code` words with [a link](https://example.com/x) and 中文 🙂.

1. one
2. two
   - inner
   - [x] done

```python
def f(x):  # comment
    return "text"
```

| a | b |
|:--|--:|
| 1 | `2` |
| three | four |
| five | `six|seven` | eight | $|x|$ |

> quoted
> twice

---

    indented

[label]: https://example.com/l
The [label] and https://bare.example.org at last.
"""


def message(number: int, text: str = "", role: Role = Role.ASSISTANT, status: Status = Status.COMPLETE) -> Message:
    return Message(
        f"m{number}", "c", f"m{number - 1}" if number else None, role, text, status, 1_700_000_000.0, model="test-1"
    )


def history(count: int, text: str = "A paragraph of words.\n\n- item one\n- item two\n") -> list[Message]:
    return [
        message(n, f"Question {n}" if n % 2 == 0 else f"Answer {n}. {text}", Role.ASSISTANT if n % 2 else Role.USER)
        for n in range(count)
    ]


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    made = Theme(qapp)
    made.set_scheme("light")
    return made


Show = Callable[[TranscriptModel], TranscriptView]


@pytest.fixture
def show(theme: Theme, qtbot: QtBot) -> Show:
    def made(model: TranscriptModel) -> TranscriptView:
        return on_screen(theme, qtbot, model)

    return made


def image(view: TranscriptView) -> QImage:
    return view.viewport().grab().toImage()


def settled(view: TranscriptView, qtbot: QtBot) -> None:
    """Wait until all code is highlighted."""
    qtbot.waitUntil(lambda: not view._highlighter._timer.isActive())


def block_with(view: TranscriptView, words: str) -> Placed:
    return next(
        one
        for one in view.page.placed
        if isinstance(one.entry, BlockEntry) and one.entry.layout and words in layout_text(one.entry.layout)
    )


def point_of(view: TranscriptView, words: str) -> QPoint:
    """Return the middle of the first character of some words on screen."""
    placed = block_with(view, words)
    assert placed.entry.layout is not None
    for box in placed.entry.layout.boxes:
        at = box.text.find(words)
        if at >= 0:
            rect = box.rects(at, at + 1)[0]
            return (rect.center() + QPointF(view.page.column_x, placed.y)).toPoint()
    raise AssertionError(words)


def wheel(view: TranscriptView, steps: int) -> None:
    event = QWheelEvent(
        QPointF(100, 100),
        view.viewport().mapToGlobal(QPointF(100, 100)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


@pytest.mark.parametrize("step", [1, 3, 17, 1_000])
def test_a_streamed_view_looks_like_an_opened_one(show: Show, qtbot: QtBot, step: int) -> None:
    question, running = message(0, "Hi", Role.USER), message(1, status=Status.RUNNING)
    streamed = show(LiveModel([question]))
    streamed.resize(700, 1_100)
    streamed.model.on_event(MessageAdded(running))
    for start in range(0, len(EVERYTHING), step):
        streamed.model.on_event(ReplyDelta("m1", TextDelta(EVERYTHING[start : start + step])))
        streamed.model.tell()
        streamed.viewport().grab()
    finished = replace(running, text=EVERYTHING, status=Status.COMPLETE, usage=Usage(1, 2), timing=Timing(0.1, None, 1))
    streamed.model.on_event(ReplyEnded(finished))
    opened = show(LiveModel([question, finished]))
    opened.resize(700, 1_100)
    for view in (streamed, opened):
        settled(view, qtbot)
    qtbot.waitUntil(lambda: image(streamed) == image(opened))


def test_partial_repaints_equal_a_full_repaint(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel(history(6)))
    view.model.on_event(MessageAdded(message(6, status=Status.RUNNING)))
    for word in EVERYTHING.split(" "):
        view.model.on_event(ReplyDelta("m6", TextDelta(word + " ")))
        view.model.tell()
        QApplication.processEvents()
    view.document.model.tell()
    QApplication.processEvents()
    on_screen = view.screen().grabWindow(view.winId()).toImage()
    view.viewport().repaint()
    assert on_screen == view.screen().grabWindow(view.winId()).toImage()


def test_a_hidden_view_lays_out_nothing(theme: Theme, qtbot: QtBot) -> None:
    view = TranscriptView(theme, ErrorWords())
    qtbot.addWidget(view)
    model = LiveModel(history(4), parent=view)
    view.set_model(model)
    model.on_event(MessageAdded(message(4, status=Status.RUNNING)))
    model.on_event(ReplyDelta("m4", TextDelta("text")))
    model.tell()
    assert view.page.placed == []
    assert not view.document._items
    assert not view.sync._clock.isActive()
    view.show()
    assert block_with(view, "text")


def test_only_what_is_visible_is_laid_out(show: Show) -> None:
    view = show(LiveModel(history(2_000)))
    assert len(view.document._items) < 20
    assert view.at_end


def test_a_view_without_height_keeps_its_place_at_the_end(show: Show) -> None:
    view = show(LiveModel(history(30)))
    height = view.height()
    view.resize(view.width(), 8)
    assert len(view.page.placed) == 1
    view.resize(view.width(), height)
    assert view.page.placed[-1].spot == view.document.last()


def test_streaming_below_does_not_disturb_reading(show: Show) -> None:
    view = show(LiveModel([*history(30), message(30, status=Status.RUNNING)]))
    wheel(view, 5)
    assert not view.at_end
    before = image(view)
    for _ in range(40):
        view.model.on_event(ReplyDelta("m30", TextDelta("More words come in.\n\n")))
        view.model.tell()
    assert image(view) == before
    assert not view._jump.isHidden()
    view._jump.click()
    assert view.at_end
    assert view._jump.isHidden()


def test_the_end_stays_in_view_until_the_first_upward_scroll(show: Show) -> None:
    view = show(LiveModel([*history(10), message(10, status=Status.RUNNING)]))
    for number in range(30):
        view.model.on_event(ReplyDelta("m10", TextDelta(f"Line {number}.\n\n")))
        view.model.tell()
        assert block_with(view, f"Line {number}.")
    ended = QSignalSpy(view.at_end_changed)
    wheel(view, 1)
    assert not view.at_end
    wheel(view, -9)
    assert view.at_end
    assert [ended.at(n)[0] for n in range(ended.count())] == [False, True]


def test_scrolling_moves_by_the_requested_distance_although_heights_were_estimated(show: Show) -> None:
    view = show(LiveModel(history(400, EVERYTHING)))
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    for _ in range(60):
        before = {id(one.entry): one.y for one in view.page.placed}
        view.page.scroll_by(-37)
        moved = {one.y - before[id(one.entry)] for one in view.page.placed if id(one.entry) in before}
        assert moved == {37}


def test_a_random_walk_never_moves_the_text_being_read(show: Show) -> None:
    dice = random.Random(7)
    view = show(LiveModel([*history(120, EVERYTHING), message(120, status=Status.RUNNING)]))
    for _ in range(300):
        before = {id(one.entry): one.y for one in view.page.placed}
        step = 0
        match dice.randrange(10):
            case 0:
                view.verticalScrollBar().setValue(dice.randrange(view.verticalScrollBar().maximum()))
                continue
            case 1 | 2 | 3:
                view.model.on_event(ReplyDelta("m120", TextDelta(EVERYTHING[: dice.randrange(1, 300)])))
                view.model.tell()
            case _:
                step = dice.choice([-300, -70, -9, 9, 70, 300])
                view.page.scroll_by(step)
        moved = {one.y - before[id(one.entry)] for one in view.page.placed if id(one.entry) in before}
        if not view.at_end and view.scroller.value():
            assert moved <= {-step}


def test_the_reading_position_is_restored(show: Show, theme: Theme) -> None:
    messages = history(50)
    view = show(LiveModel(messages))
    assert view.scroll_place() is None
    wheel(view, 20)
    place = view.scroll_place()
    assert place is not None
    other = show(LiveModel(messages))
    other.restore_scroll_place(place)
    assert other.scroll_place() == place
    assert [one.y for one in other.page.placed] == [one.y for one in view.page.placed]
    other.restore_scroll_place(ScrollPlace("gone"))
    assert other.at_end


def test_the_reading_position_survives_zoom_width_and_theme(show: Show, theme: Theme) -> None:
    view = show(LiveModel(history(50, EVERYTHING)))
    wheel(view, 20)
    spot = view.scroller.anchor[0]
    for change in (
        lambda: theme.set_zoom(1.5),
        lambda: theme.set_scheme("dark"),
        lambda: view.resize(420, 500),
        lambda: theme.set_zoom(1.0),
    ):
        change()
        place = view.scroller.anchor[0]
        assert place.place == spot.place


def test_a_copy_of_everything_is_the_source(show: Show) -> None:
    question, answer = message(0, "What?\n\n  *now*", Role.USER), message(1, "\n" + EVERYTHING + "\n\n")
    view = show(LiveModel([question, answer]))
    view.page.select_all()
    assert view.copier.text(markdown=True) == f"{question.text}\n\n{answer.text}"
    view.clipboard.put_message("m1")
    assert QGuiApplication.clipboard().text() == answer.text
    view.clipboard.put_message("m1", markdown=False)
    assert "1. one" in QGuiApplication.clipboard().text()
    assert "**" not in QGuiApplication.clipboard().text()


def test_dragging_selects_across_blocks_and_messages(show: Show) -> None:
    view = show(LiveModel([message(0, "Question here", Role.USER), message(1, "First **one**\n\nSecond two\n\nlast")]))
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, "here"))
    QTest.mouseMove(view.viewport(), point_of(view, "two"))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, "two"))
    assert view.copier.text(markdown=False) == "here\n\nFirst one\n\nSecond "
    assert view.copier.text(markdown=True) == "here\n\nFirst **one**\n\nSecond "
    copied = QSignalSpy(view.copied)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied.count() == 1
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.copier.text(markdown=False).endswith("Second t")
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.copier.text(markdown=False).endswith("Second two\n\nlast")
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)


def test_a_double_click_selects_a_word_and_a_third_the_block(show: Show) -> None:
    view = show(LiveModel([message(0, "x", Role.USER), message(1, "Some *emphatic* words")]))
    at = point_of(view, "emphatic")
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.copier.text(markdown=True) == "emphatic"
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.copier.text(markdown=True) == "Some *emphatic* words"


def test_a_selection_survives_streaming_below(show: Show) -> None:
    view = show(LiveModel([message(0, "Question", Role.USER), message(1, "start", status=Status.RUNNING)]))
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, "Question"))
    for _ in range(5):
        view.model.on_event(ReplyDelta("m1", TextDelta(" and more\n\n")))
        view.model.tell()
    assert view.copier.text(markdown=True) == "Question"
    view.model.on_event(PathChanged((message(7, "other"),)))
    assert view.copier.text(markdown=True) == ""


def test_links_are_emitted_and_never_opened_here(show: Show) -> None:
    view = show(LiveModel([message(0, "q", Role.USER), message(1, "See [docs](https://example.com) now")]))
    hovered, activated = QSignalSpy(view.link_hovered), QSignalSpy(view.link_activated)
    at = point_of(view, "docs")
    QTest.mouseMove(view.viewport(), at)
    assert hovered.at(0)[0] == "https://example.com"
    assert view.hit_tester.tip_at(QPointF(at)) == "https://example.com"
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert activated.at(0)[0] == "https://example.com"


def test_the_text_of_a_link_is_emitted_as_a_whole(show: Show) -> None:
    text = "[my**bank**.com](https://evil.example) [and](https://evil.example)"
    view = show(LiveModel([message(0, "q", Role.USER), message(1, text)]))
    activated = QSignalSpy(view.link_activated)
    for letters in ("bank", "and"):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, letters))
    told = [activated.at(number) for number in range(activated.count())]
    assert told == [["https://evil.example", "mybank.com"], ["https://evil.example", "and"]]


def test_a_tip_shows_the_real_target_of_a_link(show: Show) -> None:
    text = "See [docs](https://mybank.com@evil.example/%2e) now"
    view = show(LiveModel([message(0, "q", Role.USER), message(1, text)]))
    assert view.hit_tester.tip_at(QPointF(point_of(view, "docs"))) == "https://evil.example/%2e"


def test_every_control_is_reached_by_tab_and_pressed_by_enter(show: Show, qtbot: QtBot) -> None:
    answer = replace(message(1, "[docs](https://example.com)\n\n```py\nx = 1\ny\n```"), reasoning="hm")
    model = LiveModel([message(0, "q", Role.USER), answer], alternatives=lambda m: ("m1", "z") if m == "m1" else (m,))
    view = show(model)
    triggered, activated = QSignalSpy(view.action_triggered), QSignalSpy(view.link_activated)
    pressed = []
    while view.hit_tester.move_focus(forward=True):
        assert view.hit_tester.focused is not None
        pressed.append(view.hit_tester.focused.name)
        if view.hit_tester.focused.name not in {"more", "toggle_reasoning", "save_code"}:
            QTest.keyClick(view, Qt.Key.Key_Return)
    assert pressed == [
        "copy", "edit", "more", "next", "toggle_reasoning", "link", "wrap", "save_code", "copy_code",
        "copy", "regenerate", "more",
    ]  # fmt: skip
    assert [triggered.at(n) for n in range(triggered.count())] == [["edit", "m0"], ["next", "m1"], ["regenerate", "m1"]]
    assert activated.count() == 1
    assert view.hit_tester.move_focus(forward=False)
    view.clipboard._unsay()
    view.clipboard._timer.stop()


def test_reasoning_folds_and_unfolds_in_place(show: Show) -> None:
    answer = replace(message(1, "Answer"), reasoning="First thought\n\nSecond thought", timing=Timing(0.1, 4.2, 5.0))
    view = show(LiveModel([message(0, "q", Role.USER), answer]))
    toggle = next(one for one in view.page.placed if any(c.name == "toggle_reasoning" for c in one.entry.controls()))
    control = toggle.entry.controls()[0]
    assert "4 s" in control.label
    at = (control.rects[0].center() + QPointF(view.page.column_x, toggle.y)).toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert block_with(view, "Second thought").y < block_with(view, "Answer").y
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    with pytest.raises(StopIteration):
        block_with(view, "Second thought")


def test_reasoning_streams_separately_from_the_answer(show: Show) -> None:
    view = show(LiveModel([message(0, "q", Role.USER), message(1, status=Status.RUNNING)]))
    item = view.document.item(1)
    item.unfolded = True
    for word in ("thinking ", "hard.\n\n", "Still. "):
        view.model.on_event(ReplyDelta("m1", ReasoningDelta(word)))
        view.model.tell()
    for word in ("The ", "answer."):
        view.model.on_event(ReplyDelta("m1", TextDelta(word)))
        view.model.tell()
    texts = [
        layout_text(one.entry.layout)
        for one in view.page.placed
        if isinstance(one.entry, BlockEntry) and one.entry.layout
    ]
    assert texts == ["q", "thinking hard.", "Still.", "The answer."]


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (Status.CANCELLED, None),
        (Status.TRUNCATED, None),
        (Status.FILTERED, None),
        (Status.INTERRUPTED, Failure("connection_lost", "x")),
        (Status.FAILED, Failure("authentication_failed")),
    ],
)
def test_an_unusual_ending_is_shown_with_its_remedy(show: Show, status: Status, failure: Failure | None) -> None:
    ended = replace(message(1, "part", status=status), failure=failure)
    view = show(LiveModel([message(0, "q", Role.USER), ended]))
    words = " ".join(label.text for one in view.page.placed if one.entry.layout for label in one.entry.layout.labels)
    assert ErrorWords().sentence(ended) in words
    triggered = QSignalSpy(view.action_triggered)
    for name, _ in ErrorWords().actions(ended)[:1]:
        place = next(one for one in view.page.placed if any(c.name == name for c in one.entry.controls()))
        rect = next(c for c in place.entry.controls() if c.name == name).rects[0]
        at = (rect.center() + QPointF(view.page.column_x, place.y)).toPoint()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert triggered.at(0) == [name, "m1"]


def test_waiting_is_shown_as_text(show: Show) -> None:
    now = [10.0]
    view = show(LiveModel([message(0, "q", Role.USER), message(1, status=Status.RUNNING)], clock=lambda: now[0]))

    def labels() -> str:
        view.sync.tick()
        return " ".join(label.text for one in view.page.placed if one.entry.layout for label in one.entry.layout.labels)

    now[0] += 1.2
    assert "Waiting for first token... 1.2 s" in labels()
    view.model.on_event(ReplyDelta("m1", TextDelta("a")))
    view.model.tell()
    assert "Waiting" not in labels()
    now[0] += 12
    assert "No data for 12 s" in labels()


def test_thinking_time_is_counted(show: Show) -> None:
    now = [10.0]
    view = show(LiveModel([message(0, "q", Role.USER), message(1, status=Status.RUNNING)], clock=lambda: now[0]))
    view.model.on_event(ReplyDelta("m1", ReasoningDelta("Hm")))
    view.model.tell()
    now[0] += 5
    view.sync.tick()
    [heading] = [c for one in view.page.placed for c in one.entry.controls() if c.name == "toggle_reasoning"]
    assert heading.label == "Thinking... 5 s"


def test_keys_scroll_and_move_from_message_to_message(show: Show) -> None:
    view = show(LiveModel(history(40)))
    for key in (Qt.Key.Key_PageUp, Qt.Key.Key_Up, Qt.Key.Key_Home):
        before = view.scroller.value()
        QTest.keyClick(view, key)
        assert view.scroller.value() < before
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert view.scroller.anchor[0].place == 1
    QTest.keyClick(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.at_end


def test_the_key_for_the_next_message_never_goes_up(show: Show) -> None:
    view = show(LiveModel([*history(3), message(3, "A paragraph.\n\n" * 60)]))
    assert view.at_end
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert view.at_end
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert view.scroller.anchor == (Spot(3, 0), 0)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert view.scroller.anchor == (Spot(2, 0), 0)
    wheel(view, -1)
    before = view.scroller.value()
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert view.scroller.value() > before
    assert view.at_end


def test_wide_code_scrolls_sideways_and_wraps(show: Show) -> None:
    view = show(LiveModel([message(0, "q", Role.USER), message(1, "```\n" + "wide " * 60 + "\n```")]))
    placed = block_with(view, "wide")
    assert placed.entry.layout is not None
    pane = placed.entry.layout.panes[0]
    assert pane.hidden_width > 0
    at = pane.rect.center() + QPointF(view.page.column_x, placed.y)
    assert view._pointer._scroll_sideways(at, 50)
    wrap = next(c for c in placed.entry.controls() if c.name == "wrap")
    spot = (wrap.rects[0].center() + QPointF(view.page.column_x, placed.y)).toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    placed = block_with(view, "wide")
    assert placed.entry.layout is not None
    assert placed.entry.layout.panes[0].hidden_width == 0


def test_a_copy_of_code_includes_all_its_parts(show: Show) -> None:
    code = "\n".join(f"line {n}" for n in range(200))
    view = show(LiveModel([message(0, "q", Role.USER), message(1, f"```text\n{code}\n```")]))
    scroll_to_message(view, 1)
    placed = block_with(view, "line 0")
    copy = next(c for c in placed.entry.controls() if c.name == "copy_code")
    at = (copy.rects[0].center() + QPointF(view.page.column_x, placed.y)).toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert QGuiApplication.clipboard().text() == code
    view.clipboard._unsay()
    view.clipboard._timer.stop()


def test_a_notice_stays_above_the_messages(show: Show) -> None:
    view = show(LiveModel(history(4)))
    high = view.viewport().height()
    view.set_notice("Canned replies")
    assert view.viewport().height() < high
    assert view._notice.isVisible()
    view.set_notice("")
    assert view.viewport().height() == high


def test_right_to_left_text_is_at_the_right(show: Show) -> None:
    view = show(LiveModel([message(0, "q", Role.USER), message(1, "שלום עולם")]))
    layout = block_with(view, "שלום").entry.layout
    assert layout is not None
    assert layout.boxes[0].rects(0, 4)[0].right() > layout.width - 5
