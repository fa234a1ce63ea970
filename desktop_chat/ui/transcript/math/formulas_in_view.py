"""Has the formulas in view typeset, and shows them instead of their sources without moving what is being read."""

from __future__ import annotations

from bisect import bisect_right

from desktop_chat.markdown.nodes import Span, Style
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.blocks.text_box import TextBox, len_utf16
from desktop_chat.ui.transcript.entries import Entry
from desktop_chat.ui.transcript.math.formula_typesetter import FormulaTypesetter
from desktop_chat.ui.transcript.math.formulas import FormulaKey
from desktop_chat.ui.transcript.transcript_page import TranscriptPage


class FormulasInView:
    """Does nothing for text without formulas."""

    def __init__(self, page: TranscriptPage) -> None:
        self._page = page
        self._typesetter = FormulaTypesetter(lambda: page.document.render_style.formulas, self._show, page)
        self._before: dict[Entry, BlockLayout] = {}

    def ask(self) -> None:
        """Typeset the formulas in view that are not yet."""
        if self._page.document.render_style.formulas.missed:
            layouts = [one.entry.layout for one in self._page.placed]
            self._typesetter.ask([key for layout in layouts if layout is not None for key in layout.waiting])

    def stop(self) -> None:
        """Set nothing while the transcript is hidden."""
        self._typesetter.stop()

    def _show(self, came: set[FormulaKey]) -> None:
        page = self._page
        page.line_anchor.hold()
        self._before = page.document.drop_waiting(came)
        page.line_anchor.renumber(self._renumbered)
        page.selection.renumber(self._renumbered)
        self._before = {}
        page.show_changes()

    def _renumbered(self, message_id: str, key: int, position: int) -> int:
        """Return the new position of a character: a formula is one character, its source is many."""
        document = self._page.document
        place = document.model.place_of(message_id)
        if place is None or not self._before:
            return position
        item = document.item(place)
        entry = item.entries[item.index_of(key)]
        old = self._before.get(entry)
        return position if old is None else moved(old, entry.laid_out(document.render_style, document.width), position)


def moved(old: BlockLayout, new: BlockLayout, position: int) -> int:
    """Return where a character of a block is after some of its formulas have replaced their sources."""
    place = bisect_right(old.starts, position) - 1
    if place < 0 or len(old.boxes) != len(new.boxes):
        return min(position, new.length)
    before, after = old.boxes[place], new.boxes[place]
    return after.start + _moved_in(before, after, position - old.starts[place])


def _moved_in(before: TextBox, after: TextBox, offset: int) -> int:
    found = 0
    for old, new in zip(before.spans, after.spans, strict=False):
        length, shown = _length(old), _length(new)
        if offset < length:
            return found + (min(offset, shown) if length == shown else 0)
        offset -= length
        found += shown
    return min(found + offset, after.end - after.start)


def _length(span: Span) -> int:
    return 1 if span.style & Style.MATH else len_utf16(span.text)
