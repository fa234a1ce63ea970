"""The shared state of a transcript's parts: what is laid out, where it is, and the selection."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.transcript.damage import DamageTracker
from desktop_chat.ui.transcript.document import Spot, TranscriptDocument
from desktop_chat.ui.transcript.entries import BlockEntry, Entry
from desktop_chat.ui.transcript.long_texts import LongTexts
from desktop_chat.ui.transcript.message_labels import MessageLabels
from desktop_chat.ui.transcript.render_style import RenderStyle
from desktop_chat.ui.transcript.selection.selection import Position, Selection, whole_message
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.viewport.line_anchor import LineAnchor
from desktop_chat.ui.transcript.viewport.scroller import Placed, Scroller


class TranscriptPage(QObject):
    """Belongs to a scroll area. Only what is in view is laid out, and nothing while the area is hidden."""

    laid_out = Signal()
    """What is in view was laid out again."""
    repainted = Signal()
    """Hover, focus or selection changed."""

    def __init__(self, area: QAbstractScrollArea, theme: Theme, words: MessageLabels) -> None:
        super().__init__(area)
        self.area = area
        """The parent of dialogs, menus and timers."""
        self.theme = theme
        self.document = TranscriptDocument(RenderStyle.of(theme), words)
        self.scroller = Scroller(self.document)
        self.selection = Selection(self._place_of)
        self.line_anchor = LineAnchor(self.document, self.scroller)
        self.placed: list[Placed] = []
        """The entries in view, from top to bottom."""
        self.column_x = 0
        """The left edge of the text column in the viewport."""
        self.is_stale = True
        """There are changes that are not laid out yet."""
        self._damage = DamageTracker(area)
        self._long = LongTexts(self.document, self.scroller, area, self.show_changes)

    @property
    def model(self) -> TranscriptModel:
        return self.document.model

    @property
    def viewport(self) -> QWidget:
        return self.area.viewport()

    @property
    def height(self) -> int:
        """The height of the viewport."""
        return self.area.viewport().height()

    @property
    def is_visible(self) -> bool:
        return self.area.isVisible()

    # --- changes ------------------------------------------------------------------------------------------------

    def show_changes(self) -> None:
        """Lay out what is in view, and have repainted what changed."""
        self.is_stale = not self.is_visible or self._long.must_wait()
        if self.is_stale:
            return
        self.line_anchor.keep()
        self.placed = self.scroller.place(self.height)
        self._damage.show(self.placed, self.caret_entry())
        self.laid_out.emit()

    def repaint_all(self) -> None:
        """Repaint without a new layout: hover, focus or selection changed."""
        self.viewport.update()
        self.repainted.emit()

    def laid_out_ahead(self, width: int, height: int) -> Iterator[None]:
        """Lay out the end, as a viewport of this size will show it, an entry at each step. Stops before a long message,
        which is split in slices once it is in view. Messages may come, change and go meanwhile."""
        document = self.document
        _, document.width = self.theme.column_in(width)
        room, place, index = height - self.scroller.bottom, len(document) - 1, -1
        while room > 0 and 0 <= place < len(document) and place not in document.long:
            entries = len(document.item(place).entries)
            index = entries - 1 if index < 0 else min(index, entries - 1)
            room -= document.entry(Spot(place, index)).height
            yield
            place, index = (place, index - 1) if index else (place - 1, -1)

    def refresh(self, place: int) -> bool:
        """Bring one message up to date. Returns whether text still waits. What is at the top edge stays there, even if
        a card above it is folded."""
        spot, offset = self.scroller.anchor
        if self.scroller.follow or spot.place != place or not self.model.row(place).calls:
            return self.document.refresh(place)
        entries = self.document.item(place).entries
        key = entries[min(spot.index, len(entries) - 1)].key
        waits = self.document.refresh(place)
        item = self.document.item(place)
        index = item.index_of(key)
        self.scroller.hold_at(Spot(place, index), offset if item.entries[index].key == key else 0)
        return waits

    def resync(self, place: int) -> None:
        """Bring one message up to date, then show it."""
        self.refresh(place)
        self.show_changes()

    def resync_seen(self) -> None:
        """Bring all messages up to date that were in view lately: what is said beside them changed."""
        self.document.refresh_seen()
        self.show_changes()

    def scroll_by(self, pixels: int) -> None:
        """Scroll down, or up when negative."""
        self.scroller.move(pixels)
        self.show_changes()

    def restyle(self) -> None:
        """Take the theme and the language as they are now; `fit` has to follow."""
        self.line_anchor.hold()
        self.document.restyle(RenderStyle.of(self.theme))
        render_style = self.document.render_style
        self.scroller.top, self.scroller.bottom = render_style.px(12), render_style.px(24)

    def fit(self) -> None:
        """Take the width of the viewport as it is now; `show_changes` has to follow."""
        self.line_anchor.hold()
        self.column_x, self.document.width = self.theme.column_in(self.viewport.width())
        self._damage.forget()

    def select_all(self) -> None:
        """Select every message."""
        if count := len(self.document):
            first, _ = whole_message(self.model.row(0).message.id)
            _, last = whole_message(self.model.row(count - 1).message.id)
            self.selection.cover(first, last)
            self.repaint_all()

    # --- what is where ------------------------------------------------------------------------------------------

    def _place_of(self, message_id: str) -> int | None:
        return self.model.place_of(message_id)

    def message_id(self, placed: Placed) -> str:
        return self.model.row(placed.spot.place).message.id

    def running_places(self) -> list[int]:
        """Return which messages are being written: only the last ones of a path can be."""
        count = self.model.rowCount()
        return [place for place in range(max(0, count - 2), count) if self.model.row(place).running]

    def caret_entry(self) -> Entry | None:
        """Return the last block in view of the reply that is being written."""
        for one in reversed(self.placed):
            if isinstance(one.entry, BlockEntry):
                is_tail = self.document.item(one.spot.place).ends_with(one.entry)
                return one.entry if is_tail and self.model.row(one.spot.place).is_writing else None
        return None

    def entry_at(self, y: float) -> Placed | None:
        """Return the entry at a height of the viewport; outside of all entries the nearest one."""
        nearest = None
        for one in self.placed:
            nearest = one
            if y < one.y + one.entry.height:
                break
        return nearest

    def block_at(self, y: float) -> Placed | None:
        """Return the block at a height of the viewport, else the one above, else the first one."""
        found = None
        for one in self.placed:
            if isinstance(one.entry, BlockEntry):
                if found is not None and y < one.y:
                    break
                found = one
        return found

    def local(self, placed: Placed, point: QPointF) -> tuple[float, float]:
        """Return a point of the viewport in an entry's coordinates."""
        return point.x() - self.column_x, point.y() - placed.y

    def position_at(self, point: QPointF, *, on_character: bool = False) -> Position | None:
        """Return the position in the text nearest to a point of the viewport; with `on_character` the one before the
        character there."""
        placed = self.block_at(point.y())
        if placed is None or not isinstance(placed.entry, BlockEntry) or placed.entry.layout is None:
            return None
        entry, layout = placed.entry, placed.entry.layout
        x, y = self.local(placed, point)
        if y >= entry.height:
            offset = layout.length
        elif y < 0:
            offset = 0
        else:
            offset = layout.position_at(x, y, entry.code.offset, on_character=on_character)
        return Position(self.message_id(placed), entry.key, offset)
