"""Encodes a request in steps, and sends it in steps.

A hundred images are a body of 130 MB, a long conversation may be one of 30 MB: encoding or sending that in one go would
stop the window for a fraction of a second, and need several times the memory. So texts are encoded a few messages at a
time (see `slices.py`), images only when the connection has taken what is before them; the size is known beforehand,
because many servers do not accept a body without a length.
"""

from __future__ import annotations

import binascii
import json
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from desktop_chat.core.prompt import PromptImage
from desktop_chat.core.slices import Steps

STEP_BYTES = 192 * 1024
"""Bytes sent at once, in about a millisecond; a multiple of three, so that base64 can be joined."""
_LONG = 8 * 1024
"""Characters of a text that are encoded at once."""
_TOGETHER = 16
"""Short messages that are encoded at once; one by one, that would take half as long again."""
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
    if isinstance(value, str):
        yield from _pieces_of_text(value)
    elif isinstance(value, dict):
        mark = "{"
        for name, member in value.items():
            yield f"{mark}{_json(name) if isinstance(name, str) else _json({name: 0})[1:-3]}:"
            yield from _pieces(member)
            mark = ","
        yield "}" if mark == "," else "{}"
    elif isinstance(value, list | tuple):
        mark = "["
        for start in range(0, len(value), _TOGETHER):
            yield mark
            yield from _pieces_of_run(value[start : start + _TOGETHER])
            mark = ","
        yield "]" if mark == "," else "[]"
    elif isinstance(value, PromptImage):
        yield _json(f"data:{value.media_type};base64,")[:-1]
        yield value
        yield '"'
    else:
        yield _json(value)


def _pieces_of_text(text: str) -> Iterator[str]:
    if len(text) <= _LONG:
        yield _json(text)
        return
    yield '"'
    for start in range(0, len(text), _LONG):
        yield _json(text[start : start + _LONG])[1:-1]
    yield '"'


def _pieces_of_run(values: Sequence[object]) -> Iterator[str | PromptImage]:
    """Yield the JSON of a few members of a list, without the brackets."""
    if all(map(_is_short, values)):
        yield _json(values)[1:-1]
        return
    for number, value in enumerate(values):
        if number:
            yield ","
        yield from _pieces(value)


def _is_short(value: object) -> bool:
    """Return whether this is an object of short texts, as most messages are."""
    if type(value) is not dict:
        return False
    for member in value.values():  # noqa: SIM110  (half as fast as a generator)
        if type(member) is not str or len(member) > _LONG:
            return False
    return True
