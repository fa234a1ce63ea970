"""Reads Chatbox's export: one object whose members "session:ID" are the conversations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop_chat.core.importing import ImportedConversation, ImportKind, Put, Unread, UnreadReason, one_line
from desktop_chat.services.imports import attached
from desktop_chat.services.imports.exported_values import json_files, titled
from desktop_chat.services.imports.import_files import Files
from desktop_chat.services.imports.json_stream import members
from desktop_chat.services.imports.message_conversion import converted
from desktop_chat.services.imports.nodes import Call, Chat, Node, Part, Reasoning, Result, Text, chain, role_of
from desktop_chat.services.imports.values import as_json, name, obj, objects, seconds, text

_SESSION = "session:"
_OLD_LIST = "chat-sessions"
"""Versions before 1.9 kept all conversations in one list."""


class Chatbox:
    """Implements `ImportSource`."""

    def __init__(self, files: Files, put: Put) -> None:
        self._files = files
        self._put = put

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """See `ImportSource.items`."""
        for file in json_files(self._files):
            with self._files.open(file) as stream:
                for found in members(stream, file):
                    if isinstance(found, Unread):
                        yield found
                    elif found[0].startswith(_SESSION):
                        yield from self._session(found[0].removeprefix(_SESSION), found[1], f"{file}, {found[0][:80]}")
                    elif found[0] == _OLD_LIST:
                        for number, each in enumerate(found[1] if isinstance(found[1], list) else (), 1):
                            yield from self._session(name(obj(each).get("id")), each, f"{file}, {number}")

    def _session(self, key: str, value: Any, where: str) -> Iterator[ImportedConversation | Unread]:
        session = obj(value)
        title = text(session.get("threadName")) or text(session.get("name"))
        where = titled(where, title)
        threads = [*objects(session.get("threads")), session]
        if not isinstance(session.get("messages"), list):
            yield Unread(where, UnreadReason.NOT_UNDERSTOOD)
            return
        for thread in threads:
            is_main = thread is session
            if not is_main and not thread.get("messages"):
                continue
            own = text(thread.get("name")) if not is_main else title
            chat = Chat(
                ImportKind.CHATBOX,
                key if is_main else f"{key}\n{name(thread.get('id'))}",
                where,
                own or title,
                [],
                seconds(thread.get("createdAt")),
                model=text(obj(session.get("settings")).get("modelId")),
                pinned=session.get("starred") is True,
            )
            branches = _Branches(obj(session.get("messageForksHash")))
            chat.nodes = self._nodes(chat, thread.get("messages"), branches)
            yield from converted(chat)

    def _nodes(self, chat: Chat, messages: Any, branches: _Branches) -> list[Node]:
        made = chain(
            self._node(chat, obj(each), n) for n, each in enumerate(messages if isinstance(messages, list) else ())
        )
        chat.leaf = made[-1].key if made else None
        others: list[Node] = []
        for above in [node.key for node in made]:
            for branch in branches.below(above):
                nodes = chain(self._node(chat, obj(each), n) for n, each in enumerate(branch))
                if nodes:
                    nodes[0].parent = above
                    others += nodes
        return made + others

    def _node(self, chat: Chat, message: dict[str, Any], number: int) -> Node:
        key = name(message.get("id")) or f"#{number}"
        node = Node(
            key,
            None,
            role_of(text(message.get("role"))),
            at=seconds(message.get("timestamp")),
            model=text(message.get("model")),
        )
        where = f"{chat.where}, {one_line(key, 60)}"
        if node.role == "hidden":
            chat.unread.append(Unread(where, UnreadReason.NOT_UNDERSTOOD))
        if text(message.get("reasoningContent")):
            node.parts.append(Reasoning(text(message.get("reasoningContent"))))
        parts = [part for block in objects(message.get("contentParts")) for part in self._block(chat, block, where)]
        if not any(isinstance(part, Text) for part in parts) and text(message.get("content")):
            parts.append(Text(text(message.get("content"))))
        for each in objects(message.get("pictures")):
            parts += self._image(chat, text(each.get("url")) or text(each.get("storageKey")), where)
        node.parts += parts
        return node

    def _block(self, chat: Chat, block: dict[str, Any], where: str) -> list[Part]:
        kind = text(block.get("type"))
        said = text(block.get("text"))
        if kind in {"text", "info"}:
            return [Text(said)] if said else []
        if kind == "reasoning":
            return [Reasoning(said)] if said else []
        if kind == "image":
            return self._image(chat, text(block.get("url")) or text(block.get("storageKey")), where)
        if kind == "tool-call":
            key = name(block.get("toolCallId"))
            call = Call(key, text(block.get("toolName")), as_json(block.get("args") or {}))
            if block.get("result") is None:
                return [call]
            return [call, Result(key, as_json(block.get("result")), block.get("state") == "error")]
        chat.unread.append(Unread(where, UnreadReason.UNKNOWN_CONTENT, one_line(kind, 40)))
        return [Text(said)] if said else []

    def _image(self, chat: Chat, address: str, where: str) -> list[Part]:
        found = attached.image_from_address(address, "image", self._put)
        if found is not None:
            return [found]
        chat.unread.append(Unread(where, UnreadReason.FILE_MISSING, one_line(address, 80)))
        return [Text("[image]")]


class _Branches:
    """The earlier replies and questions of a session: lists of messages, by the message that they follow."""

    def __init__(self, forks: dict[str, Any]) -> None:
        self._forks = forks

    def below(self, key: str) -> list[list[Any]]:
        """Return the branches below a message that are not shown."""
        found = []
        for each in objects(obj(self._forks.get(key)).get("lists")):
            messages = each.get("messages")
            if isinstance(messages, list) and messages:
                found.append(messages)
        return found
