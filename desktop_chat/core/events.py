"""What happens: the deltas a provider streams, and what a session tells those who listen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from desktop_chat.core.entities import Conversation, Failure, Message, Usage
from desktop_chat.core.errors import StoreError


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of the model's reasoning, kept apart from the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """A piece of the model's refusal to answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A fragment of a tool call; `index` says which call it belongs to."""

    index: int
    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """The server's count of tokens."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class FinishDelta:
    """The server says that the reply is finished, and why ("stop", "length", "content_filter", ...)."""

    reason: str


@dataclass(frozen=True, slots=True)
class SkippedDelta:
    """An unreadable event was passed over."""

    count: int = 1


Delta: TypeAlias = TextDelta | ReasoningDelta | RefusalDelta | ToolCallDelta | UsageDelta | FinishDelta | SkippedDelta


@dataclass(frozen=True, slots=True)
class MessageAdded:
    """A message joined the end of the path; a reply starts empty and RUNNING."""

    message: Message


@dataclass(frozen=True, slots=True)
class ReplyDelta:
    """A running reply grew by one delta."""

    message_id: str
    delta: Delta


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    """The request failed before its first character and is sent again in `delay_s` seconds."""

    message_id: str
    attempt: int
    delay_s: float
    failure: Failure


@dataclass(frozen=True, slots=True)
class RetryStarted:
    """The countdown is over; the request is on its way again."""

    message_id: str


@dataclass(frozen=True, slots=True)
class ReplyStopping:
    """The person asked to stop; told in the same instant, before the connection is closed."""

    message_id: str


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """A reply reached its final status; `message` is whole."""

    message: Message


@dataclass(frozen=True, slots=True)
class PathChanged:
    """Another path of the tree is shown: the messages, first to last."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """A conversation came, or its title, options, draft, pin, trash or time changed."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ConversationGrown:
    """A conversation has messages in the store that did not come from a session: they were brought back."""

    conversation_id: str


@dataclass(frozen=True, slots=True)
class ConversationsRemoved:
    """Conversations are gone for ever."""

    conversation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """Something could not be stored; it is kept in memory and tried again."""

    error: StoreError


@dataclass(frozen=True, slots=True)
class StoreRecovered:
    """What could not be stored before is stored now."""


SessionEvent: TypeAlias = (
    MessageAdded | ReplyDelta | RetryScheduled | RetryStarted | ReplyStopping | ReplyEnded | PathChanged
)
LibraryEvent: TypeAlias = ConversationChanged | ConversationGrown | ConversationsRemoved
RecorderEvent: TypeAlias = StoreFailed | StoreRecovered

T = TypeVar("T")


class Listeners(Generic[T]):
    """Those who want to hear of something, called in the order in which they came."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[T], None]] = []

    def add(self, callback: Callable[[T], None]) -> Callable[[], None]:
        """Call `callback` with each event from now on; the returned function ends that and may be called twice."""
        self._callbacks.append(callback)

        def remove() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return remove

    def emit(self, event: T) -> None:
        """Tell everyone; a listener may remove itself meanwhile."""
        for callback in tuple(self._callbacks):
            callback(event)
