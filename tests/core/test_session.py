"""A session sends, streams, stops and records: what is kept, which events are emitted, and in which order."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest
from chat_story import Chat
from fakes import CUT, PAUSE, ScriptedProvider
from turns import counted_turns

from desktop_chat.core import retry, slices
from desktop_chat.core.deltas import FinishDelta, ReasoningDelta, RefusalDelta, SkippedDelta, ToolCallDelta, UsageDelta
from desktop_chat.core.entities import ChatOptions, Message, Role, Status, Usage
from desktop_chat.core.errors import (
    AuthenticationFailed,
    ConnectionLost,
    ContextTooLong,
    ProviderFault,
    RateLimited,
    StoreFull,
)
from desktop_chat.core.events import (
    MessageAdded,
    PathChanged,
    ReplyDelta,
    ReplyEnded,
    ReplyStopping,
    RetryScheduled,
    RetryStarted,
)
from desktop_chat.core.key_errors import KeyringTimedOut
from desktop_chat.core.library_events import StoreFailed
from desktop_chat.core.prompt_size import RequestSize


@pytest.fixture
async def chat(monkeypatch):
    monkeypatch.setattr(retry, "FIRST_DELAY_S", 0.0)
    chat = Chat()
    yield chat
    await chat.session.aclose()
    await chat.write_behind.aclose()


async def test_nothing_of_a_request_is_kept_once_its_reply_was_stopped(chat):
    chat.provider.script("Hel", PAUSE, "lo")
    chat.session.send("hi")
    await chat.provider.paused()
    (stream,) = [weakref.ref(task) for task in asyncio.all_tasks() if task.get_name().startswith("stream ")]
    chat.session.cancel()
    await chat.ended()
    gc.collect()
    assert stream() is None, "its traceback holds the prompt: of 20,000 messages, perhaps"


async def test_a_retry_in_mid_path_hides_nothing_permanently(chat):
    chat.provider.script(ConnectionLost())
    chat.session.send("one")
    failed = await chat.ended()
    chat.provider.script("two", FinishDelta("stop"))
    chat.provider.script("again", FinishDelta("stop"))
    chat.session.send("more")
    await chat.ended()
    later = [m.id for m in chat.session.path]
    chat.session.regenerate(failed.id)
    again = await chat.ended()
    assert chat.session.path[-1].text == "again"
    assert chat.session.alternatives(again.id) == (failed.id, again.id)
    chat.session.show_alternative(failed.id)
    assert [m.id for m in chat.session.path] == later


async def test_a_reply_without_a_question_cannot_be_regenerated(chat):
    reply = Message("r", chat.session.conversation_id, "lost", Role.ASSISTANT, "text", Status.COMPLETE, 1.0)
    session = chat.open(chat.session.conversation_id, (reply,))
    session.regenerate("r")
    assert not session.running
    assert [m.id for m in session.path] == ["r"]


async def test_question_and_reply_exist_before_anything_is_awaited(chat):
    chat.provider.script("Hello")
    chat.session.send("hi")
    assert [(e.message.role, e.message.text, e.message.status) for e in chat.told(MessageAdded)] == [
        (Role.USER, "hi", Status.COMPLETE),
        (Role.ASSISTANT, "", Status.RUNNING),
    ]
    assert chat.session.running


async def test_reply_streams_delta_by_delta_and_is_stored(chat):
    chat.provider.script("Hel", "lo", UsageDelta(Usage(3, 2)))
    chat.session.send("hi")
    assert await chat.stored_reply() == ("Hello", Status.COMPLETE)
    assert [e.delta.text for e in chat.told(ReplyDelta)[:2]] == ["Hel", "lo"]
    reply = chat.session.path[-1]
    assert {e.message_id for e in chat.told(ReplyDelta)} == {reply.id}
    assert (reply.usage, reply.model, reply.connection_name) == (Usage(3, 2), "m", "Somewhere")
    assert reply.timing is not None
    assert reply.timing.first_token_s is not None


async def test_text_received_before_stop_is_kept(chat):
    chat.provider.script("Hel", PAUSE, "lo")
    chat.session.send("hi")
    await chat.provider.paused()
    chat.session.cancel()
    assert isinstance(chat.events[-1], ReplyStopping)
    assert await chat.stored_reply() == ("Hel", Status.CANCELLED)
    assert chat.provider.closed_streams == 1


class BreaksWhenClosed(ScriptedProvider):
    """Loses its connection at the moment it is closed."""

    async def stream(self, prompt):
        try:
            async for delta in super().stream(prompt):
                yield delta
        except asyncio.CancelledError:
            raise ConnectionLost from None


async def test_an_error_while_stopping_is_not_a_failure(chat):
    chat.providers.provider = provider = BreaksWhenClosed()
    provider.script("Hel", PAUSE)
    chat.session.send("hi")
    await provider.paused()
    chat.session.cancel()
    assert await chat.stored_reply() == ("Hel", Status.CANCELLED)
    assert chat.session.path[-1].failure is None


@pytest.fixture
async def bugs():
    """Collects what is passed to the loop's exception handler."""
    told = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context["exception"]))
    return told


