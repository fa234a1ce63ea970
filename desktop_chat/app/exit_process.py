"""Ends the process at once, leaving behind what might hang or crash on the way out."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn


def exit_now(code: int) -> NoReturn:
    """End without taking Qt apart or joining threads: all is stored and closed by now.

    Python forgets the objects of a window in an order of its own; with a screen reader there, an end now and then
    crashed in Qt over that.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError):  # nobody reads it any more
                stream.flush()
    os._exit(code)
