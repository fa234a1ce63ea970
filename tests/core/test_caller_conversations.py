"""What callers of the endpoint ask becomes conversations, which grow with the exchange and keep every answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
from fakes import MemoryStore

from desktop_chat.core.caller_conversations import MOST_THREADS, CallerConversations
from desktop_chat.core.connections import Connections
from desktop_chat.core.endpoint_control import QuestionAnswered, QuestionAsked
from desktop_chat.core.entities import FROM_ENDPOINT, Connection, Conversation, Message, Role, Status, Usage
from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationGrown
from desktop_chat.core.settings import Preferences, Settings
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

    def ask(self, number: str, *turns: tuple[str, str], caller: str = CURL) -> None:
        self.record.ask(QuestionAsked(number, turns, "llama", "local"), caller)

    def answer(self, number: str, text: str, status: str = "complete", problem: str = "") -> None:
        usage = Usage(3, 4) if status == "complete" else None
        self.record.answer(QuestionAnswered(number, text, "hm", status, usage), problem)

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
    here.ask("3", ("user", "One?"), ("assistant", "Ye"))
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
    for number in range(MOST_THREADS + 1):
        here.ask("1", ("user", f"{number}?"))
        here.answer("1", "Yes.")
    for number in (0, 1):
        here.ask("1", ("user", f"{number}?"), ("assistant", "Yes."), ("user", "And?"))
    assert len(here.shown) == MOST_THREADS + 2