def broken_for(kind):
    """A listener with a bug."""

    def listen(event):
        assert not isinstance(event, kind), kind.__name__

    return listen


async def test_a_listener_with_a_bug_does_not_prevent_stopping(chat, bugs):
    chat.session.events.add(broken_for(ReplyStopping))
    chat.provider.script("Hel", PAUSE)
    chat.session.send("hi")
    await chat.provider.paused()
    with pytest.raises(AssertionError):
        chat.session.cancel()
    assert await chat.stored_reply() == ("Hel", Status.CANCELLED)


async def test_a_listener_with_a_bug_is_reported_and_the_reply_stored(chat, bugs):
    chat.session.events.add(broken_for(ReplyEnded))
    chat.provider.script("Hello")
    chat.session.send("hi")
    while not bugs:  # noqa: ASYNC110  (there is no event for it)
        await asyncio.sleep(0)
    assert "ReplyEnded" in str(bugs[0])
    assert await chat.stored_reply() == ("Hello", Status.COMPLETE)


async def test_a_conversation_deleted_permanently_while_its_reply_runs(chat, bugs):
    chat.provider.script("Hel", PAUSE)
    chat.session.send("hi")
    await chat.provider.paused()
    await chat.library.delete((chat.session.conversation_id,))
    await chat.session.aclose()
    await chat.write_behind.flush()
    assert bugs == []
    assert await chat.store.conversations() == []


async def test_stop_right_after_send_is_an_empty_cancelled_reply(chat):
    chat.provider.script("never")
    chat.session.send("hi")
    chat.session.cancel()
    assert await chat.stored_reply() == ("", Status.CANCELLED)
    assert chat.provider.prompts == []


async def test_stop_while_a_long_prompt_is_built_sends_nothing(chat, monkeypatch):
    monkeypatch.setattr(slices, "SLICE_S", 0.0)
    session = chat.open(chat.session.conversation_id, long_path(chat, 1_000))
    session.send("one more")
    async with counted_turns() as turns:
        while turns.taken < 50:  # noqa: ASYNC110  (nothing tells how much of it is built)
            await asyncio.sleep(0)
        session.cancel()
        await session.aclose()
    assert turns.taken < 1_000
    assert not chat.provider.prompts
    assert session.path[-1].status is Status.CANCELLED


async def test_others_have_their_turn_while_a_long_prompt_is_built(chat, monkeypatch):
    monkeypatch.setattr(slices, "SLICE_S", 0.0)
    chat.provider.script("OK", PAUSE)
    session = chat.open(chat.session.conversation_id, long_path(chat, 1_000))
    session.send("one more")
    async with counted_turns() as turns:
        await chat.provider.paused()
        assert turns.taken >= 1_000
    await session.aclose()
    (prompt,) = chat.provider.prompts
    assert [message.text for message in prompt.messages] == [*map(str, range(1_000)), "one more"]


def long_path(chat, length):
    """Return so many messages, each with its number as its text."""
    roles, name = (Role.USER, Role.ASSISTANT), chat.session.conversation_id
    return [
        Message(f"m{n}", name, f"m{n - 1}" if n else None, roles[n % 2], f"{n}", Status.COMPLETE, 1.0)
        for n in range(length)
    ]


async def test_stop_ends_a_countdown(chat):
    chat.provider.script(RateLimited(retry_after_s=30))
    chat.session.send("hi")
    await chat.until(RetryScheduled)
    chat.session.cancel()
    assert (await chat.ended()).status is Status.CANCELLED


