"""Journals running replies in an append-only file, so that a write costs little more than its text.

In the database, every quarter of a second would write whole pages: a hundred times the text of a slow reply.
"""

from __future__ import annotations

import errno
import os
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from zlib import crc32

from desktop_chat.core.errors import StoreError, StoreFull, StoreIsSymlink, StoreReadOnly
from desktop_chat.core.ports import JournalEntry
from desktop_chat.services.private_files import create_private, open_private
from desktop_chat.services.sqlite.sqlite_rows import storable

P = ParamSpec("P")
T = TypeVar("T")
ENDING = "-replies"
"""Suffix of the file's name, after the database's."""
COMPACT_ABOVE = 4 * 1024 * 1024
"""Bytes above which the pieces of ended replies are dropped while others are still running."""
MAX_BYTES = 512 * 1024 * 1024
"""Maximum bytes read of a file: more than all running replies together can have."""
_HEAD = struct.Struct("<BHI")
"""Kind, number of the reply in this file, and length of the payload, which is followed by a checksum of all this."""
_SUM = struct.Struct("<I")
_BEGIN, _TEXT, _REASONING, _RECAST = 0, 1, 2, 3
_KINDS: dict[int, type[StoreError]] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), StoreFull),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), StoreReadOnly),
    errno.ELOOP: StoreIsSymlink,
}


@dataclass(slots=True)
class Pieces:
    """What a reply received after the text and reasoning stored in the database, whose lengths are `base`."""

    base: tuple[int, int]
    texts: list[str] = field(default_factory=list)
    reasonings: list[str] = field(default_factory=list)

    def add(self, kind: int, text: str) -> None:
        """Apply one record."""
        if kind == _RECAST:
            self.reasonings += self.texts
            self.texts.clear()
        else:
            (self.texts if kind == _TEXT else self.reasonings).append(text)

    def behind(self, text: str, reasoning: str) -> tuple[str, str]:
        """Return the whole texts; only the stored ones if the pieces belong to an earlier state of them."""
        if self.base != (len(text), len(reasoning)):
            return text, reasoning
        return text + "".join(self.texts), reasoning + "".join(self.reasonings)


def _synchronized(method: Callable[Concatenate[ReplyJournal, P], T]) -> Callable[Concatenate[ReplyJournal, P], T]:
    """Run a method under the journal's lock."""

    @wraps(method)
    def locked(self: ReplyJournal, /, *arguments: P.args, **named: P.kwargs) -> T:
        with self._lock:
            return method(self, *arguments, **named)

    return locked


