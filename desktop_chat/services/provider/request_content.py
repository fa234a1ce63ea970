"""Encodes a request in steps, and sends it in steps.

A hundred images are a body of 130 MB, a long conversation may be one of 30 MB: encoding or sending that in one go would
stop the window for a fraction of a second, and need several times the memory. So texts are encoded a message at a time
(see `slices.py`), images only when the connection has taken what is before them; the size is known beforehand, because
many servers do not accept a body without a length.
"""

from __future__ import annotations

import binascii
import json
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from typing import Any

from desktop_chat.core.prompt import PromptImage
from desktop_chat.core.slices import Steps

STEP_BYTES = 192 * 1024
"""Bytes sent at once, in about a millisecond; a multiple of three, so that base64 can be joined."""
_LONG = 32 * 1024
"""Characters of a text that are encoded at once."""
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
"""As the SDK encodes."""


def encoded(body: Mapping[str, Any], feed: Callable[[], None] = lambda: None) -> Steps[bytes | RequestContent]:
    """Encode a JSON body whose `PromptImage`s become data URLs, in steps. A small one without images is returned as
    bytes. `feed`: see `RequestContent`."""
    parts: list[bytes | PromptImage] = []
    waiting: list[str] = []
    letters = 0
    for piece in _pieces(body):
        if isinstance(piece, PromptImage):
            parts += ("".join(waiting).encode(), piece)
            waiting, letters = [], 0
        else:
            waiting.append(piece)
            letters += len(piece)
            if letters >= STEP_BYTES:
                parts.append("".join(waiting).encode())
                waiting, letters = [], 0
        yield
    rest = "".join(waiting).encode()
    return RequestContent([*parts, rest], feed) if parts else rest


class RequestContent:
    """The bytes of a JSON body, given as parts of it and the images between them. They can be sent once: what was
    sent is not kept while the reply streams. `feed` is called at each step."""

    def __init__(self, parts: Iterable[bytes | PromptImage], feed: Callable[[], None]) -> None:
        self._parts = deque(parts)
        self._feed = feed
        self.size = sum(
            len(each) if isinstance(each, bytes) else -(-len(each.content) // 3) * 4 for each in self._parts
        )
        """The number of bytes."""

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        while self._parts:
            part = self._parts.popleft()
            content = part if isinstance(part, bytes) else part.content
            for start in range(0, len(content), STEP_BYTES):
                step = content[start : start + STEP_BYTES]
                self._feed()
                yield step if isinstance(part, bytes) else binascii.b2a_base64(step, newline=False)


def _pieces(value: object) -> Iterator[str | PromptImage]:
    """Yield the JSON of a value in short pieces, with the images of which it contains the data."""
    if isinstance(value, PromptImage):
        yield _json(f"data:{value.media_type};base64,")[:-1]
        yield value
        yield '"'
    elif isinstance(value, str) and len(value) > _LONG:
        yield '"'
        for start in range(0, len(value), _LONG):
            yield _json(value[start : start + _LONG])[1:-1]
        yield '"'
    elif isinstance(value, list | tuple):
        mark = "["
        for each in value:
            yield mark
            yield from _pieces(each)
            mark = ","
        yield "]" if mark == "," else "[]"
    elif isinstance(value, dict) and not _is_short(value):
        mark = "{"
        for name, member in value.items():
            yield mark + _json({name: 0})[1:-2]
            yield from _pieces(member)
            mark = ","
        yield "}"
    else:
        yield _json(value)


def _is_short(value: dict[str, Any]) -> bool:
    """Return whether an object can be encoded at once, as most messages and an empty object can."""
    return all(isinstance(member, str) and len(member) <= _LONG for member in value.values())
