"""Reads LibreChat's export of a conversation as JSON: with or without branches, as a tree or as a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop_chat.core.entities import Status, Usage
from desktop_chat.core.importing import ImportedConversation, ImportKind, Put, Unread, UnreadReason, one_line
from desktop_chat.services.imports import attached
from desktop_chat.services.imports.exported_values import json_files, read_each, titled
from desktop_chat.services.imports.import_files import Files
from desktop_chat.services.imports.message_conversion import converted
from desktop_chat.services.imports.nodes import Call, Chat, Node, Part, Reasoning, Result, Text, parts_or_text, role_of
from desktop_chat.services.imports.values import as_json, count, name, obj, objects, seconds, text


class LibreChat:
    """Implements `ImportSource`."""

    def __init__(self, files: Files, put: Put) -> None:
        self._files = files
        self._put = put

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """See `ImportSource.items`."""
        return read_each(self._files, json_files(self._files), self._conversation)

    def _conversation(self, found: Any, where: str) -> Iterator[ImportedConversation | Unread]:
        value = obj(found)
        title = text(value.get("title"))
        where = titled(where, title)
        tree = value.get("messagesTree")
        messages = tree if isinstance(tree, list) else value.get("messages")
        if not isinstance(messages, list):
            yield Unread(where, UnreadReason.NOT_UNDERSTOOD)
            return
        options = obj(value.get("options"))
        chat = Chat(
            ImportKind.LIBRECHAT,
            name(value.get("conversationId")),
            where,
            title,
            [],
            seconds(value.get("createdAt")),
            seconds(value.get("updatedAt")),
            model=text(options.get("model")),
            system_prompt=text(options.get("promptPrefix")) or text(options.get("system")),
        )
        waiting: list[tuple[Any, str | None]] = [(each, None) for each in reversed(messages)]
        while waiting:
            each, above = waiting.pop()
            node = self._node(chat, obj(each), above, len(chat.nodes))
            chat.nodes.append(node)
            below = obj(each).get("children")
            waiting += [(child, node.key) for child in reversed(below)] if isinstance(below, list) else []
        yield from converted(chat)

    def _node(self, chat: Chat, message: dict[str, Any], above: str | None, number: int) -> Node:
        parent = text(message.get("parentMessageId"))
        by_user = message.get("isCreatedByUser")
        role = role_of(text(message.get("role")))
        if isinstance(by_user, bool):
            role = "user" if by_user else "assistant"
        node = Node(
            name(message.get("messageId")) or f"#{number}",
            above or parent or None,
            role,
            at=seconds(message.get("createdAt")),
            model=text(message.get("model")),
            status=Status.INTERRUPTED if message.get("unfinished") is True else Status.COMPLETE,
        )
        tokens = count(message.get("tokenCount"))
        if tokens is not None and role == "assistant":
            node.usage = Usage(completion_tokens=tokens)
        where = f"{chat.where}, {one_line(node.key, 60)}"
        if role == "hidden":
            chat.unread.append(Unread(where, UnreadReason.NOT_UNDERSTOOD))
        if message.get("error") is True:
            node.status = Status.FAILED
        node.parts = [*self._attached(chat, message, where), *_said(chat, message, where)]
        return node

    def _attached(self, chat: Chat, message: dict[str, Any], where: str) -> Iterator[Part]:
        for each in objects(message.get("files")):
            shown = text(each.get("filename")) or name(each.get("file_id"))
            found = attached.image_from_address(
                text(each.get("preview")) or text(each.get("filepath")), shown, self._put
            )
            if found is not None:
                yield found
            elif text(each.get("text")):
                yield attached.document(text(each.get("text")), shown, self._put)
            else:
                chat.unread.append(Unread(where, UnreadReason.FILE_MISSING, one_line(shown, 80)))
                yield Text(f"[{one_line(shown, 120)}]")


def _said(chat: Chat, message: dict[str, Any], where: str) -> list[Part]:
    return parts_or_text(
        (part for block in objects(message.get("content")) for part in _block(chat, block, where)), message.get("text")
    )


def _block(chat: Chat, block: dict[str, Any], where: str) -> Iterator[Part]:
    kind = text(block.get("type"))
    said = block.get(kind)
    said = text(obj(said).get("value")) if isinstance(said, dict) else text(said)
    if kind in _TEXTS:
        yield from [_TEXTS[kind](said)] if said else []
    elif kind == "tool_call":
        call = obj(block.get("tool_call"))
        function = obj(call.get("function")) or call
        key = name(call.get("id"))
        yield Call(key, text(function.get("name")), as_json(function.get("arguments") or function.get("args") or "{}"))
        if isinstance(function.get("output"), str):
            yield Result(key, text(function.get("output")))
    else:
        chat.unread.append(Unread(where, UnreadReason.UNKNOWN_CONTENT, one_line(kind, 40)))


_TEXTS: dict[str, type[Text | Reasoning]] = {"text": Text, "error": Text, "think": Reasoning}
