"""What callers of the endpoint ask becomes conversations, which grow with the exchange and keep every answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
from fakes import MemoryStore

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.caller_conversations import MAX_REMEMBERED, MAX_THREADS, CallerConversations
from desktop_chat.core.caller_record import AnswerPiece, AskedCall, AskedMessage
from desktop_chat.core.connections import Connections
from desktop_chat.core.deltas import FinishDelta, ReasoningDelta, RecastDelta, TextDelta, ToolCallDelta
from desktop_chat.core.endpoint_control import AnswerGrew, QuestionAnswered, QuestionAsked
from desktop_chat.core.entities import FROM_ENDPOINT, Connection, Conversation, Message, Role, Status, Usage
from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationGrown
from desktop_chat.core.open_sessions import OpenSessions
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tools import STOPPED_RESULT, CallStatus
from desktop_chat.core.write_behind import WriteBehind

LOCAL = Connection("local", "Ollama", "http://127.0.0.1:11434/v1")
CURL = "curl"


class Here:
    """A library, and the conversations of callers in it."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.write_behind = WriteBehind(self.store)
        self.library = Library(self.store, self.write_behind)
        self.clock = SimpleNamespace(now=100.0)
        connections = Connections(Preferences(Settings(connections=(LOCAL,))))
        self.record = CallerConversations(self.library, self.write_behind, connections, lambda: self.clock.now)

    def ask(self, number: str, *turns: tuple[str, str] | AskedMessage, caller: str = CURL) -> None:
        messages = tuple(turn if isinstance(turn, AskedMessage) else AskedMessage(*turn) for turn in turns)
        self.record.ask(QuestionAsked(number, messages, "llama", "local"), caller)

    def grow(self, number: str, *pieces: AnswerPiece) -> None:
        self.record.grow(AnswerGrew(number, pieces))

    def answer(self, number: str, text: str, status: str = "complete", problem: str = "") -> None:
        usage = Usage(3, 4) if status == "complete" else None
        pieces = [ReasoningDelta("hm"), TextDelta(text), *([FinishDelta("stop")] if status == "complete" else [])]
        self.grow(number, *pieces)
        self.record.answer(QuestionAnswered(number, status, usage), problem)

    async def messages(self) -> list[list[Message]]:
        await self.write_behind.flush()
        return [await self.store.messages(conversation.id) for conversation in self.shown]

    @property
    def shown(self) -> list[Conversation]:
        return sorted(self.library.shown(), key=lambda conversation: conversation.title)


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    here = Here()
    yield here
    await here.write_behind.aclose()


async def test_a_question_and_its_answer_are_a_conversation_like_any_other(here: Here) -> None:
    here.ask("1", ("system", "Be brief."), ("user", "What is a fjord?"))
    here.clock.now = 102.5
    here.answer("1", "A drowned valley.")
    [conversation] = here.shown
    assert (conversation.origin, conversation.title) == (FROM_ENDPOINT, "What is a fjord?")
    options = conversation.options
    assert (options.connection_id, options.model, options.system_prompt) == ("local", "llama", "Be brief.")
    [[question, reply]] = await here.messages()
    assert (question.role, question.text, question.parent_id) == (Role.USER, "What is a fjord?", None)
    assert (reply.text, reply.reasoning, reply.status) == ("A drowned valley.", "hm", Status.COMPLETE)
    assert (reply.parent_id, conversation.leaf_id) == (question.id, reply.id)
    assert (reply.model, reply.connection_name, reply.usage) == ("llama", "Ollama", Usage(3, 4))
    assert reply.timing is not None
    assert reply.timing.total_s == 2.5


async def test_the_next_question_of_an_exchange_is_added_to_its_conversation(here: Here) -> None:
    first = ("user", "One?")
    here.ask("1", first)
    here.answer("1", "Yes. ")
    grown: list[object] = []
    here.library.events.add(grown.append)
    here.ask("2", first, ("assistant", "Yes."), ("user", "Two?"))
    here.answer("2", "No.")
    [messages] = await here.messages()
    assert [message.text for message in messages] == ["One?", "Yes. ", "Two?", "No."]
    assert [message.parent_id for message in messages] == [None, *(message.id for message in messages[:-1])]
    assert grown.count(ConversationGrown(here.shown[0].id)) == 2, "so that a tab that shows it follows"


