"""The content of a request, as one value; `prompt_building.py` makes it from messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from desktop_chat.core.entities import Message, Role

if TYPE_CHECKING:
    from desktop_chat.core.tools import Tool, ToolCall


@dataclass(frozen=True, slots=True)
class PromptImage:
    """An image as it is sent."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One message as the model reads it. `images` come before the text. `calls` follow the text of a reply, all with a
    final status: each is sent with its result."""

    role: Role
    text: str
    images: tuple[PromptImage, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    reasoning: str = ""
    """The reasoning that led to the calls, for servers that refuse these without it; else it is never sent."""


class RequestSlot(Protocol):
    """One of the places for requests that may run at a server at the same time."""

    async def take(self) -> None:
        """Return when the request may be sent."""
        ...

    def give_back(self) -> None:
        """Note that the server has sent the last byte of its answer."""
        ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything a provider needs for one request.

    `idle_limit_s`: maximum seconds without a complete event. `patience_s`: maximum seconds that a stream may send only
    comments, and that a reply in one piece may take.
    """

    messages: tuple[PromptMessage, ...]
    model: str
    temperature: float | None = None
    max_tokens: int | None = None
    reasoning_effort: str | None = None
    streaming: bool = True
    tools: tuple[Tool, ...] = ()
    members: tuple[tuple[str, Any], ...] = ()
    """Further members of the request's body, which replace the provider's own of the same name."""
    idle_limit_s: float = 60.0
    patience_s: float = 600.0
    reply_id: str = ""
    """The message that the reply fills, under which the exchange is kept; nothing is kept without one."""
    conversation_id: str = ""
    """The conversation of that message."""
    exact_body: Mapping[str, Any] | None = None
    """The body of an earlier request, sent again as it was in the place of all of the above."""
    slot: RequestSlot | None = None
    """Taken for each request once all is prepared for it, and given back only if the answer arrived whole: what an
    error means for the next request is decided by the caller. None to send at once."""


def shorter_start(path: Sequence[Message]) -> int:
    """Return the index of the question at which about the last half of a path starts; 0 if nothing can be left out.

    The last question is always kept.
    """
    questions = [index for index, message in enumerate(path) if message.role is Role.USER]
    if not questions:
        return 0
    half = (questions[-1] + 1) // 2
    return next(index for index in questions if index >= half)


def alternating(messages: Iterable[PromptMessage]) -> Iterator[PromptMessage]:
    """Merge consecutive messages of one role, as left by a failed reply: many chat templates reject them. Calls end a
    message, because their results follow it."""
    before: PromptMessage | None = None
    for message in messages:
        if before is None:
            before = message
        elif before.role is message.role and not before.calls:
            text = "\n\n".join(filter(None, (before.text, message.text)))
            before = replace(message, text=text, images=before.images + message.images)
        else:
            yield before
            before = message
    if before is not None:
        yield before
