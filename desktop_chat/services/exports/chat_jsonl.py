"""Writes the branch of a conversation as a line of JSON in the shape of a chat-completions request, which is what
fine-tuning reads (https://platform.openai.com/docs/guides/supervised-fine-tuning).

A reply that is canned or not complete has the weight 0, so that no model is trained on it; a canned one has the name
"demo".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.exporting import ExportedConversation, ExportRequest, is_of_demo
from desktop_chat.core.tools import STOPPED_RESULT, ToolCall
from desktop_chat.services.exports.entries import chosen_of

Contents = Callable[[str], bytes | None]


def chat_line(exported: ExportedConversation, request: ExportRequest, content_of: Contents) -> bytes:
    """Return a line; empty for a branch without messages. Summaries, which nobody asked or answered, are left out."""
    messages = [each.message for each in chosen_of(exported, request) if each.message.summary is None]
    if not messages:
        return b""
    system = exported.conversation.options.system_prompt
    lines: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
    for message in messages:
        lines += _lines(message, content_of)
    return json.dumps({"messages": lines}, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _lines(message: Message, content_of: Contents) -> Iterator[dict[str, Any]]:
    if message.role is not Role.ASSISTANT:
        yield {"role": message.role.value, "content": _question(message, content_of)}
        return
    start = 0
    for _round, group in groupby(message.tool_calls, key=lambda call: call.round):
        calls = list(group)
        end = max(start, min(calls[-1].text_at, len(message.text)))
        yield {**_reply(message, message.text[start:end]), "tool_calls": [_call(call) for call in calls]}
        for call in calls:
            yield {"role": "tool", "tool_call_id": call.id, "content": call.result or STOPPED_RESULT}
        start = end
    if start < len(message.text) or not message.tool_calls:
        yield _reply(message, message.text[start:])


def _reply(message: Message, text: str) -> dict[str, Any]:
    reply: dict[str, Any] = {"role": "assistant", "content": text}
    if is_of_demo(message):
        reply["name"] = "demo"
    if is_of_demo(message) or message.status is not Status.COMPLETE:
        reply["weight"] = 0
    return reply


def _call(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _question(message: Message, content_of: Contents) -> str | list[dict[str, Any]]:
    parts = [part for each in message.attachments if (part := _part(each, content_of)) is not None]
    if not parts:
        return message.text
    return [*parts, {"type": "text", "text": message.text}] if message.text else parts


def _part(attachment: Attachment, content_of: Contents) -> dict[str, Any] | None:
    """Return an image, or the text of a document; None if its content is missing."""
    is_image = attachment.kind is AttachmentKind.IMAGE
    content = content_of(attachment.sha256 if is_image else attachment.text_sha256 or attachment.sha256)
    if content is None:
        return None
    if is_image:
        data = base64.b64encode(content).decode()
        return {"type": "image_url", "image_url": {"url": f"data:{attachment.media_type};base64,{data}"}}
    return {"type": "text", "text": f"{attachment.name}\n\n{content.decode('utf-8', 'replace')}"}
