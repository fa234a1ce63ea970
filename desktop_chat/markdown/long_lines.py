"""Decides how much of the lines of code is laid out: one line may be megabytes long, and a layout is made in one go."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_LETTERS = 4_000
"""Characters of one line that are laid out: about 0.4 ms, and 40 times the width of a card."""
_TOGETHER = 24_000
"""What all lines of a block may cost together, in plain letters: about 4 ms."""
_LEAST = 60
_COMPLEX = re.compile(
    "[\u0590-\u1fff\u200b-\u200f\u202a-\u202e\u2060-\u206f\ua4d0-\uabff\ufb1d-\ufdff\ufe70-\ufeff\U00010000-\U0010ffff]"
)
_COST_OF_COMPLEX = 6
"""How many plain letters one of a script costs that runs from right to left or joins its letters, or an emoji."""
_LONGEST_LETTER = 32
_TOLERANCE = 100
"""A line is not cut for less than this: saying so takes as much room."""


def truncated_lines(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return of each line what is laid out, and the rest of it, which is only counted and copied."""
    most = MAX_LETTERS
    while most > _LEAST and sum([_cost(line[:most]) for line in lines]) > _TOGETHER:
        most = most * 3 // 4
    return [_cut(line, most) for line in lines]


def _cost(line: str) -> int:
    return len(line) if line.isascii() else len(line) + (_COST_OF_COMPLEX - 1) * len(_COMPLEX.findall(line))


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
