"""Finds where to split a paragraph that is too long: at the end of a line or a sentence, and never inside a formula,
emphasis, code or link text.

The decision depends only on the text before a position and the character after it, so streamed text is split in the
same places as the complete text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from desktop_chat.markdown.emphasis import flanking
from desktop_chat.markdown.parse_budget import INLINE_BUDGET, inline_cost

PARAGRAPH_LIMIT = 3_000
"""Characters above which a paragraph is split at the next good position."""
LONGEST_PARAGRAPH = 16_000
"""Characters above which it is split anywhere."""
_MIN_PART = 1_500
"""Characters of a part."""
_ANY_SPACE_FROM = 12_000
_MAX_COST = INLINE_BUDGET * 4 // 5
"""Above either, in characters or inline parsing cost, any space will do if nothing is open."""
_MAX_MARKS = 800
"""Marks that are scanned; a text with more is hardly meant to be read."""
_STEP = 200
"""Characters whose cost is estimated in one go."""
_REACH = {"`": 1_000, "$": 4_000, "\\": 4_000, "[": 1_000, "*": 4_000, "_": 4_000, "~": 4_000}
"""Characters after which an unmatched mark counts as plain text."""
_MARK = re.compile(r"\n[ \t]*|\\[(\[]|\\.|`+|\$\$?|\*+|_+|~+|[\[\]]|[.!?…]+|[。！？]+", re.DOTALL)
_CLOSERS = re.compile(r"[\"'”’」』）)»]*")
_SPACE = re.compile(r"\s+")
_CLOSINGS = {"\\(": "\\)", "\\[": "\\]"}
_MONEY = re.compile(r"\$\d[\d.,]*[KMBkmb]?(?=[\s)\].,;:!?/]|$)")


class _Place(Enum):
    """What precedes a split position."""

    LINE = "line"
    SENTENCE = "sentence"
    SPACE = "space"


@dataclass(slots=True)
class _Scan:
    """The constructs that are open at a position."""

    source: str
    open: list[tuple[str, int, int]] = field(default_factory=list)
    """Mark, count and position of each unclosed opener."""
    counts: Counter[str] = field(default_factory=Counter)
    """The number of openers per mark."""

    def is_open_at(self, place: int) -> bool:
        """Return whether a construct is open at a position; drops openers that are out of reach."""
        while self.open:
            mark, _, at = self.open[-1]
            if place - at < _REACH[mark]:
                return True
            self.open.pop()
            self.counts[mark] -= 1
        return False

    def _begin(self, mark: str, count: int, at: int) -> None:
        self.open.append((mark, count, at))
        self.counts[mark] += 1

    def bracket(self, mark: str, at: int) -> None:
        if mark == "[":
            self._begin(mark, 1, at)
        else:
            self._close("[", 1)

    def run(self, mark: str, start: int, end: int) -> bool:
        """Process a run of emphasis marks. Returns whether it closed something."""
        before = self.source[start - 1] if start else " "
        after = self.source[end] if end < len(self.source) else " "
        count, closed = end - start, 0
        can_open, can_close = flanking(before, after, mark, count)
        if can_close:
            closed = count - self._close(mark, count)
        if can_open and closed < count:
            self._begin(mark, count - closed, start)
        return closed > 0

    def _close(self, mark: str, count: int) -> int:
        """Close the last opener of a kind, and those after it. Returns how many marks are left over."""
        while count and self.counts[mark]:
            number = at = 0
            kind = ""
            while kind != mark:
                kind, number, at = self.open.pop()
                self.counts[kind] -= 1
            if number > count:
                self._begin(mark, number - count, at)
                return 0
            count -= number
        return count


def paragraph_split(source: str) -> tuple[int, int] | None:
    """Return the end of a long paragraph's first part and the start of the next; None if it is not split yet."""
    start = _last_place(source[:PARAGRAPH_LIMIT])
    if start is None:
        start = next((place for place, _ in _places(source) if place > PARAGRAPH_LIMIT), None)
    if start is not None and start <= LONGEST_PARAGRAPH:
        return len(source[:start].rstrip()), start
    return _anywhere(source) if len(source) > LONGEST_PARAGRAPH else None


