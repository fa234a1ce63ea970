"""A message as Markdown: its text, with the names of its attachments and with its tool calls in their places.

A message without any of them is exactly its text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from desktop_chat.core.entities import Message, Role
from desktop_chat.markdown.visible_text import visible_line
from desktop_chat.ui.text.translation import tr

if TYPE_CHECKING:  # few messages have any
    from desktop_chat.core.attachments import Attachment
    from desktop_chat.core.tools import ToolCall


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
    def images(self) -> Sequence[Attachment]: ...


_TICKS = re.compile("`{3,}")


def message_source(message: Message) -> str:
    """Return a message as Markdown."""
    text = with_calls(message.text, message.tool_calls) if message.tool_calls else message.text
    if not message.attachments or message.role is not Role.USER:
        return text
    names = attachment_names(message.attachments)
    return f"{names}\n\n{text}" if text else names


def attachment_names(attachments: Sequence[Attachment]) -> str:
    """Return a line with the names of attachments."""
    return tr("Attached: {names}", names=", ".join([visible_line(one.name) for one in attachments]))


def with_calls(text: str, calls: Sequence[ToolCall]) -> str:
    """Return a text with each of its tool calls as a block in its place."""
    parts: list[str] = []
    start = 0
    for call in calls:
        at = min(max(start, call.text_at), len(text))
        parts += [text[start:at].strip("\n"), call_source(call, call.arguments)]
        start = at
    return "\n\n".join([part for part in [*parts, text[start:].strip("\n")] if part])


def call_source(call: NamedCall, arguments: str) -> str:
    """Return a tool call as Markdown: its name, its arguments and its result, each in a fence."""
    name = f"{call.server}: {call.own_name or call.name}" if call.server else call.own_name or call.name
    parts = [f"**{tr('Tool call')}** {_in_ticks(name)}", _fenced(arguments or "{}", "json")]
    if call.result:
        parts += [f"**{tr('Result')}**", _fenced(call.result)]
    parts += [f"![{image.name}](attachment:{image.sha256})" for image in call.images]
    return "\n\n".join(parts)


def _in_ticks(name: str) -> str:
    """Return a name as inline code; line breaks and backticks cannot end it."""
    return f"`{visible_line(name.replace('`', chr(39)))}`"


def _fenced(text: str, language: str = "") -> str:
    """Return a text in a fence that is longer than any inside."""
    longest = max((len(ticks) for ticks in _TICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
