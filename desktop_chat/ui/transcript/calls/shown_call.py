"""What a card needs to know of a tool call, whether it still runs or is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.growing_text import GrowingText
from desktop_chat.core.tools import CallStatus
from desktop_chat.markdown.call_source import NamedCall

OPEN = frozenset({CallStatus.WRITING, CallStatus.WAITING, CallStatus.RUNNING})
"""The states that another one follows."""


class ShownCall(NamedCall, Protocol):
    """A `RunningCall` or a `ToolCall`."""

    @property
    def id(self) -> str: ...
    @property
    def images(self) -> Sequence[Attachment]: ...
    @property
    def status(self) -> CallStatus: ...
    @property
    def arguments(self) -> str | GrowingText: ...
    @property
    def round(self) -> int: ...
    @property
    def text_at(self) -> int: ...
    @property
    def reasoning_at(self) -> int: ...


def arguments_after(call: ShownCall, position: int) -> str:
    """Return the arguments after their first `position` characters."""
    arguments = call.arguments
    return arguments[position:] if isinstance(arguments, str) else arguments.after(position)


def whole_arguments(call: ShownCall) -> str:
    """Return the arguments so far."""
    arguments = call.arguments
    return arguments if isinstance(arguments, str) else arguments.whole()


def seconds_of(call: ShownCall) -> float | None:
    """Return how long it ran, once it has ended."""
    return getattr(call, "seconds", None)
