"""A text with tool calls in their places: as Markdown, and as the stretches between the calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from desktop_chat.markdown.visible_text import visible_line


class NamedImage(Protocol):
    """An image that a tool answered."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...


class NamedCall(Protocol):
    """What the Markdown of a tool call is made of, besides its arguments."""

    @property
    def name(self) -> str: ...
    @property
    def own_name(self) -> str: ...
    @property
    def server(self) -> str: ...
    @property
    def result(self) -> str: ...
    @property
    def images(self) -> Sequence[NamedImage]: ...


class PlacedCall(NamedCall, Protocol):
    """A call with its arguments and its place in the text."""

    @property
    def arguments(self) -> str: ...
    @property
    def text_at(self) -> int: ...


Call = TypeVar("Call", bound=PlacedCall)
_TICKS = re.compile("`{3,}")


@dataclass(frozen=True, slots=True)
class CallWords:
    """The words around a call, in the language of the reader."""

    tool_call: str
    result: str


def with_calls(text: str, calls: Sequence[PlacedCall], words: CallWords) -> str:
    """Return a text with each of its tool calls as a block in its place."""
    parts = [
        part.strip("\n") if isinstance(part, str) else call_source(part, part.arguments, words)
        for part in text_and_calls(text, calls)
    ]
    return "\n\n".join([part for part in parts if part])


def text_and_calls(text: str, calls: Sequence[Call]) -> Iterator[str | Call]:
    """Yield the stretches of a text, perhaps empty, and the calls between them."""
    start = 0
    for call in calls:
        at = min(max(start, call.text_at), len(text))
        yield text[start:at]
        yield call
        start = at
    yield text[start:]


def call_source(call: NamedCall, arguments: str, words: CallWords) -> str:
    """Return a tool call as Markdown: its name, its arguments and its result, each in a fence."""
    parts = [f"**{words.tool_call}** {_in_ticks(call_name(call))}", _fenced(arguments or "{}", "json")]
    if call.result:
        parts += [f"**{words.result}**", _fenced(call.result)]
    parts += [f"![{image.name}](attachment:{image.sha256})" for image in call.images]
    return "\n\n".join(parts)


def call_name(call: NamedCall) -> str:
    """Return a tool's name with that of its server."""
    return f"{call.server}: {call.own_name or call.name}" if call.server else call.own_name or call.name


def _in_ticks(name: str) -> str:
    """Return a name as inline code; line breaks and backticks cannot end it."""
    return f"`{visible_line(name.replace('`', chr(39)))}`"


def _fenced(text: str, language: str = "") -> str:
    """Return a text in a fence that is longer than any inside."""
    longest = max((len(ticks) for ticks in _TICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
