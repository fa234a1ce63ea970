"""What a caller's request says as the turns of a conversation: answers with their tool calls and results are one turn,
as in a conversation of the window."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.caller_record import AskedMessage
from desktop_chat.core.entities import Message, Role
from desktop_chat.core.tools import CallStatus, ToolCall, stopped

_BETWEEN = "\n\n"
_INSTRUCTIONS = frozenset({"system", "developer"})
_RESULTS = frozenset({"tool", "function"})


@dataclass(slots=True)
class CallerTurn:
    """A question, or an answer with its tool calls; a call without a result is still WRITING."""

    role: Role
    text: str = ""
    images: tuple[Attachment, ...] = ()
    calls: list[ToolCall] = field(default_factory=list)

    @property
    def says_anything(self) -> bool:
        """Whether there is anything to keep."""
        return bool(self.text.strip() or self.images or self.calls)

    def ended_calls(self) -> tuple[ToolCall, ...]:
        """Return the calls, each with a result."""
        return stopped(self.calls)


def turn_of(reply: Message) -> CallerTurn:
    """Return the turn that a reply is."""
    return CallerTurn(Role.ASSISTANT, reply.text, calls=list(reply.tool_calls))


def turns_of(messages: Iterable[AskedMessage]) -> tuple[str, list[CallerTurn]]:
    """Return the instructions, and the turns that say anything."""
    instructions: list[str] = []
    turns: list[CallerTurn] = []
    for message in messages:
        if message.role in _INSTRUCTIONS:
            instructions.append(message.text)
        elif message.role in _RESULTS:
            _take_result(_last_answer(turns), message)
        elif message.role == Role.ASSISTANT.value:
            _take_answer(_last_answer(turns), message)
        else:
            turns.append(CallerTurn(Role.USER, message.text, message.images))
    return _BETWEEN.join(instructions), [turn for turn in turns if turn.says_anything]


def digest_of(caller: str, instructions: str, turns: Sequence[CallerTurn]) -> str:
    """Return what an exchange is recognised by, whatever happens to blanks on its way."""
    said = [
        [
            turn.role.value,
            "".join(turn.text.split()),
            [image.sha256 for image in turn.images],
            [[call.id, call.name, "".join(call.arguments.split())] for call in turn.calls],
        ]
        for turn in turns
    ]
    return hashlib.sha256(json.dumps([caller, instructions, said]).encode()).hexdigest()


def with_results(calls: Iterable[ToolCall], known: Iterable[ToolCall]) -> tuple[ToolCall, ...]:
    """Return the calls of a stored reply with the results that a caller has sent since."""
    sent = {call.id: call for call in known if call.status is CallStatus.DONE}
    return tuple(
        _with_result(call, sent[call.id].result, sent[call.id].images) if call.id in sent else call for call in calls
    )


def _last_answer(turns: list[CallerTurn]) -> CallerTurn:
    if not turns or turns[-1].role is not Role.ASSISTANT:
        turns.append(CallerTurn(Role.ASSISTANT))
    return turns[-1]


def _take_answer(turn: CallerTurn, message: AskedMessage) -> None:
    number = 1 + max((call.round for call in turn.calls), default=-1)
    turn.text = _BETWEEN.join(filter(None, (turn.text, message.text)))
    turn.images += message.images
    turn.calls += [
        ToolCall(call.id, call.name, call.arguments, CallStatus.WRITING, round=number, text_at=len(turn.text))
        for call in message.calls
    ]


def _take_result(turn: CallerTurn, message: AskedMessage) -> None:
    """Give a call its result; one whose call is not in the request stands for itself."""
    places = [place for place, call in enumerate(turn.calls) if call.id == message.call_id]
    if not places:
        places = [len(turn.calls)]
        number = 1 + max((call.round for call in turn.calls), default=-1)
        turn.calls.append(ToolCall(message.call_id, "", "{}", CallStatus.WRITING, round=number, text_at=len(turn.text)))
    turn.calls[places[-1]] = _with_result(turn.calls[places[-1]], message.text, message.images)


def _with_result(call: ToolCall, result: str, images: tuple[Attachment, ...]) -> ToolCall:
    return replace(call, status=CallStatus.DONE, result=result, images=images)
