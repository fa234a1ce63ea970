"""Repaints only what a change made look different, and moves what only moved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, changed_from
from desktop_chat.ui.transcript.entries import Entry
from desktop_chat.ui.transcript.viewport.scroller import Placed


class _Seen(NamedTuple):
    y: int
    height: int
    layout: BlockLayout | None
    has_caret: bool
    line_count: int


class DamageTracker:
    """Remembers the last frame of a scroll area's viewport."""

    def __init__(self, area: QAbstractScrollArea) -> None:
        self._area = area
        self._seen: dict[Entry, _Seen] = {}

    def forget(self) -> None:
        """Repaint everything next time."""
        self._seen = {}

    def show(self, placed: Iterable[Placed], caret: Entry | None) -> None:
        """Repaint the viewport where it does not show these entries yet; `caret` is the one with a caret."""
        before = self._seen
        now = self._seen = {
            one.entry: _Seen(one.y, one.entry.height, one.entry.layout, one.entry is caret, one.entry.line_count)
            for one in placed
        }
        kept = next((entry for entry in now if entry in before), None)
        move = now[kept].y - before[kept].y if kept is not None else 0
        if kept is None or abs(move) >= self._area.viewport().height():
            self._area.viewport().update()
            return
        if move:
            self._move_by(move)
        for entry, seen in now.items():
            old = before.pop(entry, None)
            if old is None:
                self._repaint(seen.y, seen.height)
            elif old.y + move != seen.y:
                self._repaint(old.y + move, old.height)
                self._repaint(seen.y, seen.height)
            elif old.layout is not seen.layout or old[1:] != seen[1:]:
                self._repaint_changes(old, seen)
        for old in before.values():
            self._repaint(old.y + move, old.height)

    def _move_by(self, pixels: int) -> None:
        """Move what is on screen. Where another widget covers the viewport, Qt would repaint it all: then only the part
        above or below that widget is moved, and the rest repainted."""
        viewport = self._area.viewport()
        area = viewport.geometry()
        top, bottom = 0, area.height()
        for covered in self._covered():
            if covered.center().y() > area.center().y():
                bottom = min(bottom, covered.top() - area.top())
            else:
                top = max(top, covered.bottom() + 1 - area.top())
        if (top, bottom) == (0, area.height()):
            viewport.scroll(0, pixels)
        elif bottom - top <= abs(pixels):
            viewport.update()
        else:
            viewport.scroll(0, pixels, QRect(0, top, area.width(), bottom - top))
            self._repaint(0, top)
            self._repaint(bottom, area.height() - bottom)

    def _covered(self) -> list[QRect]:
        """Return where other widgets cover the viewport, in the area's coordinates."""
        viewport = self._area.viewport()
        shown = [
            other
            for other in self._area.children()
            if isinstance(other, QWidget) and other is not viewport and other.isVisible()
        ]
        return [covered for other in shown if not (covered := other.geometry() & viewport.geometry()).isEmpty()]

    def _repaint_changes(self, old: _Seen, seen: _Seen) -> None:
        """Repaint an entry that has not moved, from the first line that looks different."""
        if old.layout is not seen.layout or (old.height, old.has_caret) != (seen.height, seen.has_caret):
            top = int(changed_from(old.layout, seen.layout))
            self._repaint(seen.y + top, max(seen.height, old.height) - top)
        if old.line_count != seen.line_count:
            self._repaint_head(seen)

    def _repaint_head(self, seen: _Seen) -> None:
        """Repaint the head of a code card, whose number of lines has changed."""
        if seen.layout is not None and seen.layout.heads:
            head = seen.layout.heads[0].rect
            self._repaint(seen.y + int(head.top()), int(head.height()) + 1)

    def _repaint(self, y: int, height: int) -> None:
        viewport = self._area.viewport()
        viewport.update(0, y, viewport.width(), height)
