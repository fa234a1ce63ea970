"""Reads Jan's threads: a folder for each, with `thread.json` and `messages.jsonl`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from desktop_chat.core.entities import Status
from desktop_chat.core.importing import ImportedConversation, ImportKind, Put, Unread, UnreadReason, one_line
from desktop_chat.services.imports import attached
from desktop_chat.services.imports.import_files import Files
from desktop_chat.services.imports.json_stream import elements, lines
from desktop_chat.services.imports.message_conversion import converted
from desktop_chat.services.imports.nodes import Call, Chat, Node, Part, Reasoning, Result, Text, chain, role_of
from desktop_chat.services.imports.values import as_json, name, obj, objects, seconds, text

MESSAGES = re.compile(r"(?:.*/)?messages\.jsonl")
_THINK = re.compile(r"\A\s*<think>(.*?)</think>\s*", re.DOTALL)
_STATUSES = {"stopped": Status.CANCELLED, "error": Status.FAILED, "pending": Status.INTERRUPTED}


class Jan:
    """Implements `ImportSource`."""

    def __init__(self, files: Files, put: Put) -> None:
        self._files = files
        self._put = put

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """See `ImportSource.items`."""
        for file in sorted(
            each for each in self._files.names if MESSAGES.fullmatch(each) or len(self._files.names) == 1
        ):
            folder = file.rpartition("/")[0]
            about = f"{folder}/thread.json" if folder else "thread.json"
            thread: dict[str, Any] = {}
            if about in self._files.names:
                with self._files.open(about) as stream:
                    for value in elements(stream, about):
                        if isinstance(value, Unread):
                            yield value
                        else:
                            thread = obj(value)
            yield from self._thread(file, folder, thread)

    def _thread(self, file: str, folder: str, thread: dict[str, Any]) -> Iterator[ImportedConversation | Unread]:
        title = text(thread.get("title")) or text(thread.get("summary"))
        chat = Chat(
            ImportKind.JAN,
            name(thread.get("id")) or folder or file,
            file,
            title,
            [],
            seconds(thread.get("created")) or seconds(thread.get("created_at")),
            seconds(thread.get("updated")),
            model=text(obj(thread.get("model")).get("id")) or text(thread.get("model_id")),
        )
        found: list[Node] = []
        with self._files.open(file) as stream:
            for each in lines(stream, file):
                if isinstance(each, Unread):
                    yield each
                elif isinstance(each[0], dict):
                    found.append(self._node(chat, *each))
                    chat.key = chat.key if name(thread.get("id")) else name(each[0].get("thread_id")) or chat.key
                else:
                    yield Unread(each[1], UnreadReason.NOT_UNDERSTOOD)
        found.sort(key=lambda node: node.at or 0.0)
        chat.nodes = chain(found)
        yield from converted(chat)

    def _node(self, chat: Chat, message: dict[str, Any], where: str) -> Node:
        node = Node(
            name(message.get("id")) or where,
            None,
            role_of(text(message.get("role"))),
            at=seconds(message.get("created_at")),
            model=text(obj(message.get("metadata")).get("modelId")),
            status=_STATUSES.get(text(message.get("status")), Status.COMPLETE),
        )
        if node.role == "hidden":
            chat.unread.append(Unread(where, UnreadReason.NOT_UNDERSTOOD))
        for block in objects(message.get("content")):
            node.parts += self._block(chat, block, where)
        for call in objects(obj(message.get("metadata")).get("tool_calls")):
            tool, key = obj(call.get("tool")), name(obj(call.get("tool")).get("id"))
            function = obj(tool.get("function"))
            node.parts.append(Call(key, text(function.get("name")), as_json(function.get("arguments") or "{}")))
            said = "\n".join(text(each.get("text")) for each in objects(obj(call.get("response")).get("content")))
            if call.get("response") is not None:
                node.parts.append(Result(key, said or as_json(obj(call.get("response")).get("error") or "")))
        return node

    def _block(self, chat: Chat, block: dict[str, Any], where: str) -> list[Part]:
        kind = text(block.get("type"))
        inner = block.get("text")
        said = text(inner) or text(obj(inner).get("value"))
        if kind == "reasoning":
            return [Reasoning(said)] if said else []
        if kind == "image_url":
            found = attached.image_from_address(text(obj(block.get("image_url")).get("url")), "image", self._put)
            if found is not None:
                return [found]
            chat.unread.append(Unread(where, UnreadReason.FILE_MISSING))
            return [Text("[image]")]
        if kind != "text":
            chat.unread.append(Unread(where, UnreadReason.UNKNOWN_CONTENT, one_line(kind, 40)))
        thought = _THINK.match(said)
        if thought is not None:
            said = said[thought.end() :]
            return [Reasoning(thought.group(1).strip()), *([Text(said)] if said else [])]
        return [Text(said)] if said else []
