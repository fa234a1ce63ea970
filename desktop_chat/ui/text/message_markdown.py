"""A message as Markdown: its text, with the names of its attachments and with its tool calls in their places.

A message without any of them is exactly its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_chat.core.entities import Message, Role
from desktop_chat.markdown import call_source as calls
from desktop_chat.markdown.call_source import CallWords, NamedCall, with_calls
from desktop_chat.markdown.visible_text import visible_line
from desktop_chat.ui.text.translation import tr

if TYPE_CHECKING:  # few messages have any
    from desktop_chat.core.attachments import Attachment


def message_markdown(message: Message) -> str:
    """Return a message as Markdown."""
    text = with_calls(message.text, message.tool_calls, call_words()) if message.tool_calls else message.text
    if not message.attachments or message.role is not Role.USER:
        return text
    names = attachment_names(message.attachments)
    return f"{names}\n\n{text}" if text else names


def attachment_names(attachments: Sequence[Attachment]) -> str:
    """Return a line with the names of attachments."""
    return tr("Attached: {names}", names=", ".join([visible_line(one.name) for one in attachments]))


def call_words() -> CallWords:
    """Return the words around a tool call."""
    return CallWords(tr("Tool call"), tr("Result"))


def call_source(call: NamedCall, arguments: str) -> str:
    """Return a tool call as Markdown: its name, its arguments and its result, each in a fence."""
    return calls.call_source(call, arguments, call_words())
