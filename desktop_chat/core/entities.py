"""The things a chat is made of, as immutable values."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from enum import StrEnum

from desktop_chat.core.left_out import LeftOut


def new_id() -> str:
    """Return a fresh identifier: 32 hexadecimal characters."""
    return os.urandom(16).hex()


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class Status(StrEnum):
    """How a message stands; everything but RUNNING is final."""

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
    """How a server is asked; nearly all know the first."""

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
    """Tokens as the server counted them; None where it did not say."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    """Of the prompt, read from the server's cache."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page that an answer rests on; `url` is http or https, `title` may be empty."""

    url: str
    title: str = ""


def joined_sources(before: tuple[Source, ...], new: tuple[Source, ...]) -> tuple[Source, ...]:
    """Return the sources of a continued reply: those of its first part keep their numbers."""
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
    """An error as data: its code, the server's own words (redacted, at most 2,000 characters), and a waiting time."""

    code: str
    detail: str = ""
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation. Messages form a tree through `parent_id`, so that nothing is ever overwritten:
    a regenerated reply or an edited question is a sibling of the old one."""

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
    """Unreadable events of the stream that were passed over."""
    sources: tuple[Source, ...] = ()
    """What the server named beside the text, in its order: `[1]` in the text means the first."""
    left_out: tuple[LeftOut, ...] = ()
    """What it was asked for without, because the server refuses that; in the order of `LeftOut`."""


def is_only_reasoning(message: Message) -> bool:
    """Say whether a reply has reasoning but no answer."""
    return bool(message.reasoning) and not message.text


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
"""Stands in `ChatOptions.sent_from_id` for the question that is asked next."""


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """How a conversation asks; None leaves the choice to the server."""

    connection_id: str = ""
    model: str = ""
    system_prompt: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    reasoning_effort: str | None = None
    streaming: bool = True
    sent_from_id: str = ""
    """The first message that is sent; those before it are left out. All are sent where it is not on the path."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A stored thread; `leaf_id` names the last message of the path that is shown."""

    id: str = field(default_factory=new_id)
    title: str = ""
    title_is_own: bool = False
    """True once the person named it; a title from the first words may still change."""
    created_at: float = field(default_factory=time.time)
    updated_at: float = field(default_factory=time.time)
    pinned: bool = False
    trashed_at: float | None = None
    leaf_id: str | None = None
    draft: str = ""
    options: ChatOptions = ChatOptions()
