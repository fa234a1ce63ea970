"""What is exported and how, as values, and the port behind which it happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from desktop_chat.core.connections import DEMO_NAME
from desktop_chat.core.entities import Conversation, Message
from desktop_chat.core.tree import MessageTree


class ExportFormat(StrEnum):
    """A format to export to."""

    JSON = "json"
    """Our own, without loss (docs/formats.md)."""
    JSONL = "jsonl"
    """A line for each conversation, in the shape of a chat-completions request."""
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    TEXT = "text"


ENDINGS = {
    ExportFormat.JSON: ".json",
    ExportFormat.JSONL: ".jsonl",
    ExportFormat.MARKDOWN: ".md",
    ExportFormat.HTML: ".html",
    ExportFormat.PDF: ".pdf",
    ExportFormat.DOCX: ".docx",
    ExportFormat.TEXT: ".txt",
}
SHORTEST_PASSPHRASE = 8
"""Characters of a passphrase for a new backup."""
IN_ONE_FILE = frozenset({ExportFormat.JSON, ExportFormat.JSONL})
"""The formats in which many conversations are one file; otherwise each is a file in a folder."""


@dataclass(frozen=True, slots=True)
class ExportedConversation:
    """A conversation with messages of it, parents before children."""

    conversation: Conversation
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export. Without `ids`, everything: the trash only in our own format."""

    format: ExportFormat
    target: Path
    """A file, or a folder for several."""
    ids: tuple[str, ...] = ()
    """Conversations, in this order."""
    leaf_id: str = ""
    """The last message of the branch to export; empty for the one that is shown."""
    message_ids: tuple[str, ...] = ()
    """Only these messages; all if empty."""
    reasoning: bool = True
    all_branches: bool = False
    replace: bool = False
    """Whether an existing file may be replaced."""


@dataclass(frozen=True, slots=True)
class BackupRequest:
    """A backup of everything: a file, encrypted unless `passphrase` is empty."""

    target: Path
    passphrase: str = field(default="", repr=False)
    replace: bool = False
    """Whether an existing file may be replaced."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was written. `path` is the file or folder; `missing` counts attachments whose content was missing;
    `is_usage_lost` says that records of usage could not be read, and are not in a backup, or not all of them."""

    path: Path
    conversations: int
    missing: int = 0
    is_usage_lost: bool = False


class Exporter(Protocol):
    """Exports what is stored, outside the window's process."""

    async def export(self, request: ExportRequest, tell: Callable[[int, int], None]) -> ExportResult:
        """Write conversations. `tell` is called with how many are written, and of how many. Cancelling the caller ends
        it, and nothing is left behind. Raises ExportError and StoreError."""
        ...

    async def back_up(self, request: BackupRequest, tell: Callable[[int, int], None]) -> ExportResult:
        """Write a backup, like `export`."""
        ...

    async def web_page(self, conversation_id: str, title: str) -> Path:
        """Write a conversation as one HTML file that other programs can take within a day, named after its title.
        Raises ExportError and StoreError."""
        ...

    async def markdown_file(self, conversation_id: str, title: str) -> Path:
        """Write a conversation as Markdown like `web_page`, without its attachments and sooner."""
        ...

    async def rendered(self, chosen: ExportedConversation, kind: ExportFormat, *, for_clipboard: bool = False) -> str:
        """Return the shown branch of a conversation as MARKDOWN, HTML or TEXT, in one piece: images are part of the
        HTML, and left out otherwise."""
        ...


def is_of_demo(message: Message) -> bool:
    """Return whether a message is a canned reply of the demo."""
    return message.connection_name == DEMO_NAME


@dataclass(frozen=True, slots=True)
class ChosenMessage:
    """A message to export. It is version `number` of `versions`."""

    message: Message
    number: int = 1
    versions: int = 1


def chosen_messages(
    exported: ExportedConversation, *, leaf_id: str = "", message_ids: Sequence[str] = (), all_branches: bool = False
) -> list[ChosenMessage]:
    """Return the messages of one branch, or of all of them, depth first."""
    tree = MessageTree(exported.messages)
    path = tree.path_to(leaf_id or exported.conversation.leaf_id)
    messages = exported.messages if all_branches else path
    if message_ids:
        wanted = set(message_ids)
        messages = tuple(message for message in exported.messages if message.id in wanted)
    chosen = []
    for message in messages:
        versions = tree.alternatives(message.id)
        chosen.append(ChosenMessage(message, versions.index(message.id) + 1, len(versions)))
    return chosen
