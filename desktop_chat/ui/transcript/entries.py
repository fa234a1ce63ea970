"""The rows of a transcript: each is laid out when it comes into view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop_chat.markdown.block import Block, Definitions, Kind
from desktop_chat.markdown.citation_links import linked
from desktop_chat.markdown.highlight import Mark
from desktop_chat.markdown.nodes import Node
from desktop_chat.markdown.parse_budget import MAX_BLOCK_LENGTH
from desktop_chat.markdown.render import appended, render
from desktop_chat.ui.transcript.blocks.block_builder import PARAGRAPH_GAP, TIGHT_GAP, BlockBuilder, Boxes, BoxKey, Place
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, Control
from desktop_chat.ui.transcript.blocks.code_state import CODE_KINDS, CodeOptions, CodeState
from desktop_chat.ui.transcript.blocks.direction import is_right_to_left
from desktop_chat.ui.transcript.blocks.node_layout import ADDERS, FIRST_GAP, NEXT_GAP, add_hairline
from desktop_chat.ui.transcript.blocks.shapes import CARD_FORMS, Form, Shape
from desktop_chat.ui.transcript.blocks.text_box import TextBox
from desktop_chat.ui.transcript.render_style import RenderStyle

HEADER, SUMMARY, ATTACHMENTS, REASONING = -2_000_000_000, -1_900_000_000, -1_800_000_000, -1_500_000_000
FIRST_REASONING, FIRST_TAIL = -1_000_000_000, 1_000_000_000
"""Keys of entries: blocks of the answer are numbered from 0, those of the reasoning from FIRST_REASONING. All fit in 32
bits."""
PART_KEYS = 100_000
"""In a text with tool calls, each piece of Markdown and each call has this many keys."""
BUBBLE_PAD = 16
"""Pixels at zoom 1 between the edge of a bubble and its text."""
_TEXT_KINDS = frozenset({Kind.PARAGRAPH, Kind.HEADING, Kind.ITEM, Kind.QUOTE})

Offsets = Mapping[int, float]
LineMarks = tuple[tuple[Mark, ...], ...]


class Entry:
    """One row. `height` is an estimate until `laid_out` is true."""

    def __init__(self, key: int, height: int) -> None:
        self.key = key
        self.height = height
        self.layout: BlockLayout | None = None
        self.laid_width = -1

    @property
    def line_count(self) -> int:
        """The number of lines that its head shows, which grows with later parts; 0 without a head."""
        return 0

    @property
    def is_told(self) -> bool:
        """Whether screen readers read its labels: the state of a message, its numbers, what surrounds a tool call."""
        return self.key >= FIRST_TAIL

    def laid_out(self, render_style: RenderStyle, width: int) -> BlockLayout:
        """Return the layout at a width, made now if necessary."""
        if self.layout is None or self.laid_width != width:
            self.layout = self.build(render_style, width)
            self.laid_width = width
            self.height = self.layout.height
        return self.layout

    def build(self, render_style: RenderStyle, width: int) -> BlockLayout:
        raise NotImplementedError

    def forget(self) -> None:
        """Drop the layout; the height stays as an estimate."""
        self.layout = None

    def restyle(self) -> None:
        """Drop what was made for another style or language."""
        self.layout = None

    def paint(
        self,
        painter: QPainter,
        render_style: RenderStyle,
        selected: tuple[int, int] | None,
        offsets: Offsets,
        clip: QRectF,
        *,
        active: bool,
    ) -> None:
        if self.layout is not None:
            self.layout.paint(painter, render_style, selected, offsets, clip, active=active)

    def controls(self) -> list[Control]:
        """What can be pressed, except links."""
        return self.layout.controls if self.layout is not None else []


class ChromeEntry(Entry):
    """A row that is not the message's own text. Replaced when `state`, which is what it shows, changes."""

    def __init__(
        self, key: int, height: int, make: Callable[[RenderStyle, int], BlockLayout], state: object = None
    ) -> None:
        super().__init__(key, height)
        self._make = make
        self.state = state

    def build(self, render_style: RenderStyle, width: int) -> BlockLayout:
        return self._make(render_style, width)


