"""Reads documents in a helper process, which is killed and replaced if a document takes too long or crashes it.

The process starts with the first document, gets only the environment variables it needs, and ends after a while without
documents. It exits by itself if this process dies.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from desktop_chat import DOCUMENT_WORD
from desktop_chat.core.attachment_errors import (
    AttachmentError,
    FileBroken,
    FileEmpty,
    FileEncrypted,
    FileKindUnknown,
    FileTooLarge,
    ReaderUnavailable,
    ReadingTimedOut,
    ReadingTooLarge,
)
from desktop_chat.core.attachment_reading import Progress
from desktop_chat.services.documents.document_text import Asked, DocumentText
from desktop_chat.services.helper_process import START_LIMIT_S, HelperLost, HelperProcess, helper_command
from desktop_chat.services.worker import Worker

logger = logging.getLogger(__name__)

LIMIT_S: Final = 30.0
"""Time for a document, or for each of its pages if it has some."""
TOTAL_S: Final = 300.0
"""Time for all pages of a document."""
_GRACE_S: Final = 1.0
"""The helper exits by itself so much earlier than it is killed."""
_IDLE_S: Final = 120.0
_MAX_MESSAGE: Final = 16 * 1024 * 1024
_MAX_COUNT: Final = 2**53
_MAX_FAILED_STARTS: Final = 2
_REPORTED: Final = {
    kind.code: kind for kind in (FileBroken, FileEmpty, FileEncrypted, FileKindUnknown, FileTooLarge, ReadingTooLarge)
}


@dataclass(slots=True, eq=False)
class _Job:
    """A document to read. The loop cancels it; the thread does everything else."""

    content: bytes
    asked: Asked
    tell: Callable[[Progress], None]
    loop: asyncio.AbstractEventLoop
    due: float | None = None
    """When the helper is killed, on the monotonic clock; None before the document's turn."""
    last: float = 0.0
    cancelled: bool = False
    is_late: bool = False
    page_images: list[bytes] = field(default_factory=list)

    def report(self, progress: Progress) -> None:
        """Tell of progress; from the thread."""
        with suppress(RuntimeError):  # the loop is closed: nobody is waiting
            self.loop.call_soon_threadsafe(self._report, progress)

    def _report(self, progress: Progress) -> None:
        if not self.cancelled:
            self.tell(progress)


class DocumentProcess:
    """Runs at most one helper at a time, and a thread that talks to it; both start on first use."""

    def __init__(
        self,
        command: Sequence[str] | None = None,
        *,
        idle_s: float = _IDLE_S,
        limit_s: float = LIMIT_S,
        total_s: float = TOTAL_S,
    ) -> None:
        self._command = command
        self._limit_s = limit_s
        self._total_s = total_s
        self._worker = Worker("documents", idle_s=idle_s, when_idle=self._end_process)
        self._process: HelperProcess | None = None
        self._job: _Job | None = None
        self._lock = threading.Lock()
        """Held while the current job or process changes, and while the process is killed because of a job."""
        self._failed_starts = 0
        self._ended = False

    async def read(self, content: bytes, asked: Asked, tell: Callable[[Progress], None]) -> DocumentText:
        """Read a document. Documents take turns; cancelling the caller stops its document at once.

        `tell` is called on the loop. Raises AttachmentError.
        """
        if self._ended or self._failed_starts >= _MAX_FAILED_STARTS:
            raise ReaderUnavailable
        job = _Job(content, asked, tell, asyncio.get_running_loop())
        reading = self._worker.submit(self._do, job)
        try:
            while not reading.done():
                await asyncio.wait({reading}, timeout=self._patience(job))
                if job.due is not None and time.monotonic() > job.due:
                    job.is_late = True
                    self._kill_for(job)
            return await reading
        finally:
            if not reading.done():
                job.cancelled = True
                reading.cancel()
                self._kill_for(job)

    def close(self) -> None:
        """Kill the helper and read no more. Returns at once; may be called twice."""
        self._ended = True
        with self._lock:
            if self._process is not None:
                self._process.kill()
        self._worker.end()

    def _patience(self, job: _Job) -> float:
        """Return after how many seconds to look at a job's time again."""
        return self._limit_s if job.due is None else max(0.05, job.due - time.monotonic())

    def _kill_for(self, job: _Job) -> None:
        with self._lock:
            if self._job is job and self._process is not None:
                self._process.kill()

    def _do(self, job: _Job) -> DocumentText:
        """Read one document, on the thread. Raises AttachmentError."""
        with self._lock:
            self._job = job
        try:
            self._check(job)
            return self._read(job, self._process or self._start(job))
        except (OSError, HelperLost, ValueError, KeyError, TypeError) as error:
            self._end_process()
            raise self._meaning_of(error, job) from error
        except ReadingTooLarge:
            self._end_process()  # what it holds is lost
            raise
        finally:
            with self._lock:
                self._job = None

    def _check(self, job: _Job) -> None:
        if job.cancelled or self._ended:
            raise HelperLost("no longer wanted")

    def _meaning_of(self, error: Exception, job: _Job) -> AttachmentError:
        if job.cancelled or self._ended:
            self._failed_starts = 0
            return FileBroken()
        if job.is_late or (job.due is not None and time.monotonic() > job.due - _GRACE_S):
            return ReadingTimedOut()
        if self._failed_starts:
            logger.warning("the helper that reads documents does not start: %s", error)
            return ReaderUnavailable(str(error))
        return FileBroken(str(error))

    def _read(self, job: _Job, process: HelperProcess) -> DocumentText:
        job.last = time.monotonic() + self._total_s
        self._extend(job)
        limits = {"limit": self._limit_s, "total": self._total_s}
        process.send(json.dumps({**asdict(job.asked), **limits}).encode(), job.content)
        while True:
            message = json.loads(process.message(_MAX_MESSAGE))
            if "done" in message:
                self._extend(job)
                job.report(Progress(_count(message, "done"), _count(message, "total")))
            elif "image" in message and len(job.page_images) < job.asked.page_images:
                self._extend(job)
                job.page_images.append(process.message(_MAX_MESSAGE))
            elif "error" in message:
                raise _REPORTED.get(message["error"], FileBroken)(str(message["detail"]))
            else:
                return _document(message, process.message(_MAX_MESSAGE), job.page_images)

    def _extend(self, job: _Job) -> None:
        job.due = min(time.monotonic() + self._limit_s, job.last) + _GRACE_S

    def _start(self, job: _Job) -> HelperProcess:
        """Start a helper and wait until it is ready. Raises OSError, HelperLost."""
        self._failed_starts += 1
        process = HelperProcess(self._command or helper_command(DOCUMENT_WORD))
        with self._lock:
            self._process = process
            job.due = time.monotonic() + START_LIMIT_S
        self._check(job)
        process.wait_until_ready()
        self._failed_starts = 0
        return process

    def _end_process(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.end()


def _document(message: dict[str, Any], text: bytes, page_images: list[bytes]) -> DocumentText:
    """Return what the helper read: its process is not trusted with more than values. Raises ValueError, KeyError."""
    text.decode()
    return DocumentText(
        media_type=str(message["media_type"])[:100],
        text=text,
        letters=_count(message, "letters"),
        page_images=tuple(page_images),
        pages=_count(message, "pages"),
        pages_left_out=_count(message, "pages_left_out"),
        letters_left_out=_count(message, "letters_left_out"),
    )


def _count(message: dict[str, Any], name: str) -> int:
    value = message[name]
    if not isinstance(value, int) or not 0 <= value < _MAX_COUNT:
        raise ValueError(name)
    return value
