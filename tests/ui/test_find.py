"""Find in a conversation: all visible text is found, hits are marked, and the view scrolls to them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_model import LiveModel
from property_tests import examples
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from scrolling import jump_to_end, scroll_to_message

from desktop_chat.core.deltas import ReasoningDelta, RecastDelta, TextDelta
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.events import MessageAdded, PathChanged, ReplyDelta, ReplyEnded
from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.ui.chat.find_controller import FindController
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.find.hit_marks import HitMark, mark_rects
from desktop_chat.ui.transcript.find.hit_ticks import HitTicks
from desktop_chat.ui.transcript.find.searcher import Hit
from desktop_chat.ui.transcript.message_item import MessageItem
from desktop_chat.ui.transcript.selection.copying import layout_text
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.transcript.viewport.scroller import Placed

EVERY_KIND = """# A needle in a title

Some nee**dle**s, `needle`, [a needle](https://example.com/needle) and NEEDLE 中文 🙂 needle.

- one needle
  > a needle quoted

```python
needle = "needle"  # 🙂 needle
```

| needle | b |
|---|---|
| x | ~~needle~~ |
"""
SEEN = 13


def message(number: int, text: str = "", role: Role = Role.ASSISTANT, **more: object) -> Message:
    status = more.pop("status", Status.COMPLETE)
    parent = f"m{number - 1}" if number else None
    return Message(f"m{number}", "c", parent, role, text, status, 1.7e9, model="test-1", **more)  # type: ignore[arg-type]


class Desk:
    """A page with a transcript, a composer to come from, and the find bar."""

    def __init__(self, theme: Theme, model: TranscriptModel, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.page = QWidget()
        qtbot.addWidget(self.page)
        rows = QVBoxLayout(self.page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.view = TranscriptView(theme, ErrorWords())
        self.composer = QWidget()
        self.composer.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.composer.setFixedHeight(40)
        rows.addWidget(self.view)
        rows.addWidget(self.composer)
        model.setParent(self.view)
        self.model = model
        self.view.set_model(model)
        self.page.resize(700, 560)
        self.page.show()
        self.page.activateWindow()
        qtbot.waitUntil(self.page.isActiveWindow)
        self.composer.setFocus()
        self.finding = FindController(theme, self.page, rows, self.view)
        self.bar = self.finding.bar

    def find(self, text: str) -> None:
        self.finding.open()
        self.bar.line.selectAll()
        QTest.keyClicks(self.bar.line, text) if text.isascii() else self.bar.line.setText(text)
        self.settle()

    def settle(self) -> None:
        finding = self.view.find_session
        assert finding is not None
        self.qtbot.waitUntil(lambda: finding.tally.complete and not finding._grown)

    def stream(self, piece: str, message_id: str = "m30") -> None:
        self.model.on_event(ReplyDelta(message_id, TextDelta(piece)))
        self.model.tell()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget(), key, modifiers)
        if self.view.find_session is not None:
            self.settle()

    @property
    def tally(self) -> str:
        return self.bar.tally.text()

    @property
    def current(self) -> Hit:
        assert self.view.find_session is not None
        assert self.view.find_session._current is not None
        return self.view.find_session._current[1]

    def current_mark(self) -> tuple[Placed, HitMark]:
        """Return the visible mark of the current hit."""
        assert self.view.find_session is not None
        found = [
            (one, mark)
            for one in self.view.page.placed
            if isinstance(one.entry, BlockEntry)
            for mark in self.view.find_session._marks(one.spot, one.entry)
            if mark.current
        ]
        assert len(found) == 1
        return found[0]

    def current_rect(self) -> QRectF:
        """Return the position of the current hit in the viewport."""
        one, mark = self.current_mark()
        assert one.entry.layout is not None
        box = one.entry.layout.box_at(mark.start)
        assert box is not None
        return mark_rects(box, mark)[0].translated(self.view.page.column_x, one.y)

    def words_at_current(self) -> str:
        one, mark = self.current_mark()
        assert one.entry.layout is not None
        return layout_text(one.entry.layout, mark.start, mark.end)

    def screen_y(self, words: str) -> int:
        """Return the vertical position of the block with these words."""
        one = next(one for one in self.view.page.placed if one.entry.layout and words in layout_text(one.entry.layout))
        return self.view.viewport().mapTo(self.page, self.view.viewport().rect().topLeft()).y() + one.y


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    made = Theme(qapp)
    made.set_scheme("light")
    return made


Open = Callable[..., Desk]


@pytest.fixture
def opened(theme: Theme, qtbot: QtBot) -> Open:
    return lambda messages, **more: Desk(theme, LiveModel(messages, **more), qtbot)


def long_talk(count: int = 60) -> list[Message]:
    return [message(n, f"Message {n} about hay.\n\nMore of it, number {n}.\n\n- and\n- a list") for n in range(count)]


def test_every_kind_of_block_is_searched_and_hits_are_counted(opened: Open) -> None:
    desk = opened([message(0, EVERY_KIND)])
    desk.find("needle")
    assert desk.tally == f"1 of {SEEN}"
    seen = []
    for _ in range(SEEN):
        assert desk.words_at_current().lower() == "needle"
        seen.append(desk.current[1:])
        desk.press(Qt.Key.Key_Return)
    assert seen == sorted(seen)
    assert desk.tally == f"1 of {SEEN}", "after the last comes the first"
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert desk.tally == f"{SEEN} of {SEEN}"


def test_marks_are_on_the_characters(opened: Open) -> None:
    desk = opened([message(0, EVERY_KIND)])
    desk.find("needle")
    assert desk.view.find_session is not None
    hits = desk.view.find_session.hits(0)
    marks = [
        (one.entry.key, mark.start, mark.end)
        for one in desk.view.page.placed
        if isinstance(one.entry, BlockEntry)
        for mark in desk.view.find_session._marks(one.spot, one.entry)
    ]
    assert marks == [hit[1:] for hit in hits]
    image = desk.view.viewport().grab().toImage()
    palette = desk.view.page.theme.palette
    ratio = image.devicePixelRatio()
    rect = desk.current_rect()
    at_edge = image.pixelColor(round((rect.left()) * ratio), round(rect.center().y() * ratio)).name().upper()
    assert at_edge == palette.hit_current
    found = {
        image.pixelColor(x, y).name().upper() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)
    }
    assert {palette.hit, palette.hit_current} <= found
    desk.press(Qt.Key.Key_Escape)
    after = desk.view.viewport().grab().toImage()
    left = {
        after.pixelColor(x, y).name().upper() for x in range(0, after.width(), 2) for y in range(0, after.height(), 2)
    }
    assert not {palette.hit, palette.hit_current} & left


def test_a_search_starts_in_view_and_wraps_around(opened: Open) -> None:
    desk = opened(long_talk())
    scroll_to_message(desk.view, 30)
    desk.find("number")
    assert desk.current.place == 30
    assert desk.tally == "31 of 60"
    desk.finding.step(forward=False)
    desk.settle()
    assert desk.current.place == 29
    desk.finding.step(forward=True)
    desk.finding.step(forward=True)
    desk.settle()
    assert desk.current.place == 31


def test_a_long_distant_message_is_split_in_slices_before_its_hit_is_shown(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_chat.ui.transcript.find.find.SLICE_S", 0.0005)
    long = "\n\n".join(["A paragraph with some words in it."] * 2_000 + ["The needle is here.", "And so on."])
    desk = opened([message(0, long), *long_talk(60)[1:]])
    assert 0 in desk.view.document.long
    slices: list[int] = []
    prepare = desk.view.document.prepare

    def counted(place: int, is_out_of_time: Callable[[], bool]) -> MessageItem:
        slices.append(place)
        return prepare(place, is_out_of_time)

    monkeypatch.setattr(desk.view.document, "prepare", counted)
    desk.find("needle is")
    assert slices.count(0) > 10
    assert desk.words_at_current() == "needle is"
    assert desk.tally == "1 of 1"


def test_typing_more_stays_at_the_hit(opened: Open) -> None:
    desk = opened([*long_talk(20), message(20, "a nest, a need, a needle"), *long_talk(3)])
    scroll_to_message(desk.view, 0)
    desk.find("nee")
    assert desk.current[:3] == (20, 0, 10)
    QTest.keyClicks(desk.bar.line, "dle")
    desk.settle()
    assert desk.current[:3] == (20, 0, 18)
    QTest.keyClicks(desk.bar.line, "x")
    desk.settle()
    assert desk.tally == "No results"
    assert not desk.bar.next_button.isEnabled()
    for _ in "dlex":
        QTest.keyClick(desk.bar.line, Qt.Key.Key_Backspace)
    desk.settle()
    assert desk.words_at_current() == "nee"


def test_a_distant_hit_is_shown_at_a_third_of_the_height_and_detaches_from_the_end(opened: Open) -> None:
    messages = long_talk(200)
    messages[100] = message(100, "hay\n\n" * 30 + "the only needle" + "\n\nhay" * 30)
    desk = opened(messages)
    assert desk.view.at_end
    desk.find("needle")
    assert desk.tally == "1 of 1"
    assert not desk.view.at_end
    third = desk.view.viewport().height() / 3
    assert abs(desk.current_rect().top() - third) < 3
    where = desk.view.scroller.anchor
    desk.press(Qt.Key.Key_Return)
    assert desk.view.scroller.anchor == where, "what is in view stays where it is"


def test_folded_reasoning_is_found_and_unfolded(opened: Open) -> None:
    thinking = message(1, "An answer.", reasoning="Some thought.\n\nA needle of thought.")
    desk = opened([message(0, "Question"), thinking, *long_talk(40)])
    desk.find("needle")
    assert desk.current.key < 0
    assert desk.view.document.item(1).unfolded
    assert desk.words_at_current() == "needle"


def test_a_wide_block_is_scrolled_to_the_hit(opened: Open) -> None:
    desk = opened([message(0, "```\n" + "long " * 60 + "needle\nneedle at once\n```")])
    desk.find("needle")
    one, _ = desk.current_mark()
    assert isinstance(one.entry, BlockEntry)
    assert one.entry.layout is not None
    pane, offset = one.entry.layout.panes[0], one.entry.code.offset[0]
    rect = desk.current_rect().translated(-desk.view.page.column_x - offset, 0)
    assert pane.rect.left() <= rect.left() < rect.right() <= pane.rect.right()
    desk.press(Qt.Key.Key_Return)
    assert one.entry.code.offset[0] == 0


def test_case_and_whole_words(opened: Open) -> None:
    desk = opened([message(0, "Needle, needle, needles and NEEDLE")])
    desk.find("needle")
    assert desk.tally == "1 of 4"
    desk.press(Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
    assert desk.tally == "1 of 3"
    desk.press(Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    assert desk.tally == "1 of 1"
    assert desk.bar.case_button.isChecked()
    assert desk.bar.word_button.isChecked()
    QTest.mouseClick(desk.bar.word_button, Qt.MouseButton.LeftButton)
    desk.settle()
    assert desk.tally == "1 of 2"


def test_esc_leaves_the_hit_selected_and_returns_the_focus(opened: Open) -> None:
    desk = opened(long_talk())
    desk.find("number 40")
    desk.press(Qt.Key.Key_Escape)
    assert desk.view.find_session is None
    assert not desk.bar.isVisible()
    assert QApplication.focusWidget() is desk.composer
    assert desk.view.copier.text(markdown=False) == "number 40"


def test_the_bar_starts_with_the_selected_text(opened: Open) -> None:
    desk = opened([message(0, "first and\nsecond line"), *long_talk(3), message(4, "second")])
    desk.find("second")
    desk.press(Qt.Key.Key_Escape)
    desk.bar.line.clear()
    desk.finding.open()
    desk.settle()
    assert desk.bar.line.text() == "second"
    assert desk.bar.line.selectedText() == "second"
    assert desk.view.copier.text(markdown=False) == desk.words_at_current()
    desk.press(Qt.Key.Key_Escape)
    desk.view.page.select_all()
    desk.bar.line.setText("other")
    desk.finding.open()
    assert desk.bar.line.text() == "other", "what is long or has lines is not looked for"
    desk.settle()


def test_opening_and_closing_the_bar_does_not_move_the_text(opened: Open) -> None:
    desk = opened(long_talk())
    scroll_to_message(desk.view, 20)
    before = desk.screen_y("number 21")
    desk.finding.open()
    assert desk.screen_y("number 21") == before
    desk.press(Qt.Key.Key_Escape)
    assert desk.screen_y("number 21") == before
    jump_to_end(desk.view)
    before = desk.screen_y("number 59")
    desk.finding.open()
    assert desk.screen_y("number 59") == before
    desk.finding.close()
    assert desk.screen_y("number 59") == before
    assert desk.view.at_end


def test_an_input_method_keeps_enter_and_esc_while_it_composes(opened: Open) -> None:
    desk = opened([message(0, "中文 中文")])
    desk.find("中文")
    line = desk.bar.line
    QApplication.sendEvent(line, QInputMethodEvent("wen", []))
    desk.press(Qt.Key.Key_Return)
    assert desk.tally == "1 of 2"
    desk.press(Qt.Key.Key_Escape)
    assert desk.finding.is_open
    commit = QInputMethodEvent("", [])
    commit.setCommitString("")
    QApplication.sendEvent(line, commit)
    desk.press(Qt.Key.Key_Return)
    assert desk.tally == "2 of 2"


def test_esc_and_enter_do_not_reach_the_window(opened: Open) -> None:
    desk = opened([message(0, "words")])
    desk.find("words")
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(desk.bar.line, event)
        assert event.isAccepted()


def test_streaming_text_is_counted_and_marked_and_the_hit_stays(opened: Open) -> None:
    running = message(1, status=Status.RUNNING)
    desk = opened([message(0, "A needle."), running])
    desk.find("needle")
    assert desk.tally == "1 of 1"
    where = desk.current
    for piece in ["Now a nee", "**dle** and\n\nmore ", "needles", ". " * 800, "\n\nneedle"]:
        desk.model.on_event(ReplyDelta("m1", TextDelta(piece)))
        desk.model.tell()
        QApplication.processEvents()
    desk.qtbot.waitUntil(lambda: desk.tally == "1 of 4")
    assert desk.current == where
    assert desk.current_rect().top() > 0, "and in view, however long the reply grows"
    desk.model.on_event(ReplyDelta("m1", ReasoningDelta("a needle thought")))
    desk.model.tell()
    desk.qtbot.waitUntil(lambda: desk.tally == "1 of 5")
    desk.model.on_event(ReplyEnded(message(1, "Now a nee**dle**", reasoning="a needle thought")))
    desk.qtbot.waitUntil(lambda: desk.tally == "1 of 3")


def test_a_replaced_reply_is_searched(opened: Open) -> None:
    first = message(0, "A needle?")
    desk = opened([first, message(1, "needle needle")])
    desk.find("needle")
    desk.press(Qt.Key.Key_Return)
    assert desk.tally == "2 of 3"
    other = Message("other", "c", "m0", Role.ASSISTANT, "one needle", Status.COMPLETE, 1.7e9)
    desk.model.on_event(PathChanged((first, other)))
    desk.settle()
    assert desk.view.find_session is not None
    assert desk.view.find_session.tally.total == 2
    desk.model.on_event(MessageAdded(message(2, "needle")))
    desk.qtbot.waitUntil(lambda: desk.view.find_session is not None and desk.view.find_session.tally.total == 3)


def test_a_hit_that_disappears_is_replaced_by_the_next(opened: Open) -> None:
    running = message(1, status=Status.RUNNING)
    desk = opened([message(0, "hay"), running])
    desk.model.on_event(ReplyDelta("m1", TextDelta("see [a needle")))
    desk.model.tell()
    desk.find("[a needle")
    assert desk.tally == "1 of 1"
    desk.model.on_event(ReplyDelta("m1", TextDelta("](https://example.com)")))
    desk.model.tell()
    desk.qtbot.waitUntil(lambda: desk.tally == "No results")


def test_text_that_turns_out_to_be_reasoning_is_found_there(opened: Open) -> None:
    running = message(1, status=Status.RUNNING)
    desk = opened([message(0, "hay"), running])
    steps = ("So a needle.\n", RecastDelta(), "Hay, and then one needle and", " another needle.")
    for step, total in zip(steps, (1, 1, 2, 3), strict=True):
        desk.model.on_event(ReplyDelta("m1", TextDelta(step) if isinstance(step, str) else step))
        desk.model.tell()
        if total == 1 and isinstance(step, str):
            desk.find("needle")
        desk.qtbot.waitUntil(lambda total=total: desk.tally.endswith(f" of {total}"))
    answer = "Hay, and then one needle and another needle."
    ended = replace(message(1, answer), reasoning="So a needle.\n")
    desk.model.on_event(ReplyEnded(ended))
    desk.find("a needle")
    desk.qtbot.waitUntil(lambda: desk.tally == "1 of 1")
    desk.find("needle")
    desk.qtbot.waitUntil(lambda: desk.tally.endswith(" of 3"))


def test_nothing_is_done_while_hidden(opened: Open) -> None:
    running = message(1, status=Status.RUNNING)
    desk = opened([message(0, "A needle."), running])
    desk.find("needle")
    finding = desk.view.find_session
    assert finding is not None
    desk.page.hide()
    desk.model.on_event(ReplyDelta("m1", TextDelta("needle")))
    desk.model.tell()
    assert not finding._work.isActive()
    assert not finding._look_again.isActive()
    desk.page.show()
    desk.qtbot.waitUntil(lambda: desk.tally == "1 of 2")


def test_the_scroll_bar_shows_where_the_hits_are(opened: Open) -> None:
    messages = long_talk(60)
    for place in (0, 30, 59):
        messages[place] = message(place, "a needle")
    desk = opened(messages)
    desk.find("needle")
    ticks = desk.view.verticalScrollBar().findChild(HitTicks)
    assert ticks is not None
    height = ticks.height()
    assert len(ticks.lines) == 3
    assert ticks.lines[0] < height * 0.1 < height * 0.4 < ticks.lines[1] < height * 0.6 < height * 0.9 < ticks.lines[2]
    desk.press(Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: desk.view.verticalScrollBar().findChild(HitTicks) is None)


def test_the_bar_speaks_both_languages_and_names_its_buttons(opened: Open) -> None:
    desk = opened([message(0, "words")])
    desk.finding.open()
    for button in desk.bar.findChildren(QWidget):
        if hasattr(button, "click"):
            assert button.accessibleName()
            assert button.accessibleName() in button.toolTip()
    assert desk.tally == ""


def test_an_empty_conversation_has_no_bar(opened: Open) -> None:
    desk = opened([])
    desk.finding.open()
    assert not desk.finding.is_open
    desk.finding.step()
    desk.finding.close()
    assert not desk.bar.isVisible()


WORDS = [
    "needle",
    "nee",
    "dle",
    "**",
    "*",
    "`",
    "hay ",
    "\n",
    "\n\n",
    "- ",
    "> ",
    "中文",
    "🙂",
    "[",
    "](u)",
    "e\u0301",
    "Needle ",
]


@given(
    source=st.lists(st.sampled_from(WORDS), max_size=30).map("".join),
    find_query=st.sampled_from(["needle", "nee", "中文", "é", "e n"]),
)
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hits_are_those_of_the_laid_out_text(source: str, find_query: str, opened: Open) -> None:
    desk = opened([message(0, source), message(1, "hay")])
    desk.finding.open()
    desk.bar.line.setText(find_query)
    desk.settle()
    item = desk.view.document.item(0)
    wanted = []
    for entry in item.answer.entries:
        layout = entry.laid_out(desk.view.document.render_style, desk.view.document.width)
        text = "\n".join(box.text for box in layout.boxes)
        wanted += [Hit(0, entry.key, *stretch) for stretch in FindQuery(find_query).find_utf16(text)]
    assert desk.view.find_session is not None
    assert desk.view.find_session.hits(0) == wanted
    desk.finding.close()
    desk.page.hide()


def test_random_actions_keep_hits_and_marks_correct(opened: Open) -> None:
    chance = random.Random(7)
    running = message(30, status=Status.RUNNING)
    desk = opened([*long_talk(30), running])
    desk.find("a")
    deeds = [
        lambda: desk.stream(chance.choice(["an ", "ape\n\n", "**a**", "`a\n"])),
        lambda: desk.finding.step(forward=chance.random() < 0.5),
        lambda: desk.view.page.scroll_by(chance.randrange(-900, 900)),
        lambda: desk.page.resize(chance.randrange(400, 800), 560),
        lambda: desk.bar.line.setText(chance.choice(["a", "an", "hay", "number 1"])),
        QApplication.processEvents,
    ]
    for _ in range(120):
        chance.choice(deeds)()
    desk.settle()
    assert desk.view.find_session is not None
    find_query = desk.view.find_session.find_query
    for one in desk.view.page.placed:
        if isinstance(one.entry, BlockEntry) and one.entry.layout is not None:
            text = "\n".join(box.text for box in one.entry.layout.boxes)
            marks = desk.view.find_session._marks(one.spot, one.entry)
            hits = [hit for hit in desk.view.find_session.hits(one.spot.place) if hit.key == one.entry.key]
            assert [(mark.start, mark.end) for mark in marks] == find_query.find_utf16(text)
            assert [hit[2:] for hit in hits] == find_query.find_utf16(text)