@pytest.mark.parametrize(
    ("steps", "text", "status", "code"),
    [
        pytest.param(["a", CUT], "a", Status.INTERRUPTED, "connection_lost", id="clean end without finish"),
        pytest.param([CUT], "", Status.FAILED, "connection_lost", id="nothing at all"),
        pytest.param(["a", ConnectionLost()], "a", Status.INTERRUPTED, "connection_lost", id="reset in mid-stream"),
        pytest.param(["a", ProviderFault("x")], "a", Status.INTERRUPTED, "provider_fault", id="error in the stream"),
        pytest.param([AuthenticationFailed()], "", Status.FAILED, "authentication_failed", id="key refused"),
        pytest.param(["a", FinishDelta("length")], "a", Status.TRUNCATED, None, id="length"),
        pytest.param(["a", FinishDelta("content_filter")], "a", Status.FILTERED, None, id="filtered"),
        pytest.param([RefusalDelta("No."), FinishDelta("stop")], "No.", Status.FILTERED, None, id="refusal"),
        pytest.param([FinishDelta("stop")], "", Status.FAILED, "empty_reply", id="empty"),
        pytest.param(
            [ToolCallDelta(0, "1", "f", "{}"), FinishDelta("tool_calls")],
            "",
            Status.FAILED,
            "tool_unavailable",
            id="tool",
        ),
        pytest.param(
            [ToolCallDelta(0, "1", "f", "{"), CUT], "", Status.INTERRUPTED, "connection_lost", id="tool call cut"
        ),
    ],
)
async def test_outcomes(steps, text, status, code):
    chat = Chat(retries=0)
    chat.provider.script(*steps)
    chat.session.send("hi")
    assert await chat.stored_reply() == (text, status)
    failure = chat.session.path[-1].failure
    assert (failure.code if failure else None) == code
    await chat.write_behind.aclose()


async def test_a_failure_before_the_first_token_is_retried_visibly(chat):
    chat.provider.script(RateLimited(retry_after_s=0))
    chat.provider.script("fine")
    chat.session.send("hi")
    assert await chat.stored_reply() == ("fine", Status.COMPLETE)
    assert [(e.attempt, e.failure.code) for e in chat.told(RetryScheduled)] == [(1, "rate_limited")]
    assert len(chat.told(RetryStarted)) == 1


async def test_nothing_is_retried_after_the_first_token(chat):
    chat.provider.script(ReasoningDelta("hm"), ConnectionLost())
    chat.session.send("hi")
    assert (await chat.ended()).status is Status.INTERRUPTED
    assert len(chat.provider.prompts) == 1


async def test_retries_are_limited(chat):
    chat.provider.script(RateLimited(retry_after_s=0))
    chat.session.send("hi")
    assert (await chat.ended()).failure.code == "rate_limited"
    assert len(chat.provider.prompts) == 3


async def test_a_keyring_that_does_not_answer_fails_the_reply_and_keeps_the_question(chat):
    chat.providers.error = KeyringTimedOut()
    chat.session.send("hi")
    assert (await chat.ended()).failure.code == "keyring_timed_out"
    assert chat.session.path[0].text == "hi"


async def test_a_bug_in_the_stream_is_recorded_and_reported(chat):
    reported: list[dict] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    chat.provider.script("part", ZeroDivisionError())
    chat.session.send("hi")
    assert await chat.stored_reply() == ("part", Status.INTERRUPTED)
    assert chat.session.path[-1].failure.code == "internal"
    assert isinstance(reported[0]["exception"], ZeroDivisionError)


async def test_a_missing_connection_or_model_fails_the_reply(chat):
    chat.provider.script("x")
    for options, code in ((ChatOptions("gone", "m"), "no_connection"), (ChatOptions("c1", ""), "no_model")):
        chat.library.set_options(chat.session.conversation_id, options)
        chat.session.send("hi")
        assert (await chat.ended()).failure.code == code


async def test_reasoning_is_separate_timed_and_not_sent_back(chat):
    chat.provider.script(ReasoningDelta("think"), "answer")
    chat.session.send("one")
    reply = await chat.ended()
    assert (reply.reasoning, reply.text) == ("think", "answer")
    assert reply.timing.reasoning_s is not None
    chat.session.send("two")
    await chat.ended()
    assert [m.text for m in chat.provider.prompts[1].messages] == ["one", "answer", "two"]


