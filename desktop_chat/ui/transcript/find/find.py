"""Find in a conversation: counts the hits, marks those in view, and goes from one to the next.

A session exists only while the find bar is open; without one, the transcript spends nothing on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal
from PySide6.QtGui import QPainter

from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.entries import HEADER, BlockEntry, Entry
from desktop_chat.ui.transcript.find.hit_marks import HitMark, mark_rects, paint_marks
from desktop_chat.ui.transcript.find.searcher import Hit, Searcher
from desktop_chat.ui.transcript.find.shown_text import ShownTexts
from desktop_chat.ui.transcript.selection.selection import Position
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.transcript.viewport.scroller import Placed

SLICE_S = 0.0025
"""Seconds of searching per slice; between slices the window handles events."""
_BETWEEN_SLICES_MS = 4
_GROWN_MS = 100
"""Delay between searches of growing text."""
_SLICES_UNREPORTED = 10
"""Slices between two reports of the counts."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What the bar shows: the number of the current hit, 0 for none, and how many there are so far."""

    ordinal: int = 0
    total: int = 0
    complete: bool = True


@dataclass(slots=True)
class _Seen:
    """The marks of an entry in view, valid for this layout."""

    layout: BlockLayout
    marks: list[HitMark]


class FindSession(QObject):
    """The search in one transcript while its bar is open."""

    changed = Signal()
    """There is a new tally."""

    def __init__(self, page: TranscriptPage) -> None:
        super().__init__(page)
        self._page = page
        self._find_query = FindQuery("")
        document = page.document
        self._searcher = Searcher(ShownTexts(page.model, lambda: (document.render_style, document.width)))
        self._current: tuple[str, Hit] | None = None
        self._goes = False
        """The hit that is sought will be shown."""
        self._steps: list[bool] = []
        """Steps asked for while one was under way: forward or not."""
        self._coming: Hit | None = None
        """The hit to show next; its message is long and still being split."""
        self._seen: dict[Entry, _Seen] = {}
        self._grown: set[int] = set()
        self._unreported = 0
        self._height = 0
        self._work = self._timer(0, self._go_on_in_view)
        self._look_again = self._timer(_GROWN_MS, self._search_grown)
        self._approach = self._timer(0, self._approach_hit)
        self._model = page.model
        self._model.rowsInserted.connect(self._on_inserted)
        self._model.dataChanged.connect(self._on_changed)
        self._model.modelReset.connect(self._on_reset)

    # --- what its bar asks for ------------------------------------------------------------------------------------

    @property
    def find_query(self) -> FindQuery:
        return self._find_query

    @property
    def complete(self) -> bool:
        """True when all hits are counted, and none is being sought or waits to be shown."""
        return self._searcher.complete and not self._searcher.seeking and self._coming is None

    @property
    def tally(self) -> Tally:
        ordinal = self._searcher.ordinal(self._current[1]) if self._current is not None else 0
        return Tally(ordinal, self._searcher.total, self.complete)

    @property
    def places(self) -> list[int]:
        """The messages that are known to have hits."""
        return self._searcher.places()

    def hits(self, place: int) -> list[Hit]:
        """Return the hits of a message."""
        return self._searcher.hits(place)

    def search(self, find_query: FindQuery, near: Hit | None = None) -> None:
        """Search from a hit on, by default from the current one or from what is in view."""
        if near is None:
            near = self._current[1] if self._current is not None else self._start()
        self._find_query, self._current, self._coming = find_query, None, None
        self._seen.clear()
        self._steps.clear()
        self._searcher.begin(find_query, near.place)
        self._seek(near, forward=True, goes=True)
        self._page.repaint_all()
        self.note_shown()

    def step(self, *, forward: bool) -> None:
        """Go to the next hit, or the one before; after the last comes the first."""
        if self._searcher.seeking and self._goes:
            self._steps.append(forward)
        elif self._current is None:
            self._seek(self._start(), forward=forward, goes=True)
        else:
            hit = self._current[1]
            self._seek(hit._replace(start=hit.start + 1) if forward else hit, forward=forward, goes=True)

    def leave(self) -> None:
        """End, and leave the current hit selected."""
        page = self._page
        self._work.stop()
        self._look_again.stop()
        self._approach.stop()
        self._model.disconnect(self)
        if self._current is not None and (mark := self._shown_mark(self._current[1])) is not None:
            message_id, hit = self._current
            start = Position(message_id, hit.key, mark.start)
            page.selection.cover(start, Position(message_id, hit.key, mark.end))
        page.repaint_all()
        self.deleteLater()

    # --- what its view asks for -----------------------------------------------------------------------------------

    def paint(self, painter: QPainter, one: Placed) -> None:
        """Mark the hits in an entry."""
        entry = one.entry
        if isinstance(entry, BlockEntry) and entry.layout is not None and (marks := self._marks(one.spot, entry)):
            paint_marks(entry.layout, painter, self._page.document.render_style, marks, entry.code.offset)

    def note_shown(self) -> None:
        """What is in view may have changed: mark it, and go on with what waited while it was hidden."""
        seen, self._seen = self._seen, {}
        for one in self._page.placed:
            entry = one.entry
            if not isinstance(entry, BlockEntry) or entry.layout is None:
                continue
            known = seen.get(entry)
            if known is not None:
                self._seen[entry] = known
            if self._marks(one.spot, entry) != (known.marks if known is not None else []):
                self._page.viewport.update(0, one.y, self._page.viewport.width(), entry.height)
        if not self._searcher.complete or self._grown:
            self._wake()
        if self._coming is not None and not self._approach.isActive():
            self._approach.start()
        if self._height != self._page.height:
            self._height = self._page.height
            self.changed.emit()

    # --- model events ----------------------------------------------------------------------------------------------

    def _on_inserted(self, _parent: QModelIndex, _first: int, _last: int) -> None:
        self._searcher.note_added()
        self._wake()

    def _on_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        self._grown.update(range(first.row(), last.row() + 1))
        if not self._look_again.isActive() and self._page.is_visible:
            self._look_again.start()

    def _on_reset(self) -> None:
        near = self._start()
        if self._current is not None:
            message_id, hit = self._current
            place = self._model.place_of(message_id)
            near = near if place is None else hit._replace(place=place)
            self._current = self._coming = None
        self._grown.clear()
        self._seen.clear()
        self._searcher.reset(near.place)
        self._seek(near, forward=True, goes=False)

    def _search_grown(self) -> None:
        grown, self._grown = self._grown, set()
        for place in grown:
            if place < self._model.rowCount():
                self._searcher.note_changed(place)
        self._wake()

    # --- searching bit by bit -----------------------------------------------------------------------------------------

    def _seek(self, near: Hit, *, forward: bool, goes: bool) -> None:
        self._goes = goes
        self._searcher.seek(near, forward=forward)
        self._go_on()

    def _wake(self) -> None:
        if self._page.is_visible and not self._work.isActive():
            if self._grown and not self._look_again.isActive():
                self._look_again.start()
            self._work.start(0 if self._searcher.seeking else _BETWEEN_SLICES_MS)

    def _go_on_in_view(self) -> None:
        """Search a slice, unless the transcript is hidden; `note_shown` resumes."""
        if self._page.is_visible:
            self._go_on()

    def _go_on(self) -> None:
        """Search for one slice."""
        late = time.perf_counter() + SLICE_S
        was_seeking = self._searcher.seeking
        more = self._searcher.work(lambda: time.perf_counter() > late)
        found = was_seeking and not self._searcher.seeking
        if found:
            self._arrive()
        else:
            self._check_current()
        self._unreported += 1
        if found or not more or self._unreported >= _SLICES_UNREPORTED:
            self._unreported = 0
            self.changed.emit()
        if self._searcher.seeking or not self._searcher.complete:
            self._wake()

    def _arrive(self) -> None:
        """The hit that was sought is found, or there is none."""
        hit, self._coming = self._searcher.sought, None
        self._current = None if hit is None else (self._model.row(hit.place).message.id, hit)
        if hit is not None and self._goes:
            self._coming = hit
            self._approach_hit()
        self._seen.clear()
        self._page.repaint_all()
        if self._steps:
            self.step(forward=self._steps.pop(0))

    def _approach_hit(self) -> None:
        """Show the next hit. A long message is split for it in slices, so that the window does not freeze."""
        hit, document = self._coming, self._page.document
        if hit is None:
            return
        if hit.place in document.long and self._page.is_visible:
            late = time.perf_counter() + SLICE_S
            document.prepare(hit.place, lambda: time.perf_counter() > late)
        if hit.place in document.long:
            if self._page.is_visible:
                self._approach.start()
            return
        self._coming = None
        self._reveal(hit)
        self.changed.emit()

    def _check_current(self) -> None:
        """If the text of the current hit has changed, make the next one current without scrolling."""
        if self._current is not None and not self._searcher.seeking and not self._searcher.knows(self._current[1]):
            self._goes = False
            self._searcher.seek(self._current[1], forward=True)

    def _start(self) -> Hit:
        """Return where the selection begins, or else the top of what is in view."""
        page = self._page
        if not page.placed:
            return Hit(0, HEADER, 0, 0)
        ends, last = page.selection.ends(), page.placed[-1]
        first = next((one for one in page.placed if one.y + one.entry.height > 0), page.placed[0])
        layout = first.entry.layout
        offset = layout.position_at(0, -first.y, {}) if layout is not None and first.y < 0 else 0
        top = Hit(first.spot.place, first.entry.key, offset, offset)
        if ends is not None and top[:3] <= ends[0] <= (last.spot.place, last.entry.key, ends[0][2]):
            return Hit(*ends[0], ends[0][2])
        return top

    # --- showing ------------------------------------------------------------------------------------------------------

    def _marks(self, spot: Spot, entry: BlockEntry) -> list[HitMark]:
        """Return the marks of an entry, from the text it shows now."""
        layout = entry.layout
        if layout is None or not self._find_query.folded:
            return []
        known = self._seen.get(entry)
        if known is None or known.layout is not layout:
            marks = [
                HitMark(*stretch)
                for stretch in self._find_query.find_utf16("\n".join([box.text for box in layout.boxes]))
            ]
            if marks and (number := self._number_of_current(spot, entry)) is not None:
                number = min(number, len(marks) - 1)
                marks[number] = marks[number]._replace(current=True)
            known = self._seen[entry] = _Seen(layout, marks)
        return known.marks

    def _number_of_current(self, spot: Spot, entry: BlockEntry) -> int | None:
        """Return how many hits of a block precede the current one; None when that is elsewhere."""
        if self._current is None:
            return None
        message_id, hit = self._current
        if hit.key != entry.key or self._model.row(spot.place).message.id != message_id:
            return None
        return self._searcher.number_in_block(hit)

    def _shown_mark(self, hit: Hit) -> HitMark | None:
        """Return the mark of a hit in the layout of its block."""
        found = self._entry_of(hit)
        if found is None:
            return None
        self._seen.pop(found[1], None)
        return _current(self._marks(*found))

    def _entry_of(self, hit: Hit) -> tuple[Spot, BlockEntry] | None:
        """Return the block of a hit, laid out; reasoning or a summary is unfolded for it."""
        page = self._page
        if hit.place >= len(page.document) or hit.place in page.document.long:
            return None
        item = page.document.item(hit.place)
        if (hit.key < 0 and not item.unfolded) or (hit.key >= 0 and item.hides_summary):
            item.unfolded, item.hides_summary = item.unfolded or hit.key < 0, item.hides_summary and hit.key < 0
            page.document.refresh(hit.place)
        while item.behind:
            page.document.refresh(hit.place)
        if (card := item.card_at(hit.key)) is not None and card.reveal(hit.key):
            item.note_choice()
            page.document.refresh(hit.place)
        spot = Spot(hit.place, item.index_of(hit.key))
        entry = page.document.entry(spot)
        return (spot, entry) if isinstance(entry, BlockEntry) and entry.key == hit.key else None

    def _reveal(self, hit: Hit) -> None:
        """Show a hit: in place when it is in view, else a third of the view below the top edge."""
        page, scroller = self._page, self._page.scroller
        anchor = scroller.anchor
        found = self._entry_of(hit)
        mark = self._shown_mark(hit)
        if found is None or mark is None:
            return
        spot, entry = found
        top, bottom = _show_sideways(entry, mark, page.document.render_style.px(24))
        height = page.height
        y = next((one.y for one in page.placed if one.entry is entry), None)
        room = page.document.render_style.text.pitch // 2
        if y is not None and y + top >= room and y + bottom <= height - room:
            scroller.go_to_entry(*anchor)
        else:
            scroller.go_to_entry(spot, round(top - height / 3))
        scroller.held = True
        page.show_changes()

    def _timer(self, interval: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=interval)
        timer.timeout.connect(slot)
        return timer


def _current(marks: Iterable[HitMark]) -> HitMark | None:
    return next((mark for mark in marks if mark.current), None)


def _show_sideways(entry: BlockEntry, mark: HitMark, margin: int) -> tuple[float, float]:
    """Scroll the pane of a hit until it is visible. Returns the hit's top and bottom in the block."""
    layout = entry.layout
    if layout is None:
        return 0.0, 0.0
    for place, box in enumerate(layout.boxes):
        rects = mark_rects(box, mark) if box.start <= mark.start <= box.end else []
        if not rects:
            continue
        number = layout.pane_of.get(place)
        if number is not None and layout.panes[number].hidden_width:
            pane = layout.panes[number]
            least = rects[0].right() + margin - pane.rect.right()
            most = rects[0].left() - margin - pane.rect.left()
            entry.scroll_pane(number, max(least, min(entry.offset_of(number), most)))
        return rects[0].top(), rects[-1].bottom()
    return 0.0, 0.0