@lru_cache(maxsize=16)
def _last_place(head: str) -> int | None:
    """Return the last position in the first part, preferring line starts to sentences; called for each delta while
    there is none."""
    last = {at: place for place, at in _places(head) if place >= _MIN_PART}
    return last.get(_Place.LINE) or last.get(_Place.SENTENCE)


def _anywhere(source: str) -> tuple[int, int]:
    end = LONGEST_PARAGRAPH
    spaces = [space for space in _SPACE.finditer(source, _ANY_SPACE_FROM, end) if space.end() < end]
    return spaces[-1].span() if spaces else (end, end)


def _places(source: str) -> Iterator[tuple[int, _Place]]:
    """Yield the positions at which a part may start, in order."""
    scan = _Scan(source)
    at = counted = cost = 0
    for _ in range(_MAX_MARKS):
        mark = _MARK.search(source, at)
        if mark is None:
            return
        if mark.start() - counted > _STEP:
            cost += inline_cost(source[counted : mark.start()])
            counted = mark.start()
        if not scan.is_open_at(mark.start()):
            is_overdue = mark.start() > _ANY_SPACE_FROM or cost > _MAX_COST
            if is_overdue and (space := _space_in(source, at, mark.start())):
                yield space, _Place.SPACE
        place, at = _take(scan, mark)
        if place and place < len(source) and not source[place].isspace() and not scan.is_open_at(place):
            yield place, _Place.LINE if mark.group()[0] == "\n" else _Place.SENTENCE


def _space_in(source: str, start: int, end: int) -> int:
    """Return the end of the first white space between two marks; 0 if none."""
    space = _SPACE.search(source, start, end)
    return space.end() if space is not None and space.end() < end else 0


def _take(scan: _Scan, mark: re.Match[str]) -> tuple[int, int]:
    """Process one mark. Returns where a part may start, or 0, and where to continue."""
    text, end = mark.group(), mark.end()
    if text[0] == "\n":
        return end, end
    if text[0] in ".!?…。！？":
        return _after_sentence(scan, end, is_wide=text[-1] in "。！？")
    if text[0] in "*_~":
        scan.run(text[0], mark.start(), end)
    elif text[0] in "[]":
        scan.bracket(text[0], mark.start())
    elif text[0] in "`$" or text in _CLOSINGS:
        return 0, _after_opaque(scan.source, mark)
    return 0, end


def _after_sentence(scan: _Scan, end: int, *, is_wide: bool) -> tuple[int, int]:
    """Skip quotes, brackets and marks that close what the sentence was in, then a space."""
    source = scan.source
    while True:
        closers = _CLOSERS.match(source, end)
        end = closers.end() if closers is not None else end
        mark = _MARK.match(source, end)
        if mark is None or mark.group()[0] not in "*_~" or not _closes(scan, mark):
            break
        end = mark.end()
    space = _SPACE.match(source, end)
    if space is not None:
        return (space.end() if "\n" not in space.group() else 0), end if "\n" in space.group() else space.end()
    return (end if is_wide and end < len(source) else 0), end


def _closes(scan: _Scan, mark: re.Match[str]) -> bool:
    """Process a run of marks after a sentence if it only closes something."""
    is_open = scan.counts[mark.group()[0]] > 0
    after = scan.source[mark.end() : mark.end() + 1]
    return bool(is_open and after) and scan.run(mark.group()[0], mark.start(), mark.end())


def _after_opaque(source: str, mark: re.Match[str]) -> int:
    """Return the end of code or a formula, in which no other mark has a meaning."""
    text, start, end = mark.group(), mark.start(), mark.end()
    before, after = source[start - 1 : start], source[end : end + 1]
    if text == "$" and (_MONEY.match(source, start) or after.isspace() or before.isalnum()):
        return end
    reach = start + _REACH[text[0]]
    if text[0] == "`":
        closing = re.compile(rf"(?<!`){text}(?!`)").search(source, end, reach)
        return closing.end() if closing is not None else reach
    closed = source.find(_CLOSINGS.get(text, text), end, reach)
    while text[0] == "$" and closed > 0 and source[closed - 1] == "\\":
        closed = source.find(text, closed + 1, reach)
    return closed + len(text) if closed >= 0 else reach
