"""A tool call of a running reply: the one copy that grows, waits and runs while any number of views read it."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.growing_text import GrowingText
from desktop_chat.core.tools import FINAL, CallStatus, ToolCall


@dataclass(slots=True, eq=False)
class RunningCall:
    """The fields of a `ToolCall`, with arguments that grow."""

    id: str
    name: str
    status: CallStatus = CallStatus.WRITING
    arguments: GrowingText = field(default_factory=GrowingText)
    result: str = ""
    images: tuple[Attachment, ...] = ()
    server: str = ""
    own_name: str = ""
    round: int = 0
    text_at: int = 0
    reasoning_at: int = 0
    seconds: float | None = None

    @classmethod
    def of(cls, call: ToolCall) -> RunningCall:
        """Return the call of a reply that is continued."""
        return cls(
            id=call.id,
            name=call.name,
            status=call.status,
            arguments=GrowingText(call.arguments),
            result=call.result,
            images=call.images,
            server=call.server,
            own_name=call.own_name,
            round=call.round,
            text_at=call.text_at,
            reasoning_at=call.reasoning_at,
            seconds=call.seconds,
        )

    @property
    def has_ended(self) -> bool:
        """Whether the call has its result."""
        return self.status in FINAL

    def end(self, status: CallStatus, result: str) -> None:
        """Give the call its result."""
        self.status, self.result = status, result

    def value(self) -> ToolCall:
        """Return the call as it is now."""
        return ToolCall(
            id=self.id,
            name=self.name,
            arguments=self.arguments.whole(),
            status=self.status,
            result=self.result,
            images=self.images,
            server=self.server,
            own_name=self.own_name,
            round=self.round,
            text_at=self.text_at,
            reasoning_at=self.reasoning_at,
            seconds=self.seconds,
        )
