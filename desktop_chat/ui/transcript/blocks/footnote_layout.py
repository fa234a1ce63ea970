"""Lays out what a footnote says: small, its number first, and behind the last word the way back to the text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from desktop_chat.markdown.nodes import Footnote, Text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, Control, Form, Shape
from desktop_chat.ui.transcript.blocks.text_box import text_box
from desktop_chat.ui.transcript.render_style import RenderStyle

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.blocks.block_builder import BlockBuilder, Place

FIRST_GAP = 30
"""Between the first of several footnotes and what is above, a hairline in the middle, in pixels at zoom 1."""
NEXT_GAP = 4
NOTE_BACK = "note_back"
"""The name of the control that goes back to the text."""
_INDENT = 24
_BUTTON = (24, 18)


def add_footnote(builder: BlockBuilder, node: Footnote, place: Place) -> None:
    """Add a footnote at the present height."""
    render_style = builder.render_style
    number = text_box(node.number, render_style.note, None)
    number.colour = "muted"
    indent = max(render_style.px(_INDENT), round(number.natural_width) + render_style.px(8))
    number.x, number.y = place.x, builder.y
    builder.layout.labels.append(number)
    first = len(builder.layout.boxes)
    wide = max(place.width - indent - render_style.px(_BUTTON[0] + 4), render_style.px(40))
    builder.add_all(
        node.children, replace(place, x=place.x + indent, width=wide, colour="muted", face=render_style.note)
    )
    if len(builder.layout.boxes) == first:
        builder.put(text_box("", render_style.note, wide), place.x + indent)
        builder.y += render_style.note.pitch
    builder.layout.boxes[first].lead = f"[{node.number}] "
    _add_way_back(builder, node, place.x + indent)


def _add_way_back(builder: BlockBuilder, node: Footnote, left: float) -> None:
    render_style = builder.render_style
    wide, high = render_style.px(_BUTTON[0]), render_style.px(_BUTTON[1])
    at = QPointF(left - render_style.px(4), builder.y)
    if not node.children or isinstance(node.children[-1], Text):
        last = builder.layout.boxes[-1]
        at = last.end_point() + QPointF(render_style.px(4), (last.face.pitch - high) / 2)
    else:
        at += QPointF(0, render_style.px(4))
        builder.y += high + render_style.px(4)
    rect = QRectF(round(at.x()), round(at.y()), wide, high)
    builder.layout.controls.append(Control(NOTE_BACK, (rect,), node.label, tr("Back to the text"), "undo"))


def add_hairline(render_style: RenderStyle, layout: BlockLayout, x: float, gap: int) -> None:
    """Part the first of several footnotes from the text, in the gap above it."""
    layout.shapes.append(Shape(Form.FILL, QRectF(x, round(gap / 2), render_style.px(120), 1), "border"))
