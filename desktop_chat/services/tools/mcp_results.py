"""Turns a tool server's answer into a tool result: texts in order, images apart, everything bounded."""

from __future__ import annotations

import base64
import json
from binascii import Error as BadBase64
from typing import TYPE_CHECKING

from desktop_chat.core.tools import ToolImage, ToolResult
from desktop_chat.services.provider.delta_coalescer import whole_characters

if TYPE_CHECKING:
    import mcp_types

MAX_TEXT = 4_000_000
"""Characters of an answer that are kept."""
MAX_IMAGES = 20
_IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


def result_of(answer: mcp_types.CallToolResult) -> ToolResult:
    """Return the answer as a tool result. What cannot be shown is named in its text."""
    texts: list[str] = []
    images: list[ToolImage] = []
    for block in answer.content:
        text, image = _part_of(block)
        if image is not None and len(images) < MAX_IMAGES:
            images.append(image)
        elif image is not None:
            texts.append("[An image was left out: there are too many.]")
        elif text:
            texts.append(text)
    if not answer.content and answer.structured_content is not None:
        texts.append(json.dumps(answer.structured_content, ensure_ascii=False, indent=2))
    return ToolResult(bounded("\n\n".join(texts)), bool(answer.is_error), tuple(images))


def bounded(text: str, limit: int = MAX_TEXT) -> str:
    """Return a text of at most `limit` characters, which says what was cut, and which can be encoded."""
    text = whole_characters(text)
    if len(text) <= limit:
        return text
    return f"{text[:limit]}\n\n[{len(text) - limit:,} more characters were left out.]"


def _part_of(block: mcp_types.ContentBlock) -> tuple[str, ToolImage | None]:
    match block.type:
        case "text":
            return block.text, None
        case "image":
            return _image_of(block.mime_type, block.data)
        case "audio":
            return f"[Audio of the type {block.mime_type[:100]}, which cannot be shown.]", None
        case "resource_link":
            return f"[{block.title or block.name}]({block.uri})", None
    return _resource_of(block)


def _resource_of(block: mcp_types.EmbeddedResource) -> tuple[str, ToolImage | None]:
    resource = block.resource
    text = getattr(resource, "text", None)
    if isinstance(text, str):
        return f"{resource.uri}\n{text}", None
    kind = resource.mime_type or "application/octet-stream"
    if kind in _IMAGE_TYPES:
        return _image_of(kind, getattr(resource, "blob", ""))
    return f"[{resource.uri}: data of the type {kind[:100]}, which cannot be shown.]", None


def _image_of(kind: str, data: str) -> tuple[str, ToolImage | None]:
    kind = kind.lower()
    if kind not in _IMAGE_TYPES:
        return f"[An image of the type {kind[:100]}, which cannot be shown.]", None
    try:
        return "", ToolImage(kind, base64.b64decode(data, validate=True))
    except (BadBase64, ValueError):
        return "[A damaged image.]", None
