"""Prints messages to the terminal, for when there is no window."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress

_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters: text from a name or a model must not move the cursor, set the title or fill the clipboard."""


def print_error(sentence: str) -> None:
    """Write to standard error, if there is one and it can be written: pythonw on Windows has none."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"desktop-chat: {without_control_characters(sentence)}\n")


def print_line(line: str) -> None:
    """Write to standard output, if there is one and somebody reads it."""
    if sys.stdout is not None:
        with suppress(OSError, ValueError):
            sys.stdout.write(f"{without_control_characters(line)}\n")


def occupy_closed_streams() -> None:
    """Redirect closed standard streams to null; otherwise the next file or connection would get their number, and
    receive what is written to the stream."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # uses the lowest free number


def without_control_characters(text: str) -> str:
    """Return text without terminal control characters."""
    return _COMMANDS.sub("", text)
