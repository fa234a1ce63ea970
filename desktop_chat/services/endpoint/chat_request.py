"""Reads the body of `POST /api/chat/stream` into a prompt."""

from __future__ import annotations

import base64
import binascii
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
        return image_in(str(part["image_url"].get("url")))
    raise BodyInvalid("A part of `content` must be text, or an image as a data: address.")


def image_in(address: str) -> PromptImage:
    """Return the image in a data: address. Raises BodyInvalid."""
    head, comma, data = address.partition(",")
    media_type = head.removeprefix("data:").removesuffix(";base64")
    if not comma or not media_type.startswith("image/") or f"data:{media_type};base64" != head:
        raise BodyInvalid("An image must be a data: address in base64; nothing is fetched from elsewhere.")
    try:
        return PromptImage(media_type, base64.b64decode(data, validate=True))
    except binascii.Error:
        raise BodyInvalid("The base64 of an image is damaged.") from None