@pytest.mark.parametrize("other", ["caller", "trashed", "continued", "deleted"])
async def test_another_exchange_is_another_conversation(here: Here, other: str) -> None:
    here.ask("1", ("user", "One?"))
    here.answer("1", "Yes.")
    before = here.shown[0].id
    if other == "trashed":
        here.library.trash(before)
    elif other == "continued":
        here.library.record_message(before, "elsewhere")
    elif other == "deleted":
        await here.library.delete([before])
    caller = "node" if other == "caller" else CURL
    here.ask("2", ("user", "One?"), ("assistant", "Yes."), ("user", "Two?"), caller=caller)
    here.answer("2", "No.")
    after = next(conversation for conversation in here.shown if conversation.id != before)
    await here.write_behind.flush()
    assert [message.text for message in await here.store.messages(after.id)] == ["One?", "Yes.", "Two?", "No."]


@pytest.mark.parametrize("status", ["cancelled", "truncated", "interrupted", "failed"])
async def test_what_arrived_before_the_end_is_kept(here: Here, status: str) -> None:
    here.ask("1", ("user", "One?"))
    here.answer("1", "Ye", status, "rate_limited" if status == "failed" else "")
    [[_, reply]] = await here.messages()
    assert (reply.text, reply.status) == ("Ye", Status(status))
    assert (reply.failure.code if reply.failure else "") == ("rate_limited" if status == "failed" else "")


@pytest.mark.parametrize("status", ["running", "something new"])
async def test_an_end_that_is_none_is_an_interruption(here: Here, status: str) -> None:
    here.ask("1", ("user", "One?"))
    here.answer("1", "", status)
    [[_, reply]] = await here.messages()
    assert reply.status is Status.INTERRUPTED


async def test_questions_that_get_no_answer_are_interrupted(here: Here) -> None:
    here.ask("1", ("user", "One?"))
    here.ask("2", ("user", "Two?"))
    here.answer("1", "Yes.")
    here.record.interrupt()
    assert [messages[1].status for messages in await here.messages()] == [Status.COMPLETE, Status.INTERRUPTED]
    here.answer("2", "too late")
    assert [len(messages) for messages in await here.messages()] == [2, 2]


async def test_what_has_no_question_in_words_is_not_kept(here: Here) -> None:
    here.ask("1", ("user", " "))
    here.ask("2", ("tool", "42"))
    here.answer("1", "Yes.")
    assert here.shown == []


async def test_an_answer_goes_beside_what_the_user_went_on_with(here: Here) -> None:
    here.ask("1", ("user", "One?"))
    here.library.record_message(here.shown[0].id, "elsewhere")
    here.answer("1", "Yes.")
    assert here.shown[0].leaf_id == "elsewhere"


async def test_an_answer_to_a_deleted_conversation_is_dropped(here: Here) -> None:
    here.ask("1", ("user", "One?"))
    await here.library.delete([here.shown[0].id])
    here.answer("1", "Yes.")
    assert here.shown == []


async def test_only_so_many_exchanges_are_remembered(here: Here) -> None:
    for number in range(MAX_THREADS + 1):
        here.ask("1", ("user", f"{number}?"))
        here.answer("1", "Yes.")
    for number in (0, 1):
        here.ask("1", ("user", f"{number}?"), ("assistant", "Yes."), ("user", "And?"))
    assert len(here.shown) == MAX_THREADS + 2


IMAGE = Attachment(AttachmentKind.IMAGE, "image-1.png", "image/png", 9, "ab" * 32, 3, 2)


async def after_a_kill(here: Here) -> list[Message]:
    """Return what a restart finds if the process is killed once what was noted is on disk."""
    await here.write_behind.flush()
    return here.store.after_crash()


async def test_what_has_arrived_survives_a_kill_of_the_window(here: Here) -> None:
    here.ask("1", ("user", "One?"))
    here.grow("1", ReasoningDelta("hm"), TextDelta("Ye"))
    here.grow("1", TextDelta("s, be"))
    question, reply = await after_a_kill(here)
    assert (question.text, reply.text, reply.reasoning) == ("One?", "Yes, be", "hm")
    assert (reply.status, reply.model, reply.parent_id) == (Status.INTERRUPTED, "llama", question.id)
    here.grow("1", TextDelta("cause."))
    here.answer("1", "", "complete")
    assert [(m.text, m.status) for m in await after_a_kill(here)][1] == ("Yes, because.", Status.COMPLETE)


