"""The transcript's model is always current, and emits at most once per frame."""

from __future__ import annotations

from dataclasses import replace

import pytest
from live_model import LiveModel
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from desktop_chat.core.deltas import (
    Delta,
    FinishDelta,
    ReasoningDelta,
    RecastDelta,
    SkippedDelta,
    TextDelta,
    UsageDelta,
)
from desktop_chat.core.entities import Failure, Message, Role, Status, Usage
from desktop_chat.core.events import (
    MessageAdded,
    PathChanged,
    ReplyDelta,
    ReplyEnded,
    ReplyStopping,
    RetryScheduled,
    RetryStarted,
)
from desktop_chat.core.reply import Reply
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.message_labels import progress_line
from desktop_chat.ui.transcript.transcript_model import TranscriptModel, TranscriptRole


def message(number: int, text: str = "", status: Status = Status.COMPLETE, role: Role = Role.ASSISTANT) -> Message:
    return Message(f"m{number}", "c", f"m{number - 1}" if number else None, role, text, status, 1_700_000_000.0)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model(qapp: object, clock: Clock) -> TranscriptModel:
    made = LiveModel([message(0, "hi", role=Role.USER)], clock=clock)
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    return made


def test_rows_are_added_at_once(model: TranscriptModel) -> None:
    model.on_event(MessageAdded(message(1, status=Status.RUNNING)))
    assert model.rowCount() == 2
    assert model.index(1).data(TranscriptRole.MESSAGE_ID) == "m1"
    assert model.index(0).data(TranscriptRole.ROLE) == "user"
    assert model.index(1).data(TranscriptRole.STATUS) == "running"
    assert model.data(QModelIndex()) is None


def test_text_is_current_at_once_and_emitted_once_per_frame(model: TranscriptModel, qtbot: object) -> None:
    model.on_event(MessageAdded(message(1, status=Status.RUNNING)))
    told = QSignalSpy(model.dataChanged)
    for word in ["many", "small", "words"]:
        model.on_event(ReplyDelta("m1", TextDelta(word)))
        model.on_event(ReplyDelta("m1", ReasoningDelta("hm ")))
    assert model.index(1).data() == "manysmallwords"
    assert told.count() == 0
    assert told.wait(1_000)
    assert told.count() == 1
    grown = model.message("m1")
    assert grown is not None
    assert grown.reasoning == "hm hm hm "


def test_the_end_replaces_the_message(model: TranscriptModel) -> None:
    running = message(1, status=Status.RUNNING)
    model.on_event(MessageAdded(running))
    model.on_event(ReplyDelta("m1", TextDelta("Hel")))
    told = QSignalSpy(model.dataChanged)
    model.on_event(ReplyEnded(replace(running, text="Hello", reasoning="r", status=Status.CANCELLED)))
    assert told.count() == 1
    assert model.index(1).data() == "Hello"
    assert model.row(1).reply is None
    model.on_event(ReplyDelta("m1", TextDelta("late")))
    assert model.index(1).data() == "Hello"


def test_another_path_keeps_the_text_of_a_running_reply(model: TranscriptModel) -> None:
    running = message(1, status=Status.RUNNING)
    model.on_event(MessageAdded(running))
    model.on_event(ReplyDelta("m1", TextDelta("kept")))
    model.on_event(PathChanged((message(0, "other"), running)))
    assert [model.index(row).data() for row in range(2)] == ["other", "kept"]
    model.on_event(PathChanged(()))
    assert model.rowCount() == 0
    model.tell()


def test_each_step_of_a_reply_is_told_at_once(model: TranscriptModel) -> None:
    model.on_event(MessageAdded(message(1, status=Status.RUNNING)))
    for event in (RetryScheduled("m1", 1, 3.0, Failure("provider_fault")), RetryStarted("m1"), ReplyStopping("m1")):
        told = QSignalSpy(model.dataChanged)
        model.on_event(event)
        assert told.count() == 1
        assert told.at(0)[0].row() == 1


def test_events_of_other_messages_are_ignored(model: TranscriptModel) -> None:
    for event in (ReplyDelta("x", TextDelta("a")), ReplyStopping("x"), ReplyEnded(message(9))):
        model.on_event(event)
    assert model.rowCount() == 1
    assert model.place_of("x") is None
    assert model.message("x") is None


def test_a_long_conversation_makes_only_the_rows_that_are_looked_at(qapp: object) -> None:
    messages = [message(number, "x" * number) for number in range(500)]
    model = TranscriptModel(messages)
    assert model.lengths() == list(range(500))
    assert model.lengths(490) == list(range(490, 500))
    assert len(model._rows) <= 2
    assert [model.place_of(found) for found in ("m0", "m250", "m499", "gone")] == [0, 250, 499, None]
    assert model.row(250) is model.row(250)
    assert model.message("m7") is messages[7]


