"""Writes a backup: all conversations in our own format, the settings without keys, and the records of usage; encrypted
if that is wanted.

docs/formats.md describes it, `services/imports/backup.py` reads what is in it besides the conversations.
"""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from desktop_chat.core.endpoint_callers import CallerRecord
from desktop_chat.core.errors import StoreError
from desktop_chat.core.exporting import BackupRequest, ExportResult
from desktop_chat.services.age_file import AgeWriter
from desktop_chat.services.exports.output import new_file
from desktop_chat.services.exports.own_zip import write_own_zip
from desktop_chat.services.exports.source import Conversations, StoredConversation
from desktop_chat.services.settings_file import stored_settings
from desktop_chat.services.settings_values import settings_to
from desktop_chat.services.sqlite.plain_rows import Shape
from desktop_chat.services.sqlite.usage_store import stored_usage
from desktop_chat.services.usage_json import CALLERS_ENTRY, USAGE_ENTRY, plain_caller, plain_entry

logger = logging.getLogger(__name__)

NAME, VERSION = "desktop-chat-backup", 1
ENTRY = "backup.json"


@dataclass(slots=True)
class BackupJob:
    """One backup. `settings` is the table of the settings file, without keys; `now` is in seconds since the epoch."""

    request: BackupRequest
    stored: Conversations
    content_of: Callable[[str], bytes | None]
    settings: dict[str, Any]
    now: float
    tell: Callable[[int, int], None] = lambda _done, _all: None
    usage_file: Path | None = None
    """The ledger, if there may be one."""
    callers_file: Path | None = None
    """What is kept of the endpoint's callers, if there may be anything."""
    _missing: set[str] = field(default_factory=set)
    _written: int = 0
    _is_usage_lost: bool = False

    def run(self) -> ExportResult:
        """Write to the request's target, which only its owner may read. Raises ExportError, StoreError."""
        target = self.request.target
        with (
            new_file(target, replace=self.request.replace, private=True) as stream,
            self._encrypted(stream) as plain,
            zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            write_own_zip(archive, self._each(), self._content_of, now=self.now)
            if self.usage_file is not None:
                self._write_lines(archive, USAGE_ENTRY, map(plain_entry, stored_usage(self.usage_file)))
            if self.callers_file is not None:
                self._write_lines(archive, CALLERS_ENTRY, map(plain_caller, _callers(self.callers_file)))
            archive.writestr(ENTRY, json.dumps(self._own_entry(), ensure_ascii=False, indent=1))
        return ExportResult(target, self._written, len(self._missing), self._is_usage_lost)

    @contextmanager
    def _encrypted(self, stream: BinaryIO) -> Iterator[BinaryIO]:
        if not self.request.passphrase:
            yield stream
            return
        writer = AgeWriter(stream, self.request.passphrase)
        yield cast(BinaryIO, writer)
        writer.finish()

    def _write_lines(self, archive: zipfile.ZipFile, name: str, objects: Iterable[dict[str, Any] | None]) -> None:
        """Write one line for each object. A file that cannot be read to its end must not prevent a backup of the
        conversations."""
        with archive.open(name, "w", force_zip64=True) as entry:
            try:
                for each in objects:
                    if each is not None:
                        entry.write(json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            except StoreError as error:
                self._is_usage_lost = True
                logger.warning("%s of a backup is not whole: %s: %s", name, error.code, error.detail)

    def _own_entry(self) -> dict[str, Any]:
        counts = {"conversations": self._written, "missing": len(self._missing)}
        return {"format": NAME, "version": VERSION, **counts, "settings": self.settings}

    def _each(self) -> Iterator[StoredConversation]:
        """Yield the conversations, also those in the trash."""
        ids = self.stored.ids(with_trash=True)
        self.tell(0, len(ids))
        for number, found in enumerate(self.stored.read(ids, Shape.JSON), 1):
            if found is not None:
                yield found
                self._written += 1
            self.tell(number, len(ids))

    def _content_of(self, sha256: str) -> bytes | None:
        content = self.content_of(sha256)
        if content is None:
            self._missing.add(sha256)
        return content


def _callers(file: Path) -> Iterator[CallerRecord]:
    if file.is_file():
        from desktop_chat.services.endpoint.caller_store import stored_callers  # noqa: PLC0415  (few have an endpoint)

        yield from stored_callers(file)


def plain_settings(file: Path) -> dict[str, Any]:
    """Return the settings of a file as a backup has them: without keys, and without what this version does not know."""
    return settings_to(stored_settings(file), {})[0]
