"""The interface to syntax highlighting, as values; lexers never run in this process."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

LineMarks: TypeAlias = tuple[tuple[int, int, str], ...]
"""The marks of one line: start, length and token type of each span."""


class JobState(StrEnum):
    """The progress of a job."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    """It took too long, or no highlighter is available: the code stays plain."""


@dataclass(slots=True, eq=False)
class HighlightJob:
    """Code to highlight. The highlighter appends to `pieces` and then sets `state`, possibly on another thread."""

    language: str
    text: str
    pieces: deque[list[LineMarks]] = field(default_factory=deque)
    """The marks of consecutive lines."""
    state: JobState = JobState.OPEN
    cancelled: bool = False
    """The result is no longer needed."""


class Highlighting(Protocol):
    """Highlights code, one job at a time."""

    def ask(self, job: HighlightJob) -> None:
        """Start a job or queue it. Returns immediately."""
        ...

    def check(self) -> None:
        """Kill jobs that take too long; called regularly while waiting for a job."""
        ...
