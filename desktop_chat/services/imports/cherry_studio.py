"""Reads Cherry Studio's backup: a zip (or the `data.json` in it) with its database as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from desktop_chat.core.entities import Status, Usage
from desktop_chat.core.importing import ImportedConversation, ImportKind, Put, Unread, UnreadReason, one_line
from desktop_chat.services.imports import attached
from desktop_chat.services.imports.exported_values import read_each, titled
from desktop_chat.services.imports.import_files import Files
from desktop_chat.services.imports.json_stream import elements
from desktop_chat.services.imports.message_conversion import converted
from desktop_chat.services.imports.nodes import Call, Chat, Node, Part, Reasoning, Result, Text, chain, role_of
from desktop_chat.services.imports.values import as_json, count, fenced, name, obj, objects, seconds, text

_STATUSES = {"paused": Status.CANCELLED, "error": Status.FAILED, "processing": Status.INTERRUPTED}
_TEXTS: dict[str, type[Text | Reasoning]] = {"main_text": Text, "compact": Text, "thinking": Reasoning}


class CherryStudio:
    """Implements `ImportSource`. Messages of a topic are a list; its texts are blocks in a list of their own, which is
    read first, so that the backup is read twice."""

    def __init__(self, files: Files, put: Put) -> None:
        self._files = files
        self._put = put
        self._blocks: dict[str, list[dict[str, Any]]] = {}
        self._titles: dict[str, tuple[str, bool]] = {}
        self._stored: dict[str, str] = {}

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """See `ImportSource.items`."""
        file = next(
            (each for each in self._files.names if each.rpartition("/")[2] == "data.json"), self._files.names[0]
        )
        self._stored = {each.rpartition("/")[2].partition(".")[0]: each for each in self._files.names}
        yield from self._read_titles(file)
        with self._files.open(file) as stream:
            for value in elements(stream, f"{file}, blocks", "indexedDB.message_blocks.item"):
                if isinstance(value, Unread):
                    yield value
                elif isinstance(value, dict):
                    self._blocks.setdefault(name(value.get("messageId")), []).append(value)
        yield from read_each(self._files, [file], self._topic, "indexedDB.topics.item")

    def _read_titles(self, file: str) -> Iterator[Unread]:
        """Read the names of the topics, which are in the state of the window: JSON inside JSON inside JSON."""
        with self._files.open(file) as stream:
            for value in elements(stream, file, "localStorage.persist:cherry-studio"):
                if isinstance(value, Unread):
                    yield value
                    continue
                state = obj(_parsed(value))
                for assistant in objects(obj(_parsed(state.get("assistants"))).get("assistants")):
                    for topic in objects(assistant.get("topics")):
                        self._titles[name(topic.get("id"))] = (text(topic.get("name")), topic.get("pinned") is True)

    def _topic(self, value: Any, where: str) -> Iterator[ImportedConversation | Unread]:
        topic = obj(value)
        key = name(topic.get("id"))
        title, pinned = self._titles.get(key, ("", False))
        title = title or text(topic.get("name"))
        where = titled(where, title)
        messages = topic.get("messages")
        if not key or not isinstance(messages, list):
            yield Unread(where, UnreadReason.NOT_UNDERSTOOD)
            return
        chat = Chat(ImportKind.CHERRY_STUDIO, key, where, title, [], seconds(topic.get("createdAt")), pinned=pinned)
        chat.nodes = _with_siblings([(self._node(chat, obj(each), n), obj(each)) for n, each in enumerate(messages)])
        yield from converted(chat)

    def _node(self, chat: Chat, message: dict[str, Any], number: int) -> Node:
        key = name(message.get("id")) or f"#{number}"
        usage = obj(message.get("usage"))
        sent, got = count(usage.get("prompt_tokens")), count(usage.get("completion_tokens"))
        model = obj(message.get("model"))
        node = Node(
            key,
            None,
            role_of(text(message.get("role"))),
            at=seconds(message.get("createdAt")),
            model=text(model.get("id")) or text(message.get("modelId")),
            status=_STATUSES.get(text(message.get("status")), Status.COMPLETE),
            usage=Usage(sent, got) if sent is not None or got is not None else None,
        )
        where = f"{chat.where}, {one_line(key, 60)}"
        if node.role == "hidden":
            chat.unread.append(Unread(where, UnreadReason.NOT_UNDERSTOOD))
        order = message.get("blocks")
        places = {name(each): place for place, each in enumerate(order)} if isinstance(order, list) else {}
        blocks = sorted(self._blocks.get(key, []), key=lambda block: places.get(name(block.get("id")), len(places)))
        for block in blocks:
            node.parts += self._block(chat, block, where)
        if text(message.get("reasoning_content")):
            node.parts.append(Reasoning(text(message.get("reasoning_content"))))
        if not blocks and text(message.get("content")):  # before version 1.3
            node.parts.append(Text(text(message.get("content"))))
        return node

    def _block(self, chat: Chat, block: dict[str, Any], where: str) -> list[Part]:
        kind, said = text(block.get("type")), text(block.get("content"))
        if kind in _TEXTS:
            return [_TEXTS[kind](said)] if said else []
        if kind == "code":
            return [Text(fenced(said, one_line(text(block.get("language")), 20)))]
        if kind == "tool":
            raw = obj(obj(block.get("metadata")).get("rawMcpToolResponse"))
            shown = text(block.get("toolName")) or text(obj(raw.get("tool")).get("name"))
            key = name(block.get("toolId"))
            arguments = block.get("arguments") or raw.get("arguments") or {}
            failed = block.get("status") == "error"
            return [Call(key, shown, as_json(arguments)), Result(key, as_json(block.get("content") or ""), failed)]
        if kind in {"image", "file", "video"}:
            return self._file(chat, block, where)
        if kind == "error":
            return (
                [Text(text(obj(block.get("error")).get("message")))] if obj(block.get("error")).get("message") else []
            )
        if kind != "unknown":  # a reply that had not begun
            chat.unread.append(Unread(where, UnreadReason.UNKNOWN_CONTENT, one_line(kind, 40)))
        return []

    def _file(self, chat: Chat, block: dict[str, Any], where: str) -> list[Part]:
        file = obj(block.get("file"))
        shown = text(file.get("origin_name")) or text(file.get("name")) or "image"
        found = attached.image_from_address(text(block.get("url")), shown, self._put)
        stored = self._stored.get(name(file.get("id")))
        if found is None and stored is not None:
            content = self._files.content(stored)
            found = attached.attachment(content, shown, self._put) if content is not None else None
        if found is not None:
            return [found]
        chat.unread.append(Unread(where, UnreadReason.FILE_MISSING, one_line(shown, 80)))
        return [Text(f"[{one_line(shown, 120)}]")]


def _with_siblings(pairs: list[tuple[Node, dict[str, Any]]]) -> list[Node]:
    """Link the messages of a list. Replies to the same question (`askId`), of several models, are siblings; the one
    that is marked, or the last, goes on."""
    asked: dict[str, str | None] = {}
    selected = {
        name(m.get("askId")): n.key for n, m in pairs if m.get("foldSelected") is True or m.get("useful") is True
    }
    last: str | None = None
    for node, message in pairs:
        question = name(message.get("askId"))
        if node.role == "assistant" and question in asked:
            node.parent = asked[question]
            if selected.get(question, node.key) == node.key:
                last = node.key
            continue
        node.parent = last
        last = node.key
        if node.role == "assistant" and question:
            asked[question] = node.parent
            last = selected.get(question, node.key)
    nodes = [node for node, _ in pairs]
    return nodes if asked else chain(nodes)


def _parsed(value: Any) -> Any:
    """Return what a text of JSON contains; other values as they are."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None
