"""What the readers make of another program's messages: nodes of a tree, with parts in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.entities import Role, Source, Status, Usage
from desktop_chat.core.importing import ImportKind, Unread

HIDDEN, TOOL = "hidden", "tool"
"""Roles of nodes that are no messages: the children of a hidden one hang on its parent."""
_ROLES: Mapping[str, str] = {
    "system": Role.SYSTEM, "developer": Role.SYSTEM, "user": Role.USER, "human": Role.USER, "assistant": Role.ASSISTANT,
    "model": Role.ASSISTANT, "ai": Role.ASSISTANT, "bot": Role.ASSISTANT, "tool": TOOL, "function": TOOL,
}  # fmt: skip


def role_of(word: str) -> str:
    """Return a node's role for what another program calls it; HIDDEN for anything unknown."""
    return _ROLES.get(word) or _ROLES.get(word.lower(), HIDDEN)


@dataclass(slots=True)
class Text:
    """Text in Markdown."""

    text: str


@dataclass(slots=True)
class Reasoning:
    """Reasoning in Markdown."""

    text: str


@dataclass(slots=True)
class Call:
    """A tool call; `key` is its id at the source, perhaps empty."""

    key: str
    name: str
    arguments: str


@dataclass(slots=True)
class Result:
    """What a tool answered; the call with this key, or else the last open one."""

    key: str
    text: str
    failed: bool = False
    name: str = ""
    images: tuple[Attachment, ...] = ()


Part = Text | Reasoning | Call | Result | Attachment


@dataclass(slots=True)
class Node:
    """What another program calls a message: a role, or HIDDEN or TOOL, and parts in order."""

    key: str
    parent: str | None
    role: str
    parts: list[Part] = field(default_factory=list)
    at: float | None = None
    model: str = ""
    status: Status = Status.COMPLETE
    usage: Usage | None = None
    sources: tuple[Source, ...] = ()


@dataclass(slots=True)
class Chat:
    """A conversation of another program, before it becomes one of ours. `key` is its id at the source; one without is
    known by its title, its time and what is said first, so that others do not become a part of it."""

    kind: ImportKind
    key: str
    where: str
    title: str
    nodes: list[Node]
    created: float | None = None
    updated: float | None = None
    leaf: str | None = None
    model: str = ""
    system_prompt: str = ""
    pinned: bool = False
    unread: list[Unread] = field(default_factory=list)


def chain(nodes: Iterable[Node]) -> list[Node]:
    """Return nodes of a list without branches, each hanging on the one before."""
    linked: list[Node] = []
    for node in nodes:
        node.parent = linked[-1].key if linked else None
        linked.append(node)
    return linked


def parts_or_text(parts: Iterable[Part], said: Any) -> list[Part]:
    """Return the parts of a message, or without any its text, which older exports have alone."""
    found = list(parts)
    if not found and isinstance(said, str) and said:
        found.append(Text(said))
    return found
