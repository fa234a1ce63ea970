"""Says a sentence where there is no window to say it in."""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def say(sentence: str) -> None:
    """Write to standard error, if there is one and somebody reads it: under pythonw on Windows there is none."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"desktop-chat: {sentence}\n")


def occupy_closed_streams() -> None:
    """Let a standard stream that was closed lead nowhere, or the next file or connection would get its number, and with
    it what is meant for the stream."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