async def test_skipped_events_are_counted(chat):
    chat.provider.script("a", SkippedDelta(), SkippedDelta(2), "b")
    chat.session.send("hi")
    assert (await chat.ended()).skipped_events == 3


async def test_a_second_send_while_a_reply_runs_does_nothing(chat):
    chat.provider.script(PAUSE)
    chat.session.send("one")
    chat.session.send("two")
    chat.session.send("   ")
    assert len(chat.session.path) == 2


async def test_regenerating_keeps_the_old_reply_as_an_alternative(chat):
    chat.provider.script("first")
    chat.provider.script("second")
    chat.session.send("hi")
    first = await chat.ended()
    chat.session.regenerate(first.id)
    second = await chat.ended()
    assert (second.text, chat.session.alternatives(second.id)) == ("second", (first.id, second.id))
    chat.session.show_alternative(first.id)
    assert [m.text for m in chat.told(PathChanged)[-1].messages] == ["hi", "first"]
    assert chat.session.conversation.leaf_id == first.id
    assert chat.provider.prompts[1].messages == chat.provider.prompts[0].messages


async def two_turns(chat):
    for text in ("a", "b"):
        chat.provider.script(text)
    for text in ("one", "two"):
        chat.session.send(text)
        await chat.ended()


async def test_a_deleted_message_takes_its_descendants_and_can_be_restored(chat):
    await two_turns(chat)
    kept = chat.session.path
    removed = chat.session.delete(kept[2].id)
    assert removed == kept[2:]
    assert chat.told(PathChanged)[-1].messages == kept[:2]
    assert chat.session.conversation.leaf_id == kept[1].id
    await chat.write_behind.flush()
    assert [m.text for m in await chat.store.messages(chat.session.conversation_id)] == ["one", "a"]
    chat.session.undelete(removed)
    assert chat.session.path == kept
    assert chat.session.conversation.leaf_id == kept[3].id
    await chat.write_behind.flush()
    assert [m.text for m in await chat.store.messages(chat.session.conversation_id)] == ["one", "a", "two", "b"]


async def test_another_version_is_shown_instead_of_a_deleted_one(chat):
    await two_turns(chat)
    chat.provider.script("c")
    chat.session.regenerate(chat.session.path[3].id)
    newest = await chat.ended()
    chat.session.delete(newest.id)
    assert [m.text for m in chat.session.path] == ["one", "a", "two", "b"]
    chat.session.delete(chat.session.path[0].id)
    assert chat.session.path == ()
    assert chat.session.conversation.leaf_id is None


async def test_nothing_is_deleted_while_a_reply_runs(chat):
    chat.provider.script("Hel", PAUSE, "lo")
    chat.session.send("hi")
    await chat.provider.paused()
    assert chat.session.delete(chat.session.path[0].id) == ()
    assert len(chat.session.path) == 2


async def test_an_edited_question_is_an_alternative_to_the_old_one(chat):
    chat.provider.script("a")
    chat.session.send("one")
    await chat.ended()
    chat.session.send("two")
    await chat.ended()
    chat.session.edit_and_resend(chat.session.path[2].id, "two, better")
    await chat.ended()
    assert [m.text for m in chat.session.path] == ["one", "a", "two, better", "a"]
    assert chat.session.path[2].parent_id == chat.session.path[1].id
    first, better = chat.session.alternatives(chat.session.path[2].id)
    assert better == chat.session.path[2].id
    chat.session.show_alternative(first)
    assert [m.text for m in chat.session.path] == ["one", "a", "two", "a"]


async def test_the_first_question_can_be_edited(chat):
    chat.provider.script("a")
    chat.session.send("one")
    await chat.ended()
    chat.session.edit_and_resend(chat.session.path[0].id, "uno")
    await chat.ended()
    assert [m.text for m in chat.session.path] == ["uno", "a"]


async def test_a_failed_attempt_without_text_is_not_an_alternative(chat):
    chat.provider.script(AuthenticationFailed())
    chat.provider.script("good")
    chat.session.send("hi")
    failed = await chat.ended()
    chat.session.regenerate(failed.id)
    good = await chat.ended()
    assert chat.session.alternatives(good.id) == (good.id,)


