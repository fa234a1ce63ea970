"""The blocks of one of the two texts of a message, split as the text arrives, with their entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop_chat.core.growing_text import GrowingText
from desktop_chat.markdown.block import Block, Kind
from desktop_chat.markdown.citation_links import may_refer
from desktop_chat.markdown.definition_index import DefinitionIndex
from desktop_chat.markdown.parse_budget import MAX_BLOCK_LENGTH
from desktop_chat.markdown.splitter import BlockSplitter, piece_end
from desktop_chat.ui.transcript import message_labels
from desktop_chat.ui.transcript.blocks.code_state import CODE_KINDS, CodeState
from desktop_chat.ui.transcript.entries import BlockEntry, SectionStyle, Surroundings, estimated_height
from desktop_chat.ui.transcript.render_style import RenderStyle


@dataclass(frozen=True, slots=True)
class Scene:
    """What updating an item needs."""

    render_style: RenderStyle
    width: int
    words: message_labels.MessageLabels
    alternatives: Callable[[str], Sequence[str]]
    now: float
    is_out_of_time: Callable[[], bool]
    describe: Callable[[str], str] = lambda _name: ""
    """Returns what its server says about a tool, by its name on the wire."""


class StreamBuffer:
    """Text that is not split yet: taken in small pieces, so that a frame can stop in time."""

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self.length = 0
        """Characters ever added."""

    @property
    def pending(self) -> bool:
        return self._at < len(self._text)

    def add(self, text: str) -> None:
        """Add text at the end."""
        self._text = self._text[self._at :] + text if self.pending else text
        self._at = 0
        self.length += len(text)

    def take(self, feed: Callable[[str], None], is_out_of_time: Callable[[], bool]) -> None:
        """Feed pieces until none is left or the time budget is used up; at least one, to make progress."""
        while self.pending:
            piece = self._text[self._at : piece_end(self._text, self._at)]
            self._at += len(piece)
            feed(piece)
            if is_out_of_time():
                return


class Section:
    """The answer or the reasoning of a message, or a part of it between tool calls."""

    def __init__(self, first_key: int, style: SectionStyle) -> None:
        self.entries: list[BlockEntry] = []
        self.buffer = StreamBuffer()
        self._splitter = BlockSplitter()
        self._first_key = first_key
        self._style = style
        self.labels = DefinitionIndex()
        self._code_states: dict[int, CodeState] = {}
        self._addresses: tuple[str, ...] = ()

    def refer_to(self, addresses: tuple[str, ...]) -> int:
        """Link numbers in brackets to these addresses. Returns the first entry that looks different."""
        if addresses == self._addresses:
            return len(self.entries)
        self._addresses = addresses
        for entry in self.entries:
            entry.addresses = addresses
        changed = [
            place for place, entry in enumerate(self.entries) if may_refer(entry.block.source[:MAX_BLOCK_LENGTH])
        ]
        for place in changed:
            self.entries[place].redefine()
        return min(changed, default=len(self.entries))

    @property
    def blocks(self) -> list[Block]:
        return self._splitter.blocks

    @property
    def rest(self) -> str:
        """White space after the last block."""
        return self._splitter.rest

    @property
    def pending(self) -> bool:
        """Whether text waits to be split."""
        return self.buffer.pending

    @property
    def settled(self) -> bool:
        """Whether it changes only if more text is added."""
        return not self.buffer.pending

    def read(self, text: GrowingText) -> None:
        """Take the text that is new."""
        if len(text) > self.buffer.length:
            self.buffer.add(text.after(self.buffer.length))

    def section_of(self, _entry: BlockEntry) -> Section:
        """Return the text that a block belongs to."""
        return self

    def restyle(self) -> None:
        """Lay everything out again when it is next in view."""
        for entry in self.entries:
            entry.restyle()

    def take(self, scene: Scene) -> int:
        """Split new text. Returns the first entry that changed or is new."""
        first = len(self.entries)

        def feed(piece: str) -> None:
            nonlocal first
            first = min(first, self._splitter.feed(piece))

        self.buffer.take(feed, scene.is_out_of_time)
        if first < len(self.blocks) or len(self.entries) > len(self.blocks):
            self._match_entries(first, scene)
        return first

    def parts_of(self, entry: BlockEntry) -> list[BlockEntry]:
        """Return all parts of the construct that a block belongs to; each list item is its own."""
        if entry.block.kind is Kind.ITEM:
            return [entry]
        start = end = entry.around.start
        while end < len(self.entries) and self.entries[end].around.start == start:
            end += 1
        return self.entries[start:end]

    def _match_entries(self, first: int, scene: Scene) -> None:
        blocks = self.blocks
        del self.entries[len(blocks) :]
        for index in range(first, len(blocks)):
            block = blocks[index]
            if index >= len(self.entries):
                entry = BlockEntry(self._first_key + index, block, self._style)
                entry.definitions, entry.addresses = self.labels.definitions, self._addresses
                entry.height = estimated_height(block, scene.render_style, scene.width)
                self.entries.append(entry)
            elif self.entries[index].block != block:
                self.entries[index].change(block)
        if changed := self.labels.update(blocks, first):
            for index in self.labels.affected(changed, blocks):
                self.entries[index].redefine()
        for index in range(max(0, first - 1), len(blocks)):
            self.entries[index].set_around(self._around(index))

    def _around(self, index: int) -> Surroundings:
        blocks = self.blocks
        block = blocks[index]
        below = blocks[index + 1] if index + 1 < len(blocks) else None
        around = Surroundings(
            blocks[index - 1] if index else None,
            below is not None and below.continues and below.kind is block.kind and block.kind is not Kind.ITEM,
            below is None,
        )
        is_part = index > 0 and block.continues and block.kind is not Kind.ITEM
        around.start = self.entries[index - 1].around.start if is_part else index
        around.first_key = self._first_key + around.start
        around.code_state = self._code_states.setdefault(around.start, CodeState())
        if block.kind in CODE_KINDS:
            around.code_state.count(index - around.start, block)
        if block.kind is Kind.TABLE and block.continues:
            first = self.entries[around.start]
            around.columns = lambda render_style, width: first.laid_out(render_style, width).columns
        return around
