"""Reads the body of `POST /api/chat/stream` into a prompt."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from desktop_chat.core.endpoint_errors import BodyInvalid
from desktop_chat.core.entities import Role
from desktop_chat.core.prompt import Prompt, PromptImage, PromptMessage, alternating
from desktop_chat.core.settings import Settings

_ROLES = {"system": Role.SYSTEM, "developer": Role.SYSTEM, "user": Role.USER, "assistant": Role.ASSISTANT}


def messages_in(members: dict[str, Any]) -> tuple[PromptMessage, ...]:
    """Return the messages to send: `system`, `messages` and `message`, in this order. Raises BodyInvalid."""
    found: list[PromptMessage] = []
    if system := _text(members, "system"):
        found.append(PromptMessage(Role.SYSTEM, system))
    earlier = members.get("messages") or []
    if not isinstance(earlier, list):
        raise BodyInvalid("`messages` must be a list.")
    found += [_message(entry) for entry in earlier]
    if message := _text(members, "message"):
        found.append(PromptMessage(Role.USER, message))
    if not any(one.role is Role.USER for one in found):
        raise BodyInvalid("`message` is missing or empty.")
    _text(members, "conversation_id")
    return tuple(alternating(found))


def prompt_of(messages: tuple[PromptMessage, ...], model: str, settings: Settings) -> Prompt:
    """Return the request for a model."""
    return Prompt(messages, model, idle_limit_s=settings.idle_limit_s, patience_s=settings.patience_s)


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BodyInvalid(f"`{name}` must be a string.")
    return value


def _message(entry: object) -> PromptMessage:
    role = _ROLES.get(str(entry.get("role"))) if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or role is None:
        raise BodyInvalid("Each of `messages` needs a role (system, user or assistant) and content.")
    content = entry.get("content")
    if isinstance(content, str):
        return PromptMessage(role, content)
    if not isinstance(content, list):
        raise BodyInvalid("`content` must be a string or a list of parts.")
    parts = [_part(part) for part in content]
    text = "\n\n".join(part for part in parts if isinstance(part, str))
    return PromptMessage(role, text, tuple(part for part in parts if isinstance(part, PromptImage)))


def _part(part: object) -> str | PromptImage:
    kind = part.get("type") if isinstance(part, dict) else None
    if isinstance(part, dict) and kind == "text" and isinstance(part.get("text"), str):
        return str(part["text"])
    if isinstance(part, dict) and kind == "image_url" and isinstance(part.get("image_url"), dict):
        return _image(str(part["image_url"].get("url")))
    raise BodyInvalid("A part of `content` must be text, or an image as a data: address.")


def _image(address: str) -> PromptImage:
    head, comma, data = address.partition(",")
    media_type = head.removeprefix("data:").removesuffix(";base64")
    if not comma or not media_type.startswith("image/") or f"data:{media_type};base64" != head:
        raise BodyInvalid("An image must be a data: address in base64; nothing is fetched from elsewhere.")
    try:
        return PromptImage(media_type, base64.b64decode(data, validate=True))
    except binascii.Error:
        raise BodyInvalid("The base64 of an image is damaged.") from None


def recorded(messages: tuple[PromptMessage, ...]) -> tuple[tuple[str, str], ...]:
    """Return role and text of each message."""
    return tuple((message.role.value, message.text) for message in messages)


def recorded_body(members: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return role and text of what a request in one of OpenAI's shapes asks; parts that are not text are left out."""
    said = members.get("messages") or members.get("input") or ()
    found = list(_recorded_entries([{"role": "user", "content": said}] if isinstance(said, str) else said))
    if isinstance(system := members.get("instructions"), str):
        found.insert(0, (Role.SYSTEM.value, system))
    return tuple(found)


def _recorded_entries(entries: object) -> Iterator[tuple[str, str]]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(role := entry.get("role"), str):
            content = entry.get("content")
            parts = content if isinstance(content, list) else [{"text": content}]
            texts = [part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)]
            yield role, "\n\n".join(texts)
