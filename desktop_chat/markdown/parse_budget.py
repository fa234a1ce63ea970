"""Estimates the cost of parsing a text, so that no input can freeze the window."""

from __future__ import annotations

import re

BLOCK_BUDGET = 2_000
"""The budget of one call of the block parser: about 10 ms. A long item or quote usually costs a few hundred."""
MAX_BLOCK_LENGTH = 24_000
"""Maximum characters of one block, unless it is split into parts."""
INLINE_BUDGET = 1_000
"""Maximum special characters for the inline parser in one block; beyond that, the source is shown."""
_BRACKET_DEPTH = 8
_CHARACTERS = 20
_LINE_START = re.compile(r"^[ \t]*(?:(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))[ \t]*)+", re.MULTILINE)
_MARKER = re.compile(r">|[-+*](?=[ \t])|\d[.)]")
_DELIMITERS = re.compile(r"^[ \t>|:\-]*-[ \t|:\-]*$", re.MULTILINE)
_SPECIAL = re.compile(r"[\n*_`~\[<&\\!$]")
_BRACKET = re.compile(r"[\[\]]")


def block_cost(text: str, most_levels: int) -> int:
    """Estimate the steps of the block parser: each line is visited once per level it may be nested in."""
    levels = columns = inner = 0
    for match in _LINE_START.finditer(text):
        start = match.group()
        markers = len(_MARKER.findall(start))
        indent = len(start) - len(start.lstrip(" \t"))
        levels = max(levels, markers + indent // 2)
        inner += min(markers, most_levels)
    if "|" in text:
        columns = max((match.group().count("|") for match in _DELIMITERS.finditer(text)), default=0)
    lines = text.count("\n") + text.count("\r") + 1
    again = text.count("\n[") + text.count("\n\\") + text.count("\n$")
    # each of these lines may start a definition or a formula, and is tried as one first
    return len(text) // _CHARACTERS + 2 * again + lines * (1 + min(levels, most_levels) + columns) + 4 * inner


def inline_cost(text: str) -> int:
    """Estimate the steps of the inline parser; deeply nested brackets exceed any budget."""
    depth = deepest = 0
    if text.count("[") > _BRACKET_DEPTH:
        for match in _BRACKET.finditer(text):
            depth = depth + 1 if match.group() == "[" else max(0, depth - 1)
            deepest = max(deepest, depth)
    return INLINE_BUDGET + 1 if deepest > _BRACKET_DEPTH else len(_SPECIAL.findall(text))
