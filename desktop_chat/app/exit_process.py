"""Ends the process at once, skipping everything that might hang or crash on exit."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn


def exit_now(code: int) -> NoReturn:
    """Exit without destroying Qt objects or joining threads: everything is stored and closed by now.

    Python destroys a window's objects in arbitrary order, which occasionally crashed in Qt while a screen reader was
    running.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError):  # its reader has gone
                stream.flush()
    os._exit(code)
