"""Lays out each kind of node: text, quotes, lists and footnotes here, code, tables, formulas and images elsewhere."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF

from desktop_chat.markdown.nodes import Code, Footnote, Image, Item, ItemList, Math, Node, Quote, Rule, Table, Text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_builder import PARAGRAPH_GAP, TIGHT_GAP, Adder, BlockBuilder, Place
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, Control
from desktop_chat.ui.transcript.blocks.code_layout import add_code
from desktop_chat.ui.transcript.blocks.direction import begin_at_right
from desktop_chat.ui.transcript.blocks.shapes import Form, Shape
from desktop_chat.ui.transcript.blocks.table_layout import add_table
from desktop_chat.ui.transcript.blocks.text_box import TextBox, text_box
from desktop_chat.ui.transcript.images.image_layout import add_asked_images, add_image, with_placeholders
from desktop_chat.ui.transcript.math.math_layout import add_math
from desktop_chat.ui.transcript.render_style import RenderStyle

FIRST_GAP = 30
"""Between the text and the first footnote, with a hairline in the middle, in pixels at zoom 1."""
NEXT_GAP = 4
NOTE_BACK = "note_back"
"""The name of the control that goes back to the text."""
_NOTE_INDENT = 24
_BACK_BUTTON = (24, 18)
_INDENT = 26


def _add_text(builder: BlockBuilder, node: Text, place: Place) -> None:
    face = builder.render_style.heading(node.level) if node.level else place.face or builder.render_style.text
    spans = with_placeholders(node.spans)
    box = builder.boxes.of_spans(spans, face, place.width, colour=place.colour)
    builder.put(box, place.x)
    builder.y += box.height
    if spans is not node.spans:
        add_asked_images(builder, node.spans, place)


def _add_quote(builder: BlockBuilder, node: Quote, place: Place) -> None:
    top = builder.y
    bar, indent = builder.render_style.px(3), builder.render_style.px(18)
    at_right = begin_at_right(node.children)
    inner = replace(place, x=place.x + (0 if at_right else indent), width=place.width - indent, colour="muted")
    builder.add_all(node.children, inner)
    left = place.x + (place.width - bar if at_right else 0)
    shape = Shape(Form.FILL, QRectF(left, top, bar, max(builder.y - top, builder.render_style.px(8))), "quote_bar")
    builder.layout.shapes.append(shape)


def _add_rule(builder: BlockBuilder, _node: Rule, place: Place) -> None:
    builder.y += builder.render_style.px(6)
    builder.layout.shapes.append(Shape(Form.FILL, QRectF(place.x, builder.y, place.width, 1), "border"))
    builder.y += builder.render_style.px(7)


def _add_items(builder: BlockBuilder, node: ItemList, place: Place) -> None:
    for number, item in enumerate(node.items):
        if number:
            builder.y += builder.render_style.px(PARAGRAPH_GAP - 4 if node.loose else TIGHT_GAP)
        _add_item(builder, item, place, tight=not node.loose)


def _add_item(builder: BlockBuilder, item: Item, place: Place, *, tight: bool) -> None:
    render_style = builder.render_style
    indent = render_style.px(_INDENT)
    marker: TextBox | None = None
    if item.checked is None and item.marker != "•":
        marker = text_box(item.marker, render_style.text, None)
        marker.colour = "muted"
        indent = max(indent, round(marker.natural_width) + render_style.px(8))
    top, first_box = builder.y, len(builder.layout.boxes)
    wide = max(place.width - indent, render_style.px(40))
    at_right = begin_at_right(item.children)
    inner = replace(place, x=place.x + (0 if at_right else indent), width=wide, depth=place.depth + 1)
    builder.add_all(item.children, inner, tight=tight)
    if len(builder.layout.boxes) > first_box:
        pitch = builder.layout.boxes[first_box].face.pitch
    else:
        pitch = render_style.text.pitch
        builder.put(text_box("", render_style.text, inner.width), inner.x)
        builder.y = max(builder.y, top + pitch)
    box = builder.layout.boxes[first_box]
    box.lead = "  " * place.depth + _plain_marker(item)
    if marker is not None:
        extras = indent - render_style.px(8)
        marker.x = place.x + (place.width - extras if at_right else extras - marker.natural_width)
        marker.y = top + box.lift
        builder.layout.labels.append(marker)
    else:
        builder.layout.shapes.append(
            _bullet(builder.render_style, item, place, top + box.lift + pitch / 2, at_right=at_right)
        )


def _bullet(render_style: RenderStyle, item: Item, place: Place, middle: float, *, at_right: bool) -> Shape:
    if item.checked is not None:
        side = 14.0 * render_style.zoom
        form, colour = Form.CHECKED if item.checked else Form.UNCHECKED, "accent"
        rect = QRectF(place.x + 1, round(middle - side / 2) + 0.5, side, side)
    else:
        side = 5.0 * render_style.zoom
        form, colour = Form.RING if place.depth % 2 else Form.DISC, "muted"
        rect = QRectF(place.x + 10 * render_style.zoom - side / 2, middle - side / 2, side, side)
    if at_right:
        rect.moveRight(2 * place.x + place.width - rect.left())
    return Shape(form, rect, colour)


def _add_table(builder: BlockBuilder, node: Table, place: Place) -> None:
    first = len(builder.layout.boxes)
    add_table(builder, node, place)
    if any(box.links for box in builder.layout.boxes[first:]):
        for cells in (node.header, *node.rows):
            for spans in cells:
                add_asked_images(builder, spans, place)


def _plain_marker(item: Item) -> str:
    if item.checked is None:
        return f"{item.marker} "
    return "[x] " if item.checked else "[ ] "


def add_footnote(builder: BlockBuilder, node: Footnote, place: Place) -> None:
    """Add a footnote: small, its number first, and after the last word the way back to the text."""
    render_style = builder.render_style
    number = text_box(node.number, render_style.note, None)
    number.colour = "muted"
    indent = max(render_style.px(_NOTE_INDENT), round(number.natural_width) + render_style.px(8))
    number.x, number.y = place.x, builder.y
    builder.layout.labels.append(number)
    first = len(builder.layout.boxes)
    wide = max(place.width - indent - render_style.px(_BACK_BUTTON[0] + 4), render_style.px(40))
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
    wide, high = render_style.px(_BACK_BUTTON[0]), render_style.px(_BACK_BUTTON[1])
    at = QPointF(left - render_style.px(4), builder.y)
    if not node.children or isinstance(node.children[-1], Text):
        last = builder.layout.boxes[-1]
        at = last.end_point() + QPointF(render_style.px(4), (last.face.pitch - high) / 2)
    else:
        at += QPointF(0, render_style.px(4))
        builder.y += high + render_style.px(4)
    rect = QRectF(round(at.x()), round(at.y()), wide, high)
    builder.layout.controls.append(Control(NOTE_BACK, (rect,), node.label, tr("Back to text"), "undo"))


def add_hairline(render_style: RenderStyle, layout: BlockLayout, x: float, gap: int) -> None:
    """Separate the first footnote from the text, in the gap above it."""
    layout.shapes.append(Shape(Form.FILL, QRectF(x, round(gap / 2), render_style.px(120), 1), "border"))


ADDERS: dict[type[Node], Adder] = {
    Text: _add_text,
    Code: add_code,
    Table: _add_table,
    Math: add_math,
    Image: add_image,
    Quote: _add_quote,
    ItemList: _add_items,
    Footnote: add_footnote,
    Rule: _add_rule,
}
"""How each kind of node is added to a layout."""
