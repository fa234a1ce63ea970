"""Removes images from text: data of megabytes, and addresses of attachments, which say nothing to models and search."""

from __future__ import annotations

import re

from desktop_chat.core.attachments import ADDRESS

_IMAGE = re.compile(
    r"!\[([^\]\n]{0,500})\]\([ \t]{0,3}<?"
    r"(?:data:image/[a-z0-9.+-]{1,20};base64,[A-Za-z0-9+/=]*+|attachment:[0-9a-f]{64})>?[^)\n]{0,500}\)"
)


def without_image_data(text: str) -> str:
    """Return `text` with each embedded or attached image replaced by its alternative text, or by "[image]"."""
    if ";base64," not in text and ADDRESS not in text:
        return text
    return _IMAGE.sub(lambda image: f"[{image.group(1).strip() or 'image'}]", text)
