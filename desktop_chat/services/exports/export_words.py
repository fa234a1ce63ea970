"""The words of an exported document, in the language of the reader: handed in, because services have none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop_chat.core.entities import Message
from desktop_chat.core.tools import ToolCall
from desktop_chat.markdown.call_source import CallWords


@dataclass(frozen=True, slots=True)
class ExportWords:
    """All words and sentences that an exporter writes."""

    language: str
    """A language tag, such as "en" or "zh-CN"."""
    you: str
    model: str
    system: str
    untitled: str
    reasoning: str
    sources: str
    demo: str
    """Says that a reply is canned."""
    call: CallWords
    attached: Callable[[str], str]
    """Returns "Attached: NAME"."""
    ending: Callable[[Message], str]
    """Returns how a reply ended; empty if it is complete."""
    call_state: Callable[[ToolCall], str]
    """Returns why a call has no proper result; empty if it has one."""
    summary: Callable[[Message], str]
    """Returns "Summary of 14 earlier messages", and whether it is sent; empty for any other message."""
    version: Callable[[int, int], str]
    """Returns "Version 2 of 3"."""
    moment: Callable[[float], str]
    """Returns a local date and time."""
    page: Callable[[int, int], str]
    """Returns "Page 2 of 3"."""