async def test_the_first_question_names_the_conversation_and_empties_the_draft(chat):
    chat.library.set_draft(chat.session.conversation_id, "How do I read a file? Thanks")
    chat.provider.script("so")
    chat.session.send("How do I read a file? Thanks")
    assert chat.session.conversation.title == "How do I read a file?"
    assert chat.session.conversation.draft == ""


async def test_a_running_reply_survives_a_crash_with_its_text(chat):
    chat.provider.script("half of ", ReasoningDelta("why"), "it", PAUSE)
    chat.session.send("hi")
    await chat.provider.paused()
    await chat.write_behind.flush()
    reply = chat.store.after_crash()[-1]
    assert (reply.text, reply.reasoning, reply.status) == ("half of it", "why", Status.INTERRUPTED)


async def test_a_full_disk_affects_neither_streaming_nor_later_storing(chat):
    failed = asyncio.Event()
    chat.write_behind.events.add(lambda event: failed.set() if isinstance(event, StoreFailed) else None)
    chat.store.error = StoreFull()
    chat.provider.script("all", PAUSE, " of it")
    chat.session.send("hi")
    await chat.provider.paused()
    await failed.wait()
    chat.provider.go_on()
    assert (await chat.ended()).text == "all of it"
    chat.store.error = None
    await chat.write_behind.flush()
    assert [m.text for m in await chat.store.messages(chat.session.conversation_id)] == ["hi", "all of it"]


async def test_closing_while_streaming_keeps_the_text(chat):
    chat.provider.script("kept", PAUSE)
    chat.session.send("hi")
    await chat.provider.paused()
    await chat.session.aclose()
    assert isinstance(chat.events[-1], ReplyEnded)
    assert await chat.stored_reply() == ("kept", Status.CANCELLED)


async def test_a_stored_conversation_opens_on_its_last_path(chat):
    chat.provider.script("first")
    chat.provider.script("second")
    chat.session.send("hi")
    first = await chat.ended()
    chat.session.regenerate(first.id)
    await chat.ended()
    chat.session.show_alternative(first.id)
    await chat.write_behind.flush()
    messages = await chat.store.messages(chat.session.conversation_id)
    again = chat.open(chat.session.conversation_id, tuple(messages))
    assert [m.text for m in again.path] == ["hi", "first"]


async def test_a_cut_off_reply_continues_in_the_same_message(chat):
    chat.provider.script("The answer ", UsageDelta(Usage(5, 2)), FinishDelta("length"))
    chat.provider.script("is 42.", UsageDelta(Usage(9, 3)))
    chat.session.send("hi")
    cut = await chat.ended()
    chat.session.go_on(cut.id)
    assert chat.told(PathChanged)[-1].messages[-1].status is Status.RUNNING
    assert await chat.stored_reply() == ("The answer is 42.", Status.COMPLETE)
    whole = chat.session.path[-1]
    assert (whole.id, whole.usage, len(chat.session.path)) == (cut.id, Usage(14, 5), 2)
    assert chat.provider.prompts[1].messages[1].text == "The answer "
    assert chat.provider.prompts[1].messages[2].role is Role.USER


async def test_a_failed_continuation_keeps_the_existing_text(chat):
    chat.provider.script("half", CUT)
    chat.provider.script(AuthenticationFailed())
    chat.session.send("hi")
    chat.session.go_on((await chat.ended()).id)
    assert await chat.stored_reply() == ("half", Status.INTERRUPTED)
    assert chat.session.path[-1].failure.code == "authentication_failed"


async def test_a_continued_reply_survives_a_crash_with_both_parts(chat):
    chat.provider.script("one ", CUT)
    chat.provider.script("two", PAUSE)
    chat.session.send("hi")
    chat.session.go_on((await chat.ended()).id)
    await chat.provider.paused()
    await chat.write_behind.flush()
    assert chat.store.after_crash()[-1].text == "one two"


async def test_only_a_cut_off_reply_at_the_end_can_be_continued(chat):
    chat.provider.script("done")
    chat.session.send("hi")
    reply = await chat.ended()
    chat.session.go_on(reply.id)
    assert not chat.session.running


