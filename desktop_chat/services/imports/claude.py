"""Reads Claude's export: `conversations.json` with `projects.json` beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop_chat.core.importing import ImportedConversation, ImportKind, Put, Unread, UnreadReason, one_line
from desktop_chat.services.imports import attached
from desktop_chat.services.imports.exported_values import conversation_files, read_each, titled
from desktop_chat.services.imports.import_files import Files
from desktop_chat.services.imports.json_stream import elements
from desktop_chat.services.imports.message_conversion import converted
from desktop_chat.services.imports.nodes import Call, Chat, Node, Part, Reasoning, Result, Text, parts_or_text, role_of
from desktop_chat.services.imports.values import as_json, name, obj, objects, seconds, text

_ROOT = "00000000-0000-4000-8000-000000000000"
"""The parent of first messages."""
_SHOWN_ELSEWHERE = frozenset({"token_budget", "flag"})
"""Blocks that carry nothing that was said."""


class Claude:
    """Implements `ImportSource`."""

    def __init__(self, files: Files, put: Put) -> None:
        self._files = files
        self._put = put
        self._by_name: dict[str, str] = {}
        self._projects: dict[str, str] = {}

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """See `ImportSource.items`."""
        self._by_name = {each.rpartition("/")[2]: each for each in self._files.names}
        self._projects = _projects(self._files)
        return read_each(self._files, conversation_files(self._files), self._conversation)

    def _conversation(self, value: Any, where: str) -> Iterator[ImportedConversation | Unread]:
        found = obj(value)
        title = text(found.get("name"))
        where = titled(where, title)
        messages = found.get("chat_messages")
        if not isinstance(messages, list) or not name(found.get("uuid")):
            yield Unread(where, UnreadReason.NOT_UNDERSTOOD)
            return
        chat = Chat(
            ImportKind.CLAUDE,
            name(found.get("uuid")),
            where,
            title,
            [],
            seconds(found.get("created_at")),
            seconds(found.get("updated_at")),
            name(found.get("current_leaf_message_uuid")) or None,
            text(found.get("model")),
            system_prompt=self._projects.get(
                name(found.get("project_uuid")) or name(obj(found.get("project")).get("uuid")), ""
            ),
            pinned=found.get("is_starred") is True,
        )
        before: str | None = None
        for number, each in enumerate(messages, 1):
            if not isinstance(each, dict):
                chat.unread.append(Unread(f"{where}, {number}", UnreadReason.NOT_UNDERSTOOD))
                continue
            node = self._node(chat, each, number, before)
            chat.nodes.append(node)
            before = node.key
        yield from converted(chat)

    def _node(self, chat: Chat, message: dict[str, Any], number: int, before: str | None) -> Node:
        parent = message.get("parent_message_uuid")
        key = name(message.get("uuid")) or f"#{number}"
        node = Node(
            key,
            before if not isinstance(parent, str) else None if parent == _ROOT else parent,
            role_of(text(message.get("sender")) or text(message.get("role"))),
            at=seconds(message.get("created_at")),
            model=text(message.get("model")),
        )
        where = f"{chat.where}, {one_line(key, 60)}"
        node.parts = [*self._attached(chat, message, where), *_blocks(chat, message, where)]
        if node.role == "hidden":
            chat.unread.append(Unread(where, UnreadReason.UNKNOWN_CONTENT, one_line(text(message.get("sender")), 40)))
        return node

    def _attached(self, chat: Chat, message: dict[str, Any], where: str) -> Iterator[Part]:
        for each in objects(message.get("attachments")):
            content = text(each.get("extracted_content"))
            if content:
                yield attached.document(content, text(each.get("file_name")) or "pasted.txt", self._put)
            elif text(each.get("file_name")):
                chat.unread.append(Unread(where, UnreadReason.FILE_MISSING, one_line(text(each.get("file_name")), 80)))
        had = {text(each.get("file_name")) for each in objects(message.get("attachments"))}
        seen: set[str] = set()
        for each in (*objects(message.get("files")), *objects(message.get("files_v2"))):
            shown = text(each.get("file_name"))
            if not shown or shown in had or shown in seen:
                continue
            seen.add(shown)
            file = self._by_name.get(name(each.get("file_uuid"))) or self._by_name.get(shown)
            content_bytes = self._files.content(file) if file is not None else None
            found = attached.attachment(content_bytes, shown, self._put) if content_bytes is not None else None
            if found is not None:
                yield found
            else:
                chat.unread.append(Unread(where, UnreadReason.FILE_MISSING, one_line(shown, 80)))
                yield Text(f"[{one_line(shown, 120)}]")


def _projects(files: Files) -> dict[str, str]:
    """Return the instructions of the projects, by id."""
    found: dict[str, str] = {}
    for file in files.names:
        if file.rpartition("/")[2] == "projects.json":
            with files.open(file) as stream:
                for value in elements(stream, file):
                    if isinstance(value, dict):
                        found[name(value.get("uuid"))] = text(value.get("prompt_template"))
    return found


def _blocks(chat: Chat, message: dict[str, Any], where: str) -> list[Part]:
    """Return the parts of a message: its blocks, or in old exports its text."""
    return parts_or_text(
        (part for block in objects(message.get("content")) for part in _block(chat, block, where)), message.get("text")
    )


def _block(chat: Chat, block: dict[str, Any], where: str) -> Iterator[Part]:
    kind = text(block.get("type"))
    if kind in _TEXTS:
        said = text(block.get(kind))
        yield from [_TEXTS[kind](said)] if said else []
    elif kind == "tool_use":
        yield Call(name(block.get("id")), text(block.get("name")), as_json(block.get("input") or {}))
    elif kind == "tool_result":
        said = _said(block.get("content"))
        yield Result(name(block.get("tool_use_id")), said, block.get("is_error") is True, text(block.get("name")))
    elif kind not in _SHOWN_ELSEWHERE:
        chat.unread.append(Unread(where, UnreadReason.UNKNOWN_CONTENT, one_line(kind, 40)))
        if text(block.get("text")):
            yield Text(text(block.get("text")))


_TEXTS: dict[str, type[Text | Reasoning]] = {"text": Text, "thinking": Reasoning}


def _said(content: Any) -> str:
    """Return what a tool answered, as text."""
    if not isinstance(content, list):
        return as_json(content) if content is not None else ""
    said = [text(each.get("text")) or as_json(each) for each in objects(content)]
    return "\n\n".join([*said, *(each for each in content if isinstance(each, str))])
