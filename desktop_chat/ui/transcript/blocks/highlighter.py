"""Requests highlighting of the code in view, and applies the results in slices."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QTimer

from desktop_chat.core.highlighting import Highlighting, HighlightJob, JobState, LineMarks
from desktop_chat.markdown.block import Block, Kind
from desktop_chat.markdown.highlight import is_plain
from desktop_chat.markdown.nodes import Code, ItemList, Node, Quote
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.section import Section

MAY_HOLD_CODE = frozenset({Kind.CODE, Kind.ITEM, Kind.QUOTE})
_SLICE_S = 0.004
_PAUSE_MS = 8
_PATIENCE_MS = 120
"""Delay between highlighting runs of growing code."""
_MAX_CHARACTERS = 400_000
"""Longer code stays plain."""
_MAX_MARKS = 1_500
"""Marks painted in one part, usually 80 lines: laying them out takes about 6 ms. Ordinary code has 600."""


@dataclass(frozen=True, slots=True)
class Part:
    """The `number`th code of a block."""

    entry: BlockEntry
    number: int
    code: Code


@dataclass(slots=True)
class _Job:
    parts: list[Part]
    asked: HighlightJob
    done: list[LineMarks] = field(default_factory=list)
    """Marks of lines."""
    ready: list[tuple[LineMarks, ...]] = field(default_factory=list)
    """Marks of the first parts."""
    lines_used: int = 0

    def make_next_ready(self) -> None:
        """Give one more part its marks."""
        end = self.lines_used + self.parts[len(self.ready)].code.text.count("\n") + 1
        self.ready.append(_bounded(self.done[self.lines_used : end]))
        self.lines_used = end


class Highlighter(QObject):
    """Takes the code of blocks in view; the last request comes first."""

    def __init__(self, changed: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._changed = changed
        self._waiting: dict[tuple[BlockEntry, int], list[Part]] = {}
        self._asked: WeakKeyDictionary[BlockEntry, dict[int, tuple[str, ...]]] = WeakKeyDictionary()
        self._seen: WeakKeyDictionary[BlockEntry, tuple[int, Block, bool]] = WeakKeyDictionary()
        self._job: _Job | None = None
        self._highlighting: Highlighting | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._work)

    def use(self, highlighting: Highlighting) -> None:
        """Set the highlighter; without one, code stays plain."""
        self._highlighting = highlighting

    def ask(self, section: Section, entry: BlockEntry, *, running: bool) -> None:
        """Have the code of a block highlighted unless it is; a `running` message may still grow at its end."""
        kind, growing = entry.block.kind, running and entry.around.is_last
        if kind is Kind.CODE:
            parts = section.parts_of(entry)
            if running and not parts[-1].block.closed:
                parts = [entry]
            state = (len(parts), parts[-1].block, growing)
            if self._seen.get(parts[0]) == state:
                return
            self._seen[parts[0]] = state
            self._ask_for([Part(part, 0, code) for part in parts for code in _codes(part.nodes())], growing=growing)
        elif kind in {Kind.ITEM, Kind.QUOTE}:
            for number, code in enumerate(_codes(entry.nodes())):
                self._ask_for([Part(entry, number, code)], growing=growing)

    def stop(self) -> None:
        """Forget all requests."""
        self._waiting.clear()
        self._asked.clear()
        self._seen.clear()
        if self._job is not None:
            self._job.asked.cancelled = True
        self._job = None
        self._timer.stop()

    def _ask_for(self, parts: list[Part], *, growing: bool) -> None:
        if self._highlighting is None or not parts or is_plain(parts[0].code.language):
            return
        entry, number = parts[0].entry, parts[0].number
        asked = self._asked.setdefault(entry, {})
        texts = tuple(_whole_lines(part.code.text) if growing else part.code.text for part in parts)
        if asked.get(number) == texts or not any(texts):
            return
        asked[number] = texts
        self._waiting[entry, number] = [
            Part(part.entry, part.number, Code(text, part.code.language))
            for part, text in zip(parts, texts, strict=True)
        ]
        if not self._timer.isActive():
            self._timer.start(_PATIENCE_MS if growing else _PAUSE_MS)

    def _work(self) -> None:
        if self._job is None:
            self._job = self._next_job()
        if self._job is not None and self._highlighting is not None:
            self._highlighting.check()
            self._take(self._job)
        if self._job is not None or self._waiting:
            self._timer.start(_PAUSE_MS)

    def _take(self, job: _Job) -> None:
        """Take results for a part of a frame."""
        late = time.perf_counter() + _SLICE_S
        state = job.asked.state  # before its pieces: it is set after the last of them
        while job.asked.pieces:
            job.done += job.asked.pieces.popleft()
            if time.perf_counter() > late:
                return
        while state is JobState.DONE and len(job.ready) < len(job.parts):
            job.make_next_ready()
            if time.perf_counter() > late:
                return
        if state is not JobState.OPEN:
            self._finish(job)

    def _next_job(self) -> _Job | None:
        while self._waiting and self._highlighting is not None:
            _, parts = self._waiting.popitem()
            text = "\n".join([part.code.text for part in parts])
            if len(text) <= _MAX_CHARACTERS:
                asked = HighlightJob(parts[0].code.language, text)
                self._highlighting.ask(asked)
                return _Job(parts, asked)
        return None

    def _finish(self, job: _Job) -> None:
        """Show all marks at once; a dropped layout has to be made again in the same turn."""
        self._job = None
        for part, marks in zip(job.parts, job.ready, strict=False):
            part.entry.set_marks(part.number, part.code.text, marks)
        if job.ready:
            self._changed()


def _bounded(lines: list[LineMarks]) -> tuple[LineMarks, ...]:
    """Return the marks of a part, without those of its last lines that are too many for one layout."""
    left = _MAX_MARKS
    found = []
    for line in lines:
        left -= len(line)
        found.append(line if left >= 0 else ())
    return tuple(found)


def _codes(nodes: Iterable[Node]) -> Iterator[Code]:
    for node in nodes:
        match node:
            case Code():
                yield node
            case Quote(children):
                yield from _codes(children)
            case ItemList(items):
                for item in items:
                    yield from _codes(item.children)


def _whole_lines(text: str) -> str:
    return text[: text.rfind("\n") + 1]
