"""What is on screen: after a change only that is repainted which looks different, and what only moved is moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop_chat.ui.transcript.block_layout import BlockLayout, changed_from
from desktop_chat.ui.transcript.entries import Entry
from desktop_chat.ui.transcript.scroller import Placed


@dataclass(frozen=True, slots=True)
class _Seen:
    y: int
    height: int
    layout: BlockLayout | None
    has_caret: bool
    lines_told: int


class Screen:
    """Remembers the last frame of a viewport."""

    def __init__(self, viewport: QWidget) -> None:
        self._viewport = viewport
        self._seen: dict[Entry, _Seen] = {}

    def forget(self) -> None:
        """Repaint everything the next time."""
        self._seen = {}

    def show(self, placed: Iterable[Placed], caret: Entry | None) -> None:
        """Have the viewport repainted where it does not show this already; `caret` is the entry that has one."""
        before = self._seen
        now = self._seen = {
            one.entry: _Seen(one.y, one.entry.height, one.entry.layout, one.entry is caret, one.entry.lines_told)
            for one in placed
        }
        kept = next((entry for entry in now if entry in before), None)
        move = now[kept].y - before[kept].y if kept is not None else 0
        if kept is None or abs(move) >= self._viewport.height():
            self._viewport.update()
            return
        if move:
            self._viewport.scroll(0, move)
        for entry, seen in now.items():
            old = before.pop(entry, None)
            if old is None:
                self._repaint(seen.y, seen.height)
            elif old.y + move != seen.y:
                self._repaint(old.y + move, old.height)
                self._repaint(seen.y, seen.height)
            elif (old.layout, old.height, old.has_caret) != (seen.layout, seen.height, seen.has_caret):
                top = int(changed_from(old.layout, seen.layout))
                self._repaint(seen.y + top, max(seen.height, old.height) - top)
            self._show_head(old, seen)
        for old in before.values():
            self._repaint(old.y + move, old.height)

    def _show_head(self, old: _Seen | None, seen: _Seen) -> None:
        """Have the head of a code card repainted when lines came further down."""
        if old is not None and old.lines_told != seen.lines_told and seen.layout is not None and seen.layout.heads:
            head = seen.layout.heads[0].rect
            self._repaint(seen.y + int(head.top()), int(head.height()) + 1)

    def _repaint(self, y: int, height: int) -> None:
        self._viewport.update(0, y, self._viewport.width(), height)
