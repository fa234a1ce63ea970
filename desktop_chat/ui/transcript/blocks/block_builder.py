"""Stacks the nodes of a block; `node_layout.py` and others know how each kind is laid out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from desktop_chat.markdown.nodes import ItemList, Node, Span, Text
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.blocks.code_state import CodeOptions
from desktop_chat.ui.transcript.blocks.text_box import TextBox, spans_box
from desktop_chat.ui.transcript.math.formulas import FormulaKey
from desktop_chat.ui.transcript.render_style import Face, RenderStyle

PARAGRAPH_GAP = 12
TIGHT_GAP = 5

BoxKey = tuple[object, ...]


@dataclass(slots=True)
class Boxes:
    """Makes text boxes, or reuses those of an earlier layout of the same block."""

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
        return self.reuse(key, lambda: spans_box(self.render_style, spans, face, width, align=align, colour=colour))

    def reuse(self, key: BoxKey, make: Callable[[], TextBox]) -> TextBox:
        """Return the earlier box with a key, or make one."""
        kept = self.earlier.get(key)
        box = kept.pop(0) if kept else make()  # in order: equal lines keep their boxes
        self.made.setdefault(key, []).append(box)
        return box


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node goes, and in which style."""

    x: int
    width: int
    colour: str = "text"
    depth: int = 0
    """Of lists inside lists."""
    face: Face | None = None
    """For plain text, where it is not the usual one."""


Adder: TypeAlias = Callable[["BlockBuilder", Any, "Place"], None]
"""Adds a node of one kind at the present height."""


class BlockBuilder:
    """Builds one `BlockLayout`."""

    def __init__(
        self,
        render_style: RenderStyle,
        width: int,
        boxes: Boxes,
        code: CodeOptions,
        columns: tuple[int, ...] = (),
        *,
        adders: Mapping[type[Node], Adder],
    ) -> None:
        self.render_style = render_style
        self._adders = adders
        self.boxes = boxes
        self.code = code
        self.columns = columns
        self.layout = BlockLayout(width)
        self.y = 0
        self.code_count = 0
        """Pieces of code so far."""

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
            self._adders[type(node)](self, node, place)

    @staticmethod
    def _gap(node: Node, *, tight: bool) -> int:
        if isinstance(node, Text) and node.level:
            return 18
        return TIGHT_GAP if tight and isinstance(node, ItemList | Text) else PARAGRAPH_GAP

    def put(self, box: TextBox, x: float, pane: int | None = None) -> None:
        """Add a box at the present height."""
        box.x, box.y, box.lead, box.separator = x, self.y, "", "\n"
        if pane is not None:
            self.layout.pane_of[len(self.layout.boxes)] = pane
        self.layout.boxes.append(box)