async def test_a_killed_serving_process_loses_nothing_that_was_told(here: Here) -> None:
    here.ask("1", ("user", "One?"))
    here.grow("1", TextDelta("Yes, be"))
    here.record.interrupt()
    [[_, reply]] = await here.messages()
    assert (reply.text, reply.status) == ("Yes, be", Status.INTERRUPTED)


async def test_text_that_turns_out_to_be_reasoning_is_moved(here: Here) -> None:
    here.ask("1", ("user", "One?"))
    here.grow("1", TextDelta("let me see"))
    await here.write_behind.flush()
    here.grow("1", RecastDelta(), TextDelta("Yes."), FinishDelta("stop"))
    here.record.answer(QuestionAnswered("1", "complete"))
    [[_, reply]] = await here.messages()
    assert (reply.text, reply.reasoning) == ("Yes.", "let me see")


async def test_images_of_both_sides_are_attachments(here: Here) -> None:
    here.ask("1", AskedMessage("user", "What is this?", (IMAGE,)))
    other = Attachment(AttachmentKind.IMAGE, "image-1.png", "image/png", 9, "cd" * 32)
    here.grow("1", TextDelta("See:"), other)
    assert (await after_a_kill(here))[1].attachments == (other,), "an answer's image is kept at once"
    here.answer("1", "There.")
    [[question, reply]] = await here.messages()
    assert question.attachments == (IMAGE,)
    assert reply.attachments == (other,)
    assert reply.text.replace("\n", "") == f"See:![image](attachment:{other.sha256})There."


async def test_an_image_alone_is_a_question(here: Here) -> None:
    here.ask("1", AskedMessage("user", "", (IMAGE,)))
    here.answer("1", "A cat.")
    [[question, _]] = await here.messages()
    assert question.attachments == (IMAGE,)


def call(number: str, arguments: str = '{"city": "Oslo"}') -> AskedCall:
    return AskedCall(number, "weather", arguments)


async def test_a_tool_round_is_one_reply_that_goes_on(here: Here) -> None:
    question = ("user", "Umbrella?")
    here.ask("1", question)
    here.grow(
        "1", TextDelta("I look. "), ToolCallDelta(0, "a", "weather", '{"city":'), ToolCallDelta(0, "a", "", ' "Oslo"}')
    )
    here.grow("1", FinishDelta("tool_calls"))
    here.record.answer(QuestionAnswered("1", "complete", Usage(10, 5)))
    [[_, reply]] = await here.messages()
    [made] = reply.tool_calls
    assert (made.name, made.arguments, made.status, made.text_at) == ("weather", '{"city": "Oslo"}', CallStatus.DONE, 8)
    repeated = AskedMessage("assistant", "I look.", calls=(call("a", '{"city":"Oslo"}'),))
    here.ask("2", question, repeated, AskedMessage("tool", "Rain.", (IMAGE,), call_id="a"))
    here.grow("2", TextDelta("Yes, "))
    killed = (await after_a_kill(here))[-1]
    assert (killed.text, killed.tool_calls[0].result) == ("I look. Yes, ", "Rain.")
    here.grow("2", TextDelta("take one."), FinishDelta("stop"))
    here.record.answer(QuestionAnswered("2", "complete", Usage(20, 3)))
    [[_, whole]] = await here.messages()
    assert (whole.id, whole.text, whole.status) == (reply.id, "I look. Yes, take one.", Status.COMPLETE)
    assert (whole.tool_calls[0].result, whole.tool_calls[0].images) == ("Rain.", (IMAGE,))
    assert whole.usage == Usage(30, 8)
    answers = (repeated, AskedMessage("tool", "Rain.", call_id="a"), ("assistant", "Yes, take one."))
    here.ask("3", question, *answers, ("user", "Thanks!"))
    here.answer("3", "Good day.")
    [messages] = await here.messages()
    assert [message.text for message in messages] == ["Umbrella?", "I look. Yes, take one.", "Thanks!", "Good day."]


