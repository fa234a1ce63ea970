"""Reads text in any of JSON's encodings as UTF-8."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = "desktop-chat-legacy"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 as what older Windows programs write."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_LEGACY, _as_windows_1252)


class Utf8(io.RawIOBase):
    """A stream of valid UTF-8 without a byte order mark, from one in another encoding."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._rest = b""
        self._ended = False
        self.position = 0
        """How many bytes were handed out."""
        head = stream.read(4)
        encoding = next((name for mark, name in _MARKS if head.startswith(mark)), None) or _without_mark(head)
        self._decoder = codecs.getincrementaldecoder(encoding)(_LEGACY if encoding.startswith("utf-8") else "replace")
        self._is_utf8 = encoding.startswith("utf-8")
        self._rest = self._decoder.decode(head).encode("utf-8", "replace")

    def readable(self) -> bool:
        return True

    def begins_with(self, mark: str) -> bool:
        """Return whether the first character that is not blank is `mark`; nothing is consumed."""
        while not (begun := self._rest.lstrip()) and not self._ended:
            self._fetch(_CHUNK)
        return begun.startswith(mark.encode())

    def read(self, size: int = -1) -> bytes:
        """Return some bytes: not more than about `size`."""
        while size and not self._rest and not self._ended:
            self._fetch(_CHUNK if size < 0 else size)
        found, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        self.position += len(found)
        return found

    def text(self, size: int) -> str:
        """Return some characters, empty at the end; `position` does not count them."""
        found, self._rest = self._rest.decode(), b""
        while not found and not self._ended:
            data = self._stream.read(size)
            self._ended = not data
            found = self._decoder.decode(data, final=not data)
        return found

    def put_back(self, text: str) -> None:
        """Let this text be read next."""
        self._rest = text.encode("utf-8", "replace") + self._rest

    def _fetch(self, size: int) -> None:
        data = self._stream.read(size)
        self._ended = not data
        if self._is_utf8 and data.isascii() and data and not self._decoder.getstate()[0]:
            self._rest = data  # most JSON escapes everything else
        else:
            self._rest = self._decoder.decode(data, final=not data).encode("utf-8", "replace")

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)


def _without_mark(head: bytes) -> str:
    """Return the encoding of JSON without a mark: its first character is ASCII (RFC 4627, section 3)."""
    if len(head) == 4 and head[1] == 0 and head[0]:
        return "utf-16-le" if head[2] or head[3] else "utf-32-le"
    if len(head) == 4 and head[0] == 0 and (head[1] or head[3]):
        return "utf-16-be" if head[1] else "utf-32-be"
    return "utf-8"
