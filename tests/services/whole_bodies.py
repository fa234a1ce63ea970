"""Request bodies, built at once."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from desktop_chat.core.prompt import Prompt
from desktop_chat.core.slices import finished
from desktop_chat.services.provider import request_body


def body_of(prompt: Prompt, refused: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    return finished(request_body.body_of(prompt, refused))


def response_body_of(prompt: Prompt, refused: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    return finished(request_body.response_body_of(prompt, refused))
