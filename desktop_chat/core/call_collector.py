"""Puts the fragments of tool calls together, in all shapes in which servers send them.

The rule is OpenAI's: the first fragment of a call has its index, id and name, later ones a piece of its arguments. Seen
besides: no index, no id or one made up later, id and name repeated in each fragment, several calls on index 0 that
differ by id or only by name, one id for several calls, and whole calls in one fragment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from desktop_chat.core.deltas import ToolCallDelta
from desktop_chat.core.entities import Message, new_id
from desktop_chat.core.growing_text import GrowingText
from desktop_chat.core.running_call import RunningCall

_ID_LENGTH = 9
"""Characters of an id that we make; some servers accept only this length, and only letters and digits."""


def ids_of_calls(messages: Iterable[Message]) -> Callable[[str], bool]:
    """Return what says whether an id is used by a call in these messages, which are looked through when it is first
    asked: few replies call tools, and there may be thousands of messages."""

    @cache
    def used() -> frozenset[str]:
        return frozenset(call.id for message in messages for call in message.tool_calls)

    return lambda call_id: call_id in used()


@dataclass(slots=True)
class _Open:
    """A call and what names it on the wire."""

    call: RunningCall
    index: int
    wire_id: str
    end: _ObjectEnd


class CallCollector:
    """Collects the calls of one round into `calls`, in order. A fragment costs as much as its own length.

    `is_taken` says whether an id is already used in the conversation; such a call gets another one.
    """

    def __init__(self, calls: list[RunningCall], round_: int, is_taken: Callable[[str], bool]) -> None:
        self._calls = calls
        self._round = round_
        self._is_taken = is_taken
        self._last: dict[int, _Open] = {}
        """The last call of each index."""
        self._by_id: dict[str, _Open] = {}
        self._by_index_and_id: dict[tuple[int, str], _Open] = {}

    def take(self, fragment: ToolCallDelta, *, text_at: int, reasoning_at: int) -> RunningCall:
        """Add a fragment, and return the call that it belongs to. A new call gets this place in the reply."""
        found = self._found(fragment)
        if found is None:
            found = self._begun(fragment, text_at, reasoning_at)
        elif fragment.call_id and not found.wire_id:
            self._name(found, fragment.call_id)
        call = found.call
        call.name = call.name or fragment.name
        if fragment.arguments:
            call.arguments.add(fragment.arguments)
        return call

    def _found(self, fragment: ToolCallDelta) -> _Open | None:
        """Return the call that a fragment continues; None if it begins one."""
        last = self._last.get(fragment.index)
        if fragment.call_id:
            known = self._by_index_and_id.get((fragment.index, fragment.call_id))
            if known is None and (last is not None or not fragment.name):
                known = self._by_id.get(fragment.call_id)
            if known is not None:
                return known
            if last is None or last.wire_id:
                return None
        return None if last is None or _begins_another(fragment, last) else last

    def _begun(self, fragment: ToolCallDelta, text_at: int, reasoning_at: int) -> _Open:
        call = RunningCall(
            self._id_for(fragment.call_id), fragment.name, round=self._round, text_at=text_at, reasoning_at=reasoning_at
        )
        begun = self._last[fragment.index] = _Open(call, fragment.index, "", _ObjectEnd(call.arguments))
        if fragment.call_id:
            self._name(begun, fragment.call_id)
        self._calls.append(call)
        return begun

    def _name(self, named: _Open, wire_id: str) -> None:
        named.wire_id = wire_id
        self._by_id[wire_id] = self._by_index_and_id[named.index, wire_id] = named

    def _id_for(self, wire_id: str) -> str:
        used = {call.id for call in self._calls}
        while not wire_id or wire_id in used or self._is_taken(wire_id):
            wire_id = new_id()[:_ID_LENGTH]
        return wire_id


def _begins_another(fragment: ToolCallDelta, last: _Open) -> bool:
    """Return whether a fragment without a known id begins a call beside the last one of its index."""
    if not fragment.name or not last.call.name:
        return False
    if fragment.name != last.call.name:
        return True
    return fragment.arguments.lstrip().startswith("{") and last.end.is_reached()


class _ObjectEnd:
    """Finds out whether a growing text is a whole JSON object. Each character is read once, when asked for."""

    def __init__(self, text: GrowingText) -> None:
        self._text = text
        self._read = 0
        self._depth = 0
        self._has_begun = False
        self._is_in_string = self._is_escaped = False

    def is_reached(self) -> bool:
        """Return whether the text ends with the brace that closes its object."""
        new = self._text.after(self._read)
        self._read = len(self._text)
        for character in new:
            self._take(character)
        return self._has_begun and self._depth == 0 and not self._is_in_string

    def _take(self, character: str) -> None:
        if self._is_escaped:
            self._is_escaped = False
        elif self._is_in_string:
            self._is_escaped = character == "\\"
            self._is_in_string = character != '"'
        elif character == '"':
            self._is_in_string = True
        else:
            self._depth += (character in "{[") - (character in "}]")
            self._has_begun = self._has_begun or self._depth > 0
