"""Lays out the nodes of one block, one below the other: paragraphs, lists, quotes, and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from PySide6.QtCore import QRectF

from desktop_chat.markdown.highlight import Mark
from desktop_chat.markdown.nodes import (
    Code,
    Footnote,
    Image,
    Item,
    ItemList,
    Math,
    Node,
    Quote,
    Rule,
    Span,
    Table,
    Text,
)
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, Form, Shape
from desktop_chat.ui.transcript.blocks.code_layout import CodeOptions, add_code
from desktop_chat.ui.transcript.blocks.direction import begin_at_right
from desktop_chat.ui.transcript.blocks.footnote_layout import add_footnote
from desktop_chat.ui.transcript.blocks.table_layout import add_table
from desktop_chat.ui.transcript.blocks.text_box import TextBox, spans_box, text_box
from desktop_chat.ui.transcript.images.image_layout import add_asked_images, add_image, with_placeholders
from desktop_chat.ui.transcript.math.formulas import FormulaKey
from desktop_chat.ui.transcript.math.math_layout import add_math
from desktop_chat.ui.transcript.render_style import Face, RenderStyle

PARAGRAPH_GAP = 12
TIGHT_GAP = 5
_INDENT = 26

BoxKey = tuple[object, ...]


@dataclass(slots=True)
class Boxes:
    """Makes text boxes, or gives again those of an earlier layout of the same block that still fit."""

    render_style: RenderStyle
    earlier: dict[BoxKey, list[TextBox]] = field(default_factory=dict)
    made: dict[BoxKey, list[TextBox]] = field(default_factory=dict)
    waiting: set[FormulaKey] = field(default_factory=set)
    """Formulas whose source is shown until they are set."""

    def of_spans(
        self, spans: Sequence[Span], face: Face, width: float | None, *, align: str = "", colour: str = "text"
    ) -> TextBox:
        spans = self.render_style.formulas.resolved(spans, face.formula, width, self.waiting)
        key = (tuple(spans), id(face), width, align, colour)
        return self._found(key, lambda: spans_box(self.render_style, spans, face, width, align=align, colour=colour))

    def of_code(self, line: str, marks: tuple[Mark, ...], width: float | None, make: Callable[[], TextBox]) -> TextBox:
        return self._found((line, marks, width), make)

    def of_line(self, key: BoxKey, make: Callable[[], TextBox]) -> TextBox:
        return self._found(key, make)

    def _found(self, key: BoxKey, make: Callable[[], TextBox]) -> TextBox:
        kept = self.earlier.get(key)
        box = kept.pop() if kept else make()
        self.made.setdefault(key, []).append(box)
        return box


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node goes and how it is set there."""

    x: int
    width: int
    colour: str = "text"
    depth: int = 0
    """Of lists."""
    face: Face | None = None
    """Of plain text, where it is not the usual one."""


