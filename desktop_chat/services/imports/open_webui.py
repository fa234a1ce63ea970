"""Reads Open WebUI's export of chats: a list, each with the tree `chat.history`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from desktop_chat.core.entities import Status, Usage
from desktop_chat.core.importing import ImportedConversation, ImportKind, Put, Unread, UnreadReason, one_line
from desktop_chat.services.imports import attached
from desktop_chat.services.imports.exported_values import json_files, read_each, titled
from desktop_chat.services.imports.import_files import Files
from desktop_chat.services.imports.message_conversion import converted
from desktop_chat.services.imports.nodes import Call, Chat, Node, Part, Reasoning, Result, Text, chain, role_of
from desktop_chat.services.imports.values import as_json, count, name, obj, objects, seconds, text

_DETAILS = re.compile(r'<details type="(reasoning|tool_calls|code_interpreter)"([^>]*)>(.*?)</details>\s*', re.DOTALL)
_SUMMARY = re.compile(r"\s*<summary>.*?</summary>\s*", re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


class OpenWebUi:
    """Implements `ImportSource`."""

    def __init__(self, files: Files, put: Put) -> None:
        self._files = files
        self._put = put

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """See `ImportSource.items`."""
        return read_each(self._files, json_files(self._files), self._chat)

    def _chat(self, found: Any, where: str) -> Iterator[ImportedConversation | Unread]:
        value = obj(found)
        inner = obj(value.get("chat")) or value
        history = obj(inner.get("history"))
        title = text(value.get("title")) or text(inner.get("title"))
        where = titled(where, title)
        tree, flat = history.get("messages"), inner.get("messages")
        if not isinstance(tree, dict) and not isinstance(flat, list):
            yield Unread(where, UnreadReason.NOT_UNDERSTOOD)
            return
        models = inner.get("models")
        chat = Chat(
            ImportKind.OPEN_WEBUI,
            name(value.get("id")) or name(inner.get("id")),
            where,
            title,
            [],
            seconds(value.get("created_at")) or seconds(inner.get("timestamp")),
            seconds(value.get("updated_at")),
            name(history.get("currentId")) or None,
            text(models[0]) if isinstance(models, list) and models else "",
            text(obj(inner.get("params")).get("system")) or text(inner.get("system")),
            value.get("pinned") is True,
        )
        if isinstance(tree, dict):
            chat.nodes = [self._node(chat, key, each) for key, each in tree.items()]
        else:
            assert isinstance(flat, list)  # noqa: S101  (checked above)
            chat.nodes = chain(self._node(chat, f"#{number}", each) for number, each in enumerate(flat))
        yield from converted(chat)

    def _node(self, chat: Chat, key: str, value: Any) -> Node:
        message = obj(value)
        parent = message.get("parentId")
        node = Node(
            name(message.get("id")) or key,
            parent if isinstance(parent, str) else None,
            role_of(text(message.get("role"))),
            at=seconds(message.get("timestamp")),
            model=text(message.get("model")),
            usage=_usage(obj(message.get("usage")) or obj(message.get("info"))),
        )
        where = f"{chat.where}, {one_line(node.key, 60)}"
        if node.role == "hidden":
            chat.unread.append(Unread(where, UnreadReason.NOT_UNDERSTOOD))
        if message.get("done") is False:
            node.status = Status.INTERRUPTED
        node.parts = [*self._attached(chat, message, where), *_said(message)]
        return node

    def _attached(self, chat: Chat, message: dict[str, Any], where: str) -> Iterator[Part]:
        for each in objects(message.get("files")):
            shown = text(each.get("name")) or text(obj(each.get("file")).get("filename"))
            content = text(obj(obj(obj(each.get("file")).get("data"))).get("content"))
            address = text(each.get("url"))
            found = attached.image_from_address(address, shown, self._put)
            if found is not None:
                yield found
            elif content:
                yield attached.document(content, shown, self._put)
            else:
                shown = one_line(shown or address, 80)
                chat.unread.append(Unread(where, UnreadReason.FILE_MISSING, shown))
                yield Text(f"[{shown}]")


def _said(message: dict[str, Any]) -> list[Part]:
    output = list(objects(message.get("output")))
    found = [part for item in output for part in _item(item)]
    if any(isinstance(part, Text) for part in found):
        return found
    content = message.get("content")
    if isinstance(content, list):
        return [Text(text(each.get("text"))) for each in objects(content) if text(each.get("text"))]
    return list(_without_details(text(content)))


def _item(item: dict[str, Any]) -> Iterator[Part]:
    """Yield the parts of an item of a newer version's `output`, which has the shape of the Responses API."""
    kind = text(item.get("type"))
    said = "".join(text(each.get("text")) for each in objects(item.get("content")))
    if kind == "reasoning" and said:
        yield Reasoning(said)
    elif kind == "message" and said:
        yield Text(said)
    elif kind == "function_call":
        yield Call(name(item.get("call_id")), text(item.get("name")), as_json(item.get("arguments") or "{}"))
    elif kind == "function_call_output":
        answer = item.get("output")
        joined = "\n".join(text(each.get("text")) for each in objects(answer)) or as_json(answer)
        yield Result(name(item.get("call_id")), joined)


def _without_details(content: str) -> Iterator[Part]:
    """Yield the parts of a text in which reasoning and tool calls are HTML elements."""
    end = 0
    for found in _DETAILS.finditer(content):
        if before := content[end : found.start()].strip("\n"):
            yield Text(before)
        end = found.end()
        values = {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(found.group(2))}
        inner = _SUMMARY.sub("", html.unescape(found.group(3))).strip()
        if found.group(1) == "reasoning":
            yield Reasoning(re.sub(r"(?m)^> ?", "", inner))
        elif found.group(1) == "tool_calls":
            yield Call(values.get("id", ""), values.get("name", "tool"), values.get("arguments", "{}"))
            yield Result(values.get("id", ""), values.get("result", "") or inner)
        elif inner:
            yield Text(inner)
    if rest := content[end:]:
        yield Text(rest)


def _usage(value: dict[str, Any]) -> Usage | None:
    sent = count(value.get("prompt_tokens"))
    sent = count(value.get("prompt_eval_count")) if sent is None else sent
    got = count(value.get("completion_tokens"))
    got = count(value.get("eval_count")) if got is None else got
    return Usage(sent, got) if sent is not None or got is not None else None
