"""Which messages take more than a frame to split, by their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_LONG = 40_000
"""Characters above which a message takes more than a frame to split."""
_LONG_LINES = 2_000
"""Lines above which a message with fewer characters does so."""


def is_long(text: str) -> bool:
    """Return whether a text takes more than a frame to split."""
    return len(text) > _LONG or (len(text) > _LONG_LINES and text.count("\n") > _LONG_LINES)


class LongPlaces(set[int]):
    """Places of long finished messages that are not split yet.

    The lines of a text are counted when its place is first asked for: counting those of ten thousand took longer than a
    frame, and nobody will see most of them.
    """

    def __init__(self, lengths: Sequence[int] = (), text_at: Callable[[int], str] = str) -> None:
        super().__init__(place for place, length in enumerate(lengths) if length > _LONG)
        self._text_at = text_at
        self._uncounted = {place for place, length in enumerate(lengths) if _LONG_LINES < length <= _LONG}

    def __contains__(self, place: object) -> bool:
        if place in self._uncounted and isinstance(place, int):
            self._uncounted.discard(place)
            if is_long(self._text_at(place)):
                self.add(place)
        return super().__contains__(place)

    def __bool__(self) -> bool:
        return len(self) > 0 or bool(self._uncounted)

    def discard(self, place: object) -> None:
        self._uncounted.discard(place)
        super().discard(place)
