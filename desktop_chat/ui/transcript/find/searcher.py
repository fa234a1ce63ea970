"""Finds all hits in a conversation step by step, starting where the reader is. Independent of widgets and time."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Generator
from itertools import takewhile
from typing import NamedTuple, Protocol

from desktop_chat.markdown.find_prefilter import Batch, FindPrefilter
from desktop_chat.markdown.find_query import FindQuery

_SPAN = 64
"""Messages that are searched together."""
_BATCH = 100_000
"""Characters that the prefilter checks at once, unless a single message is longer."""

_NONE: array[int] = array("i")
_BLOCKS = 40
"""Blocks whose text is searched in one step."""

Steps = Generator[None]
"""Work that may pause at every step."""


class Hit(NamedTuple):
    """Where something was found. Sorts from top to bottom; positions are those of the layout."""

    place: int
    key: int
    start: int
    end: int


class SearchedTexts(Protocol):
    """What is searched: messages by their places."""

    def __len__(self) -> int: ...

    def sources(self, first: int, end: int) -> tuple[list[tuple[int, str]], list[int]]:
        """Return the Markdown of messages with their places, and the places of those that still grow."""
        ...

    def read(self, place: int, may_hit: Callable[[str], bool]) -> Generator[None, None, list[tuple[int, str]]]:
        """Return keys and texts of the blocks that may have a hit, from top to bottom."""
        ...


class Searcher:
    """Knows the hits of one query. Call `work` to let it search, and the others to say what changed."""

    def __init__(self, texts: SearchedTexts) -> None:
        self._texts = texts
        self._find_query = FindQuery("")
        self._prefilter = FindPrefilter(self._find_query)
        self._spans: list[tuple[int, int]] = []
        self._batches: dict[int, tuple[list[Batch], list[int]]] = {}
        self._chosen: dict[int, list[int]] = {}
        """Places that may have hits, by their span."""
        self._hits: dict[int, array[int]] = {}
        """Key, start and end of each hit, one after the other, by place."""
        self._stale: set[int] = set()
        self._seek: Steps | None = None
        self._count: Steps | None = None
        self._refresh: Steps | None = None
        self._read_before: dict[int, list[tuple[int, str, int]]] = {}
        """For messages that grow: keys and texts of the blocks read, and the length of the hits up to each."""
        self._serial = 0
        self._newest: dict[int, int] = {}
        """The serial number of the reading that a message's hits are from."""
        self.total = 0
        self.sought: Hit | None = None
        """The result of the last `seek`."""
        self._divide()

    # --- what is known ------------------------------------------------------------------------------------------

    @property
    def seeking(self) -> bool:
        """True until the hit that is sought is found, or there is none."""
        return self._seek is not None

    @property
    def complete(self) -> bool:
        """True when every hit is counted."""
        return self._count is None and self._refresh is None and not self._stale

    def hits(self, place: int) -> list[Hit]:
        """Return the known hits of a message."""
        known = self._hits.get(place, _NONE)
        return [self._hit(place, number) for number in range(len(known) // 3)]

    def ordinal(self, hit: Hit) -> int:
        """Return the number of a hit among the known ones, from 1."""
        before = sum([len(known) for place, known in self._hits.items() if place < hit.place])
        return before // 3 + self._number(hit) + 1

    def number_in_block(self, hit: Hit) -> int:
        """Return how many hits precede one in its block."""
        return self._number(hit) - self._number(Hit(hit.place, hit.key, -1, -1))

    def places(self) -> list[int]:
        """Return the messages that are known to have hits."""
        return [place for place, known in self._hits.items() if known]

    def knows(self, hit: Hit) -> bool:
        """Return whether a hit still exists."""
        number = self._number(hit)
        return 3 * number < len(self._hits.get(hit.place, _NONE)) and self._hit(hit.place, number) == hit

    def _hit(self, place: int, number: int) -> Hit:
        known = self._hits[place]
        return Hit(place, known[3 * number], known[3 * number + 1], known[3 * number + 2])

    def _number(self, hit: Hit) -> int:
        """Return how many hits of a message precede a position in it."""
        known = self._hits.get(hit.place, _NONE)
        numbers = range(len(known) // 3)
        return bisect_left(numbers, hit[1:3], key=lambda number: (known[3 * number], known[3 * number + 1]))

    # --- what is to be done ---------------------------------------------------------------------------------------

    def begin(self, find_query: FindQuery, place: int) -> None:
        """Search for something else, starting at a message."""
        self._find_query, self._prefilter = find_query, FindPrefilter(find_query)
        self._forget()
        if find_query.folded:
            self._count = self._count_all(place)

    def seek(self, near: Hit, *, forward: bool) -> None:
        """Look for the first hit not before `near`, or the last one before it; wrap around at the end."""
        self.sought = None
        self._seek = self._seek_from(near, forward=forward) if self._find_query.folded else None

    def reset(self, place: int) -> None:
        """The messages were replaced: start again."""
        self._divide()
        self.begin(self._find_query, place)

    def note_added(self) -> None:
        """Messages were added at the end."""
        first = self._spans[-1][1] if self._spans else 0
        self._spans.append((first, len(self._texts)))
        if self._find_query.folded:
            self._stale.update(range(first, len(self._texts)))

    def note_changed(self, place: int) -> None:
        """A message has changed."""
        if self._find_query.folded:
            self._stale.add(place)

    def work(self, is_out_of_time: Callable[[], bool]) -> bool:
        """Go on until the time budget is used up or the sought hit is found. Returns whether there is more to do."""
        while not is_out_of_time():
            if self._seek is not None:
                if not self._step(self._seek):
                    self._seek = None
                    break
            elif self._refresh is not None or self._stale:
                if self._refresh is None:
                    self._refresh = self._read(self._stale.pop())
                if not self._step(self._refresh):
                    self._refresh = None
            elif self._count is None or not self._step(self._count):
                self._count = None
                break
        return self._seek is not None or not self.complete

    @staticmethod
    def _step(steps: Steps) -> bool:
        """Return whether there are more steps after this one."""
        try:
            next(steps)
        except StopIteration:
            return False
        return True

    # --- how it is done ---------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._chosen, self._hits, self._stale = {}, {}, set()
        self._seek = self._count = self._refresh = None
        self._read_before, self._newest = {}, {}
        self.total, self.sought = 0, None

    def _divide(self) -> None:
        """Divide the messages into spans that are searched together."""
        count = len(self._texts)
        self._spans = [(first, min(first + _SPAN, count)) for first in range(0, count, _SPAN)]
        self._batches = {}

    def _span_of(self, place: int) -> int:
        """Return the span of a message; the last one beyond the end."""
        return max(0, min(bisect_left(self._spans, place, key=lambda span: span[1] - 1), len(self._spans) - 1))

    def _candidates(self, number: int) -> Generator[None, None, list[int]]:
        """Return the places in a span that may have hits."""
        chosen = self._chosen.get(number)
        if chosen is None:
            batches, growing = self._batches_of(number)
            chosen = list(growing)
            for batch in batches:
                chosen += batch.candidates(self._prefilter)
                yield
            chosen = self._chosen[number] = sorted(set(chosen))
        return chosen

    def _batches_of(self, number: int) -> tuple[list[Batch], list[int]]:
        """Return the texts of a span in batches, and the places of messages that still grow."""
        known = self._batches.get(number)
        if known is None:
            texts, growing = self._texts.sources(*self._spans[number])
            parts: list[list[tuple[int, str]]] = [[]]
            size = 0
            for named in texts:
                if size > _BATCH:
                    parts.append([])
                    size = 0
                parts[-1].append(named)
                size += len(named[1])
            known = self._batches[number] = [Batch(part) for part in parts if part], growing
        return known

    def _read(self, place: int) -> Steps:
        """Find the hits of a message; blocks that have not changed are not searched again."""
        serial = self._serial = self._serial + 1
        texts = yield from self._texts.read(place, self._prefilter.passes)
        before = self._read_before.get(place, [])
        same = sum(1 for _ in takewhile(_is_same, zip(before, texts, strict=False)))
        found = self._hits.get(place, _NONE)[: before[same - 1][2] if same else 0]
        read = before[:same]
        for number, (key, text) in enumerate(texts[same:], 1):
            for start, end in self._find_query.find_utf16(text):
                found.extend((key, start, end))
            read.append((key, text, len(found)))
            if number % _BLOCKS == 0:
                yield
        if self._newest.get(place, 0) > serial:
            return  # a later reading has finished already
        self._newest[place] = serial
        self.total += (len(found) - len(self._hits.get(place, _NONE))) // 3
        self._hits[place] = found
        if self._texts.sources(place, place + 1)[1]:
            self._read_before[place] = read

    def _count_all(self, place: int) -> Steps:
        start = self._span_of(place)
        for number in (*range(start, len(self._spans)), *range(start)):
            for candidate in (yield from self._candidates(number)):
                if candidate not in self._hits:
                    yield from self._read(candidate)
                    yield

    def _seek_from(self, near: Hit, *, forward: bool) -> Steps:
        count, step = len(self._spans), 1 if forward else -1
        for turn in range(count + 1 if count else 0):
            candidates = yield from self._candidates((self._span_of(near.place) + turn * step) % count)
            if turn in {0, count}:  # of the first span only the part beyond the place, and at last all of it
                candidates = [
                    one for one in candidates if turn or (one >= near.place if forward else one <= near.place)
                ]
            for place in candidates if forward else reversed(candidates):
                if place not in self._hits:
                    yield from self._read(place)
                    yield
                beyond = near if place == near.place and not turn else None
                if (found := self._nearest(place, beyond, forward=forward)) is not None:
                    self.sought = found
                    return

    def _nearest(self, place: int, beyond: Hit | None, *, forward: bool) -> Hit | None:
        """Return the first or last hit of a message, after or before `beyond` if given."""
        first, end = 0, len(self._hits[place]) // 3
        if beyond is not None:
            cut = self._number(beyond)
            first, end = (cut, end) if forward else (first, cut)
        return self._hit(place, first if forward else end - 1) if first < end else None


def _is_same(pair: tuple[tuple[int, str, int], tuple[int, str]]) -> bool:
    """Return whether a block shows the very text that was read before."""
    before, now = pair
    return before[0] == now[0] and before[1] is now[1]
