"""One helper process that highlights code for all tests and benchmarks of a run."""

from __future__ import annotations

import atexit
from functools import cache

from endless_helper import COMMAND

from desktop_chat.services.highlight_process import HighlightProcess


@cache
def shared_helper() -> HighlightProcess:
    helper = HighlightProcess(COMMAND)
    atexit.register(helper.close)
    return helper
