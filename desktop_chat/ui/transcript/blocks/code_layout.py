"""Lays out code: a card with a head above lines that scroll sideways or wrap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextCharFormat, QTextLayout

from desktop_chat.markdown.highlight import Mark
from desktop_chat.markdown.long_lines import truncated_lines
from desktop_chat.markdown.nodes import Code
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_layout import CARD_FORMS, Pane, Shape
from desktop_chat.ui.transcript.blocks.code_header import add_head
from desktop_chat.ui.transcript.blocks.code_state import CodeState, Extent
from desktop_chat.ui.transcript.blocks.text_box import TextBox, format_range, text_box
from desktop_chat.ui.transcript.render_style import RenderStyle

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.blocks.block_builder import BlockBuilder, Place


@dataclass(frozen=True, slots=True)
class CodeOptions:
    """How the code of a block is shown."""

    marks_of: Callable[[int, str], Sequence[tuple[Mark, ...]]]
    """What is highlighted in the block's first, second, ... code, by line; lines beyond are plain."""
    state: CodeState = field(default_factory=CodeState)
    starts: bool = True
    """It is the first part of its code block: it has the card's head."""
    ends: bool = True
    is_all: bool = False
    """The block is nothing but one piece of code, or a part of one."""

    def wraps(self, render_style: RenderStyle) -> bool:
        """Say whether long lines wrap."""
        return render_style.wrap_code if self.state.wrap is None else self.state.wrap


def add_code(builder: BlockBuilder, node: Code, place: Place) -> None:
    """Add a card with code."""
    render_style, options = builder.render_style, builder.code
    wraps = options.wraps(render_style)
    top = builder.y
    if options.starts:
        add_head(builder, node, place)
        builder.y += render_style.px(10)
    lines = truncated_lines(node.text.split("\n"))
    pad = render_style.px(16)
    width = place.width - 2 * pad
    pane = len(builder.layout.panes)
    start = builder.y
    widest = 0.0
    tab = render_style.tab
    known = options.marks_of(builder.code_count, node.text)
    builder.code_count += 1
    for number, (line, rest) in enumerate(lines):
        marks = known[number] if number < len(known) else ()
        box = _line_box(builder, line, marks, width if wraps else None, tab)
        builder.put(box, place.x + pad, pane)
        box.clip_width, box.rest = width, rest
        widest = max(widest, box.natural_width)
        builder.y += box.height
        if rest:
            _add_note(builder, len(rest), place.x + pad, width)
    shown = QRectF(place.x + pad, start, width, builder.y - start + (render_style.px(8) if options.ends else 0))
    extent = options.state.extent if options.is_all else Extent()
    if not wraps and widest > width:
        extent.width = max(extent.width, widest + render_style.px(4))
    builder.layout.panes.append(Pane(shown, 0, None if wraps else extent, options.ends))
    if options.ends:
        builder.y += render_style.px(12)
    form = CARD_FORMS[options.starts, options.ends]
    rect = QRectF(place.x, top, place.width, builder.y - top)
    builder.layout.shapes.insert(0, Shape(form, rect, "code_background", "border"))


def _add_note(builder: BlockBuilder, left_out: int, x: float, width: float) -> None:
    """Say below a line how much of it is not laid out."""
    words = tr("%n more character(s) in this line, not shown. Copy and Save have them all.", n=left_out)
    box = text_box(words, builder.render_style.meta, width)
    box.x, box.y, box.colour = x, builder.y, "muted"
    builder.layout.labels.append(box)
    builder.y += box.height


def _line_box(builder: BlockBuilder, line: str, marks: tuple[Mark, ...], width: float | None, tab: float) -> TextBox:
    render_style = builder.render_style
    return builder.boxes.of_code(
        line,
        marks,
        width,
        lambda: text_box(line, render_style.code, width, _formats(render_style, line, marks), tab=tab),
    )


def _formats(render_style: RenderStyle, line: str, marks: tuple[Mark, ...]) -> list[QTextLayout.FormatRange]:
    made = []
    ascii_only = line.isascii()
    for start, length, name in marks:
        form = QTextCharFormat()
        form.setForeground(render_style.colour(f"code:{name}"))
        if name == "comment":
            form.setFontItalic(True)
        first = start if ascii_only else len(line[:start].encode("utf-16-le")) // 2
        size = length if ascii_only else len(line[start : start + length].encode("utf-16-le")) // 2
        made.append(format_range(first, size, form))
    return made