@dataclass(frozen=True, slots=True)
class SectionStyle:
    """Style of a section's blocks."""

    bubble: Callable[[RenderStyle, int], int] | None = None
    """For the user's messages: the width of the bubble around them, in a column of a given width."""
    bar: str = ""
    """The colour of a bar beside the text; empty for none."""
    colour: str = "text"


REASONING_STYLE, SUMMARY_STYLE = SectionStyle(bar="border", colour="muted"), SectionStyle(bar="accent")


@dataclass(slots=True)
class Surroundings:
    """What a block needs to know of the blocks around it."""

    above: Block | None = None
    continued: bool = False
    """The block below is a later part of the same construct."""
    is_last: bool = True
    columns: Callable[[RenderStyle, int], tuple[int, ...]] | None = None
    """Gives the column widths of the table that this block continues."""
    code_state: CodeState | None = None
    start: int = 0
    """The index of the first block of the construct that this one belongs to."""
    first_key: int = 0
    """The key of that block."""


class BlockEntry(Entry):
    """A block of Markdown."""

    def __init__(self, key: int, block: Block, style: SectionStyle) -> None:
        super().__init__(key, 24)
        self.block = block
        self.style = style
        self.around = Surroundings()
        self.code = CodeState()
        self._marks: dict[int, tuple[str, LineMarks]] = {}
        self._nodes: tuple[Node, ...] | None = None
        self._boxes: dict[BoxKey, list[TextBox]] = {}
        self.definitions: Definitions = {}
        self.addresses: Sequence[str] = ()
        """The sources that numbers in brackets link to."""

    def change(self, block: Block) -> None:
        """Show a longer or another block instead."""
        self._nodes = appended(self.block, self._nodes, block) if self._nodes is not None else None
        self.block = block
        self.layout = None

    def set_around(self, around: Surroundings) -> None:
        """Update the surroundings."""
        old = self.around
        joined = (old.continued, old.is_last) != (around.continued, around.is_last)
        if joined or gap_above(self.block, old.above) != gap_above(self.block, around.above):
            self.layout = None
        self.around = around
        if around.code_state is not None:
            self.code = around.code_state

    def set_marks(self, number: int, text: str, marks: LineMarks) -> None:
        """Apply highlighting to the block's `number`th code, as long as it still starts with `text`."""
        self._marks[number] = (text, marks)
        self.layout = None

    def marks_of(self, number: int, text: str) -> LineMarks:
        """Return the highlighting of the lines of code; lines added later are plain."""
        known, marks = self._marks.get(number, ("", ()))
        if text == known:
            return marks
        whole_lines = known.count("\n")
        return marks[:whole_lines] if whole_lines and text.startswith(known[: known.rindex("\n") + 1]) else ()

    def redefine(self) -> None:
        """Render the block again: the definitions of its labels have changed."""
        self._nodes, self.layout = None, None

    def nodes(self) -> tuple[Node, ...]:
        if self._nodes is None:
            nodes = render(self.block, self.definitions)
            self._nodes = linked(nodes, self.addresses) if self.addresses else nodes
        return self._nodes

    def forget(self) -> None:
        super().forget()
        self._nodes = None
        self._boxes = {}

    def restyle(self) -> None:
        super().restyle()
        self.code.extent.width = 0.0
        self._boxes = {}

    def build(self, render_style: RenderStyle, width: int) -> BlockLayout:
        left, right = 0, width
        if self.style.bubble is not None:
            left, right = (
                width - self.style.bubble(render_style, width) + render_style.px(BUBBLE_PAD),
                width - render_style.px(BUBBLE_PAD),
            )
        elif self.style.bar:
            left = render_style.px(16)
        boxes = Boxes(render_style, self._boxes)
        columns = self.around.columns(render_style, width) if self.around.columns and self.block.continues else ()
        options = CodeOptions(
            self.marks_of, self.code, not self.block.continues, not self.around.continued, self.block.kind in CODE_KINDS
        )
        builder = BlockBuilder(render_style, width, boxes, options, columns, adders=ADDERS)
        gap = render_style.px(gap_above(self.block, self.around.above))
        builder.y = gap + (render_style.px(12) if self.style.bubble is not None and self.around.above is None else 0)
        layout = builder.build(self.nodes(), Place(left, right - left, self.style.colour))
        self._boxes = boxes.made
        if self.block.kind is Kind.FOOTNOTE and gap > render_style.px(NEXT_GAP):
            add_hairline(render_style, layout, left, gap)
        self._add_ground(render_style, layout, left)
        return layout

    def text_width(self, render_style: RenderStyle, room: int) -> float | None:
        """Return the width that its text needs of `room`; None if it always takes all of it."""
        if self.block.kind not in _TEXT_KINDS:
            return None
        boxes = Boxes(render_style, self._boxes)
        builder = BlockBuilder(render_style, room, boxes, CodeOptions(self.marks_of, self.code), adders=ADDERS)
        layout = builder.build(self.nodes(), Place(0, room))
        self._boxes = boxes.made
        changes_later = boxes.waiting or layout.addresses or layout.panes
        may_indent = self.block.kind in {Kind.ITEM, Kind.QUOTE}  # from the right, in scripts that begin there
        if changes_later or (may_indent and any(is_right_to_left(box.text) for box in layout.boxes)):
            return None
        return max((box.x + box.natural_width for box in layout.boxes), default=0.0)

    @property
    def first_key(self) -> int:
        """The key of the first part of its construct."""
        return self.around.first_key

    @property
    def line_count(self) -> int:
        return self.code.lines if self.layout is not None and self.layout.heads else 0

    def offset_of(self, pane: int) -> float:
        """Return how far a pane is scrolled sideways."""
        return self.code.offset.get(pane, 0.0)

    def scroll_pane(self, pane: int, offset: float) -> None:
        """Scroll a pane sideways to an offset, within its contents."""
        if self.layout is not None:
            self.code.offset[pane] = max(0.0, min(self.layout.panes[pane].hidden_width, offset))

    def paint(
        self,
        painter: QPainter,
        render_style: RenderStyle,
        selected: tuple[int, int] | None,
        offsets: Offsets,
        clip: QRectF,
        *,
        active: bool,
    ) -> None:
        super().paint(painter, render_style, selected, offsets, clip, active=active)
        for head in self.layout.heads if self.layout is not None else []:
            if head.rect.intersects(clip):
                head.paint(painter, render_style, self.code.lines if self.block.kind in CODE_KINDS else head.lines)

    def _add_ground(self, render_style: RenderStyle, layout: BlockLayout, left: int) -> None:
        if self.style.bubble is not None:
            if self.around.is_last:
                layout.height += render_style.px(12)
            form = CARD_FORMS[self.around.above is None, self.around.is_last]
            edge = left - render_style.px(BUBBLE_PAD)
            rect = QRectF(edge, 0, layout.width - edge, layout.height)
            layout.shapes.insert(0, Shape(form, rect, "card", radius=12.0))
        if self.style.bar:
            layout.shapes.insert(0, Shape(Form.FILL, QRectF(0, 0, render_style.px(2), layout.height), self.style.bar))
            if self.around.is_last:
                layout.height += render_style.px(PARAGRAPH_GAP)


