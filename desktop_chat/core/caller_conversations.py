"""Keeps what callers of the local endpoint ask as conversations, stored like all others.

A request has the whole exchange so far. If that is what is already in a conversation, the new question is added to it,
and the results of tools to the reply that called them; otherwise a conversation begins. An answer is journalled while
it arrives, as a reply of the window is.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.caller_turns import CallerTurn, digest_of, turn_of, turns_of, with_results
from desktop_chat.core.connections import Connections
from desktop_chat.core.deltas import UsageDelta
from desktop_chat.core.endpoint_control import AnswerGrew, QuestionAnswered, QuestionAsked
from desktop_chat.core.entities import FROM_ENDPOINT, ChatOptions, Failure, Message, Role, Status, Usage, new_id
from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationGrown
from desktop_chat.core.ports import TextIncrement
from desktop_chat.core.reply import Reply
from desktop_chat.core.tools import CallStatus
from desktop_chat.core.write_behind import WriteBehind

MAX_THREADS = 1_000
"""How many exchanges are remembered, so that their next question is recognised."""
MAX_REMEMBERED = 16_000
"""Characters of a reply that is remembered, so that the results of its tools can be added to it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an exchange ended; `reply` is its last answer, None if that is too long to be remembered."""

    conversation_id: str
    leaf_id: str
    reply: Message | None = None


@dataclass(frozen=True, slots=True)
class _Open:
    """A question whose answer has not ended."""

    caller: str
    instructions: str
    turns: Sequence[CallerTurn]
    """What came before the answer."""
    reply: Reply


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
        self._threads: OrderedDict[str, _Place] = OrderedDict()
        """The places by the digest of an exchange."""

    def ask(self, asked: QuestionAsked, caller: str) -> None:
        """Store a question, and begin its answer; nothing if it says nothing."""
        instructions, turns = turns_of(asked.messages)
        if not any(turn.role is Role.USER for turn in turns):
            return
        begun = turns.pop() if turns[-1].role is Role.ASSISTANT else None
        message = self._continued(caller, instructions, turns, begun)
        if message is None:
            conversation_id, leaf_id = self._add_turns(asked, caller, instructions, turns)
            message = self._new_reply(asked, conversation_id, leaf_id, begun)
        reply = Reply(message, self._clock)
        self._open[asked.id] = _Open(caller, instructions, turns, reply)
        self._write_behind.note_message(reply.noted())
        self._write_behind.follow(message.id, lambda: self._new_text(reply))
        self._library.events.emit(ConversationGrown(message.conversation_id))

    def grow(self, grown: AnswerGrew) -> None:
        """Add to an answer."""
        question = self._open.get(grown.id)
        if question is None:
            return
        reply = question.reply
        for piece in grown.pieces:
            if isinstance(piece, Attachment):
                reply.add_image(piece)
                reply.must_be_noted = True
            else:
                reply.take(piece)
        if reply.must_be_noted:
            self._write_behind.note_message(reply.noted())

    def answer(self, answered: QuestionAnswered, problem: str = "") -> None:
        """Store that an answer has ended; `problem` is an error's code, if that is why."""
        question = self._open.pop(answered.id, None)
        if question is None:
            return
        reply = self._ended(question.reply, answered, problem)
        self._write_behind.note_message(reply)
        if reply.conversation_id not in self._library:
            return
        if self._library[reply.conversation_id].leaf_id in {reply.parent_id, reply.id}:
            self._library.record_message(reply.conversation_id, reply.id)
        self._library.events.emit(ConversationGrown(reply.conversation_id))
        size = len(reply.text) + len(reply.reasoning) + sum(len(call.arguments) for call in reply.tool_calls)
        place = _Place(reply.conversation_id, reply.id, reply if size <= MAX_REMEMBERED else None)
        self._remember(digest_of(question.caller, question.instructions, [*question.turns, turn_of(reply)]), place)

    def interrupt(self) -> None:
        """Note that no more will come: the serving process has ended."""
        for question_id in tuple(self._open):
            self.answer(QuestionAnswered(question_id, Status.INTERRUPTED.value))

    def _continued(
        self, caller: str, instructions: str, turns: Sequence[CallerTurn], begun: CallerTurn | None
    ) -> Message | None:
        """Return the stored reply that a request continues, with the results of its tools; None if it is none."""
        if begun is None:
            return None
        digest = digest_of(caller, instructions, [*turns, begun])
        place = self._known_place(digest)
        if place is None or place.reply is None:
            return None
        del self._threads[digest]  # a reply is continued once; asked again, it is another exchange
        calls = with_results(place.reply.tool_calls, begun.calls)
        return replace(place.reply, status=Status.RUNNING, finish_reason=None, failure=None, tool_calls=calls)

    def _add_turns(
        self, asked: QuestionAsked, caller: str, instructions: str, turns: Sequence[CallerTurn]
    ) -> tuple[str, str]:
        """Store the turns that are not stored yet; return their conversation and its last message."""
        known = next((n for n in range(len(turns), 0, -1) if turns[n - 1].role is Role.ASSISTANT), 0)
        place = self._known_place(digest_of(caller, instructions, turns[:known])) if known else None
        if place is None:
            known = 0
            options = ChatOptions(asked.connection_id, asked.model, system_prompt=instructions)
            place = _Place(self._library.create(options, FROM_ENDPOINT).id, "")
        leaf_id = place.leaf_id
        for turn in turns[known:]:
            leaf_id = self._add(place.conversation_id, leaf_id or None, turn)
        first = next((turn for turn in turns[known:] if turn.role is Role.USER), None)
        if first is not None:
            self._library.record_message(place.conversation_id, leaf_id, first.text, first.images)
        return place.conversation_id, leaf_id

    def _add(self, conversation_id: str, parent_id: str | None, turn: CallerTurn) -> str:
        message = Message(
            new_id(),
            conversation_id,
            parent_id,
            turn.role,
            turn.text,
            Status.COMPLETE,
            self._clock(),
            attachments=turn.images,
            tool_calls=turn.ended_calls(),
        )
        self._write_behind.note_message(message)
        return message.id

    def _new_reply(self, asked: QuestionAsked, conversation_id: str, leaf_id: str, begun: CallerTurn | None) -> Message:
        connection = self._connections.get(asked.connection_id)
        return Message(
            id=new_id(),
            conversation_id=conversation_id,
            parent_id=leaf_id,
            role=Role.ASSISTANT,
            text=begun.text if begun else "",
            status=Status.RUNNING,
            created_at=self._clock(),
            connection_name=connection.name if connection else "",
            model=asked.model,
            attachments=begun.images if begun else (),
            tool_calls=begun.ended_calls() if begun else (),
            usage=Usage(0, 0, 0, 0) if begun else None,  # what the answer costs is added
        )

    def _new_text(self, reply: Reply) -> Sequence[TextIncrement]:
        """Return what is to be journalled; nothing once the conversation was deleted."""
        return reply.take_unjournalled() if reply.message.conversation_id in self._library else ()

    @staticmethod
    def _ended(reply: Reply, answered: QuestionAnswered, problem: str) -> Message:
        status = Status(answered.status) if answered.status in set(Status) else Status.INTERRUPTED
        status = Status.INTERRUPTED if status is Status.RUNNING else status
        if status is Status.COMPLETE:
            for call in reply.calls:
                if not call.has_ended:
                    call.end(CallStatus.DONE, "")  # the caller runs it, and sends the result with its next request
        if answered.usage is not None:
            reply.take(UsageDelta(answered.usage))
        message = reply.ended(None, cancelled=False)
        if status is Status.COMPLETE and message.finish_reason is not None:
            return message
        return replace(message, status=status, failure=Failure(problem) if problem else None)

    def _known_place(self, digest: str) -> _Place | None:
        """Return the place of an exchange, unless its conversation has gone elsewhere since."""
        place = self._threads.get(digest)
        if place is None or place.conversation_id not in self._library:
            return None
        conversation = self._library[place.conversation_id]
        return place if conversation.leaf_id == place.leaf_id and conversation.trashed_at is None else None

    def _remember(self, digest: str, place: _Place) -> None:
        self._threads[digest] = place
        self._threads.move_to_end(digest)
        if len(self._threads) > MAX_THREADS:
            self._threads.popitem(last=False)
