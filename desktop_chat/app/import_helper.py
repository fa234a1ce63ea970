"""The process that imports for the window, beside the window's own use of the database.

A message is its length (four bytes, big-endian) followed by that many bytes of JSON:

    in:   {"file": "...", "kind": "chatgpt" or null, "adds": true, "ids": ["...", ...] or null, "data_dir": "...",
           "passphrase": "" or that of an encrypted backup, "usage": true}
        out:  "ready"                           once, at the start
              {"kind": "chatgpt", "settings": null or the table of a backup's}
                                                what the file is
              {"taken": [[...], ...], "unread": [[...], ...], "share": 0.25}
                                                the fields of `Imported` and `Unread`; this share of the file was read
              {"usage": {"requests": 12, "callers": 1}}
                                                so much of its records of usage was added, or would be
              "done", or {"code", "detail"} of an error: the end

It ends when its input does, because the window has cancelled the import or is gone; the conversations that are being
added at that moment are left out.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any, BinaryIO

from desktop_chat.core.errors import ChatError
from desktop_chat.core.importing import Imported, ImportKind, Put, Unread
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.helper_worker import end_with, limit_this_process, read_message, write_message
from desktop_chat.services.imports.open_import import OpenImport, collect_rarely
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.import_writer import ImportWriter

_MAX_MEMORY = 8 * 1024**3


def run() -> None:
    """Import or preview once."""
    limit_this_process(_MAX_MEMORY)
    collect_rarely()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    with suppress(BrokenPipeError, KeyboardInterrupt):
        _send(sink, "ready")
        asked = read_message(source)
        if asked is None:
            return
        threading.Thread(target=end_with, args=(source,), daemon=True).start()
        try:
            imported(json.loads(asked), sink)
            _send(sink, "done")
        except ChatError as error:
            _send(sink, {"code": error.code, "detail": error.detail})


def imported(work: dict[str, Any], sink: BinaryIO) -> None:
    """Do what was asked for, and write the results to `sink`. Raises ImportRefused, StoreError."""

    def tell(results: list[Imported | Unread], share: float) -> None:
        taken = [astuple(each) for each in results if isinstance(each, Imported)]
        unread = [astuple(each) for each in results if isinstance(each, Unread)]
        _send(sink, {"taken": taken, "unread": unread, "share": share})

    paths = Paths(Path(work["data_dir"]))
    kind = ImportKind(work["kind"]) if work["kind"] else None
    only = set(work["ids"]) if work["ids"] is not None else None
    with (
        OpenImport(Path(work["file"]), kind, work["passphrase"] or None) as opened,
        ImportWriter(paths.database_file) as writer,
    ):
        _send(sink, {"kind": opened.kind, "settings": opened.settings_table()})
        if work["adds"]:
            put: Put = BlobFolder(paths.blob_folder).put_now
            opened.run(put, writer.write, tell, only)
        else:
            opened.run(name_of, writer.preview, tell)
        if work["usage"] and opened.has_records:
            from desktop_chat.app.usage_import import take_usage  # noqa: PLC0415  (no other export has any)

            added = asyncio.run(take_usage(opened, paths, lambda unread: tell([unread], 1.0), adds=work["adds"]))
            _send(sink, {"usage": asdict(added)})


def name_of(content: bytes) -> str:
    """Name a content as a blob, without storing it."""
    return hashlib.sha256(content).hexdigest()


def _send(sink: BinaryIO, value: object) -> None:
    write_message(sink, json.dumps(value, default=str).encode())
