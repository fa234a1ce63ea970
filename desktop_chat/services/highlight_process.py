"""Highlights code in a helper process, which is killed and replaced if a text takes too long.

The process starts with the first job, gets only the environment variables it needs, and ends after a while without
jobs. It exits by itself if this process dies, because its input ends then.
"""

from __future__ import annotations

import hashlib
import json
import logging
import queue
import threading
import time
from collections.abc import Iterable, Sequence

from desktop_chat import HIGHLIGHT_WORD
from desktop_chat.core.highlighting import HighlightJob, JobState, LineMarks
from desktop_chat.services.helper_process import START_LIMIT_S, HelperLost, HelperProcess, helper_command

logger = logging.getLogger(__name__)

_LIMIT_S = 1.5
"""CPU time."""
_MIN_LIMIT_S = 0.3
_WALL_CLOCK_FACTOR = 4
"""Wall-clock limit as a multiple of the CPU limit: the computer may be busy."""
_CHARACTERS_PER_S = 50_000
"""Extends the limit for long texts; lexers are ten to thirty times as fast."""
_GRACE_S = 1.0
"""Added to the wall-clock limit, after which the helper exits by itself if it was not killed."""
_IDLE_S = 120.0
_MAX_MESSAGE = 4 * 1024 * 1024
_MAX_FAILED_STARTS = 2


class HighlightProcess:
    """Runs at most one helper at a time, and a thread that talks to it; both start on first use."""

    def __init__(self, command: Sequence[str] | None = None, *, idle_s: float = _IDLE_S) -> None:
        self._command = command
        self._idle_s = idle_s
        self._jobs: queue.SimpleQueue[HighlightJob | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._process: HelperProcess | None = None
        self._due: float | None = None
        self._failed_starts = 0
        self._ended = False
        self._slow: set[tuple[str, int, bytes]] = set()
        """Language, length and digest of texts that took too long."""

    def ask(self, job: HighlightJob) -> None:
        """Start a job or queue it. Returns at once."""
        if self._ended or self._failed_starts >= _MAX_FAILED_STARTS:
            job.state = JobState.FAILED
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="highlight", daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def check(self) -> None:
        """Kill the helper if its job takes too long."""
        due, process = self._due, self._process
        if due is not None and process is not None and time.monotonic() > due:
            process.kill()

    def close(self) -> None:
        """Kill the helper and accept no more jobs. Returns at once; may be called twice."""
        self._ended = True
        self._jobs.put(None)
        if (process := self._process) is not None:
            process.kill()

    def _run(self) -> None:
        while not self._ended:
            try:
                job = self._jobs.get(timeout=self._idle_s if self._process is not None else None)
            except queue.Empty:
                self._end_process()
                continue
            if job is not None and not job.cancelled:
                self._do(job)
        self._end_process()

    def _do(self, job: HighlightJob) -> None:
        """Run one job. Always sets its final state."""
        if self._is_slow(job):
            job.state = JobState.FAILED
            return
        try:
            self._highlight(job, self._process or self._start())
        except (OSError, HelperLost, ValueError) as error:
            if not self._ended:
                logger.info("code in %r is not highlighted: %s", job.language[:40], error)
            self._end_process()
            self._slow.add((job.language, len(job.text), _digest(job.text)))
            job.state = JobState.FAILED
        finally:
            self._due = None

    def _highlight(self, job: HighlightJob, process: HelperProcess) -> None:
        limit = self._limit(job)
        deadline = _WALL_CLOCK_FACTOR * limit
        self._due = time.monotonic() + deadline
        asked = {"language": job.language, "text": job.text, "limit": limit, "deadline": deadline + _GRACE_S}
        process.send(json.dumps(asked).encode())
        while (piece := _piece(process)) is not None:
            job.pieces.append([_marks(line) for line in piece])
        job.state = JobState.DONE

    def _start(self) -> HelperProcess:
        """Start a helper and wait until it is ready. Raises OSError, HelperLost."""
        self._failed_starts += 1
        process = self._process = HelperProcess(self._command or helper_command(HIGHLIGHT_WORD))
        self._due = time.monotonic() + START_LIMIT_S
        if self._ended:
            process.kill()
        process.wait_until_ready()
        self._failed_starts = 0
        return process

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def _limit(self, job: HighlightJob) -> float:
        """Return a job's limit of CPU seconds. It shrinks with each text of its language that took too long, so that a
        page full of these does not delay others."""
        lost = sum([language == job.language for language, *_ in self._slow])
        return max(_MIN_LIMIT_S, _LIMIT_S / (1 + lost)) + len(job.text) / _CHARACTERS_PER_S

    def _is_slow(self, job: HighlightJob) -> bool:
        """Return whether a text, or a prefix of it, took too long before."""
        return any(
            language == job.language and length <= len(job.text) and _digest(job.text[:length]) == digest
            for language, length, digest in self._slow
        )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _piece(process: HelperProcess) -> list[list[int | str]] | None:
    """Return the marks of some lines; None at the end of a text. Raises HelperLost, ValueError if it is not JSON."""
    piece: list[list[int | str]] | None = json.loads(process.message(_MAX_MESSAGE))
    return piece


def _marks(line: Iterable[int | str]) -> LineMarks:
    """Return the marks of a line from a message's flat sequence of start, length and name."""
    values = iter(line)
    triples = zip(values, values, values, strict=False)
    return tuple([(int(start), int(length), str(name)) for start, length, name in triples])
