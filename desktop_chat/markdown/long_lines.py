"""Limits how much of long code lines is laid out: a line may have megabytes, and layout cannot be interrupted."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_CHARACTERS = 4_000
"""Characters per line that are laid out: about 0.4 ms, and 40 times the width of a message."""
_MAX_TOTAL = 24_000
"""The budget for all lines of a block, in plain characters: about 4 ms."""
_MIN_LENGTH = 60
_COMPLEX = re.compile(
    "[\u0590-\u1fff\u200b-\u200f\u202a-\u202e\u2060-\u206f\ua4d0-\uabff\ufb1d-\ufdff\ufe70-\ufeff\U00010000-\U0010ffff]"
)
_COMPLEX_COST = 6
"""Cost of a right-to-left or joining character or an emoji, in plain characters."""
_MAX_CLUSTER = 32
_TOLERANCE = 100
"""A line is not truncated to save less than this: the note about it takes as much room."""


def truncated_lines(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return for each line the part to lay out, and the rest, which is only counted and copied."""
    most = MAX_CHARACTERS
    while most > _MIN_LENGTH and sum([_cost(line[:most]) for line in lines]) > _MAX_TOTAL:
        most = most * 3 // 4
    return [_cut(line, most) for line in lines]


def _cost(line: str) -> int:
    return len(line) if line.isascii() else len(line) + (_COMPLEX_COST - 1) * len(_COMPLEX.findall(line))


def _cut(line: str, most: int) -> tuple[str, str]:
    if len(line) <= most + _TOLERANCE:
        return line, ""
    for _ in range(_MAX_CLUSTER):  # never split a grapheme cluster
        if not _joins(line[most]):
            break
        most -= 1
    return line[:most], line[most:]


def _joins(char: str) -> bool:
    """Return whether a character belongs to the previous one: combining marks, joiners, parts of an emoji."""
    return char in "\u200d\ufe0f" or "\u0300" <= char <= "\u036f" or "\U0001f3fb" <= char <= "\U0001f3ff"
