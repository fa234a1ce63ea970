"""Says a sentence where there is no window to say it in."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress

_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a terminal takes for a command; a name or a model may not move the cursor, set the title, fill the clipboard."""


def print_error(sentence: str) -> None:
    """Write to standard error, if there is one and somebody reads it: under pythonw on Windows there is none."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"desktop-chat: {without_control_characters(sentence)}\n")


def occupy_closed_streams() -> None:
    """Let a standard stream that was closed lead nowhere, or the next file or connection would get its number, and with
    it what is meant for the stream."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def without_control_characters(text: str) -> str:
    """Return a text that only shows itself on a terminal."""
    return _COMMANDS.sub("", text)
