"""Lays out the nodes of one block, one below the other: paragraphs, lists, quotes, and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF

from desktop_chat.markdown.highlight import Mark
from desktop_chat.markdown.nodes import Code, Item, Items, Node, Quote, Rule, Span, Style, Table, Text
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.transcript.block_layout import BlockLayout, Form, Shape
from desktop_chat.ui.transcript.code_layout import CodeOptions, add_code
from desktop_chat.ui.transcript.look import Face, Look
from desktop_chat.ui.transcript.table_layout import add_table
from desktop_chat.ui.transcript.text_box import TextBox, spans_box, text_box

PARAGRAPH_GAP = 12
TIGHT_GAP = 5
_INDENT = 26

BoxKey = tuple[object, ...]


@dataclass(slots=True)
class Boxes:
    """Makes text boxes, or gives again those of an earlier layout of the same block that still fit."""

    look: Look
    earlier: dict[BoxKey, list[TextBox]] = field(default_factory=dict)
    made: dict[BoxKey, list[TextBox]] = field(default_factory=dict)

    def of_spans(
        self, spans: Sequence[Span], face: Face, width: float | None, *, align: str = "", colour: str = "text"
    ) -> TextBox:
        key = (tuple(spans), id(face), width, align, colour)
        return self._found(key, lambda: spans_box(self.look, spans, face, width, align=align, colour=colour))

    def of_code(self, line: str, marks: tuple[Mark, ...], width: float | None, make: Callable[[], TextBox]) -> TextBox:
        return self._found((line, marks, width), make)

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


class BlockBuilder:
    """Builds one `BlockLayout`."""

    def __init__(self, look: Look, width: int, boxes: Boxes, code: CodeOptions, columns: tuple[int, ...] = ()) -> None:
        self.look = look
        self.boxes = boxes
        self.code = code
        self.columns = columns
        self.layout = BlockLayout(width)
        self.y = 0
        self.code_count = 0
        """How many pieces of code the block has so far."""

    def build(self, nodes: Sequence[Node], place: Place) -> BlockLayout:
        """Lay out all nodes."""
        self._add_all(nodes, place)
        self.layout.height = self.y
        return self.layout.seal()

    def _add_all(self, nodes: Sequence[Node], place: Place, *, tight: bool = False) -> None:
        for number, node in enumerate(nodes):
            if number:
                self.y += self.look.px(self._gap(node, tight=tight))
            self._add(node, place)

    @staticmethod
    def _gap(node: Node, *, tight: bool) -> int:
        if isinstance(node, Text) and node.level:
            return 18
        return TIGHT_GAP if tight and isinstance(node, Items | Text) else PARAGRAPH_GAP

    def _add(self, node: Node, place: Place) -> None:
        match node:
            case Text():
                self._add_text(node, place)
            case Code():
                add_code(self, node, place)
            case Table():
                add_table(self, node, place)
            case Quote():
                self._add_quote(node, place)
            case Items():
                self._add_items(node, place)
            case Rule():
                self._add_rule(place)

    def _add_text(self, node: Text, place: Place) -> None:
        face = self.look.heading(node.level) if node.level else self.look.text
        box = self.boxes.of_spans(with_placeholders(node.spans), face, place.width, colour=place.colour)
        self.put(box, place.x)
        self.y += box.height

    def put(self, box: TextBox, x: float, pane: int | None = None) -> None:
        """Add a box at the present height."""
        box.x, box.y, box.lead, box.separator = x, self.y, "", "\n"
        if pane is not None:
            self.layout.pane_of[len(self.layout.boxes)] = pane
        self.layout.boxes.append(box)

    def _add_quote(self, node: Quote, place: Place) -> None:
        top = self.y
        bar, indent = self.look.px(3), self.look.px(18)
        self._add_all(node.children, Place(place.x + indent, place.width - indent, "muted", place.depth))
        shape = Shape(Form.FILL, QRectF(place.x, top, bar, max(self.y - top, self.look.px(8))), "quote_bar")
        self.layout.shapes.append(shape)

    def _add_rule(self, place: Place) -> None:
        self.y += self.look.px(6)
        self.layout.shapes.append(Shape(Form.FILL, QRectF(place.x, self.y, place.width, 1), "border"))
        self.y += self.look.px(7)

    def _add_items(self, node: Items, place: Place) -> None:
        for number, item in enumerate(node.items):
            if number:
                self.y += self.look.px(PARAGRAPH_GAP - 4 if node.loose else TIGHT_GAP)
            self._add_item(item, place, tight=not node.loose)

    def _add_item(self, item: Item, place: Place, *, tight: bool) -> None:
        look = self.look
        indent = look.px(_INDENT)
        marker: TextBox | None = None
        if item.checked is None and item.marker != "•":
            marker = text_box(item.marker, look.text, None)
            marker.colour = "muted"
            indent = max(indent, round(marker.natural_width) + look.px(8))
        top, first_box = self.y, len(self.layout.boxes)
        inner = Place(place.x + indent, max(place.width - indent, look.px(40)), place.colour, place.depth + 1)
        self._add_all(item.children, inner, tight=tight)
        if len(self.layout.boxes) > first_box:
            pitch = self.layout.boxes[first_box].face.pitch
        else:
            pitch = look.text.pitch
            self.put(text_box("", look.text, inner.width), inner.x)
            self.y = max(self.y, top + pitch)
        box = self.layout.boxes[first_box]
        box.lead = "  " * place.depth + _plain_marker(item)
        if marker is not None:
            marker.x, marker.y = place.x + indent - look.px(8) - marker.natural_width, top
            self.layout.labels.append(marker)
        else:
            self.layout.shapes.append(self._bullet(item, place, top + pitch / 2))

    def _bullet(self, item: Item, place: Place, middle: float) -> Shape:
        look = self.look
        if item.checked is not None:
            side = 14.0 * look.zoom
            form = Form.CHECKED if item.checked else Form.UNCHECKED
            return Shape(form, QRectF(place.x + 1, round(middle - side / 2) + 0.5, side, side), "accent")
        side = 5.0 * look.zoom
        rect = QRectF(place.x + 10 * look.zoom - side / 2, middle - side / 2, side, side)
        return Shape(Form.RING if place.depth % 2 else Form.DISC, rect, "muted")


def with_placeholders(spans: Sequence[Span]) -> Sequence[Span]:
    """Put words where an image would be; nothing is loaded."""
    if not any(span.style & Style.IMAGE for span in spans):
        return spans
    return [Span(_placeholder(span), span.style, span.href) if span.style & Style.IMAGE else span for span in spans]


def _placeholder(span: Span) -> str:
    if span.href and span.text != span.href:
        return tr("Image: {name} ({address})", name=span.text, address=span.href)
    return tr("Image: {name}", name=span.text)


def _plain_marker(item: Item) -> str:
    if item.checked is None:
        return f"{item.marker} "
    return "[x] " if item.checked else "[ ] "
