"""All messages one below the other: measured where they have been in view, estimated elsewhere."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from desktop_chat.ui.images.image_cache import ImageCache
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.entries import BlockEntry, Entry
from desktop_chat.ui.transcript.height_index import HeightIndex
from desktop_chat.ui.transcript.long_places import LongPlaces, is_long
from desktop_chat.ui.transcript.math.formulas import FormulaKey
from desktop_chat.ui.transcript.message_item import MessageItem
from desktop_chat.ui.transcript.message_labels import MessageLabels
from desktop_chat.ui.transcript.render_style import RenderStyle
from desktop_chat.ui.transcript.section import Scene
from desktop_chat.ui.transcript.transcript_model import TranscriptModel

FRAME_BUDGET_S = 0.004
"""What splitting text may take of one frame; the rest waits for the next."""
_ITEMS_KEPT = 120
_LAYOUTS_KEPT = 300


@dataclass(frozen=True, slots=True)
class Spot:
    """An entry, by the place of its message and its index in it."""

    place: int
    index: int


class TranscriptDocument:
    """Makes items for messages when they come into view, and keeps the sums of all heights."""

    def __init__(self, render_style: RenderStyle, words: MessageLabels) -> None:
        self.render_style = render_style
        self.width = 1
        self.sums = HeightIndex()
        self.model = TranscriptModel()
        self.long = LongPlaces()
        """Places of long finished messages that are not split yet."""
        self.folded: set[str] = set()
        """The ids of the messages whose summary is folded away."""
        self.describe_tool: Callable[[str], str] = lambda _name: ""
        """Returns what its server says about a tool, by its name on the wire."""
        self._words = words
        self._items: OrderedDict[str, MessageItem] = OrderedDict()
        self._layouts: OrderedDict[Entry, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self.sums)

    # --- keeping in step with the model -------------------------------------------------------------------------

    def reset(self, model: TranscriptModel) -> None:
        """Show other messages; the items of those that stay are kept."""
        self.model = model
        for message_id, item in list(self._items.items()):
            place = model.place_of(message_id)
            if place is None or model.row(place) is not item.row:
                del self._items[message_id]
            else:
                item.sync(self._scene(lambda: False))
        lengths = model.lengths()
        self.long = LongPlaces(lengths, lambda place: model.messages(place, place + 1)[0].text)
        heights = self._estimates(lengths)
        for message_id, item in self._items.items():
            place = model.place_of(message_id)
            if place is not None:
                heights[place] = item.sums.total()
                self.long.discard(place)
        self.sums.reset(heights)

    def append_rows(self) -> None:
        """Take rows that were added at the end."""
        for height in self._estimates(self.model.lengths(len(self.sums))):
            self.sums.append(height)

    def refresh(self, place: int) -> bool:
        """Bring a message up to date if it has an item. Returns whether text still waits."""
        row = self.model.row(place)
        item = self._items.get(row.message.id)
        if item is None:
            self.sums.set(place, self._estimate(row.length))
            return False
        late = time.perf_counter() + FRAME_BUDGET_S
        item.sync(self._scene(lambda: time.perf_counter() > late))
        self.sums.set(place, item.sums.total())
        return item.behind

    def refresh_seen(self) -> None:
        """Bring all items up to date; messages without one will be when they come into view."""
        for message_id in tuple(self._items):
            place = self.model.place_of(message_id)
            if place is not None and place not in self.long:
                self.refresh(place)

    def restyle(self, render_style: RenderStyle) -> None:
        """Take another style or language; heights stay as estimates."""
        self.render_style = replace(
            render_style, formulas=self.render_style.formulas, image_cache=self.render_style.image_cache
        )
        self._layouts.clear()
        for item in self._items.values():
            item.restyle()
            item.sync(self._scene(lambda: False))

    def drop_waiting(self, came: set[FormulaKey]) -> dict[Entry, BlockLayout]:
        """Drop the layouts that wait for one of these formulas. Returns them, by entry."""
        laid_out = {entry: entry.layout for entry in self._layouts if entry.layout is not None}
        dropped = {entry: layout for entry, layout in laid_out.items() if not layout.waiting.isdisjoint(came)}
        if any(layout.columns for layout in dropped.values()):  # later parts of a table take its columns
            dropped |= {entry: layout for entry, layout in laid_out.items() if layout.columns}
        for entry in dropped:
            entry.layout = None
        return dropped

    # --- looking at it ------------------------------------------------------------------------------------------

    def item(self, place: int) -> MessageItem:
        """Return the item of a message, made when it is first needed."""
        row = self.model.row(place)
        item = self._items.get(row.message.id)
        if item is not None and place not in self.long:
            self._items.move_to_end(row.message.id)
            return item
        late = time.perf_counter() + FRAME_BUDGET_S
        return self.prepare(place, (lambda: time.perf_counter() > late) if row.running else (lambda: False))

    def prepare(self, place: int, is_out_of_time: Callable[[], bool]) -> MessageItem:
        """Make the item of a message, or continue it, until the time budget is used up."""
        row = self.model.row(place)
        item = self._items.pop(row.message.id, None) or MessageItem(row, self.folded)
        item.sync(self._scene(is_out_of_time))
        self._items[row.message.id] = item  # only now: one that failed is not kept half made
        self.sums.set(place, item.sums.total())
        if not item.behind or row.running:
            self.long.discard(place)
        self._forget_items()
        return item

    def _forget_items(self) -> None:
        """Keep only the items used last."""
        while len(self._items) > _ITEMS_KEPT:
            message_id, item = self._items.popitem(last=False)
            place = self.model.place_of(message_id)
            if place is not None and not item.row.running and is_long(item.row.message.text):
                self.long.add(place)

    def seen(self, place: int) -> MessageItem | None:
        """Return the item of a message that was used lately; None for others."""
        return self._items.get(self.model.row(place).message.id)

    def entry(self, spot: Spot) -> Entry:
        """Return an entry, laid out at the current width."""
        item = self.item(spot.place)
        entry = item.entries[spot.index]
        if entry.layout is None or entry.laid_width != self.width or entry.height != item.sums[spot.index]:
            item.lay_out(spot.index, self.render_style, self.width)
            self.sums.set(spot.place, item.sums.total())
        if isinstance(entry, BlockEntry) or (entry.layout is not None and entry.layout.addresses):
            self._note_used(entry)
        return entry

    def is_unfolded(self, place: int) -> bool:
        """Return whether the reasoning of a message is shown."""
        item = self.seen(place)
        return item is not None and item.unfolded

    def spot_of(self, message_id: str, key: int) -> Spot | None:
        """Return where an entry is, or the last one before its key; None for a message that is not shown."""
        place = self.model.place_of(message_id)
        return None if place is None else Spot(place, self.item(place).index_of(key))

    def below(self, spot: Spot) -> Spot | None:
        """Return the next entry."""
        if spot.index + 1 < len(self.item(spot.place).entries):
            return Spot(spot.place, spot.index + 1)
        return Spot(spot.place + 1, 0) if spot.place + 1 < len(self) else None

    def above(self, spot: Spot) -> Spot | None:
        """Return the previous entry."""
        if spot.index:
            return Spot(spot.place, spot.index - 1)
        return Spot(spot.place - 1, len(self.item(spot.place - 1).entries) - 1) if spot.place else None

    def last(self) -> Spot | None:
        """Return the last entry of all."""
        return Spot(len(self) - 1, len(self.item(len(self) - 1).entries) - 1) if len(self) else None

    def y_of(self, spot: Spot) -> int:
        """Return the top of an entry, counted from the top of the first message."""
        return self.sums.above(spot.place) + self.item(spot.place).sums.above(spot.index)

    def at(self, y: int) -> tuple[Spot, int]:
        """Return the entry at a height, and how far below its top that height is."""
        place = self.sums.find(y)
        item = self.item(place)
        inside = min(max(0, y - self.sums.above(place)), max(0, item.sums.total() - 1))
        index = item.sums.find(inside)
        return Spot(place, index), inside - item.sums.above(index)

    def use_cache(self, image_cache: ImageCache) -> None:
        """Take images from another cache."""
        self.render_style = replace(self.render_style, image_cache=image_cache)

    def entries_with(self, image: str) -> list[Entry]:
        """Return the laid out entries that depend on an image, given by its key."""
        return [entry for entry in self._layouts if entry.layout and image in entry.layout.addresses]

    def _note_used(self, entry: Entry) -> None:
        self._layouts[entry] = None
        self._layouts.move_to_end(entry)
        while len(self._layouts) > _LAYOUTS_KEPT:
            self._layouts.popitem(last=False)[0].forget()

    def _scene(self, is_out_of_time: Callable[[], bool]) -> Scene:
        model = self.model
        now = model.clock()
        return Scene(
            self.render_style, self.width, self._words, model.alternatives, now, is_out_of_time, self.describe_tool
        )

    def _estimates(self, lengths: Iterable[int]) -> list[int]:
        """Estimate heights from lengths alone, so that ten thousand messages open as fast as ten."""
        per_character, around = self._measure()
        return [around + int(length * per_character) for length in lengths]

    def _estimate(self, length: int) -> int:
        per_character, around = self._measure()
        return around + int(length * per_character)

    def _measure(self) -> tuple[float, int]:
        """Return the height that a character adds, and the height of what surrounds a text."""
        render_style = self.render_style
        return render_style.text.pitch * (render_style.px(8) / max(self.width, 1) + 1 / 90), render_style.px(
            100
        ) + 2 * render_style.text.pitch
