"""A text with tool calls in it: the pieces of Markdown between them, each read on its own, and a card for each call."""

from __future__ import annotations

from collections import Counter
from collections.abc import MutableMapping, Sequence

from desktop_chat.core.growing_text import GrowingText
from desktop_chat.ui.transcript.calls.shown_call import ShownCall
from desktop_chat.ui.transcript.calls.tool_card import CardState, ToolCard
from desktop_chat.ui.transcript.entries import PART_KEYS, BlockEntry, Entry, SectionStyle
from desktop_chat.ui.transcript.section import Scene, Section

MAX_PARTS = 9_000
"""Later calls have no card, or their keys would reach those of what follows the text."""


class SplitText:
    """Has the methods of a `Section`. A message without calls never makes one."""

    def __init__(
        self, first_key: int, style: SectionStyle, first: Section, states: MutableMapping[str, CardState] | None
    ) -> None:
        """`first` is the text so far, which must not reach beyond the first call. With `states`, calls have cards;
        without, they only divide the text."""
        self.entries: list[Entry] = []
        self._first_key = first_key
        self._style = style
        self._states = states
        self._parts: list[Section | ToolCard] = [first]
        self._start = 0
        """Where in the text the last part begins."""
        self._calls: Sequence[ShownCall] = ()
        self._ids: list[str] = []
        self._cards: list[ToolCard] = []
        self._counts: list[int] = [0]
        """How many entries of each part are listed."""
        self._settled = (0, 0)
        """Parts at the beginning that no longer change, and their entries."""
        self._addresses: tuple[str, ...] = ()

    @property
    def pending(self) -> bool:
        """Whether text waits to be split."""
        return any(part.pending for part in self._parts[self._settled[0] :])

    @property
    def cards(self) -> Sequence[ToolCard]:
        """The cards of all calls, in order."""
        return self._cards

    def follow(self, calls: Sequence[ShownCall], text: GrowingText) -> bool:
        """Take new calls, and their text up to the last one. Returns False if they do not fit what is known: then all
        has to be read again."""
        if calls is not self._calls:
            if [call.id for call in calls[: len(self._ids)]] != self._ids:
                return False
            for card, call in zip(self._cards, calls, strict=False):
                card.call = call
            self._calls, self._settled = calls, (0, 0)
        if len(calls) > len(self._ids):
            return self._take_calls(calls, text)
        return True

    def _take_calls(self, calls: Sequence[ShownCall], text: GrowingText) -> bool:
        for call in calls[len(self._ids) :]:
            if not self._split_at(call, text):
                return False
            self._ids.append(call.id)
        rounds = Counter(call.round for call in calls)
        for card in self._cards:
            card.side_by_side = rounds[card.call.round]
        return True

    def read(self, text: GrowingText) -> None:
        """Take the text that is new."""
        last = self._last
        known = self._start + last.buffer.length
        if len(text) > known:
            last.buffer.add(text.after(known))

    def take(self, scene: Scene) -> int:
        """Bring all parts up to date, until the time budget is used up. Returns the first entry that changed."""
        settled, offset = self._settled
        changed, at = len(self.entries), offset
        for number in range(settled, len(self._parts)):
            part = self._parts[number]
            first = part.take(scene)
            if first < len(part.entries) or len(part.entries) != self._counts[number]:
                changed = min(changed, at + first)
            at += len(part.entries)
            self._counts[number] = len(part.entries)
            if part.pending and scene.is_out_of_time():
                break
        self._list_from(changed)
        self._settle()
        return changed

    def refer_to(self, addresses: tuple[str, ...]) -> int:
        """Link numbers in brackets to these addresses. Returns the first entry that looks different."""
        if addresses == self._addresses:
            return len(self.entries)
        self._addresses = addresses
        changed, at = len(self.entries), 0
        for part, count in zip(self._parts, self._counts, strict=True):
            if isinstance(part, Section) and (first := part.refer_to(addresses)) < count:
                changed = min(changed, at + first)
            at += count
        return changed

    def section_of(self, entry: BlockEntry) -> Section:
        """Return the text that a block belongs to; for a line of a card, the text after it."""
        number = (entry.key - self._first_key) // PART_KEYS
        return next(part for part in self._parts[number:] if isinstance(part, Section))

    def parts_of(self, entry: BlockEntry) -> list[BlockEntry]:
        """Return all parts of the construct that a block belongs to; of a card's text, the lines that are shown."""
        part = self._parts[(entry.key - self._first_key) // PART_KEYS]
        return part.parts_of(entry)

    def card_at(self, key: int) -> ToolCard | None:
        """Return the card that an entry with a key belongs to, shown or not."""
        number = (key - self._first_key) // PART_KEYS
        part = self._parts[number] if 0 <= number < len(self._parts) else None
        return part if isinstance(part, ToolCard) else None

    def note_choice(self) -> None:
        """The user folded or unfolded something."""
        self._settled = (0, 0)

    def restyle(self) -> None:
        """Lay everything out again when it is next in view."""
        for part in self._parts:
            part.restyle()
        self._settled = (0, 0)

    # --- its parts ----------------------------------------------------------------------------------------------

    @property
    def _last(self) -> Section:
        last = self._parts[-1]
        assert isinstance(last, Section)  # noqa: S101  (text may follow every call)
        return last

    def _split_at(self, call: ShownCall, text: GrowingText) -> bool:
        """End the last piece of text at a call. Returns False if that has text from beyond it already."""
        if len(self._parts) >= MAX_PARTS:
            return True
        at = min(max(self._start, call.text_at if self._states is not None else call.reasoning_at), len(text))
        last = self._last
        missing = at - self._start - last.buffer.length
        if missing < 0:
            return False
        if missing:
            last.buffer.add(text.after(at - missing)[:missing])
        if at == self._start and self._states is not None:
            self._parts.pop()  # nothing was written since the call before
            self._counts.pop()
        if self._states is not None:
            card = ToolCard(self._next_key, call, self._states.setdefault(call.id, CardState()))
            self._append(card)
            self._cards.append(card)
        if at > self._start or self._states is not None:
            section = Section(self._next_key, self._style)
            section.refer_to(self._addresses)
            self._append(section)
        self._start = at
        return True

    @property
    def _next_key(self) -> int:
        return self._first_key + len(self._parts) * PART_KEYS

    def _append(self, part: Section | ToolCard) -> None:
        self._parts.append(part)
        self._counts.append(0)

    def _list_from(self, first: int) -> None:
        """List the entries of all parts again from one place on."""
        number, at = self._settled
        del self.entries[first:]
        for part, count in zip(self._parts[number:], self._counts[number:], strict=True):
            if at + count > len(self.entries):
                self.entries += part.entries[len(self.entries) - at : count]
            at += count

    def _settle(self) -> None:
        number, at = self._settled
        while number < len(self._parts) - 1 and self._parts[number].settled:
            at += self._counts[number]
            number += 1
        self._settled = (number, at)


def divided(  # noqa: PLR0917  (all of what it is made of)
    text: Section | SplitText,
    first_key: int,
    style: SectionStyle,
    calls: Sequence[ShownCall],
    source: GrowingText,
    states: MutableMapping[str, CardState] | None = None,
) -> SplitText:
    """Return a text divided at these calls: the same, or another one if it has to be read again."""
    split = text if isinstance(text, SplitText) else SplitText(first_key, style, text, states)
    if not split.follow(calls, source):
        split = SplitText(first_key, style, Section(first_key, style), states)
        split.follow(calls, source)
    return split
