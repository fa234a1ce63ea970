"""What is asked of those who highlight code, and what they answer, as values; lexers never run in this process."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

LineMarks: TypeAlias = tuple[tuple[int, int, str], ...]
"""Of one line: start and length of each stretch, and what it is."""


class JobState(StrEnum):
    """How far a job is."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    """It took too long, or there is nobody to do it: the code stays plain."""


@dataclass(slots=True, eq=False)
class HighlightJob:
    """Code to be highlighted. Whoever does it adds `pieces` and then sets `state`, perhaps on another thread."""

    language: str
    text: str
    pieces: deque[list[LineMarks]] = field(default_factory=deque)
    """Marks of lines, in their order."""
    state: JobState = JobState.OPEN
    cancelled: bool = False
    """Nobody waits for it any more."""


class Highlighting(Protocol):
    """Highlights code, one job after the other."""

    def ask(self, job: HighlightJob) -> None:
        """Begin a job, or line it up. Returns at once."""
        ...

    def check(self) -> None:
        """End what takes too long; whoever waits for a job calls it now and then."""
        ...
