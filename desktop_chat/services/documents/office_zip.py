"""Opens the ZIP files that office documents are, within limits: 42 KB can unpack to 4 GB."""

from __future__ import annotations

from io import BytesIO
from typing import Final
from zipfile import BadZipFile, LargeZipFile, ZipFile

from desktop_chat.core.attachment_errors import FileBroken, FileEncrypted, FileTooLarge

MAX_ENTRIES: Final = 10_000
MAX_UNPACKED: Final = 256 * 1024 * 1024
"""Bytes of all entries together, as declared; no entry yields more than it declares."""
MAX_XML: Final = 64 * 1024 * 1024
"""Bytes of one XML file, which takes several times as much when it is parsed."""
_ENCRYPTED = 0x1


def open_zip(content: bytes) -> ZipFile:
    """Open it, after checking all sizes. Raises FileBroken, FileTooLarge, FileEncrypted."""
    try:
        archive = ZipFile(BytesIO(content))
    except (BadZipFile, LargeZipFile, ValueError, OverflowError, EOFError, OSError, NotImplementedError) as error:
        raise FileBroken(str(error)) from error
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum([entry.file_size for entry in entries]) > MAX_UNPACKED:
        raise FileTooLarge
    if any(entry.file_size > MAX_XML for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))):
        raise FileTooLarge
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise FileEncrypted
    return archive


def content_of(archive: ZipFile, name: str) -> bytes:
    """Return the content of an entry. Raises FileBroken."""
    try:
        return archive.read(name)
    except KeyError as error:
        raise FileBroken(f"{name} is missing") from error
