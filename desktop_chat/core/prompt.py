"""The content of a request: a path of messages and the conversation's options, as one value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_chat.core.entities import ChatOptions, Message, Role
from desktop_chat.core.image_data import without_image_data

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
    idle_limit_s: float = 60.0
    patience_s: float = 600.0


def shorter_start(path: Sequence[Message]) -> int:
    """Return the index of the question at which about the last half of a path starts; 0 if nothing can be left out.

    The last question is always kept.
    """
    questions = [index for index, message in enumerate(path) if message.role is Role.USER]
    if not questions:
        return 0
    half = (questions[-1] + 1) // 2
    return next(index for index in questions if index >= half)


def alternating(messages: Iterable[PromptMessage]) -> list[PromptMessage]:
    """Merge consecutive messages of one role, as left by a failed reply: many chat templates reject them. Calls end a
    message, because their results follow it."""
    found: list[PromptMessage] = []
    for message in messages:
        before = found[-1] if found else None
        if before is not None and before.role is message.role and not before.calls:
            text = "\n\n".join(filter(None, (before.text, message.text)))
            found[-1] = PromptMessage(message.role, text, before.images + message.images, message.calls)
        else:
            found.append(message)
    return found


def _sent_text(message: Message) -> str:
    """Return the text that is sent for a message; images in replies are reduced to a placeholder."""
    return without_image_data(message.text) if message.role is Role.ASSISTANT else message.text


GO_ON = "Your last message was cut off. Go on exactly where it stopped, without repeating or introducing anything."
"""Asks a model to continue a cut-off reply; never shown."""


def build_prompt(
    path: Iterable[Message], options: ChatOptions, *, idle_limit_s: float, patience_s: float, going_on: bool = False
) -> Prompt:
    """Build a prompt from the messages that have text; reasoning and errors are never sent back.

    `going_on`: the path ends with a cut-off reply that is to be continued. A message asks for that, because many
    servers reject a prompt that ends with the model's own message.
    """
    messages = [PromptMessage(message.role, _sent_text(message)) for message in path if message.text.strip()]
    if going_on:
        messages.append(PromptMessage(Role.USER, GO_ON))
    if options.system_prompt.strip():
        messages.insert(0, PromptMessage(Role.SYSTEM, options.system_prompt))
    return Prompt(
        messages=tuple(alternating(messages)),
        model=options.model,
        temperature=options.temperature,
        max_tokens=options.max_tokens,
        reasoning_effort=options.reasoning_effort,
        streaming=options.streaming,
        idle_limit_s=idle_limit_s,
        patience_s=patience_s,
    )
