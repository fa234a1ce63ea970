"""The process that exports for the window, so that its loop has nothing to do with it: a job
(`services/job_worker.py`).

    work:    {"request": {...}, "data_dir": "...", "language": "zh_CN", "zone": "Europe/Berlin"}; for a backup "backup"
             and "settings_file" in place of "request", for the entries of the ledger "usage"
    told:    [12, 20000]                    so many conversations or entries are written, and of how many
    result:  {"path", "conversations", "missing", "is_usage_lost"}, or {"entries"}

If it is cancelled, what it has written is removed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from desktop_chat.app.export_parts import export_tools
from desktop_chat.core.exporting import BackupRequest, ExportFormat, ExportRequest, ExportResult
from desktop_chat.core.usage_view import Days
from desktop_chat.services.blobs import stored_content
from desktop_chat.services.exports.export_job import ExportJob
from desktop_chat.services.job_worker import Send, do_one_job
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.stored_conversations import StoredConversations

_TELL_S = 0.1


def run() -> None:
    """Export once."""
    do_one_job(_exported)


def _exported(work: dict[str, Any], send: Send) -> dict[str, Any]:
    told = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _TELL_S or done == of:
            told = now
            send([done, of])

    _speak(work["language"], work["zone"])
    paths = Paths(Path(work["data_dir"]))
    if "usage" in work:
        return {"entries": _saved_usage(work["usage"], paths, tell)}
    with StoredConversations(paths.database_file) as stored:
        result = _backed_up(work, paths, stored, tell) if "backup" in work else _written(work, paths, stored, tell)
    counts = {"conversations": result.conversations, "missing": result.missing}
    return {"path": str(result.path), **counts, "is_usage_lost": result.is_usage_lost}


def _written(
    work: dict[str, Any], paths: Paths, stored: StoredConversations, tell: Callable[[int, int], None]
) -> ExportResult:
    with export_tools(paths) as tools:
        return ExportJob(request_from(work["request"]), stored, tools, tell).run()


def _backed_up(
    work: dict[str, Any], paths: Paths, stored: StoredConversations, tell: Callable[[int, int], None]
) -> ExportResult:
    from desktop_chat.services.exports.backup import BackupJob, plain_settings  # noqa: PLC0415  (rarely needed)

    asked = work["backup"]
    request = BackupRequest(Path(asked["target"]), asked["passphrase"], asked["replace"])
    settings = plain_settings(Path(work["settings_file"]))
    content_of = partial(stored_content, paths.blob_folder)
    job = BackupJob(request, stored, content_of, settings, time.time(), tell)
    job.usage_file, job.callers_file = paths.usage_file, paths.endpoint_file
    return job.run()


def _saved_usage(asked: dict[str, Any], paths: Paths, tell: Callable[[int, int], None]) -> int:
    from desktop_chat.services.exports.usage_file import write_usage  # noqa: PLC0415  (rarely needed)

    limits = (date.fromisoformat(day) if (day := asked[name]) else None for name in ("since", "until"))
    return write_usage(paths.usage_file, Days(*limits), Path(asked["target"]), with_bom=asked["with_bom"], tell=tell)


def request_from(values: dict[str, Any]) -> ExportRequest:
    """Return a request from the JSON of its fields."""
    return ExportRequest(
        ExportFormat(values["format"]),
        Path(values["target"]),
        tuple(values["ids"]),
        values["leaf_id"],
        tuple(values["message_ids"]),
        values["reasoning"],
        values["all_branches"],
        values["replace"],
    )


def _speak(language: str, zone: str | None) -> None:
    """Use the window's language, and its time zone."""
    os.environ["LC_ALL"] = language
    if zone is not None and hasattr(time, "tzset"):
        os.environ["TZ"] = zone
        time.tzset()
