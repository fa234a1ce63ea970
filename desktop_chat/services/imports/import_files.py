"""Opens what is imported: a zip, a folder or one file, with limits on names, numbers, sizes and compression."""

from __future__ import annotations

import errno
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from desktop_chat.core.importing import (
    ImportDamaged,
    ImportEncrypted,
    ImportUnreadable,
    ImportUnsafe,
    Unread,
    UnreadReason,
    one_line,
)
from desktop_chat.services.age_file import INTRO, decrypted

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_ENTRIES = 1_000_000
MAX_BYTES = 64 * 1024**3
"""Of all contents together, uncompressed."""
MAX_ATTACHMENT = 64 * 1024 * 1024
_MAX_RATIO = 200
"""Uncompressed bytes for each byte of an archive. JSON of conversations compresses by 4 to 20, zeros by 1,000."""
_RATIO_FROM = 64 * 1024 * 1024
"""Contents up to here may have any ratio."""
_CHECKED_AT_ONCE = 1024 * 1024
_MAX_DEPTH = 16
"""Of a folder."""
_BROKEN: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,  # bz2 has no error of its own
    RuntimeError,  # encrypted, or a method or version that nobody knows
    UnicodeDecodeError,
    *([lzma.LZMAError] if (lzma := getattr(zipfile, "lzma", None)) else []),  # some Pythons are built without
)
"""What `zipfile` and what decompresses for it raise for an archive that is damaged, or made by nobody's program."""


class Files:
    """Implements `core.importing.ImportFiles`."""

    def __init__(self, path: Path, sizes: dict[str, int]) -> None:
        self.path = path
        self._sizes = sizes
        self._read = self._read_before = 0
        self.unread: list[Unread] = []
        """Names that were left out."""

    @property
    def names(self) -> tuple[str, ...]:
        """See `ImportFiles.names`."""
        return tuple(self._sizes)

    @property
    def share(self) -> float:
        """How much was read of all contents, from 0 to 1."""
        return min(1.0, (self._read - self._read_before) / max(1, sum(self._sizes.values())))

    def begin_share(self) -> None:
        """Count the share from here on: what was read before was a check."""
        self._read_before = self._read

    def size(self, name: str) -> int:
        """Return the size of a file's content in bytes."""
        return self._sizes[name]

    def open(self, name: str) -> BinaryIO:
        """See `ImportFiles.open`."""
        return io.BufferedReader(_Counted(self, self._open(name)), 256 * 1024)

    def content(self, name: str) -> bytes | None:
        """Return a whole content; None if it is larger than an attachment may be, or damaged."""
        if self._sizes[name] > MAX_ATTACHMENT:
            return None
        try:
            with self.open(name) as stream:
                content = stream.read(MAX_ATTACHMENT + 1)
        except (OSError, ImportUnreadable):
            return None
        return content if len(content) <= MAX_ATTACHMENT else None

    def close(self) -> None:
        """Close what is open."""

    def count(self, size: int) -> None:
        """Note that so many bytes were read. Raises ImportUnsafe beyond the limit."""
        self._read += size
        if self._read > 4 * MAX_BYTES:
            raise ImportUnsafe("more than an archive may contain")

    def _open(self, name: str) -> BinaryIO:
        raise NotImplementedError


class _Counted(io.RawIOBase):
    """Counts what is read, and translates errors of damaged archives."""

    def __init__(self, files: Files, stream: BinaryIO) -> None:
        self._files = files
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        try:
            size: int = self._stream.readinto(buffer)  # type: ignore[attr-defined]  # any stream of a file has it
        except _BROKEN as error:
            raise ImportUnreadable(str(error)) from error
        self._files.count(size)
        return size

    def close(self) -> None:
        self._stream.close()
        super().close()


class OneFile(Files):
    """A file alone."""

    def __init__(self, path: Path) -> None:
        with _readable(path):
            super().__init__(path, {path.name: path.stat().st_size})

    def _open(self, name: str) -> BinaryIO:
        with _readable(self.path):
            if name not in self._sizes:
                raise KeyError(name)
            return self.path.open("rb")