def gap_above(block: Block, above: Block | None) -> int:
    """Return the distance of a block from the one above, in pixels at zoom 1."""
    if above is None or (block.continues and block.kind is not Kind.ITEM):
        return 0
    if block.kind is Kind.ITEM and above.kind is Kind.ITEM:
        return PARAGRAPH_GAP - 4 if block.blank_before else TIGHT_GAP
    if block.kind is Kind.HEADING:
        return 22
    if above.kind is Kind.HEADING:
        return 8
    if block.kind is Kind.FOOTNOTE:
        return NEXT_GAP if above.kind is Kind.FOOTNOTE else FIRST_GAP
    return 14 if {block.kind, above.kind} & {Kind.CODE, Kind.TABLE, Kind.INDENTED} else PARAGRAPH_GAP


def estimated_height(block: Block, render_style: RenderStyle, width: int) -> int:
    """Return roughly the height of a block, without laying it out."""
    lines = block.source.count("\n") + 1
    if block.kind in {Kind.CODE, Kind.INDENTED}:
        return lines * render_style.code.pitch + render_style.px(60)
    if block.kind is Kind.TABLE:
        return lines * render_style.px(38)
    if len(block.source) > MAX_BLOCK_LENGTH:  # the data of an image
        return render_style.px(320)
    wrapped = len(block.source) * render_style.px(8) // max(width, 1) + lines
    return wrapped * render_style.text.pitch + render_style.px(PARAGRAPH_GAP)
