"""Reads LM Studio's conversations: files named "TIME.conversation.json"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop_chat.core.entities import Usage
from desktop_chat.core.importing import ImportedConversation, ImportKind, Put, Unread, UnreadReason, one_line
from desktop_chat.services.imports.exported_values import json_files, titled
from desktop_chat.services.imports.import_files import Files
from desktop_chat.services.imports.json_stream import elements
from desktop_chat.services.imports.message_conversion import converted
from desktop_chat.services.imports.nodes import Call, Chat, Node, Part, Reasoning, Result, Text, role_of
from desktop_chat.services.imports.values import as_json, count, name, obj, objects, seconds, text


class LmStudio:
    """Implements `ImportSource`."""

    def __init__(self, files: Files, _put: Put) -> None:
        self._files = files

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """See `ImportSource.items`."""
        names = json_files(self._files)
        named = [each for each in names if each.lower().endswith(".conversation.json")]
        for file in named or names:
            with self._files.open(file) as stream:
                for value in elements(stream, file):
                    if isinstance(value, Unread):
                        yield value
                    else:
                        yield from self._conversation(obj(value), file)

    def _conversation(self, value: dict[str, Any], file: str) -> Iterator[ImportedConversation | Unread]:
        title = text(value.get("name"))
        where = titled(file, title)
        messages = value.get("messages")
        if not isinstance(messages, list):
            yield Unread(where, UnreadReason.NOT_UNDERSTOOD)
            return
        created = value.get("createdAt")
        chat = Chat(
            ImportKind.LM_STUDIO,
            f"{file.rpartition('/')[2]}\n{as_json(created)}",
            where,
            title,
            [],
            seconds(created),
            model=text(obj(value.get("lastUsedModel")).get("identifier")),
            system_prompt=text(value.get("systemPrompt")),
            pinned=value.get("pinned") is True,
        )
        above: str | None = None
        for number, each in enumerate(messages):
            above = self._versions(chat, obj(each), number, above)
        chat.leaf = above
        yield from converted(chat)

    def _versions(self, chat: Chat, message: dict[str, Any], number: int, above: str | None) -> str | None:
        """Add all versions of a message, as siblings; return the one that is shown."""
        versions = message.get("versions")
        found = list(objects(versions)) or ([message] if "content" in message else [])
        where = f"{chat.where}, {number + 1}"
        if not found:
            chat.unread.append(Unread(where, UnreadReason.NOT_UNDERSTOOD))
        selected, shown = message.get("currentlySelected"), above
        for index, version in enumerate(found):
            node = Node(f"{number}.{index}", above, role_of(text(version.get("role"))), model=_model_of(version))
            node.parts = list(_parts(chat, version, where))
            node.usage = _usage_of(version)
            if node.role == "hidden":
                chat.unread.append(Unread(where, UnreadReason.UNKNOWN_CONTENT, one_line(text(version.get("role")), 40)))
            chat.nodes.append(node)
            if index == selected or shown == above:
                shown = node.key
        return shown


def _parts(chat: Chat, version: dict[str, Any], where: str) -> Iterator[Part]:
    if text(version.get("content")):
        yield Text(text(version.get("content")))
    for block in objects(version.get("content")):
        yield from _block(chat, block, where, thinking=False)
    for step in objects(version.get("steps")):
        if step.get("type") == "contentBlock":
            thinking = obj(step.get("style")).get("type") == "thinking"
            for block in objects(step.get("content")):
                yield from _block(chat, block, where, thinking=thinking)


def _block(chat: Chat, block: dict[str, Any], where: str, *, thinking: bool) -> Iterator[Part]:
    kind, said = text(block.get("type")), text(block.get("text"))
    if kind == "text":
        if said:
            yield Reasoning(said) if thinking else Text(said)
    elif kind == "toolCallRequest":
        key = name(block.get("toolCallRequestId")) or name(block.get("callId"))
        yield Call(key, text(block.get("name")), as_json(block.get("parameters") or {}))
    elif kind == "toolCallResult":
        key = name(block.get("toolCallRequestId")) or name(block.get("callId"))
        yield Result(key, as_json(block.get("content") or ""))
    elif kind == "file":
        shown = one_line(text(block.get("fileIdentifier")), 80)
        chat.unread.append(Unread(where, UnreadReason.FILE_MISSING, shown))
        yield Text(f"[{shown}]")
    else:
        chat.unread.append(Unread(where, UnreadReason.UNKNOWN_CONTENT, one_line(kind, 40)))


def _info(version: dict[str, Any]) -> dict[str, Any]:
    return next((found for step in objects(version.get("steps")) if (found := obj(step.get("genInfo")))), {})


def _model_of(version: dict[str, Any]) -> str:
    return text(_info(version).get("indexedModelIdentifier")) or text(_info(version).get("identifier"))


def _usage_of(version: dict[str, Any]) -> Usage | None:
    stats = obj(_info(version).get("stats"))
    sent, got = count(stats.get("promptTokensCount")), count(stats.get("predictedTokensCount"))
    return Usage(sent, got) if sent is not None or got is not None else None
