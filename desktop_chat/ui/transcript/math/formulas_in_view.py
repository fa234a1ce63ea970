"""Has the formulas set that are in view, and puts them in the place of their sources without moving what is read."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from desktop_chat.markdown.nodes import Span, Style
from desktop_chat.ui.transcript.blocks.text_box import len_utf16
from desktop_chat.ui.transcript.math.formula_setter import FormulaSetter

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
    from desktop_chat.ui.transcript.blocks.text_box import TextBox
    from desktop_chat.ui.transcript.entries import Entry
    from desktop_chat.ui.transcript.math.formulas import FormulaKey
    from desktop_chat.ui.transcript.view import TranscriptView


class FormulasInView:
    """Nothing is done for text without formulas."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._setter = FormulaSetter(lambda: view.document.render_style.formulas, self._show, view)
        self._before: dict[Entry, BlockLayout] = {}

    def ask(self) -> None:
        """Have those set that are missing in view."""
        if self._view.document.render_style.formulas.missed:
            layouts = [one.entry.layout for one in self._view.placed]
            self._setter.ask([key for layout in layouts if layout is not None for key in layout.waiting])

    def stop(self) -> None:
        """Set nothing while nobody sees it."""
        self._setter.stop()

    def _show(self, came: set[FormulaKey]) -> None:
        view = self._view
        view.line_anchor.hold()
        self._before = view.document.drop_waiting(came)
        view.line_anchor.renumber(self._renumbered)
        view.selection.renumber(self._renumbered)
        self._before = {}
        view.show_changes()

    def _renumbered(self, message_id: str, key: int, position: int) -> int:
        """Return the new number of a letter: a formula is one character, its source is many."""
        document = self._view.document
        place = document.model.place_of(message_id)
        if place is None or not self._before:
            return position
        item = document.item(place)
        entry = item.entries[item.index_of(key)]
        old = self._before.get(entry)
        return position if old is None else moved(old, entry.laid_out(document.render_style, document.width), position)


def moved(old: BlockLayout, new: BlockLayout, position: int) -> int:
    """Return where a letter of a block is when some of its formulas have taken the place of their sources."""
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
