"""The last lines of a tool server's log: bounded, readable, and without keys."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from desktop_chat.services.tools.tool_definitions import clean_text

MAX_LINES = 300
MAX_LINE = 500


class ServerLog:
    """Lines from any thread. `redact` removes keys; `changed` is called after each addition, from its thread."""

    def __init__(self, redact: Callable[[str], str], changed: Callable[[], None]) -> None:
        self._lines: deque[str] = deque(maxlen=MAX_LINES)
        self._lock = threading.Lock()
        self._redact = redact
        self._changed = changed

    def add(self, text: str) -> None:
        """Add the lines of a text; each is cut to MAX_LINE characters."""
        lines = [clean_text(self._redact(line[: 4 * MAX_LINE]), MAX_LINE).rstrip() for line in text.splitlines()]
        with self._lock:
            self._lines.extend(line for line in lines if line)
        self._changed()

    def lines(self) -> tuple[str, ...]:
        """Return the lines, oldest first."""
        with self._lock:
            return tuple(self._lines)
