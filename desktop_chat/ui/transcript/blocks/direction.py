"""Which way text runs, so that what stands around it is on its own side, and a stretch of it is found on screen."""

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
"""Scripts that run to the left, and the signs that turn the direction."""
_TOUCHING = 0.5
"""Pixels."""


def is_right_to_left(text: str) -> bool:
    """Say whether the first letter with a direction is of a script written from right to left."""
    if text.isascii():
        return False
    directions = (bidirectional(letter) for letter in text[:200])
    return next((direction for direction in directions if direction in {"L", "R", "AL"}), "L") != "L"


def begin_at_right(nodes: Sequence[Node]) -> bool:
    """Say whether a list item or a quote with these parts has its mark at the right."""
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
    """Return from where to where the letters between two positions of a line are; they need not be side by side."""
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
    """Return where the cursor stands before a letter."""
    x, _ = cast(tuple[float, int], line.cursorToX(position))
    return x
