"""Reads chat-completions messages: one conversation on each line, as for fine-tuning."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from desktop_chat.core.importing import ImportedConversation, ImportKind, Put, Unread, UnreadReason, one_line
from desktop_chat.services.imports import attached
from desktop_chat.services.imports.import_files import Files
from desktop_chat.services.imports.json_stream import lines
from desktop_chat.services.imports.message_conversion import converted
from desktop_chat.services.imports.nodes import Call, Chat, Node, Part, Reasoning, Result, Text, chain, role_of
from desktop_chat.services.imports.values import as_json, name, obj, objects, seconds, text

_SHORTEST_ID = 16
"""Shorter ids are numbers, which lines of other files have as well."""


class Jsonl:
    """Implements `ImportSource`. Few lines have ids, so the others' conversations are known by their content."""

    def __init__(self, files: Files, put: Put) -> None:
        self._files = files
        self._put = put

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """See `ImportSource.items`."""
        names = [each for each in self._files.names if each.lower().endswith((".jsonl", ".ndjson"))]
        for file in sorted(names or self._files.names):
            with self._files.open(file) as stream:
                for each in lines(stream, file):
                    if isinstance(each, Unread):
                        yield each
                    else:
                        yield from self._conversation(*each)

    def _conversation(self, value: Any, where: str) -> Iterator[ImportedConversation | Unread]:
        found = obj(value)
        body = obj(found.get("body"))  # a line of a batch
        messages = found.get("messages") or body.get("messages")
        if not isinstance(messages, list):
            yield Unread(where, UnreadReason.NOT_UNDERSTOOD)
            return
        known = name(found.get("id"))
        key = hashlib.sha256(as_json(messages).encode("utf-8", "replace")).hexdigest()
        chat = Chat(
            ImportKind.JSONL,
            known if len(known) >= _SHORTEST_ID else key,
            where,
            text(found.get("title")),
            [],
            seconds(found.get("created_at")) or seconds(found.get("created")),
            model=text(found.get("model")) or text(body.get("model")),
        )
        nodes: list[Node] = []
        for number, each in enumerate(messages):
            node = self._node(chat, obj(each), number)
            if node.role == "system" and not nodes and not chat.system_prompt:
                chat.system_prompt = "\n\n".join(part.text for part in node.parts if isinstance(part, Text))
            else:
                nodes.append(node)
        chat.nodes = chain(nodes)
        yield from converted(chat)

    def _node(self, chat: Chat, message: dict[str, Any], number: int) -> Node:
        node = Node(f"#{number}", None, role_of(text(message.get("role"))), at=seconds(message.get("created_at")))
        where = f"{chat.where}, {number + 1}"
        if node.role == "hidden":
            chat.unread.append(Unread(where, UnreadReason.NOT_UNDERSTOOD))
        for member in ("reasoning_content", "reasoning"):
            if text(message.get(member)):
                node.parts.append(Reasoning(text(message.get(member))))
                break
        said = list(self._said(chat, message.get("content"), where))
        if node.role == "tool":
            joined = "\n".join(part.text for part in said if isinstance(part, Text))
            node.parts.append(Result(name(message.get("tool_call_id")), joined, name=text(message.get("name"))))
            return node
        node.parts += said
        for call in objects(message.get("tool_calls")):
            function = obj(call.get("function"))
            arguments = as_json(function.get("arguments") or "{}")
            node.parts.append(Call(name(call.get("id")), text(function.get("name")), arguments))
        return node

    def _said(self, chat: Chat, content: Any, where: str) -> Iterator[Part]:
        if text(content):
            yield Text(text(content))
        for block in objects(content):
            kind = text(block.get("type"))
            if kind in {"text", "input_text", "output_text", "refusal"}:
                said = text(block.get("text")) or text(block.get("refusal"))
                if said:
                    yield Text(said)
            elif kind == "image_url":
                address = block.get("image_url")
                found = attached.image_from_address(text(address) or text(obj(address).get("url")), "image", self._put)
                if found is not None:
                    yield found
                else:
                    chat.unread.append(Unread(where, UnreadReason.FILE_MISSING))
                    yield Text("[image]")
            else:
                chat.unread.append(Unread(where, UnreadReason.UNKNOWN_CONTENT, one_line(kind, 40)))
