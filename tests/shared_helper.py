"""One helper process that highlights code for all tests and benchmarks of a run."""

from __future__ import annotations

import atexit
from functools import cache

from endless_helper import COMMAND

from desktop_chat.core.highlighting import HighlightJob
from desktop_chat.services.highlight_process import HighlightProcess

THREAD = "shared highlight"


class _SharedHelper(HighlightProcess):
    """Its thread outlives the test, and has a name of its own."""

    def ask(self, job: HighlightJob) -> None:
        super().ask(job)
        if self._thread is not None:
            self._thread.name = THREAD


@cache
def shared_helper() -> HighlightProcess:
    helper = _SharedHelper(COMMAND)
    atexit.register(helper.close)
    return helper
