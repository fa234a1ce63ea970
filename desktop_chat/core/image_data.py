"""Removes embedded image data from text: megabytes that neither models nor search can read."""

from __future__ import annotations

import re

_IMAGE = re.compile(
    r"!\[([^\]\n]{0,500})\]\([ \t]{0,3}<?data:image/[a-z0-9.+-]{1,20};base64,[A-Za-z0-9+/=]*+>?[^)\n]{0,500}\)"
)


def without_image_data(text: str) -> str:
    """Return `text` with each embedded image replaced by its alternative text, or by "[image]"."""
    if ";base64," not in text:
        return text
    return _IMAGE.sub(lambda image: f"[{image.group(1).strip() or 'image'}]", text)
