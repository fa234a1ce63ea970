"""Observer lists: callbacks that are called with each event, in the order they were added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Listeners(Generic[T]):
    """Callbacks, called in the order they were added."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[T], None]] = []

    def add(self, callback: Callable[[T], None]) -> Callable[[], None]:
        """Call `callback` with each event from now on. Returns a function that stops this and may be called twice."""
        self._callbacks.append(callback)

        def remove() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return remove

    def emit(self, event: T) -> None:
        """Call every listener; one may remove itself meanwhile."""
        for callback in tuple(self._callbacks):
            callback(event)
