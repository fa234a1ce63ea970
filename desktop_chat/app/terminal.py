"""Says a sentence where there is no window to say it in."""

from __future__ import annotations

import sys


def say(sentence: str) -> None:
    """Write to standard error, if there is one: under pythonw on Windows there is none."""
    if sys.stderr is not None:
        sys.stderr.write(f"desktop-chat: {sentence}\n")
