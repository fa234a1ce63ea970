"""An event loop for tests whose clock moves only from timer to timer, so that a busy computer changes nothing."""

from __future__ import annotations

import asyncio


class PromptLoop(asyncio.SelectorEventLoop):
    """A loop on which no time passes but that of its timers, and nobody waits for them."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        waiting = [timer.when() for timer in self._scheduled if not timer.cancelled()]
        if not self._ready and waiting:
            self._now = max(self._now, min(waiting))
        super()._run_once()
