"""Guesses what a stretch of text will cost to parse, so that no text, however odd, can hold up the window."""

from __future__ import annotations

import re

BLOCK_BUDGET = 2_000
"""What one call of the block parser may cost: about 10 ms. An ordinary long item or quote costs a few hundred."""
MAX_BLOCK_LENGTH = 24_000
"""Characters that one block may have, unless it is cut into parts."""
INLINE_BUDGET = 1_000
"""Characters with a meaning that the inline parser may meet in one block; the rest is shown as it is written."""
_BRACKET_DEPTH = 8
_CHARACTERS = 20
_LINE_START = re.compile(r"^[ \t]*(?:(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))[ \t]*)+", re.MULTILINE)
_MARKER = re.compile(r">|[-+*](?=[ \t])|\d[.)]")
_DELIMITERS = re.compile(r"^[ \t>|:\-]*-[ \t|:\-]*$", re.MULTILINE)
_SPECIAL = re.compile(r"[\n*_`~\[<&\\!$]")
_BRACKET = re.compile(r"[\[\]]")


def block_cost(text: str, most_levels: int) -> int:
    """Return about how many steps the block parser needs: each line is looked at once per level it may be inside."""
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
    # each of these lines may begin a definition or a formula, and is read for that first
    return len(text) // _CHARACTERS + 2 * again + lines * (1 + min(levels, most_levels) + columns) + 4 * inner


def inline_cost(text: str) -> int:
    """Return about how many steps the inline parser needs; brackets inside brackets are beyond any budget."""
    depth = deepest = 0
    if text.count("[") > _BRACKET_DEPTH:
        for match in _BRACKET.finditer(text):
            depth = depth + 1 if match.group() == "[" else max(0, depth - 1)
            deepest = max(deepest, depth)
    return INLINE_BUDGET + 1 if deepest > _BRACKET_DEPTH else len(_SPECIAL.findall(text))
