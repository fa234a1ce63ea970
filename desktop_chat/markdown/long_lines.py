"""Decides how much of the lines of code is laid out: one line may be megabytes long, and a layout is made in one go."""

from __future__ import annotations

from collections.abc import Sequence

MOST_LETTERS = 4_000
"""Characters of one line that are laid out: about 0.4 ms, and 40 times the width of a card."""
_TOGETHER = 40_000
"""Characters of all lines of a block that are laid out: about 4 ms."""
_LEAST = 500
"""So much of each line is laid out in any case; a block has at most 80 lines."""
_LONGEST_LETTER = 32
_TOLERANCE = 100
"""A line is not cut for less than this: saying so takes as much room."""


def laid_out(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return of each line what is laid out, and the rest of it, which is only counted and copied."""
    most = MOST_LETTERS
    while most > _LEAST and sum([min(len(line), most) for line in lines]) > _TOGETHER:
        most //= 2
    most = max(most, _LEAST)
    return [_cut(line, most) for line in lines]


def _cut(line: str, most: int) -> tuple[str, str]:
    if len(line) <= most + _TOLERANCE:
        return line, ""
    for _ in range(_LONGEST_LETTER):  # nothing is cut off from the letter that it belongs to
        if not _joins(line[most]):
            break
        most -= 1
    return line[:most], line[most:]


def _joins(letter: str) -> bool:
    """Say whether a character may be part of the one before it: marks above letters, joiners, parts of an emoji."""
    return letter in "\u200d\ufe0f" or "\u0300" <= letter <= "\u036f" or "\U0001f3fb" <= letter <= "\U0001f3ff"
