"""Tab order of the transcript's controls, across all messages; lays out only what it passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QCursor

from desktop_chat.markdown.block import Kind
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, Control
from desktop_chat.ui.transcript.blocks.control_painter import ControlRef
from desktop_chat.ui.transcript.blocks.text_box import NOTE
from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.entries import BlockEntry, Entry
from desktop_chat.ui.transcript.selection.copying import slice_utf16
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.transcript.viewport.scroller import Placed

_MAY_BE_PRESSED = ("[", "【", "<", "://", "www.", "@", "`", "~~~", "    ", "\t", "!", "$", "|")
"""A block of Markdown without any of these has no link, image, code or table."""
_PLAIN_KINDS = frozenset({Kind.PARAGRAPH, Kind.HEADING, Kind.ITEM, Kind.QUOTE})
_SIDESTEP = 48
_MENU_GAP = 2
"""Pixels between a control and its menu."""


@dataclass(frozen=True, slots=True)
class Target:
    """A control, and the entry that it is in."""

    placed: Placed
    message_id: str
    control: Control
    number: int = 0
    """Its number among controls of the same name and value in the entry."""

    @property
    def ref(self) -> ControlRef:
        return ControlRef(self.placed.entry.key, self.message_id, self.control.name, self.control.value, self.number)


def controls_of(entry: Entry) -> list[tuple[Control, int]]:
    """Return the controls of an entry from top to bottom, each with its number among those of its name and value."""
    layout = entry.layout
    if layout is None:
        return []
    found = list(layout.controls)
    if isinstance(entry, BlockEntry):
        found += _links(entry, layout)
    found = [control for control in found if control.enabled and control.rects]
    found.sort(key=lambda control: (round(control.rects[0].top()), control.rects[0].left()))
    seen: dict[tuple[str, str], int] = {}
    numbered = []
    for control in found:
        like = (control.name, control.value)
        numbered.append((control, seen.get(like, 0)))
        seen[like] = seen.get(like, 0) + 1
    return numbered


def _links(entry: BlockEntry, layout: BlockLayout) -> Iterator[Control]:
    for control, link, box in layout.link_controls(entry.code.offset):
        words = slice_utf16(box.text, link.start, link.end)
        yield replace(control, label=tr("Footnote {number}", number=words) if link.name == NOTE else words)


class FocusChain:
    """Finds the next control, brings it into view, and scrolls wide contents sideways."""

    def __init__(self, page: TranscriptPage) -> None:
        self._page = page

    def target(self, ref: ControlRef) -> Target | None:
        """Return a control wherever it is; None when it no longer exists."""
        spot = self._page.document.spot_of(ref.message_id, ref.key)
        if spot is None:
            return None
        targets = self._targets_at(spot)
        place = _place_of(ref, [(target.control, target.number) for target in targets])
        return targets[place] if place is not None else None

    def in_view(self) -> list[Target]:
        """Return the controls whose centre is on screen, from top to bottom."""
        height = self._page.height
        return [
            target
            for placed in self._page.placed
            for target in self.targets_in(placed)
            if 0 <= placed.y + target.control.rects[0].center().y() < height
        ]

    def targets_in(self, placed: Placed) -> list[Target]:
        """Return the controls of an entry in view."""
        message_id = self._page.message_id(placed)
        return [Target(placed, message_id, control, number) for control, number in controls_of(placed.entry)]

    def next_target(self, ref: ControlRef | None, *, forward: bool) -> Target | None:
        """Return the control after another one, or before it; without one, where the focus enters."""
        spot = self._page.document.spot_of(ref.message_id, ref.key) if ref is not None else None
        if ref is None or spot is None:
            return self._first(forward=forward)
        targets = self._targets_at(spot)
        place = _place_of(ref, [(target.control, target.number) for target in targets])
        extras = (0 if forward else len(targets) - 1) if place is None else place + (1 if forward else -1)
        return targets[extras] if 0 <= extras < len(targets) else self._beyond(spot, forward=forward)

    def enter(self, message_id: str, *, forward: bool) -> Target | None:
        """Return where the focus goes from a message as a whole: to its first control, or to the one before it."""
        place = self._page.model.place_of(message_id)
        if place is None:
            return None
        first = Spot(place, 0)
        targets = self._targets_at(first) if forward else []
        return targets[0] if targets else self._beyond(first, forward=forward)

    def reveal(self, target: Target) -> Target:
        """Scroll just far enough to show a control. Returns it where it is now."""
        self._reveal_sideways(target)
        page = self._page
        height, edge = page.height, page.document.render_style.px(8)
        rect, spot = target.control.rects[0], target.placed.spot
        y = next((one.y for one in page.placed if one.spot == spot), None)
        if y is None:
            last = page.placed[-1].spot if page.placed else spot
            is_below = (spot.place, spot.index) > (last.place, last.index)
            top, bottom = round(rect.top()) - edge, round(rect.bottom()) - height + edge
            page.scroller.go_to_entry(spot, min(top, bottom) if is_below else top)
            page.show_changes()
        elif y + rect.bottom() > height - edge and y + rect.top() > edge:
            page.scroll_by(round(min(y + rect.bottom() - height + edge, y + rect.top() - edge)))
        elif y + rect.top() < edge and y + rect.bottom() < height - edge:
            page.scroll_by(round(y + rect.top()) - edge)
        return self.target(target.ref) or target

    def scroll_sideways(self, ref: ControlRef, *, right: bool) -> bool:
        """Scroll the pane that a control belongs to. False where nothing is hidden."""
        target = self.target(ref)
        if target is None or not isinstance(entry := target.placed.entry, BlockEntry) or entry.layout is None:
            return False
        number = _pane_of(target.control, entry.layout)
        if number is None:
            return False
        step = self._page.document.render_style.px(_SIDESTEP) * (1 if right else -1)
        entry.scroll_pane(number, entry.offset_of(number) + step)
        self._page.repaint_all()
        return True

    def _reveal_sideways(self, target: Target) -> None:
        entry, rect = target.placed.entry, target.control.rects[0]
        is_link = target.control.name in {"link", "placeholder", NOTE}
        if not is_link or not isinstance(entry, BlockEntry) or entry.layout is None:
            return
        for number, pane in enumerate(entry.layout.panes):
            inside = pane.rect.top() <= rect.center().y() < pane.rect.bottom()
            if inside and pane.hidden_width and not (pane.rect.left() <= rect.left() < pane.rect.right()):
                entry.scroll_pane(number, entry.offset_of(number) + rect.left() - pane.rect.left())

    def _first(self, *, forward: bool) -> Target | None:
        seen = self.in_view()
        if seen:
            return seen[0 if forward else -1]
        placed = self._page.placed
        return self._beyond(placed[-1 if forward else 0].spot, forward=forward) if placed else None

    def _beyond(self, spot: Spot, *, forward: bool) -> Target | None:
        document = self._page.document
        step = document.below if forward else document.above
        at = step(spot)
        while at is not None:
            if _may_be_pressed(document.item(at.place).entries[at.index]) and (targets := self._targets_at(at)):
                return targets[0 if forward else -1]
            at = step(at)
        return None

    def _targets_at(self, spot: Spot) -> list[Target]:
        y = next((one.y for one in self._page.placed if one.spot == spot), 0)
        return self.targets_in(Placed(y, spot, self._page.document.entry(spot)))


def rects_of(ref: ControlRef, entry: Entry) -> Sequence[QRectF]:
    """Return where a control is in its entry."""
    found = controls_of(entry)
    place = _place_of(ref, found)
    return found[place][0].rects if place is not None else ()


def _place_of(ref: ControlRef, found: Sequence[tuple[Control, int]]) -> int | None:
    """Return which of the controls it is; a button of code that has grown since is recognised by its name."""
    likes = [(control.name, control.value, number) for control, number in found]
    wanted = (ref.name, ref.value, ref.number)
    if wanted in likes:
        return likes.index(wanted)
    return next((place for place, like in enumerate(likes) if like[0] == ref.name != "link"), None)


def _may_be_pressed(entry: Entry) -> bool:
    """Return whether the layout may hold a control; cheaper than laying it out."""
    if not isinstance(entry, BlockEntry):
        return True
    block = entry.block
    if block.kind is Kind.CODE and block.continues:
        return False  # its controls are in an earlier part
    return block.kind not in _PLAIN_KINDS or any(mark in block.source for mark in _MAY_BE_PRESSED)


def _pane_of(control: Control, layout: BlockLayout) -> int | None:
    top = control.rects[0].top()
    return next((n for n, pane in enumerate(layout.panes) if pane.hidden_width and pane.rect.bottom() > top), None)


def rect_on_page(page: TranscriptPage, target: Target) -> QRect:
    """Return where a control is in the viewport."""
    rect = target.control.rects[0] if target.control.rects else QRectF()
    return rect.translated(page.column_x, target.placed.y).toAlignedRect()


def place_below(page: TranscriptPage, target: Target) -> QPoint:
    """Return where on the screen the menu of a control opens; for a clicked link, at the pointer."""
    if not target.control.rects:
        return QCursor.pos()
    rect = target.control.rects[0]
    at = QPoint(round(rect.left()) + page.column_x, target.placed.y + round(rect.bottom()) + _MENU_GAP)
    return page.viewport.mapToGlobal(at)
