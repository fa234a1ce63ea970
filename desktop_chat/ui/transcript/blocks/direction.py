"""Text direction, for placing markers and finding ranges on screen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast
from unicodedata import bidirectional

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextLine

from desktop_chat.markdown.nodes import ItemList, Node, Quote, Text

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Scripts that run from right to left, and the control characters that change the direction."""
_TOUCHING = 0.5
"""Pixels between runs that count as one."""


def is_right_to_left(text: str) -> bool:
    """Return whether the first character with a direction is of a script written from right to left."""
    if text.isascii():
        return False
    directions = (bidirectional(letter) for letter in text[:200])
    return next((direction for direction in directions if direction in {"L", "R", "AL"}), "L") != "L"


def begin_at_right(nodes: Sequence[Node]) -> bool:
    """Return whether a list item or a quote with these parts has its marker at the right."""
    for node in nodes[:1]:
        match node:
            case Text():
                return any(not span.text.isascii() for span in node.spans) and is_right_to_left(
                    "".join(span.text for span in node.spans)
                )
            case Quote():
                return begin_at_right(node.children)
            case ItemList():
                return begin_at_right(node.items[0].children) if node.items else False
    return False


def stretches(text: str, line: QTextLine, first: int, last: int) -> list[tuple[float, float]]:
    """Return the ranges of x between two positions of a line; text in two directions may have several."""
    plain = first == last or text.isascii() or _RIGHT_TO_LEFT.search(text) is None
    runs = [] if plain else line.glyphRuns(first, last - first)
    if not runs:
        ends = x_of(line, first), x_of(line, last)
        return [(min(ends), max(ends))]
    found: list[tuple[float, float]] = []
    for rect in sorted((run.boundingRect() for run in runs), key=QRectF.left):
        if found and rect.left() <= found[-1][1] + _TOUCHING:
            found[-1] = (found[-1][0], max(found[-1][1], rect.right()))
        else:
            found.append((rect.left(), rect.right()))
    return found


def x_of(line: QTextLine, position: int) -> float:
    """Return the x of a position in a line."""
    x, _ = cast(tuple[float, int], line.cursorToX(position))
    return x