async def test_the_same_results_sent_again_overwrite_nothing(here: Here) -> None:
    question, repeated = ("user", "Umbrella?"), AskedMessage("assistant", calls=(call("a"),))
    here.ask("1", question)
    here.grow("1", ToolCallDelta(0, "a", "weather", '{"city": "Oslo"}'), FinishDelta("tool_calls"))
    here.record.answer(QuestionAnswered("1", "complete"))
    for number in ("2", "3"):
        here.ask(number, question, repeated, AskedMessage("tool", "Rain.", call_id="a"))
        here.answer(number, f"Yes {number}.")
    replies = [messages[-1] for messages in await here.messages()]
    assert sorted(reply.text for reply in replies) == ["Yes 2.", "Yes 3."]
    assert [reply.tool_calls[0].result for reply in replies] == ["Rain.", "Rain."]


async def test_an_exchange_with_tools_that_is_not_known_is_kept_whole(here: Here) -> None:
    here.ask(
        "1",
        ("user", "Umbrella?"),
        AskedMessage("assistant", calls=(call("a"), call("b"))),
        AskedMessage("tool", "Rain.", call_id="a"),
        AskedMessage("assistant", "Once more."),
        AskedMessage("tool", "of nobody", call_id="z"),
        ("user", "Well?"),
    )
    here.answer("1", "Yes.")
    [[_, earlier, _, reply]] = await here.messages()
    assert [(one.id, one.status, one.result) for one in earlier.tool_calls] == [
        ("a", CallStatus.DONE, "Rain."),
        ("b", CallStatus.STOPPED, STOPPED_RESULT),
        ("z", CallStatus.DONE, "of nobody"),
    ]
    assert (earlier.text, reply.text) == ("Once more.", "Yes.")


async def test_an_answer_that_was_begun_by_the_caller_goes_on(here: Here) -> None:
    here.ask("1", ("user", "One?"), ("assistant", "Ye"))
    here.answer("1", "s.")
    [[_, reply]] = await here.messages()
    assert (reply.text, reply.usage) == ("Yes.", Usage(3, 4, None, None))


async def test_a_long_reply_is_not_remembered_for_its_tools(here: Here) -> None:
    here.ask("1", ("user", "One?"))
    long = "x" * (MAX_REMEMBERED + 1)
    here.answer("1", long, "truncated")
    here.ask("2", ("user", "One?"), ("assistant", long))
    here.answer("2", "y")
    assert sorted(len(messages[-1].text) for messages in await here.messages()) == [len(long), len(long) + 1]


async def test_calls_of_a_broken_answer_are_stopped(here: Here) -> None:
    here.ask("1", ("user", "One?"))
    here.grow("1", ToolCallDelta(0, "a", "weather", '{"ci'))
    here.record.answer(QuestionAnswered("1", "interrupted"))
    [[_, reply]] = await here.messages()
    assert reply.tool_calls[0].status is CallStatus.STOPPED


async def test_pieces_of_an_unknown_question_are_skipped(here: Here) -> None:
    here.grow("9", TextDelta("x"))
    assert here.shown == []


async def test_nothing_is_journalled_for_a_deleted_conversation(here: Here) -> None:
    here.ask("1", ("user", "One?"))
    await here.library.delete([here.shown[0].id])
    here.grow("1", TextDelta("late"))
    await here.write_behind.flush()
    assert not any(batch.journal for batch in here.store.batches)
    here.record.interrupt()


async def test_an_open_conversation_shows_an_answer_once_it_has_ended(here: Here) -> None:
    here.ask("1", ("user", "One?"))
    sessions = OpenSessions(
        library=here.library,
        write_behind=here.write_behind,
        providers=None,
        connections=None,
        preferences=None,
        blobs=None,
        toolbox=None,
        approvals=None,
    )
    view = sessions.view(here.shown[0].id)
    session = await view.load()
    assert [message.text for message in session.path] == ["One?"]
    shown = asyncio.Event()
    session.events.add(lambda _: shown.set())
    here.grow("1", ToolCallDelta(0, "a", "weather", '{"city": "Oslo"}'), FinishDelta("tool_calls"))
    here.record.answer(QuestionAnswered("1", "complete"))
    await shown.wait()
    assert [message.tool_calls[0].result for message in session.path[1:]] == [""]
    shown.clear()
    here.ask(
        "2", ("user", "One?"), AskedMessage("assistant", calls=(call("a"),)), AskedMessage("tool", "Rain.", call_id="a")
    )
    here.answer("2", "Yes.")
    await shown.wait()
    assert [(message.text, message.tool_calls[0].result) for message in session.path[1:]] == [("Yes.", "Rain.")]
    view.close()
    await sessions.aclose()
