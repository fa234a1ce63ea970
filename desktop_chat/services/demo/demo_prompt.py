"""Reads what the demo has to know of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DemoPrompt:
    """The last question with the number of its images, the results of the tools called since, the names of the tools
    that are offered, and the texts of all messages."""

    question: str
    images: int
    results: tuple[str, ...]
    offered: tuple[str, ...]
    texts: tuple[str, ...]


def read_prompt(request: Mapping[str, Any]) -> DemoPrompt:
    """Read a request of this application; see `provider/request_body.py`."""
    messages = request.get("messages", [])
    asked = next((at for at in reversed(range(len(messages))) if messages[at]["role"] == "user"), None)
    content = "" if asked is None else messages[asked]["content"]
    since = messages if asked is None else messages[asked:]
    return DemoPrompt(
        question=_text_of(content),
        images=sum(part.get("type") == "image_url" for part in content) if isinstance(content, list) else 0,
        results=tuple(_text_of(message["content"]) for message in since if message["role"] == "tool"),
        offered=tuple(tool["function"]["name"] for tool in request.get("tools", ())),
        texts=tuple(_text_of(message["content"]) for message in messages),
    )


def _text_of(content: object) -> str:
    if isinstance(content, list):
        return "\n".join(part["text"] for part in content if part.get("type") == "text")
    return str(content)
