"""The helper process that highlights code: texts come in on standard input, marks go out on standard output.

Lexers backtrack: one hostile line can keep a lexer busy for hours in a single call that cannot be interrupted. So they
run here, in a process that holds nothing valuable, and that exits when a text takes too long or its input ends.

A message is its length (four bytes, big-endian) followed by that many bytes of JSON:

    in:   {"language": "python", "text": "...", "limit": 2.0, "deadline": 9.0}
        out:  "ready"                                    once, at the start
              [[0, 3, "keyword", 4, 1, "number"], []]    the marks of some lines: start, length, name, start, ...
              null                                       the text is done
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import BinaryIO, TypedDict

from desktop_chat.markdown.highlight import Mark, highlighted_lines, lexer_for, lexer_text
from desktop_chat.services.helper_worker import limit_this_process, read_message, write_message

MAX_MEMORY = 1024 * 1024 * 1024
"""Bytes of address space, where the system can limit it."""
_PIECE_LINES = 100
_PIECE_S = 0.02
_PIECE_MARKS = 2_000


class Asked(TypedDict):
    """A text to highlight, and its limits."""

    language: str
    text: str
    limit: float
    """Seconds of CPU time, so that a busy computer does not count against a text."""
    deadline: float
    """Seconds of wall-clock time."""


def run() -> None:
    """Serve until standard input ends. Exits when a text exceeds its limits."""
    limit_this_process(MAX_MEMORY)
    source, sink = sys.stdin.buffer, sys.stdout.buffer

    def send(value: object) -> None:
        write_message(sink, json.dumps(value, separators=(",", ":")).encode())

    with suppress(BrokenPipeError), Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        send("ready")
        while (asked := _read(source)) is not None:
            # A C thread watches the time: it does not need the GIL, which a lexer may hold.
            faulthandler.dump_traceback_later(asked["deadline"], exit=True, file=nowhere)
            _set_limit(asked["limit"])
            _highlight(asked["language"], asked["text"], send)
            _set_limit(0.0)
            faulthandler.cancel_dump_traceback_later()
            send(None)


def _set_limit(seconds: float) -> None:
    """Let the system kill this process after this much CPU time, where possible; 0 for no limit."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


def _highlight(language: str, text: str, send: Callable[[object], None]) -> None:
    lexer = lexer_for(language)
    if lexer is None:
        return
    lines: list[tuple[int | str, ...]] = []
    marks, due = 0, time.monotonic() + _PIECE_S
    for line in highlighted_lines(lexer_text(text), lexer):
        lines.append(_flat(line))
        marks += len(line)
        if len(lines) == _PIECE_LINES or marks > _PIECE_MARKS or time.monotonic() > due:
            send(lines)
            lines, marks, due = [], 0, time.monotonic() + _PIECE_S
    send(lines)


def _flat(line: tuple[Mark, ...]) -> tuple[int | str, ...]:
    return tuple(chain.from_iterable(line))


def _read(source: BinaryIO) -> Asked | None:
    """Return the next request; None at the end."""
    data = read_message(source)
    asked: Asked | None = json.loads(data) if data else None
    return asked