def test_a_late_end_reaches_a_message_above_the_last_ones(model: TranscriptModel) -> None:
    for number in range(1, 6):
        model.on_event(MessageAdded(message(number, "known")))
    told = QSignalSpy(model.dataChanged)
    model.on_event(ReplyEnded(message(2, "another end")))
    assert told.at(0)[0].row() == 2
    assert [model.index(place).data() for place in range(6)] == ["hi", "known", "another end", *["known"] * 3]
    assert model.lengths() == [2, 5, 11, 5, 5, 5]


def test_rows_of_kept_messages_are_kept_and_others_are_new(model: TranscriptModel) -> None:
    first, second = message(1, "one"), message(2, "two")
    model.on_event(PathChanged((first, second)))
    kept, changed = model.row(0), model.row(1)
    model.on_event(PathChanged((first, replace(second, text="two, told again"))))
    assert model.row(0) is kept
    assert model.row(1) is not changed
    assert model.index(1).data() == "two, told again"


def test_the_text_of_a_retry_says_why(model: TranscriptModel, clock: Clock) -> None:
    model.on_event(MessageAdded(message(1, status=Status.RUNNING)))
    reply = model.row(1).reply
    assert reply is not None
    for code, why in (("rate_limited", "Too many requests."), ("connection_refused", "Could not connect to the")):
        model.on_event(RetryScheduled("m1", 1, 3.0, Failure(code, retry_after_s=3.0)))
        assert reply.progress.failure is not None
        cause = ErrorWords().cause(reply.progress.failure, model.row(1).message)
        line = progress_line(reply.progress, clock.now, has_text=False, cause=cause)
        assert line.startswith(f"Retrying in 3 s. {why}")
        assert "Wait a moment" not in line
    model.on_event(RetryStarted("m1"))
    assert reply.progress.failure is None


def test_what_changes_nothing_on_the_screen_is_not_told(model: TranscriptModel) -> None:
    model.on_event(MessageAdded(message(1, status=Status.RUNNING)))
    told = QSignalSpy(model.dataChanged)
    for delta in (UsageDelta(Usage(1, 2)), FinishDelta("stop"), SkippedDelta()):
        model.on_event(ReplyDelta("m1", delta))
    model.tell()
    assert told.count() == 0


def test_two_models_of_one_session_show_the_same_from_the_middle_of_a_stream_on(qapp: object, clock: Clock) -> None:
    reply = Reply(message(1, status=Status.RUNNING), clock)
    path = (message(0, "hi", role=Role.USER), reply.message)
    first = TranscriptModel(path, reply=lambda: reply, clock=clock)
    models = [first]

    def take(*deltas: Delta) -> None:
        for delta in deltas:
            reply.take(delta)
            for model in models:
                model.on_event(ReplyDelta("m1", delta))

    clock.now += 1
    take(ReasoningDelta("Hm. "), TextDelta("Well."), RecastDelta(), TextDelta("Hel"))
    clock.now += 5
    models.append(TranscriptModel(path, reply=lambda: reply, clock=clock))
    for _ in range(2):
        rows = [model.row(1) for model in models]
        assert len({row.text.whole() for row in rows}) == len({row.reasoning.whole() for row in rows}) == 1
        assert models[0].message("m1") == models[1].message("m1")
        lines = {progress_line(row.reply.progress, clock.now, has_text=True) for row in rows}  # type: ignore[union-attr]
        assert lines == {"No data for 5 s"}
        assert models[0].lengths() == models[1].lengths()
        take(TextDelta("lo"))
        clock.now += 5
    assert rows[1].reasoning.whole() == "Hm. Well."
    ended = reply.ended(None, cancelled=True)
    for model in models:
        model.on_event(ReplyEnded(ended))
        assert model.message("m1") is ended


def test_a_reply_that_ended_keeps_no_second_text_and_says_how_often_it_was_recast(model: TranscriptModel) -> None:
    running = message(1, status=Status.RUNNING)
    model.on_event(MessageAdded(running))
    row = model.row(1)
    for delta in (TextDelta("So. "), RecastDelta(), TextDelta("Yes.")):
        model.on_event(ReplyDelta("m1", delta))
    ended = replace(running, text="Yes.", reasoning="So. ", status=Status.COMPLETE)
    model.on_event(ReplyEnded(ended))
    assert row.text.whole() is ended.text
    assert (row.reasoning.whole(), row.recasts, row.is_writing) == ("So. ", 1, False)
