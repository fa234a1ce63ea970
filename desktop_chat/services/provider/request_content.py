"""Encodes a request with images while it is sent.

A hundred images are a body of 130 MB: encoding or sending that in one go would stop the window for a fraction of a
second, and need several times the memory. So it is encoded in steps, each only when the connection has taken the one
before; the size is known beforehand, because many servers do not accept a body without a length.
"""

from __future__ import annotations

import binascii
import json
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

from desktop_chat.core.prompt import PromptImage

STEP_BYTES = 192 * 1024
"""Bytes encoded and sent at once, in about a millisecond; a multiple of three, so that base64 can be joined."""


class RequestContent:
    """The bytes of a JSON body whose `PromptImage`s become data URLs. `feed` is called at each step."""

    def __init__(self, body: Mapping[str, Any], feed: Callable[[], None] = lambda: None) -> None:
        self._feed = feed
        self._images: list[PromptImage] = []
        self._mark = secrets.token_hex(16)
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=self._note_image)
        self._texts = [part.encode() for part in text.split(self._mark)]

    @property
    def size(self) -> int:
        """The number of bytes."""
        return sum(map(len, self._texts)) + sum(-(-len(image.content) // 3) * 4 for image in self._images)

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        for text, image in zip(self._texts, [*(image.content for image in self._images), b""], strict=True):
            for start in range(0, len(text), STEP_BYTES):
                self._feed()
                yield text[start : start + STEP_BYTES]
            for start in range(0, len(image), STEP_BYTES):
                self._feed()
                yield binascii.b2a_base64(image[start : start + STEP_BYTES], newline=False)

    def _note_image(self, value: object) -> str:
        """Return what stands for an image while the JSON around it is encoded."""
        if not isinstance(value, PromptImage):
            raise TypeError(type(value))
        self._images.append(value)
        return f"data:{value.media_type};base64,{self._mark}"
