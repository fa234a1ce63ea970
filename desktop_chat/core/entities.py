"""The entities of a chat, as immutable values."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from desktop_chat.core.left_out import LeftOut

if TYPE_CHECKING:  # a conversation without them never loads them
    from desktop_chat.core.attachments import Attachment
    from desktop_chat.core.tools import ToolCall


def new_id() -> str:
    """Return a new identifier: 32 hexadecimal characters."""
    return os.urandom(16).hex()


class Role(StrEnum):
    """The author of a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class Status(StrEnum):
    """The status of a message; every status but RUNNING is final."""

    RUNNING = "running"
    COMPLETE = "complete"
    CANCELLED = "cancelled"
    TRUNCATED = "truncated"
    INTERRUPTED = "interrupted"
    FILTERED = "filtered"
    FAILED = "failed"


class ConnectionKind(StrEnum):
    """Where a connection comes from; only STORED ones are written to the settings."""

    STORED = "stored"
    ENVIRONMENT = "environment"
    DEMO = "demo"


class Api(StrEnum):
    """The API of a server; nearly all servers support the first."""

    CHAT_COMPLETIONS = "chat_completions"
    RESPONSES = "responses"


@dataclass(frozen=True, slots=True)
class Connection:
    """A provider's name, address, headers and default model. Its key is in the keyring under `id`, never here."""

    id: str
    name: str
    base_url: str
    headers: tuple[tuple[str, str], ...] = ()
    default_model: str = ""
    kind: ConnectionKind = ConnectionKind.STORED
    api: Api = Api.CHAT_COMPLETIONS


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as counted by the server; None if it did not say."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    """Prompt tokens that the server read from its cache."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page that a reply cites; `url` is http or https, `title` may be empty."""

    url: str
    title: str = ""


def joined_sources(before: tuple[Source, ...], new: tuple[Source, ...]) -> tuple[Source, ...]:
    """Return the sources of a continued reply; those of its first part keep their numbers."""
    known = {source.url for source in before}
    return (*before, *(source for source in new if source.url not in known)) if before else new


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds from sending the prompt; None for what did not happen."""

    first_token_s: float | None = None
    reasoning_s: float | None = None
    total_s: float | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as data: its code, the server's message (redacted, at most 2,000 characters) and a waiting time."""

    code: str
    detail: str = ""
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """Marks a message as a summary of the first `messages` messages of its branch, which it replaces in requests; with
    `in_use` false, these are sent as if there were no summary."""

    messages: int
    in_use: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation. Messages form a tree through `parent_id`, so nothing is ever overwritten: a
    regenerated reply or an edited question is a sibling of the old one."""

    id: str
    conversation_id: str
    parent_id: str | None
    role: Role
    text: str
    status: Status
    created_at: float
    """Seconds since the epoch, UTC."""
    reasoning: str = ""
    connection_name: str = ""
    model: str = ""
    finish_reason: str | None = None
    failure: Failure | None = None
    usage: Usage | None = None
    timing: Timing | None = None
    skipped_events: int = 0
    """Unreadable stream events that were skipped."""
    sources: tuple[Source, ...] = ()
    """Sources in the server's order: `[1]` in the text means the first."""
    left_out: tuple[LeftOut, ...] = ()
    """What was left out of the request because the server rejects it; in the order of `LeftOut`."""
    attachments: tuple[Attachment, ...] = ()
    """A question's images and documents, sent before its text; the images in a reply, which its text refers to."""
    tool_calls: tuple[ToolCall, ...] = ()
    """The tool calls of a reply, in order; each says where in the text it stands."""
    summary: Summary | None = None
    """What a summary stands for; None for any other message."""


def has_answer(message: Message) -> bool:
    """Return whether a reply has anything that can be continued: text, or tool calls."""
    return bool(message.text or message.tool_calls)


def is_only_reasoning(message: Message) -> bool:
    """Return whether a reply has reasoning but no answer."""
    return bool(message.reasoning) and not has_answer(message)


def tokens_per_second(message: Message) -> float | None:
    """Return completion tokens per second from the first token to the end; None if unknown.

    Needs a tenth of a second of streaming: a reply in one piece has no rate.
    """
    usage, timing = message.usage, message.timing
    if usage is None or timing is None or usage.completion_tokens is None:
        return None
    if timing.first_token_s is None or timing.total_s is None:
        return None
    seconds = timing.total_s - timing.first_token_s
    return usage.completion_tokens / seconds if seconds >= 0.1 else None


NEXT_QUESTION = "next"
"""In `ChatOptions.sent_from_id`: the question that is sent next."""


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """A conversation's request options; None leaves the choice to the server."""

    connection_id: str = ""
    model: str = ""
    system_prompt: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    reasoning_effort: str | None = None
    streaming: bool = True
    sent_from_id: str = ""
    """The first message to send; earlier ones are left out. All are sent if it is not on the path."""
    tools: tuple[str, ...] = ()
    """The ids of the tools that the model may call (see `Tool.id`)."""


FROM_ENDPOINT = "endpoint"
"""In `Conversation.origin`: a caller of the local endpoint."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A stored conversation; `leaf_id` is the last message of the path that is shown."""

    id: str = field(default_factory=new_id)
    title: str = ""
    title_is_own: bool = False
    """Whether the user chose the title; a title taken from the first words may still change."""
    created_at: float = field(default_factory=time.time)
    updated_at: float = field(default_factory=time.time)
    pinned: bool = False
    trashed_at: float | None = None
    leaf_id: str | None = None
    draft: str = ""
    draft_attachments: tuple[Attachment, ...] = ()
    options: ChatOptions = ChatOptions()
    origin: str = ""
    """Who began it: the user, or FROM_ENDPOINT."""
