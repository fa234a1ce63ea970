"""The log file, free of keys and message texts, and handlers that log and report every bug."""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from desktop_chat import __version__
from desktop_chat.services.paths import Paths
from desktop_chat.services.private_files import open_private
from desktop_chat.services.secrets.keys import KnownKeys
from desktop_chat.services.secrets.redact import redact

MAX_BYTES = 1_000_000
BACKUPS = 3
REPORT_CHARACTERS = 64_000
REPORT_LINES = 40
"""How many lines of the log a crash report includes."""
LOUDEST_OF_OTHERS = logging.WARNING
"""The level of other libraries: below it, they log requests with their headers."""
_PACKAGE = "desktop_chat"
_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"

logger = logging.getLogger(__name__)


class LogFile:
    """The log file while it is open; all logging goes there, redacted."""

    def __init__(self, paths: Paths, keys: KnownKeys, level: int = logging.INFO) -> None:
        self._handler = _PrivateFileHandler(
            paths.log_file, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8", errors="replace", delay=True
        )
        self._handler.setFormatter(RedactingFormatter(keys))
        self._root = logging.getLogger()
        self._previous = self._root.level
        self._root.setLevel(LOUDEST_OF_OTHERS)
        self._root.addHandler(self._handler)
        logging.getLogger(_PACKAGE).setLevel(level)
        logger.info("Desktop Chat %s on Python %s, %s", __version__, sys.version.split()[0], sys.platform)

    def close(self) -> None:
        """Stop logging. May be called twice."""
        self._root.removeHandler(self._handler)
        self._root.setLevel(self._previous)
        logging.getLogger(_PACKAGE).setLevel(logging.NOTSET)
        self._handler.close()


@dataclass(frozen=True, slots=True)
class Bug:
    """An unexpected exception; `details` is the redacted traceback."""

    summary: str
    details: str


class CrashHandlers:
    """Handles exceptions that nothing else catches: in the loop, in threads, in destructors, and crashes in C code.

    `on_bug` is called on the thread that raised a bug, once per place in the code. `left_report` is the redacted crash
    report of the last run; empty if it did not crash or was already reported.
    """

    def __init__(self, paths: Paths, keys: KnownKeys, on_bug: Callable[[Bug], None]) -> None:
        self._keys = keys
        self._on_bug = on_bug
        self._reported: set[str] = set()
        self._reporting = threading.local()
        self.left_report = _left_report(paths, keys)
        self._crash_stream = _open_crash_file(paths)
        self._previous = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        sys.unraisablehook = self._on_unraisable

    @property
    def crash_stream(self) -> TextIOWrapper | None:
        """The crash file while it is open, or None."""
        return self._crash_stream

    def handle_loop_exception(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle an exception of the event loop; for `loop.set_exception_handler`."""
        message = str(context.get("message", "unhandled error in the loop"))
        task = context.get("task") or context.get("future")
        where = f"{message} ({task.get_name()})" if isinstance(task, asyncio.Task) else message
        self.report(context.get("exception"), where)

    def report(self, error: BaseException | None, where: str) -> None:
        """Log a bug, and report it unless one at the same place was reported before. Thread-safe."""
        summary = f"{where}: {type(error).__name__}" if error is not None else where
        lines = traceback.format_exception(error) if error is not None else traceback.format_stack()
        details = redact("".join(lines), self._keys.all())
        logger.error("%s\n%s", summary, details)
        if getattr(self._reporting, "now", False):
            return  # reporting itself failed
        place = _place_of(error, where)
        if place in self._reported:
            return
        self._reported.add(place)
        self._reporting.now = True
        try:
            self._on_bug(Bug(redact(summary, self._keys.all()), details))
        except Exception:
            logger.exception("could not report a bug")
        finally:
            self._reporting.now = False

    def close(self) -> None:
        """Restore the previous hooks. May be called twice."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._previous
        if self._crash_stream is not None:
            faulthandler.disable()
            self._crash_stream.close()
            self._crash_stream = None

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self.report(error, "unhandled error")

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if not issubclass(args.exc_type, SystemExit):
            self.report(args.exc_value, f"thread {args.thread.name if args.thread else '?'}")

    def _on_unraisable(self, unraisable: Any) -> None:
        self.report(unraisable.exc_value, unraisable.err_msg or "unraisable error")


class RedactingFormatter(logging.Formatter):
    """Redacts the whole record, including its traceback; a filter would see only the message."""

    def __init__(self, keys: KnownKeys) -> None:
        super().__init__(_FORMAT)
        self._keys = keys

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record), self._keys.all())


class _PrivateFileHandler(RotatingFileHandler):
    """Writes a file that only its owner can read; disk errors are ignored."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, errors=self.errors, opener=open_private)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (overridden)
        if sys.exc_info()[0] is not None and not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def _left_report(paths: Paths, keys: KnownKeys) -> str:
    """Return the last run's crash report with the context needed to understand it, and log it."""
    try:
        with open(paths.crash_file, encoding="utf-8", errors="replace", opener=open_private) as stream:
            left = stream.read(REPORT_CHARACTERS).strip()
    except OSError:
        return ""  # there is none; if it is unreadable, opening it again logs that
    if not left:
        return ""
    before = _last_lines(paths.log_file)
    logger.error("the last run crashed:\n%s", left)
    import platform  # noqa: PLC0415  (only needed for a report)

    system = f"Desktop Chat {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return redact("\n\n".join(part for part in (system, left, before) if part), keys.all())


def _last_lines(log_file: Path) -> str:
    try:
        with open(log_file, "rb", opener=open_private) as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - REPORT_CHARACTERS))
            lines = stream.read(REPORT_CHARACTERS).decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-REPORT_LINES:])


def _open_crash_file(paths: Paths) -> TextIOWrapper | None:
    """Let the interpreter write its crash report to a new file; the old content has been read."""
    try:
        stream = open(paths.crash_file, "w+", encoding="utf-8", opener=open_private)  # noqa: SIM115  (stays open)
    except OSError:
        logger.warning("no crash file", exc_info=True)
        return None
    faulthandler.enable(stream)
    return stream


def _place_of(error: BaseException | None, where: str) -> str:
    trace = error.__traceback__ if error is not None else None
    frames = traceback.extract_tb(trace)
    return f"{type(error).__name__} {frames[-1].filename}:{frames[-1].lineno}" if frames else where
