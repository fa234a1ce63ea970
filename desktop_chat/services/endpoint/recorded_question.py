"""What a request asks, as it is recorded: texts, images as blobs, tool calls and their results. Nothing is left out
silently: what is none of these is recorded as JSON, shortened."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.caller_record import AskedCall, AskedMessage
from desktop_chat.core.endpoint_errors import BodyInvalid
from desktop_chat.core.errors import StoreError
from desktop_chat.core.ports import Blobs
from desktop_chat.core.prompt import PromptImage, PromptMessage
from desktop_chat.core.stored_images import stored_image
from desktop_chat.services.endpoint.chat_request import image_in

logger = logging.getLogger(__name__)

MAX_IMAGES = 50
"""Images kept of one request; of others only their beginning is recorded."""
LONGEST_OTHER = 200
"""Characters kept of each text in what is recorded as JSON."""
_MAX_DEPTH = 50
"""Values inside values that are recorded as JSON."""
_TEXT_PARTS = frozenset({"text", "input_text", "output_text", "refusal"})
_BETWEEN = "\n\n"


class QuestionReader:
    """Reads one request; its images are stored in `blobs`."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._images = 0

    async def of_prompt(self, messages: Sequence[PromptMessage]) -> tuple[AskedMessage, ...]:
        """Return the messages of a request of our own contract."""
        return tuple([await self._prompt_message(message) for message in messages])

    async def of_body(self, members: dict[str, Any]) -> tuple[AskedMessage, ...]:
        """Return the messages of a request in one of OpenAI's shapes."""
        said = members.get("messages") or members.get("input") or ()
        entries = [{"role": "user", "content": said}] if isinstance(said, str) else said
        found = [await self._entry(entry) for entry in (entries if isinstance(entries, list) else ())]
        if isinstance(system := members.get("instructions"), str):
            found.insert(0, AskedMessage("system", system))
        return tuple(found)

    async def _prompt_message(self, message: PromptMessage) -> AskedMessage:
        images = [await self._stored(image) for image in message.images]
        others = [f"[{image.media_type}]" for image, kept in zip(message.images, images, strict=True) if kept is None]
        text = _BETWEEN.join(filter(None, (message.text, *others)))
        return AskedMessage(message.role.value, text, tuple(filter(None, images)))

    async def _entry(self, entry: Any) -> AskedMessage:
        """Return a message, or an item of a response's input."""
        if not isinstance(entry, dict):
            return AskedMessage("user", _as_json(entry))
        kind, call_id = entry.get("type"), _string(entry.get("call_id") or entry.get("tool_call_id"))
        if kind == "function_call":
            call = AskedCall(call_id, _string(entry.get("name")), _string(entry.get("arguments")))
            return AskedMessage("assistant", calls=(call,))
        if kind == "function_call_output":
            text, images = await self._content(entry.get("output"))
            return AskedMessage("tool", text, images, call_id=call_id)
        if not isinstance(role := entry.get("role"), str):
            return AskedMessage("assistant", _as_json(entry))
        text, images = await self._content(entry.get("content"))
        return AskedMessage(role, text, images, _calls_in(entry), call_id)

    async def _content(self, content: Any) -> tuple[str, tuple[Attachment, ...]]:
        parts = content if isinstance(content, list) else [content]
        said: list[str] = []
        images: list[Attachment] = []
        for part in parts:
            image = await self._image_of(part)
            if image is not None:
                images.append(image)
            elif text := _text_of(part):
                said.append(text)
        return _BETWEEN.join(said), tuple(images)

    async def _image_of(self, part: Any) -> Attachment | None:
        found = part.get("image_url") if isinstance(part, dict) else None
        address = found.get("url") if isinstance(found, dict) else found
        if not isinstance(address, str) or not address.startswith("data:"):
            return None
        try:
            return await self._stored(image_in(address))
        except BodyInvalid:
            return None  # it is recorded as JSON

    async def _stored(self, image: PromptImage) -> Attachment | None:
        """Return an image as it is kept; None if it is one too many, or cannot be stored."""
        self._images += 1
        if self._images > MAX_IMAGES:
            return None
        try:
            return await stored_image(self._blobs, image.media_type, image.content, f"image-{self._images}")
        except StoreError as error:
            logger.warning("cannot keep an image of a question: %s", error.code)
            return None


def _calls_in(entry: dict[str, Any]) -> tuple[AskedCall, ...]:
    listed = entry.get("tool_calls")
    calls = [call for call in (listed if isinstance(listed, list) else ()) if isinstance(call, dict)]
    if isinstance(old := entry.get("function_call"), dict):
        calls.append({"function": old})
    return tuple(_call_of(call) for call in calls)


def _call_of(call: dict[str, Any]) -> AskedCall:
    body = call.get("function") or call.get("custom")
    if not isinstance(body, dict):
        return AskedCall(_string(call.get("id")), _string(call.get("type")), _as_json(call))
    arguments = body.get("arguments", body.get("input"))
    return AskedCall(_string(call.get("id")), _string(body.get("name")), _string(arguments))


def _text_of(part: Any) -> str:
    if part is None:
        return ""
    if isinstance(part, str):
        return part
    if isinstance(part, dict) and str(part.get("type")) in _TEXT_PARTS:
        text = part.get("text", part.get("refusal"))
        if isinstance(text, str):
            return text
    return _as_json(part)


def _as_json(value: Any) -> str:
    return json.dumps(_shortened(value), ensure_ascii=False)


def _shortened(value: Any, depth: int = _MAX_DEPTH) -> Any:
    if not depth:
        return "..."
    if isinstance(value, str) and len(value) > LONGEST_OTHER:
        return f"{value[:LONGEST_OTHER]}... ({len(value):,})"
    if isinstance(value, dict):
        return {name: _shortened(item, depth - 1) for name, item in value.items()}
    return [_shortened(item, depth - 1) for item in value] if isinstance(value, list) else value


def _string(value: Any) -> str:
    """Return a string as it is, anything else as JSON, nothing as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else _as_json(value)
