"""The side of a helper process that all helpers share: limits of the process, and messages on its pipes.

`services/helper_process.py` is the other side.
"""

from __future__ import annotations

import _thread
import os
import sys
import time
from contextlib import suppress
from typing import BinaryIO

_LONGEST_END_S = 5.0


def limit_this_process(max_memory: int) -> None:
    """Lower the priority, and limit memory to so many bytes of address space, where the system can."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  (not available on Windows)

    with suppress(OSError):
        os.nice(5)
    for kind, most in ((resource.RLIMIT_AS, max_memory), (resource.RLIMIT_CORE, 0)):
        with suppress(OSError, ValueError):  # not supported everywhere
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


def end_with(source: BinaryIO) -> None:
    """End the process when its input ends, from another thread: by an exception, so that what is unfinished is undone,
    and by force if that takes long."""
    source.read(1)
    _thread.interrupt_main()
    time.sleep(_LONGEST_END_S)
    os._exit(1)


def read_message(source: BinaryIO) -> bytes | None:
    """Return the next message; None at the end of the stream."""
    head = source.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    data = source.read(size)
    return data if len(data) == size else None


def write_message(sink: BinaryIO, *parts: bytes) -> None:
    """Write messages. Raises BrokenPipeError if nobody reads them."""
    for data in parts:
        sink.write(len(data).to_bytes(4, "big"))
        sink.write(data)
    sink.flush()