class Folder(Files):
    """A folder with all that is below it; links are not followed."""

    def __init__(self, path: Path) -> None:
        with _readable(path):
            super().__init__(path, dict(_files_below(path, "", _MAX_DEPTH)))
        if len(self._sizes) > MAX_ENTRIES:
            raise ImportUnsafe("too many files")

    def _open(self, name: str) -> BinaryIO:
        with _readable(self.path):
            if name not in self._sizes:
                raise KeyError(name)
            return (self.path / name).open("rb")


class Archive(Files):
    """A zip. Nothing is unpacked to disk; entries are read as streams."""

    def __init__(self, path: Path, passphrase: str | None = None) -> None:
        with _readable(path):
            self._stream = decrypted(path, passphrase) if passphrase is not None else path.open("rb")
        try:
            super().__init__(path, {})
            self._zip = _opened(self._stream)
            self._entries: dict[str, zipfile.ZipInfo] = {}
            """By name. `zipfile` itself would open the last entry with a name, whose size nobody has checked."""
            self._list()
        except BaseException:
            self._stream.close()
            raise

    def close(self) -> None:
        self._zip.close()
        self._stream.close()

    def check(self) -> None:
        """Read all of it. Raises ImportDamaged unless each content is as it was written."""
        for name, entry in self._entries.items():
            try:
                with self._zip.open(entry) as stream:
                    while stream.read(_CHECKED_AT_ONCE):
                        pass
            except _BROKEN as error:
                raise ImportDamaged(f"{one_line(name)}: {error}") from error

    def _list(self) -> None:
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES:
            raise ImportUnsafe("too many entries")
        for entry in entries:
            if entry.is_dir():
                continue
            if not _stays_inside(entry):
                self.unread.append(Unread(one_line(entry.filename), UnreadReason.UNSAFE_NAME))
            elif entry.filename in self._sizes:
                self.unread.append(Unread(one_line(entry.filename), UnreadReason.DUPLICATE))
            else:
                self._sizes[entry.filename] = entry.file_size
                self._entries[entry.filename] = entry
        total = sum(self._sizes.values())
        if total > MAX_BYTES or total > max(_RATIO_FROM, self.path.stat().st_size * _MAX_RATIO):
            raise ImportUnsafe("contents out of proportion")

    def _open(self, name: str) -> BinaryIO:
        if name not in self._sizes:
            raise KeyError(name)
        try:
            return self._zip.open(self._entries[name])  # type: ignore[return-value]  # a stream of bytes
        except _BROKEN as error:
            raise ImportUnreadable(str(error)) from error


def open_files(path: Path, passphrase: str | None = None) -> Files:
    """Open what is to be imported; `passphrase` is for an encrypted backup. Raises ImportRefused."""
    with _readable(path):
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return Folder(path)
        if not stat.S_ISREG(mode):
            raise ImportUnreadable("not a file")
        with path.open("rb") as stream:
            head = stream.read(len(INTRO))
    if head == INTRO:
        if passphrase is None:
            raise ImportEncrypted(path.name)
        return Archive(path, passphrase)
    return Archive(path) if head.startswith(b"PK") else OneFile(path)


def _opened(stream: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except _BROKEN as error:
        raise ImportDamaged(str(error)) from error


def _stays_inside(entry: zipfile.ZipInfo) -> bool:
    """Return whether an entry is a file with a name that leads nowhere else, on any system."""
    name = entry.filename
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return bool(parts) and not is_link and ".." not in parts and parts[0] != "/" and ":" not in parts[0]


def _files_below(folder: Path, prefix: str, depth: int) -> Iterator[tuple[str, int]]:
    for each in sorted(folder.iterdir()):
        state = each.lstat()
        if stat.S_ISREG(state.st_mode):
            yield prefix + each.name, state.st_size
        elif stat.S_ISDIR(state.st_mode) and depth:
            yield from _files_below(each, f"{prefix}{each.name}/", depth - 1)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ImportUnreadable(f"{path.name}: {error.strerror or errno.errorcode.get(error.errno or 0, '')}") from error
