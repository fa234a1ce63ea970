"""The process that imports for the window, beside the window's own use of the database: a job
(`services/job_worker.py`).

    work:    {"file": "...", "kind": "chatgpt" or null, "adds": true, "ids": ["...", ...] or null, "usage": true,
              "data_dir": "...", "passphrase": "" or that of an encrypted backup}
    told:    {"taken": [[...], ...], "unread": [[...], ...], "share": 0.25}
                                            the fields of `Imported` and `Unread`; this share of the file was read,
                                            or null while the usage is
    result:  {"kind": "chatgpt", "settings": null or the table of a backup's, "usage": {...}}
                                            what the file is, and the fields of `AddedUsage`

If it is cancelled, the conversations that are being added at that moment are left out.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

from desktop_chat.core.importing import Imported, ImportKind, Put, Unread
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.imports.open_import import OpenImport, collect_rarely
from desktop_chat.services.job_worker import Send, do_one_job
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.import_writer import ImportWriter


def run() -> None:
    """Import or preview once."""
    collect_rarely()
    do_one_job(_imported)


def _imported(work: dict[str, Any], send: Send) -> dict[str, Any]:
    """Do what was asked for, and send the results. Raises ImportRefused, StoreError."""

    def tell(results: list[Imported | Unread], share: float | None) -> None:
        taken = [astuple(each) for each in results if isinstance(each, Imported)]
        unread = [astuple(each) for each in results if isinstance(each, Unread)]
        send({"taken": taken, "unread": unread, "share": share})

    paths = Paths(Path(work["data_dir"]))
    kind = ImportKind(work["kind"]) if work["kind"] else None
    only = set(work["ids"]) if work["ids"] is not None else None
    with (
        OpenImport(Path(work["file"]), kind, work["passphrase"] or None) as opened,
        ImportWriter(paths.database_file) as writer,
    ):
        result = {"kind": opened.kind, "settings": opened.settings_table(), "usage": {}}
        if work["adds"]:
            put: Put = BlobFolder(paths.blob_folder).put_now
            opened.run(put, writer.write, tell, only)
        else:
            opened.run(name_of, writer.preview, tell)
        if work["usage"] and opened.has_records:
            from desktop_chat.app.usage_import import take_usage  # noqa: PLC0415  (no other export has any)

            tell([], None)
            added = asyncio.run(take_usage(opened, paths, lambda unread: tell([unread], None), adds=work["adds"]))
            result["usage"] = asdict(added)
    return result


def name_of(content: bytes) -> str:
    """Name a content as a blob, without storing it."""
    return hashlib.sha256(content).hexdigest()
