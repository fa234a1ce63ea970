"""Derives a conversation's title from its first message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_chat.core.attachments import Attachment

TITLE_LIMIT = 60
"""Characters, including the ellipsis."""

_MARKUP = re.compile(r"^[\s#>*+\-`~|]+|[`*_]{1,3}")
_BREAKS = re.compile(r"[^\S ]+|[。！？；]|[.!?;](?=\s|$)")


def title_for(text: str, attachments: Sequence[Attachment]) -> str:
    """Return the title of a conversation that begins with this question: from its text, else the name of the first
    attachment; empty without either."""
    if text.strip() or not attachments:
        return title_from(text)
    return _shortened(" ".join(attachments[0].name.split()))


def title_from(text: str) -> str:
    """Return the first sentence of `text` without Markdown, at most TITLE_LIMIT characters; empty for blank text."""
    lines = (_MARKUP.sub("", line).strip() for line in text.strip().splitlines())
    first = next((line for line in lines if line), "")
    sentence = next((part.strip() for part in _BREAKS.split(first) if part.strip()), first)
    end = first.find(sentence) + len(sentence)
    if first[end : end + 1] in {"?", "!", "？", "！"}:
        sentence = first[first.find(sentence) : end + 1]
    return _shortened(sentence)


def _shortened(sentence: str) -> str:
    if len(sentence) <= TITLE_LIMIT:
        return sentence
    shortened = sentence[: TITLE_LIMIT - 1]
    space = shortened.rfind(" ")
    return (shortened[:space] if space > TITLE_LIMIT // 2 else shortened).rstrip(" ,;:、，") + "…"
