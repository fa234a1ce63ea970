"""Tools that a model may call: what is offered, calls with their results, and the port behind which they run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from desktop_chat.core.attachments import Attachment

MAX_TOOL_NAME = 64
"""Characters of a tool's name on the wire; only ASCII letters, digits, "_" and "-"."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as it is offered to a model."""

    name: str
    """Its name on the wire, unique among all tools."""
    server: str
    """The name of the tool server; empty for a built-in tool."""
    own_name: str
    """Its name at that server."""
    description: str
    schema: Mapping[str, Any]
    """The JSON schema of its arguments."""
    fingerprint: str
    """Changes with its description or schema."""

    @property
    def id(self) -> str:
        """Names it in the options of a conversation and in approvals: "SERVER/NAME", "/NAME" for a built-in one."""
        return f"{self.server}/{self.own_name}"


class CallStatus(StrEnum):
    """The state of a tool call; those from DONE on are final."""

    WRITING = "writing"
    """Its arguments are arriving."""
    WAITING = "waiting"
    """It waits for approval."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """The result says what went wrong, in words for the model."""
    REFUSED = "refused"
    STOPPED = "stopped"
    """The reply was stopped, cut off or filtered before the call ended; it may never have run."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call in a reply. Its place is after the first `text_at` characters of the text and `reasoning_at` of the
    reasoning; the calls of one `round` were made side by side and are answered together."""

    id: str
    """Names the call on the wire; unique within the conversation."""
    name: str
    arguments: str
    """A JSON object as text, as the model wrote it; perhaps broken."""
    status: CallStatus
    result: str = ""
    """What the tool answered, all of it."""
    images: tuple[Attachment, ...] = ()
    """Images that the tool answered."""
    server: str = ""
    own_name: str = ""
    """The tool's name at its server; empty for an unknown tool."""
    round: int = 0
    text_at: int = 0
    reasoning_at: int = 0
    seconds: float | None = None
    """How long it ran."""


FINAL = frozenset({CallStatus.DONE, CallStatus.FAILED, CallStatus.REFUSED, CallStatus.STOPPED})
"""The statuses of a call that has its result."""

STOPPED_RESULT = "The reply was stopped or cut off before this call ended. It may not have run."
"""Answers a call that has no result of its own, in words for the model."""


def stopped(calls: Iterable[ToolCall]) -> tuple[ToolCall, ...]:
    """Return the calls with those that have not ended as STOPPED: every call of an ended reply has a result."""
    return tuple(
        call if call.status in FINAL else replace(call, status=CallStatus.STOPPED, result=STOPPED_RESULT)
        for call in calls
    )


class Approval(StrEnum):
    """What the user decides about a call."""

    ONCE = "once"
    CONVERSATION = "conversation"
    """Also for all later calls of this tool in this conversation, until the application ends."""
    ALWAYS = "always"
    """Also for all later calls of this tool while its description is unchanged."""
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class ToolImage:
    """An image in a tool's answer, not decoded."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ToolResult:
    """A tool's answer; for an error, `text` is in words for the model."""

    text: str
    is_error: bool = False
    images: tuple[ToolImage, ...] = ()


class Toolbox(Protocol):
    """All tools of this computer: built-in ones and those of tool servers."""

    async def find(self, ids: tuple[str, ...]) -> tuple[Tool, ...]:
        """Return the tools with these ids, starting their servers if needed. A tool that is not available is left
        out. Never fails."""
        ...

    async def check(self, tool: Tool, arguments: Mapping[str, Any]) -> str:
        """Return why arguments do not fit a tool's schema, in words for the model; empty if they fit. The schema may
        be hostile: checking it takes bounded time and fetches nothing. Never fails."""
        ...

    async def call(self, tool: Tool, arguments: Mapping[str, Any]) -> ToolResult:
        """Run a tool with arguments that fit its schema. Failures are results; cancelling the caller stops the
        tool."""
        ...


class NoTools:
    """Implements `Toolbox` where there are no tools."""

    async def find(self, ids: tuple[str, ...]) -> tuple[Tool, ...]:  # noqa: ARG002  (the port's)
        """See `Toolbox.find`."""
        return ()

    async def check(self, tool: Tool, arguments: Mapping[str, Any]) -> str:  # noqa: ARG002  (the port's)
        """See `Toolbox.check`."""
        return ""

    async def call(self, tool: Tool, arguments: Mapping[str, Any]) -> ToolResult:  # noqa: ARG002  (the port's)
        """See `Toolbox.call`."""
        return ToolResult(f"There is no tool {tool.name}.", is_error=True)