class ReplyJournal:
    """Appends pieces of running replies, flushed to disk each time; a torn end is ignored when reading.

    Call `begin` when a reply's message is stored, and `end` when its final one is. All methods raise StoreError and
    are thread-safe.
    """

    def __init__(self, file: Path) -> None:
        self._lock = threading.RLock()
        self._file = file
        self._descriptor: int | None = None
        self._size = 0
        self._bases: dict[str, tuple[int, int]] = {}
        self._numbers: dict[str, int] = {}
        self._left: set[str] = set()
        """Replies of which the file has pieces, including those before a restart."""
        self._restarted: list[str] = []

    @_synchronized
    def begin(self, message_id: str, base: tuple[int, int]) -> None:
        """Accept pieces of a reply from now on; `base`: the lengths of its stored text and reasoning."""
        self._bases[message_id] = base
        self._numbers.pop(message_id, None)
        if message_id in self._left:
            self._restarted.append(message_id)

    @_synchronized
    def end(self, message_id: str) -> None:
        """Accept no more pieces of a reply, and drop existing ones when convenient."""
        self._bases.pop(message_id, None)
        if self._numbers.pop(message_id, None) is None or not self._size:
            return
        if not self._numbers:
            self.clear()
        elif self._size > COMPACT_ABOVE:
            self._compact()

    @_synchronized
    def keep(self, message_ids: Iterable[str]) -> None:
        """End all replies except these."""
        for message_id in self._bases.keys() - set(message_ids):
            self.end(message_id)

    @_synchronized
    def append(self, entries: Iterable[JournalEntry]) -> None:
        """Append pieces, all or none. Those of replies without a `begin` are silently dropped."""
        with _translating(self._file):
            descriptor = self._opened()
            numbers = dict(self._numbers)
            added = b"".join(self._records(entries, numbers))
            if not added:
                return
            try:
                _write_all(descriptor, added, self._size)
                _flush(descriptor)
            except OSError:
                with suppress(OSError):  # torn records are ignored anyway
                    os.ftruncate(descriptor, self._size)
                raise
            self._size += len(added)
            self._numbers = numbers
            self._left |= numbers.keys()
            self._restarted.clear()

    @_synchronized
    def clear(self) -> None:
        """Drop all pieces."""
        self._forget()
        if self._file.exists():
            with _translating(self._file):
                os.ftruncate(self._opened(), 0)
                self._size = 0

    @_synchronized
    def pieces(self) -> Mapping[str, Pieces]:
        """Return the file's content, by message."""
        return read_pieces(self._file)

    @_synchronized
    def close(self) -> None:
        """Close the file; an empty one is removed. May be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if not self._numbers and self._size == 0:
            with suppress(OSError):
                self._file.unlink(missing_ok=True)

    def _records(self, entries: Iterable[JournalEntry], numbers: dict[str, int]) -> Iterator[bytes]:
        restarts = [JournalEntry(message_id, "", "") for message_id in self._restarted]
        for entry in (*restarts, *entries):
            base = self._bases.get(entry.message_id)
            if base is None:
                continue
            if entry.message_id not in numbers:
                number = numbers[entry.message_id] = _unused(numbers.values())
                yield _record(_BEGIN, number, f"{base[0]} {base[1]} {entry.message_id}")
            if entry.recast:
                yield _record(_RECAST, numbers[entry.message_id], "")
            for kind, text in ((_TEXT, entry.text), (_REASONING, entry.reasoning)):
                if text:
                    yield _record(kind, numbers[entry.message_id], storable(text))

    def _opened(self) -> int:
        """Return the file's descriptor; if the file was removed, recreate it with the same content."""
        before = self._descriptor
        if before is not None and _is_at(before, self._file):
            return before
        content = _read_all(before, self._size) if before is not None else b""
        descriptor = open_private(self._file, os.O_RDWR | os.O_CREAT)
        if before is not None:
            os.close(before)
        self._descriptor, self._size = descriptor, os.fstat(descriptor).st_size
        if content and not self._size:
            _write_all(descriptor, content, 0)
            self._size = len(content)
        else:
            self._forget()
        return descriptor

    def _forget(self) -> None:
        self._numbers.clear()
        self._left.clear()
        self._restarted.clear()

    def _compact(self) -> None:
        """Replace the file by one with only the pieces of running replies."""
        found = self.pieces()
        part = self._file.with_name(self._file.name + ".part")
        with suppress(StoreError), _translating(self._file):  # otherwise it only stays larger than necessary
            kept = b"".join(
                record
                for message_id, number in self._numbers.items()
                if message_id in found
                for record in _records_of(message_id, number, found[message_id])
            )
            with os.fdopen(create_private(part), "wb") as stream:
                stream.write(kept)
                stream.flush()
                os.fsync(stream.fileno())
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None
            part.replace(self._file)
            numbers = dict(self._numbers)
            self._opened()
            self._numbers, self._left = numbers, set(numbers)


def read_pieces(file: Path) -> dict[str, Pieces]:
    """Return a journal file's content, by message, up to the first torn record. Raises StoreError."""
    with _translating(file):
        try:
            with open(file, "rb", opener=open_private) as stream:
                content = stream.read(MAX_BYTES)
        except FileNotFoundError:
            return {}
    found: dict[str, Pieces] = {}
    names: dict[int, str] = {}
    for kind, number, text in _read(content):
        if kind == _BEGIN:
            text_length, reasoning_length, names[number] = text.split(" ", 2)
            found[names[number]] = Pieces((int(text_length), int(reasoning_length)))
        elif number in names:
            found[names[number]].add(kind, text)
    return found


def _read(content: bytes) -> Iterator[tuple[int, int, str]]:
    at = 0
    while at + _HEAD.size + _SUM.size <= len(content):
        kind, number, length = _HEAD.unpack_from(content, at)
        end = at + _HEAD.size + length
        if end + _SUM.size > len(content) or _SUM.unpack_from(content, end)[0] != crc32(content[at:end]):
            return
        yield kind, number, content[at + _HEAD.size : end].decode("utf-8", "replace")
        at = end + _SUM.size


def _records_of(message_id: str, number: int, pieces: Pieces) -> Iterator[bytes]:
    yield _record(_BEGIN, number, f"{pieces.base[0]} {pieces.base[1]} {message_id}")
    yield _record(_TEXT, number, "".join(pieces.texts))
    yield _record(_REASONING, number, "".join(pieces.reasonings))


def _record(kind: int, number: int, text: str) -> bytes:
    payload = text.encode()
    record = _HEAD.pack(kind, number, len(payload)) + payload
    return record + _SUM.pack(crc32(record))


def _unused(numbers: Iterable[int]) -> int:
    taken = set(numbers)
    return next(number for number in range(1 << 16) if number not in taken)


def _is_at(descriptor: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except OSError:
        return False


def _write_all(descriptor: int, content: bytes, at: int) -> None:
    os.lseek(descriptor, at, os.SEEK_SET)
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _read_all(descriptor: int, size: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    content = bytearray()
    while len(content) < size and (piece := os.read(descriptor, size - len(content))):
        content += piece
    return bytes(content)


def _flush(descriptor: int) -> None:
    getattr(os, "fdatasync", os.fsync)(descriptor)


@contextmanager
def _translating(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _KINDS.get(error.errno or 0, StoreError)(f"{file.name}: {error.strerror or error}") from error