def brought_back(chat: Chat, message_id: str, parent_id: str | None, role: Role, text: str) -> Message:
    return Message(message_id, chat.session.conversation_id, parent_id, role, text, Status.COMPLETE, 1.0)


async def test_restored_messages_follow_the_end_of_the_path(chat):
    chat.provider.script("Hello")
    chat.session.send("hi")
    reply = await chat.ended()
    more = [
        brought_back(chat, "q2", reply.id, Role.USER, "and then?"),
        brought_back(chat, "a2", "q2", Role.ASSISTANT, "This was lost."),
    ]
    chat.events.clear()
    chat.session.add_restored([*chat.session.path, *more])
    assert [m.text for m in chat.session.path] == ["hi", "Hello", "and then?", "This was lost."]
    assert chat.events == [PathChanged(chat.session.path)]
    assert chat.session.conversation.leaf_id == "a2"
    chat.events.clear()
    chat.session.add_restored(more)
    assert chat.events == [], "nothing of it is new"


async def test_a_restored_version_is_an_alternative_to_the_shown_one(chat):
    chat.provider.script("Hello")
    chat.session.send("hi")
    reply = await chat.ended()
    before = chat.session.path
    chat.session.add_restored([brought_back(chat, "a0", before[0].id, Role.ASSISTANT, "Good day")])
    assert chat.session.path == before
    assert chat.session.alternatives(reply.id) == (reply.id, "a0")


async def test_restoring_does_not_affect_a_running_reply(chat):
    chat.provider.script("Hel", PAUSE, "lo")
    chat.session.send("hi")
    await chat.provider.paused()
    running = chat.session.path
    chat.session.add_restored([brought_back(chat, "a0", running[0].id, Role.ASSISTANT, "Good day")])
    assert chat.session.path == running
    chat.provider.go_on()
    assert await chat.stored_reply() == ("Hello", Status.COMPLETE)
    assert chat.session.alternatives(chat.session.path[-1].id)[-1] == "a0"


async def test_messages_restored_into_an_empty_conversation_are_shown(chat):
    chat.session.add_restored([brought_back(chat, "q", None, Role.USER, "hi")])
    assert [m.id for m in chat.session.path] == ["q"]


async def test_messages_restored_after_the_end_are_shown_on_opening(chat):
    chat.provider.script("Hello")
    chat.session.send("hi")
    reply = await chat.ended()
    more = brought_back(chat, "q2", reply.id, Role.USER, "and then?")
    opened = chat.open(chat.session.conversation_id, (*chat.session.path, more))
    assert [m.text for m in opened.path] == ["hi", "Hello", "and then?"]


@pytest.mark.parametrize(
    ("script", "status"),
    [
        (("Hello", FinishDelta("stop"), PAUSE), Status.COMPLETE),
        (("Hello", FinishDelta("length"), PAUSE), Status.TRUNCATED),
        (("Hel", FinishDelta("stop"), "lo", FinishDelta("stop"), PAUSE), Status.CANCELLED),
        (("Hello", PAUSE), Status.CANCELLED),
    ],
)
async def test_stopping_the_wait_for_usage_leaves_a_finished_reply_finished(
    script: tuple[object, ...], status: Status
) -> None:
    chat = Chat()
    chat.provider.script(*script)
    chat.session.send("hi")
    await chat.provider.paused()
    chat.session.cancel()
    await chat.session.aclose()
    assert (chat.session.path[-1].status, chat.session.path[-1].text) == (status, "Hello")
    await chat.write_behind.aclose()


# --- how large a request is -------------------------------------------------------------------------------------------


async def asked(chat: Chat, question: str, *script: object) -> Message:
    """Ask, and return the reply when it has ended."""
    chat.provider._scripts = [script]
    chat.session.send(question)
    return await chat.ended()


async def test_the_size_of_a_request_is_that_of_all_that_is_sent(chat):
    chat.library.set_options(chat.session.conversation_id, ChatOptions("c1", "m", system_prompt="s" * 40))
    assert chat.session.request_size("q" * 80) == RequestSize(tokens=30, own=30)
    await asked(chat, "q" * 80, "a" * 120)
    chat.providers.windows["m"] = 8_192
    assert chat.session.request_size() == RequestSize(tokens=60, before=20, window=8_192, own=10)
    await asked(chat, "q" * 40, "a" * 40, UsageDelta(Usage(77, 5)))
    size = chat.session.request_size("q" * 4)
    assert size == RequestSize(tokens=81, before=77, counted=True, window=8_192, own=11)
    second = chat.session.path[2].id
    assert chat.session.request_size("q" * 8, at_id=second).tokens == 62, "in its place, with what is above it"