class BlockBuilder:
    """Builds one `BlockLayout`."""

    def __init__(
        self, render_style: RenderStyle, width: int, boxes: Boxes, code: CodeOptions, columns: tuple[int, ...] = ()
    ) -> None:
        self.render_style = render_style
        self.boxes = boxes
        self.code = code
        self.columns = columns
        self.layout = BlockLayout(width)
        self.y = 0
        self.code_count = 0
        """How many pieces of code the block has so far."""

    def build(self, nodes: Sequence[Node], place: Place) -> BlockLayout:
        """Lay out all nodes."""
        self.add_all(nodes, place)
        self.layout.height = self.y
        self.layout.waiting = self.boxes.waiting
        return self.layout.seal()

    def add_all(self, nodes: Sequence[Node], place: Place, *, tight: bool = False) -> None:
        for number, node in enumerate(nodes):
            if number:
                self.y += self.render_style.px(self._gap(node, tight=tight))
            self._add(node, place)

    @staticmethod
    def _gap(node: Node, *, tight: bool) -> int:
        if isinstance(node, Text) and node.level:
            return 18
        return TIGHT_GAP if tight and isinstance(node, ItemList | Text) else PARAGRAPH_GAP

    def _add(self, node: Node, place: Place) -> None:
        self._ADDERS[type(node)](self, node, place)

    def _add_table(self, node: Table, place: Place) -> None:
        first = len(self.layout.boxes)
        add_table(self, node, place)
        if any(box.links for box in self.layout.boxes[first:]):
            for cells in (node.header, *node.rows):
                for spans in cells:
                    add_asked_images(self, spans, place)

    def _add_text(self, node: Text, place: Place) -> None:
        face = self.render_style.heading(node.level) if node.level else place.face or self.render_style.text
        spans = with_placeholders(node.spans)
        box = self.boxes.of_spans(spans, face, place.width, colour=place.colour)
        self.put(box, place.x)
        self.y += box.height
        if spans is not node.spans:
            add_asked_images(self, node.spans, place)

    def put(self, box: TextBox, x: float, pane: int | None = None) -> None:
        """Add a box at the present height."""
        box.x, box.y, box.lead, box.separator = x, self.y, "", "\n"
        if pane is not None:
            self.layout.pane_of[len(self.layout.boxes)] = pane
        self.layout.boxes.append(box)

    def _add_quote(self, node: Quote, place: Place) -> None:
        top = self.y
        bar, indent = self.render_style.px(3), self.render_style.px(18)
        at_right = begin_at_right(node.children)
        inner = replace(place, x=place.x + (0 if at_right else indent), width=place.width - indent, colour="muted")
        self.add_all(node.children, inner)
        left = place.x + (place.width - bar if at_right else 0)
        shape = Shape(Form.FILL, QRectF(left, top, bar, max(self.y - top, self.render_style.px(8))), "quote_bar")
        self.layout.shapes.append(shape)

    def _add_rule(self, _node: Rule, place: Place) -> None:
        self.y += self.render_style.px(6)
        self.layout.shapes.append(Shape(Form.FILL, QRectF(place.x, self.y, place.width, 1), "border"))
        self.y += self.render_style.px(7)

    def _add_items(self, node: ItemList, place: Place) -> None:
        for number, item in enumerate(node.items):
            if number:
                self.y += self.render_style.px(PARAGRAPH_GAP - 4 if node.loose else TIGHT_GAP)
            self._add_item(item, place, tight=not node.loose)

    def _add_item(self, item: Item, place: Place, *, tight: bool) -> None:
        render_style = self.render_style
        indent = render_style.px(_INDENT)
        marker: TextBox | None = None
        if item.checked is None and item.marker != "•":
            marker = text_box(item.marker, render_style.text, None)
            marker.colour = "muted"
            indent = max(indent, round(marker.natural_width) + render_style.px(8))
        top, first_box = self.y, len(self.layout.boxes)
        wide = max(place.width - indent, render_style.px(40))
        at_right = begin_at_right(item.children)
        inner = replace(place, x=place.x + (0 if at_right else indent), width=wide, depth=place.depth + 1)
        self.add_all(item.children, inner, tight=tight)
        if len(self.layout.boxes) > first_box:
            pitch = self.layout.boxes[first_box].face.pitch
        else:
            pitch = render_style.text.pitch
            self.put(text_box("", render_style.text, inner.width), inner.x)
            self.y = max(self.y, top + pitch)
        box = self.layout.boxes[first_box]
        box.lead = "  " * place.depth + _plain_marker(item)
        if marker is not None:
            extras = indent - render_style.px(8)
            marker.x = place.x + (place.width - extras if at_right else extras - marker.natural_width)
            marker.y = top + box.lift
            self.layout.labels.append(marker)
        else:
            self.layout.shapes.append(self._bullet(item, place, top + box.lift + pitch / 2, at_right=at_right))

    def _bullet(self, item: Item, place: Place, middle: float, *, at_right: bool) -> Shape:
        render_style = self.render_style
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

    _ADDERS: ClassVar[dict[type[Node], Callable[..., None]]] = {
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
    """How each kind of node is added, called with the builder, the node and its place."""


def _plain_marker(item: Item) -> str:
    if item.checked is None:
        return f"{item.marker} "
    return "[x] " if item.checked else "[ ] "
