"""The side of a helper process that does one job for the window, such as an export.

A message is its length (four bytes, big-endian) followed by that many bytes of JSON:

    in:   what is to be done, an object
        out:  "ready"                                                once, at the start
              any value but those below                              what the window is told meanwhile
              {"done": the result}, or {"code", "detail"} of an error: the end

The process ends when its input does, because the window has cancelled the job or is gone: what it has not finished is
undone. `app/job_process.py` is the other side.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from desktop_chat.core.errors import ChatError
from desktop_chat.services.helper_worker import end_with, limit_this_process, read_message, write_message

_MAX_MEMORY = 8 * 1024**3

Send = Callable[[object], None]


def do_one_job(do: Callable[[dict[str, Any], Send], object]) -> None:
    """Read what is to be done, and do it. `do` may send values meanwhile; it returns the result or raises ChatError."""
    limit_this_process(_MAX_MEMORY)
    source, sink = sys.stdin.buffer, sys.stdout.buffer

    def send(value: object) -> None:
        write_message(sink, json.dumps(value, default=str).encode())

    with suppress(BrokenPipeError, KeyboardInterrupt):
        send("ready")
        asked = read_message(source)
        if asked is None:
            return
        threading.Thread(target=end_with, args=(source,), daemon=True).start()
        try:
            send({"done": do(json.loads(asked), send)})
        except ChatError as error:
            send({"code": error.code, "detail": error.detail})