async def test_what_a_server_said_of_its_model_counts_more_than_its_list(chat):
    chat.providers.windows["m"] = 8_192
    await asked(chat, "one", ContextTooLong("maximum context length is 1000 tokens"))
    assert chat.session.request_size().window == 1_000
    await asked(chat, "two", ConnectionLost("maximum context length is 5 tokens"))
    assert chat.session.request_size().window == 1_000, "another failure tells nothing"
    chat.library.set_options(chat.session.conversation_id, ChatOptions("c1", "other"))
    assert chat.session.request_size().window == 0, "of another model it says nothing"


async def test_earlier_messages_are_left_out_until_a_request_fits(chat):
    for question in ("one", "two"):
        await asked(chat, question * 40, "reply " * 20)
    size = chat.session.request_size("q" * 40)
    chat.session.leave_out(size, 75)
    await asked(chat, "q" * 40, "fine")
    assert [m.text[:3] for m in chat.provider.prompts[-1].messages] == ["two", "rep", "qqq"]
    chat.session.leave_out(chat.session.request_size("w" * 40), 1)
    await asked(chat, "w" * 40, "fine")
    assert [m.text[:3] for m in chat.provider.prompts[-1].messages] == ["www"], "the question always stays"
    await asked(chat, "more", "fine")
    assert [m.text[:3] for m in chat.provider.prompts[-1].messages] == ["www", "fin", "mor"]


# --- what is continued, removed and brought back ----------------------------------------------------------------------


async def test_a_continued_reply_begins_without_what_ended_its_first_part(chat):
    chat.provider.script("half", ConnectionLost())
    chat.provider.script(" and half", PAUSE)
    chat.session.send("hi")
    cut = await chat.ended()
    assert cut.failure is not None
    chat.session.go_on(cut.id)
    await chat.provider.paused()
    running = chat.session.path[-1]
    assert (running.failure, running.finish_reason) == (None, None)
    chat.session.go_on(cut.id)
    assert len(chat.provider.prompts) == 2, "it runs already"
    chat.session.cancel()
    assert chat.told(ReplyStopping)[-1].message_id == cut.id


async def test_a_cut_reply_further_up_does_not_go_on(chat):
    cut = await asked(chat, "one", "half", CUT)
    await asked(chat, "more", "two")
    chat.session.go_on(cut.id)
    assert not chat.session.running
    assert [m.text for m in chat.session.path] == ["one", "half", "more", "two"]


async def test_what_is_removed_leaves_what_is_above_it_and_comes_back_where_it_was(chat):
    await asked(chat, "one", "first")
    second = await asked(chat, "two", "second")
    before = chat.session.path
    removed = chat.session.delete(before[2].id)
    assert [m.id for m in removed] == [before[2].id, second.id]
    assert chat.session.path == before[:2]
    assert chat.session.conversation.leaf_id == before[1].id
    chat.session.undelete(())
    assert chat.session.path == before[:2]
    chat.session.undelete(removed)
    assert chat.session.path == before
    only = chat.session.delete(before[3].id)
    chat.session.undelete(only)
    assert chat.session.path == before


async def test_nothing_comes_back_into_a_running_reply(chat):
    await asked(chat, "one", "first")
    removed = chat.session.delete(chat.session.path[1].id)
    chat.provider._scripts = [("Hel", PAUSE)]
    chat.session.send("two")
    await chat.provider.paused()
    running = chat.session.path
    chat.session.undelete(removed)
    assert chat.session.path == running


async def test_what_is_brought_back_deep_below_is_shown_to_its_end(chat):
    reply = await asked(chat, "hi", "Hello")
    await asked(chat, "and?", "So.")
    end = chat.session.path[-1]
    more = [brought_back(chat, "q3", end.id, Role.USER, "3"), brought_back(chat, "q2", reply.id, Role.USER, "2")]
    chat.session.add_restored(more)
    assert [m.text for m in chat.session.path] == ["hi", "Hello", "and?", "So.", "3"]
