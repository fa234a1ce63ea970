"""Finds where a paragraph that is too long may be cut: at the end of a line or a sentence, and never inside a formula,
emphasis, code or the words of a link.

Whether a place is one depends on the text before it and the letter after it only, so that text that streams in is cut
where the whole text is.
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
"""Characters above which a paragraph is cut where there is a place for it."""
LONGEST_PARAGRAPH = 16_000
"""Characters above which it is cut wherever that is."""
_LEAST = 1_500
"""Characters of a part."""
_ANY_SPACE_FROM = 12_000
_MAX_EFFORT = INLINE_BUDGET * 4 // 5
"""From so much on, in characters or for the inline parser, any space will do where nothing is open."""
_MAX_MARKS = 800
"""Marks that are looked at; a text with more is hardly meant for a reader."""
_STEP = 200
"""Characters whose effort is counted in one go."""
_REACH = {"`": 1_000, "$": 4_000, "\\": 4_000, "[": 1_000, "*": 4_000, "_": 4_000, "~": 4_000}
"""Characters after which a mark without its counterpart is taken for a letter."""
_MARK = re.compile(r"\n[ \t]*|\\[(\[]|\\.|`+|\$\$?|\*+|_+|~+|[\[\]]|[.!?…]+|[。！？]+", re.DOTALL)
_CLOSERS = re.compile(r"[\"'”’」』）)»]*")
_SPACE = re.compile(r"\s+")
_CLOSINGS = {"\\(": "\\)", "\\[": "\\]"}
_MONEY = re.compile(r"\$\d[\d.,]*[KMBkmb]?(?=[\s)\].,;:!?/]|$)")


class _Place(Enum):
    """What a place follows."""

    LINE = "line"
    SENTENCE = "sentence"
    SPACE = "space"


@dataclass(slots=True)
class _Scan:
    """What is open at a place of the text."""

    source: str
    open: list[tuple[str, int, int]] = field(default_factory=list)
    """Mark, how many of it, and where, of what began and did not end."""
    counts: Counter[str] = field(default_factory=Counter)
    """How often each mark is among these."""

    def is_open_at(self, place: int) -> bool:
        """Forget what is out of reach, the last first, until something is not."""
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
        """Take a run of emphasis marks. Returns whether it closed something."""
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
        """Close the last of a kind, and what began after it. Returns how many marks are left over."""
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
    """Return where the first part of a long paragraph ends and the next one starts; None where it is not cut yet."""
    start = _last_place(source[:PARAGRAPH_LIMIT])
    if start is None:
        start = next((place for place, _ in _places(source) if place > PARAGRAPH_LIMIT), None)
    if start is not None and start <= LONGEST_PARAGRAPH:
        return len(source[:start].rstrip()), start
    return _anywhere(source) if len(source) > LONGEST_PARAGRAPH else None


@lru_cache(maxsize=16)
def _last_place(head: str) -> int | None:
    """Return the last place in the first part, at a line's start rather than a sentence's; asked again with each delta
    while there is none."""
    last = {at: place for place, at in _places(head) if place >= _LEAST}
    return last.get(_Place.LINE) or last.get(_Place.SENTENCE)


def _anywhere(source: str) -> tuple[int, int]:
    end = LONGEST_PARAGRAPH
    spaces = [space for space in _SPACE.finditer(source, _ANY_SPACE_FROM, end) if space.end() < end]
    return spaces[-1].span() if spaces else (end, end)


def _places(source: str) -> Iterator[tuple[int, _Place]]:
    """Yield where a next part may start, in order."""
    scan = _Scan(source)
    at = counted = effort = 0
    for _ in range(_MAX_MARKS):
        mark = _MARK.search(source, at)
        if mark is None:
            return
        if mark.start() - counted > _STEP:
            effort += inline_cost(source[counted : mark.start()])
            counted = mark.start()
        if not scan.is_open_at(mark.start()):
            is_overdue = mark.start() > _ANY_SPACE_FROM or effort > _MAX_EFFORT
            if is_overdue and (space := _space_in(source, at, mark.start())):
                yield space, _Place.SPACE
        place, at = _take(scan, mark)
        if place and place < len(source) and not source[place].isspace() and not scan.is_open_at(place):
            yield place, _Place.LINE if mark.group()[0] == "\n" else _Place.SENTENCE


def _space_in(source: str, start: int, end: int) -> int:
    """Return the end of the first white space between two marks; 0 for none."""
    space = _SPACE.search(source, start, end)
    return space.end() if space is not None and space.end() < end else 0


def _take(scan: _Scan, mark: re.Match[str]) -> tuple[int, int]:
    """Read one mark. Returns where a next part may start, or 0, and where to read on."""
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
    """Step over quotes, brackets and marks that close what the sentence stood in, then over a space."""
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
    """Take a run of marks after a sentence if it only closes something."""
    is_open = scan.counts[mark.group()[0]] > 0
    after = scan.source[mark.end() : mark.end() + 1]
    return bool(is_open and after) and scan.run(mark.group()[0], mark.start(), mark.end())


def _after_opaque(source: str, mark: re.Match[str]) -> int:
    """Return where code or a formula ends, in which nothing else has a meaning."""
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
