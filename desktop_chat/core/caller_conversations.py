"""Keeps what callers of the local endpoint ask as conversations, stored like all others.

A request has the whole exchange so far. If that is what is already in a conversation, the new question is added to it;
otherwise a conversation begins.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop_chat.core.connections import Connections
from desktop_chat.core.endpoint_control import QuestionAnswered, QuestionAsked
from desktop_chat.core.entities import FROM_ENDPOINT, ChatOptions, Failure, Message, Role, Status, Timing, new_id
from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationGrown
from desktop_chat.core.write_behind import WriteBehind

MOST_THREADS = 1_000
"""How many exchanges are remembered, so that their next question is recognised."""
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT}
_INSTRUCTIONS = frozenset({"system", "developer"})

Turns = Sequence[tuple[Role, str]]


@dataclass(frozen=True, slots=True)
class _Open:
    """A question that has no answer yet."""

    conversation_id: str
    leaf_id: str
    caller: str
    instructions: str
    turns: Turns
    connection_name: str
    model: str
    at: float


class CallerConversations:
    """Takes questions and answers as they are reported by the serving process."""

    def __init__(
        self,
        library: Library,
        write_behind: WriteBehind,
        connections: Connections,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._library = library
        self._write_behind = write_behind
        self._connections = connections
        self._clock = clock
        self._open: dict[str, _Open] = {}
        self._threads: OrderedDict[str, tuple[str, str]] = OrderedDict()
        """The conversation and its last message, by the digest of an exchange."""

    def ask(self, asked: QuestionAsked, caller: str) -> None:
        """Store a question; nothing if it has no text."""
        turns = [(_ROLES[role], text) for role, text in asked.messages if role in _ROLES and text.strip()]
        if not turns or turns[-1][0] is not Role.USER:
            return
        instructions = "\n\n".join(text for role, text in asked.messages if role in _INSTRUCTIONS)
        known = next((n for n in range(len(turns), 0, -1) if turns[n - 1][0] is Role.ASSISTANT), 0)
        place = self._known_place(_digest(caller, instructions, turns[:known])) if known else None
        if place is None:
            known = 0
            connection = asked.connection_id, asked.model
            options = ChatOptions(*connection, system_prompt=instructions)
            place = (self._library.create(options, FROM_ENDPOINT).id, "")
        conversation_id, leaf_id = place
        for role, text in turns[known:]:
            leaf_id = self._add(conversation_id, leaf_id or None, role, text)
        first = next(text for role, text in turns[known:] if role is Role.USER)
        self._library.record_message(conversation_id, leaf_id, first)
        self._library.events.emit(ConversationGrown(conversation_id))
        connection_of = self._connections.get(asked.connection_id)
        name = connection_of.name if connection_of else ""
        self._open[asked.id] = _Open(
            conversation_id, leaf_id, caller, instructions, turns, name, asked.model, self._clock()
        )

    def answer(self, answered: QuestionAnswered, problem: str = "") -> None:
        """Store the answer to a question, whole or partial; `problem` is an error's code, if that is why it ended."""
        question = self._open.pop(answered.id, None)
        if question is None or question.conversation_id not in self._library:
            return
        status = Status(answered.status) if answered.status in set(Status) else Status.INTERRUPTED
        if status is Status.RUNNING:
            status = Status.INTERRUPTED
        now = self._clock()
        reply = Message(
            id=new_id(),
            conversation_id=question.conversation_id,
            parent_id=question.leaf_id,
            role=Role.ASSISTANT,
            text=answered.text,
            reasoning=answered.reasoning,
            status=status,
            created_at=question.at,
            connection_name=question.connection_name,
            model=question.model,
            usage=answered.usage,
            timing=Timing(total_s=now - question.at),
            failure=Failure(problem) if problem else None,
        )
        self._write_behind.note_message(reply)
        if self._library[question.conversation_id].leaf_id == question.leaf_id:
            self._library.record_message(question.conversation_id, reply.id)
        self._library.events.emit(ConversationGrown(question.conversation_id))
        turns = [*question.turns, (Role.ASSISTANT, answered.text)]
        self._remember(_digest(question.caller, question.instructions, turns), (question.conversation_id, reply.id))

    def interrupt(self) -> None:
        """Note that no answer will come: the serving process has ended."""
        for question_id in tuple(self._open):
            self.answer(QuestionAnswered(question_id, "", "", Status.INTERRUPTED.value))

    def _known_place(self, digest: str) -> tuple[str, str] | None:
        """Return the conversation that an exchange is in, unless it has gone elsewhere since."""
        place = self._threads.get(digest)
        if place is None or place[0] not in self._library:
            return None
        conversation = self._library[place[0]]
        return place if conversation.leaf_id == place[1] and conversation.trashed_at is None else None

    def _remember(self, digest: str, place: tuple[str, str]) -> None:
        self._threads[digest] = place
        self._threads.move_to_end(digest)
        if len(self._threads) > MOST_THREADS:
            self._threads.popitem(last=False)

    def _add(self, conversation_id: str, parent_id: str | None, role: Role, text: str) -> str:
        message = Message(new_id(), conversation_id, parent_id, role, text, Status.COMPLETE, self._clock())
        self._write_behind.note_message(message)
        return message.id


def _digest(caller: str, instructions: str, turns: Turns) -> str:
    exchange = json.dumps([caller, instructions, *((role.value, text.strip()) for role, text in turns)])
    return hashlib.sha256(exchange.encode("utf-8", "replace")).hexdigest()
