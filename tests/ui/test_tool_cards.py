"""Tool calls in a reply: a card in its place for each, which grows, asks, runs, folds, is found and is copied."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_model import LiveModel
from page_world import Page, on_screen, said
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.deltas import RecastDelta, TextDelta, ToolCallDelta
from desktop_chat.core.entities import Message, Status
from desktop_chat.core.events import ReplyDelta, ReplyEnded, ToolCallChanged
from desktop_chat.core.reply import Reply
from desktop_chat.core.running_call import RunningCall
from desktop_chat.core.tools import Approval, CallStatus, ToolCall
from desktop_chat.markdown.argument_lines import MAX_LINES
from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.message_markdown import message_markdown
from desktop_chat.ui.transcript.accessibility import announcer
from desktop_chat.ui.transcript.accessibility.mirrored_text import MirroredText
from desktop_chat.ui.transcript.blocks.block_layout import Control
from desktop_chat.ui.transcript.calls.card_texts import FOLDED_LINES
from desktop_chat.ui.transcript.calls.plain_lines import LineEntry
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.find.find import FindSession
from desktop_chat.ui.transcript.find.shown_text import ShownTexts
from desktop_chat.ui.transcript.selection.copying import layout_text
from desktop_chat.ui.transcript.selection.selection import Position
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.transcript.viewport.scroller import Placed

CITY = '{"city": "Berlin"}'
DONE = ToolCall("c1", "get_weather", CITY, CallStatus.DONE, "18 degrees", server="weather", own_name="now")


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    theme = Theme(qapp)
    theme.set_scheme("light")
    return theme


Show = Callable[..., TranscriptView]


@pytest.fixture
def show(theme: Theme, qtbot: QtBot) -> Show:
    """Return a function that shows a reply with a text and some calls, below a question."""

    def shown(text: str, *calls: ToolCall, height: int = 900) -> TranscriptView:
        reply = replace(said(1, text), tool_calls=calls)
        return on_screen(theme, qtbot, LiveModel([said(0, "q"), reply]), height)

    return shown


@pytest.fixture
def running(theme: Theme, qtbot: QtBot) -> TranscriptView:
    return on_screen(theme, qtbot, LiveModel([said(0, "q"), said(1, "", Status.RUNNING)]), 900)


def reply_of(view: TranscriptView) -> Reply:
    reply = view.model.row(1).reply
    assert reply is not None
    return reply


def call_of(view: TranscriptView, number: int = 0) -> RunningCall:
    return reply_of(view).calls[number]


def tell(view: TranscriptView, *deltas: object) -> None:
    for delta in deltas:
        view.model.on_event(ReplyDelta("m1", delta))
    view.model.tell()


def change(view: TranscriptView, call: RunningCall, status: CallStatus, result: str = "") -> None:
    call.status, call.result = status, result
    view.model.on_event(ToolCallChanged("m1", call.id))


def ask(view: TranscriptView, arguments: str = '{"city": "Berlin"}') -> RunningCall:
    """Have the reply wait for the approval of a call."""
    tell(view, ToolCallDelta(0, "c1", "get_weather", arguments))
    call = call_of(view)
    call.server, call.own_name = "weather", "get_weather"
    change(view, call, CallStatus.WAITING)
    return call


def words(view: TranscriptView) -> list[str]:
    """Return what is shown from top to bottom: labels, the words of controls, and the text of blocks."""
    found: list[str] = []
    for one in view.page.placed:
        if one.entry.layout is not None:
            found += [label.text for label in one.entry.layout.labels]
            found += [control.label for control in one.entry.layout.controls if control.shows_label]
            found += [layout_text(one.entry.layout)] if isinstance(one.entry, BlockEntry) else []
    return found


def controls(view: TranscriptView, name: str) -> list[tuple[Placed, Control]]:
    return [(one, control) for one in view.page.placed for control in one.entry.controls() if control.name == name]


def click(view: TranscriptView, name: str, number: int = 0) -> None:
    placed, control = controls(view, name)[number]
    at = control.rects[0].center() + QPointF(view.page.column_x, placed.y)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())


# --- where they are -----------------------------------------------------------------------------------------------


def test_a_call_stands_between_the_texts_around_it(show: Show) -> None:
    view = show("Let me look.It is warm.", replace(DONE, text_at=12))
    assert [one for one in words(view) if one in {"Let me look.", "now", "It is warm."}] == [
        "Let me look.",
        "now",
        "It is warm.",
    ]


def test_calls_without_text_between_them_are_side_by_side(show: Show) -> None:
    view = show("", DONE, replace(DONE, id="c2", own_name="later"))
    assert [one for one in words(view) if one in {"now", "later"}] == ["now", "later"]


CALLS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=5)


TEXTS = st.tuples(st.text("ab *`#-\n1.|", max_size=60), st.text("ab\n", max_size=30))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(TEXTS, CALLS, st.lists(st.integers(1, 9), max_size=9))
def test_no_letter_is_lost_between_calls_however_the_text_arrives(
    theme: Theme, qtbot: QtBot, texts: tuple[str, str], places: list[tuple[int, int]], steps: list[int]
) -> None:
    text, reasoning = texts
    calls = [
        replace(DONE, id=f"c{number}", text_at=min(at, len(text)), reasoning_at=min(before, len(reasoning)))
        for number, (at, before) in enumerate(sorted(places))
    ]
    whole = replace(said(1, text), reasoning=reasoning, tool_calls=tuple(calls))
    stored = on_screen(theme, qtbot, LiveModel([whole]))
    streamed = on_screen(theme, qtbot, LiveModel([said(1, "", Status.RUNNING)]))
    reply, left, at = streamed.model.row(0).reply, list(calls), 0
    assert reply is not None
    for step in [*steps, len(text)]:
        while left and left[0].text_at <= at:
            begin_call(reply, left.pop(0), reasoning)
        end = min(at + step, left[0].text_at if left else len(text), len(text))
        tell(streamed, TextDelta(text[at:end]))
        streamed.model._signal_now("m1")
        at = end
    while left:
        reply.text.add(text[at : left[0].text_at])
        at = left[0].text_at
        begin_call(reply, left.pop(0), reasoning)
    reply.text.add(text[at:])
    reply.reasoning.add(reasoning[len(reply.reasoning) :])
    streamed.model.on_event(ReplyEnded(whole))
    for view in (stored, streamed):
        item = view.document.item(0)
        item.unfolded = True
        view.resync(0)
        assert sources_of(view, reasoning=False) == text
        assert sources_of(view, reasoning=True) == reasoning
        assert [entry.key for entry in item.entries] == sorted(entry.key for entry in item.entries)
    assert shape_of(stored) == shape_of(streamed)
    stored.close()
    streamed.close()


def begin_call(reply: Reply, call: ToolCall, reasoning: str) -> None:
    """Begin a call after as much reasoning as it follows."""
    reply.reasoning.add(reasoning[len(reply.reasoning) : call.reasoning_at])
    reply.calls.append(RunningCall.of(call))


def sources_of(view: TranscriptView, *, reasoning: bool) -> str:
    item = view.document.item(0)
    text = item.reasoning if reasoning else item.answer
    parts = getattr(text, "_parts", [text])
    sections = [part for part in parts if hasattr(part, "blocks")]
    return "".join("".join(block.before + block.source for block in part.blocks) + part.rest for part in sections)


def shape_of(view: TranscriptView) -> list[tuple[int, str]]:
    return [
        (entry.key, entry.block.source if isinstance(entry, BlockEntry) else "")
        for entry in view.document.item(0).entries
        if entry.key < 1_000_000_000
    ]


# --- while it is written and runs ---------------------------------------------------------------------------------


def test_the_arguments_of_a_call_grow_line_by_line(running: TranscriptView) -> None:
    tell(running, TextDelta("Let me see."), ToolCallDelta(0, "c1", "get_weather", '{"ci'))
    assert "Writing..." in words(running)
    assert '{\n  "ci' in words(running)
    tell(running, ToolCallDelta(0, "", "", 'ty": "Berlin"}'))
    assert '{\n  "city": "Berlin"\n}' in words(running)


def test_brackets_without_end_become_few_lines(running: TranscriptView) -> None:
    tell(running, ToolCallDelta(0, "c1", "get_weather", "["))
    for _ in range(40):
        tell(running, ToolCallDelta(0, "", "", "[" * 1_000))
    lines = [line for one in running.page.document.item(1).entries if isinstance(one, LineEntry) for line in one.lines]
    assert len(lines) <= 1.1 * MAX_LINES
    assert sum(line.text.count("[") for line in lines) == 40_001


def test_a_card_says_what_becomes_of_its_call(running: TranscriptView) -> None:
    call = ask(running)
    assert {"Waiting for approval", "The model asks to use get_weather of weather."} <= set(words(running))
    change(running, call, CallStatus.RUNNING)
    assert "Running..." in words(running)
    assert not controls(running, "allow_once")
    call.seconds = 2.25
    change(running, call, CallStatus.DONE, "18 degrees")
    assert "Done in 2.2 s" in words(running)
    assert "18 degrees" not in words(running)  # folded
    click(running, "toggle_card")
    assert {"Result", "18 degrees", 'city: "Berlin"'} <= set(words(running))


def test_only_the_seconds_of_a_running_call_are_painted_again(theme: Theme, qtbot: QtBot) -> None:
    now = [100.0]
    model = LiveModel([said(0, "q"), said(1, "", Status.RUNNING)], clock=lambda: now[0])
    view = on_screen(theme, qtbot, model, 900)
    call = ask(view)
    change(view, call, CallStatus.RUNNING)
    before = {one.entry for one in view.page.placed}
    now[0] += 2
    view.sync.tick()
    assert "Running... 2 s" in words(view)
    changed = [one.entry for one in view.page.placed if one.entry not in before and one.entry.key < 1_000_000_000]
    assert [entry.key for entry in changed] == [0]


def test_a_failed_call_shows_why(show: Show) -> None:
    view = show("", replace(DONE, status=CallStatus.FAILED, result="No such city."))
    assert {"Failed", "What went wrong", "No such city."} <= set(words(view))


def test_a_long_result_is_shown_in_part_and_told_how_much_is_sent(show: Show) -> None:
    lines = [f"line {number}" for number in range(20_000)]
    view = show("", replace(DONE, status=CallStatus.FAILED, result="\n".join(lines)), height=700)
    assert "\n".join(lines[:FOLDED_LINES]) in words(view)
    assert any(one.endswith("100000 are sent to the model") for one in words(view))
    click(view, "show_all_lines")
    keys = [entry for entry in view.document.item(1).entries if isinstance(entry, BlockEntry)]
    assert "\n".join(entry.block.source for entry in keys if entry.key >= 40_010).split("\n") == lines


def test_folding_by_hand_is_kept_when_the_call_ends(running: TranscriptView) -> None:
    call = ask(running)
    change(running, call, CallStatus.RUNNING)
    click(running, "toggle_card")
    click(running, "toggle_card")
    change(running, call, CallStatus.DONE, "18 degrees")
    assert "18 degrees" in words(running)
    running.model.on_event(ReplyEnded(replace(reply_of(running).so_far(), status=Status.COMPLETE)))
    assert "18 degrees" in words(running)


def test_what_is_read_stays_in_place_when_a_card_above_is_folded(running: TranscriptView) -> None:
    arguments = json.dumps({"text": "\n".join(f"line {number}" for number in range(10))})
    call = ask(running, arguments)
    tell(running, TextDelta("\n\n".join(f"paragraph {number}" for number in range(60))))
    while running.document.refresh(1):
        pass
    running.scroller.go_to_entry(running.document.spot_of("m1", 100_020), 0)
    running.page.show_changes()
    top = next(one for one in running.page.placed if one.entry.key == 100_020)
    change(running, call, CallStatus.DONE, "done")
    assert next(one for one in running.page.placed if one.entry is top.entry).y == top.y


# --- approval -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("button", "approval"),
    [("allow_once", Approval.ONCE), ("allow_here", Approval.CONVERSATION), ("allow_always", Approval.ALWAYS)],
)
def test_the_buttons_of_a_waiting_call_decide_about_it(
    running: TranscriptView, button: str, approval: Approval
) -> None:
    decided = QSignalSpy(running.call_decided)
    ask(running)
    click(running, button)
    assert decided.at(0) == ["c1", approval]


def test_refusing_asks_for_words(running: TranscriptView) -> None:
    asked = QSignalSpy(running.refusal_asked)
    ask(running)
    click(running, "refuse_call")
    assert asked.at(0)[0] == "c1"


def test_the_focus_of_a_new_card_is_not_on_a_button_that_decides(running: TranscriptView) -> None:
    decided = QSignalSpy(running.call_decided)
    ask(running)
    assert running.focus_waiting_call({"c1"})
    focused = running.hit_tester.focused
    assert focused is not None
    assert focused.name == "toggle_card"
    QTest.keyClick(running, Qt.Key.Key_Return)
    assert decided.count() == 0
    QTest.keyClick(running, Qt.Key.Key_Return)  # unfold it again
    for _ in range(2):
        QTest.keyClick(running, Qt.Key.Key_Tab)
        if running.hit_tester.focused.name == "allow_once":
            break
    QTest.keyClick(running, Qt.Key.Key_Space)
    assert decided.count() == 1


def test_keys_decide_only_about_what_is_in_view(running: TranscriptView) -> None:
    decided = QSignalSpy(running.call_decided)
    ask(running)
    tell(running, TextDelta("\n\n".join(f"paragraph {number}" for number in range(80))))
    control = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(running, Qt.Key.Key_A, control)
    assert decided.count() == 0
    QTest.keyClick(running, Qt.Key.Key_A, control)
    assert decided.count() == 1


def test_the_description_is_shown_on_demand_with_hidden_characters(running: TranscriptView) -> None:
    running.document.describe_tool = {"get_weather": "Says the \u202eweather."}.__getitem__
    ask(running)
    assert "Show description" in words(running)
    click(running, "describe_tool")
    assert "Says the \\u202eweather." in words(running)


def test_untrusted_words_are_shown_and_never_read_as_markdown(running: TranscriptView) -> None:
    tell(running, ToolCallDelta(0, "c1", "evil", json.dumps({"a": "<b>\n[x](http://x.example)\n```"})))
    call = call_of(running)
    call.own_name, call.server = "[x](http://y.example)\u202e", "<i>"
    change(running, call, CallStatus.WAITING)
    assert "[x](http://y.example)\\u202e" in words(running)
    assert not controls(running, "link")
    layouts = [one.entry.layout for one in running.page.placed if one.entry.layout is not None]
    assert not any(layout.link_controls({}) for layout in layouts)


# --- copying, finding ---------------------------------------------------------------------------------------------


@given(st.text(max_size=200))
def test_a_message_without_calls_and_attachments_is_copied_as_it_is(text: str) -> None:
    for number in (0, 1):
        message = said(number, text)
        assert message_markdown(message) == text


def test_a_reply_is_copied_with_its_calls(show: Show) -> None:
    view = show("Let me look.It is warm.", replace(DONE, text_at=12, result="```\n18"))
    view.page.select_all()
    expected = (
        'Let me look.\n\n**Tool call** `weather: now`\n\n```json\n{"city": "Berlin"}\n```\n\n**Result**\n\n'
        "````\n```\n18\n````\n\nIt is warm."
    )
    assert view.copier.text(markdown=True) == f"q\n\n{expected}"
    copied = QSignalSpy(view.copied)
    view.clipboard.put_message("m1")
    assert copied.at(0) == [expected]


def test_a_folded_card_inside_a_selection_is_copied_as_markdown(show: Show) -> None:
    view = show("Let me look.\n\nIt is warm.", replace(DONE, text_at=12))
    page_text = partial(view.document.spot_of, "m1")
    first, last = page_text(0), page_text(200_000)
    assert first is not None
    assert last is not None
    view.selection.cover(Position("m1", 0, 4), Position("m1", 200_000, 5))
    copied = view.copier.text(markdown=True)
    assert copied.startswith("me look.\n\n**Tool call** `weather: now`")
    assert copied.endswith("It is")


def test_the_names_of_attachments_are_copied_with_a_question() -> None:
    attached = Attachment(AttachmentKind.DOCUMENT, "notes.md", "text/markdown", 3, "d" * 64)
    question = replace(said(0, "Read this."), attachments=(attached,))
    assert message_markdown(question) == "Attached: notes.md\n\nRead this."


def test_what_a_card_shows_is_found_with_the_keys_of_its_entries(show: Show) -> None:
    long = "\n".join(f"row {number}" for number in range(100))
    view = show("One.\n\nTwo.Three.", replace(DONE, text_at=10, result=long), replace(DONE, id="c2", text_at=15))
    click(view, "toggle_card")
    click(view, "show_all_lines")
    item = view.document.item(1)
    shown = {entry.key: entry.block.source for entry in item.entries if isinstance(entry, BlockEntry)}
    texts = ShownTexts(view.model, lambda: (view.document.render_style, view.document.width))
    read = dict(drained(texts.read(1, lambda _: True)))
    assert {key: text for key, text in read.items() if key in shown} == shown
    assert (1, "row 7") in [(place, "row 7") for place, text in texts.sources(1, 2)[0] if "row 7" in text]


def drained(steps: Iterator[None]) -> list[tuple[int, str]]:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_a_hit_in_a_folded_card_unfolds_it(show: Show, qtbot: QtBot) -> None:
    view = show("Text.", replace(DONE, text_at=5, result="\n".join([*map(str, range(50)), "needle"])))
    view.find_session = FindSession(view.page)
    view.find_session.search(FindQuery("needle"))
    qtbot.waitUntil(lambda: view.find_session.complete)
    assert any("needle" in one for one in words(view))
    view.find_session.leave()
    view.find_session = None


# --- messages without calls ---------------------------------------------------------------------------------------


def test_a_message_without_calls_loads_nothing_of_them(qapp: QApplication, qtbot: QtBot) -> None:
    page = Page(qapp, qtbot, "q", "An *answer*.")
    assert type(page.view.document.item(1).answer).__name__ == "Section"


def test_a_recast_with_calls_keeps_everything(running: TranscriptView) -> None:
    tell(running, TextDelta("thinking"), RecastDelta(), TextDelta("Answer."), ToolCallDelta(0, "c1", "now", "{}"))
    tell(running, TextDelta("More."))
    assert [one for one in words(running) if one in {"Answer.", "now", "More."}] == ["Answer.", "now", "More."]


def test_the_model_tells_of_calls(running: TranscriptView) -> None:
    model: TranscriptModel = running.model
    changed = QSignalSpy(model.dataChanged)
    tell(running, ToolCallDelta(0, "c1", "now", "{"))
    assert changed.count() == 1
    model.on_event(ToolCallChanged("m1", "c1"))
    assert changed.count() == 2


def test_a_stored_message_is_what_it_was() -> None:
    message: Message = replace(said(1, "text"), tool_calls=(DONE,))
    assert RunningCall.of(message.tool_calls[0]).value() == DONE


def test_no_line_complains_of_silence_while_a_card_says_what_is_awaited(theme: Theme, qtbot: QtBot) -> None:
    now = [100.0]
    model = LiveModel([said(0, "q"), said(1, "", Status.RUNNING)], clock=lambda: now[0])
    view = on_screen(theme, qtbot, model, 900)
    ask(view)
    now[0] += 60
    view.sync.tick()
    assert not [one for one in words(view) if one.startswith(("No data", "Waiting for first"))]


# --- screen readers -----------------------------------------------------------------------------------------------


@pytest.fixture
def screen_reader(qapp: QApplication) -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


@pytest.mark.usefixtures("screen_reader")
def test_a_card_is_there_for_screen_readers(running: TranscriptView, qtbot: QtBot) -> None:
    ask(running)

    def names(kind: type[QWidget]) -> set[str]:
        return {one.accessibleName() for one in running.findChildren(kind) if one.isVisibleTo(running)}

    expected = {"Tool call: get_weather, weather. Waiting for approval", "Allow once: get_weather"}
    qtbot.waitUntil(lambda: expected <= names(QPushButton))
    assert "The model asks to use get_weather of weather." in names(QLabel)
    assert any('city: "Berlin"' in text.toPlainText() for text in running.findChildren(MirroredText))


@pytest.mark.usefixtures("screen_reader")
def test_what_a_call_asks_for_is_announced_once(running: TranscriptView, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(announcer, "announce", lambda _widget, words: heard.append(words))
    ask(running)
    running.sync.tick()
    assert heard.count("The model asks to use get_weather of weather.") == 1
