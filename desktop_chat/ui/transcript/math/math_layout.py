"""Lays out formulas on lines of their own: centred in the column, or scrolling sideways if they are wider."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from desktop_chat.markdown.nodes import LINE_BREAK, Math
from desktop_chat.ui.transcript.blocks.block_builder import BlockBuilder, Place
from desktop_chat.ui.transcript.blocks.block_layout import Pane
from desktop_chat.ui.transcript.blocks.text_box import TextBox, object_box, text_box
from desktop_chat.ui.transcript.math.formulas import Inset, Outline, display_source

_AIR = 3
"""Pixels above and below, in addition to the gap between paragraphs."""


def add_math(builder: BlockBuilder, node: Math, place: Place) -> None:
    """Add a formula, or its source if it is not typeset or cannot be."""
    outline = builder.render_style.formulas.want((node.text, True), builder.boxes.waiting)
    if outline is None:
        _add_source(builder, node, place)
    else:
        _add_formula(builder, node, outline, place)


def _add_source(builder: BlockBuilder, node: Math, place: Place) -> None:
    render_style = builder.render_style
    lines = display_source(node.text).replace("\n", LINE_BREAK)
    box = builder.boxes.reuse(
        ("math source", lines, place.width), lambda: text_box(lines, render_style.code, place.width)
    )
    box.colour = place.colour
    builder.put(box, place.x)
    builder.y += box.height


def _add_formula(builder: BlockBuilder, node: Math, outline: Outline, place: Place) -> None:
    render_style = builder.render_style

    def make() -> TextBox:
        return object_box(
            render_style.text, Inset(0, outline, render_style.text.formula, display_source(node.text), node.text)
        )

    box = builder.boxes.reuse(("math", node.text), make)
    box.colour = place.colour
    box.clip_width = place.width
    top = builder.y
    builder.y += render_style.px(_AIR)
    pane = len(builder.layout.panes)
    room = place.width - box.natural_width
    builder.put(box, place.x + max(0, round(room / 2)), pane)
    builder.y += box.height + render_style.px(_AIR)
    if room < 0:
        builder.y += render_style.px(6)
    shown = QRectF(place.x, top, place.width, builder.y - top)
    builder.layout.panes.append(Pane(shown, box.natural_width if room < 0 else 0))
