"""Lines in a card: arguments and results, shown exactly as they are, never read as Markdown or HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextLayout

from desktop_chat.markdown.argument_lines import ADDED, JSON, NAME, REMOVED, Line, pieces_of
from desktop_chat.markdown.block import Block, Kind
from desktop_chat.markdown.highlight import Mark
from desktop_chat.markdown.nodes import Code, Node
from desktop_chat.ui.transcript.blocks.block_builder import Boxes
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.blocks.code_layout import code_formats
from desktop_chat.ui.transcript.blocks.shapes import Form, Shape
from desktop_chat.ui.transcript.blocks.text_box import TextBox, text_box
from desktop_chat.ui.transcript.entries import BlockEntry, SectionStyle, Surroundings
from desktop_chat.ui.transcript.render_style import RenderStyle

PAD = 16
"""Pixels at zoom 1 between the edge of a card and its text."""
LINES_PER_ENTRY = 16
"""Few: the last entry is laid out again in each frame while it grows."""
_JSON = re.compile(r'("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\w.+-]*)|\b(true|false|null)\b')
_NAME = re.compile(r"\s*[^:]*:?")
_MARKED = 400
"""Characters of a line that are coloured."""
_WHOLE_LINES = {REMOVED: "deleted", ADDED: "inserted"}
_GROUNDS = {REMOVED: "danger_soft", ADDED: "success_soft"}
_STYLE = SectionStyle()


class LineEntry(BlockEntry):
    """Some of the lines, as one entry."""

    def __init__(self, key: int, lines: list[Line], edge: str, above: Block | None) -> None:
        self.lines = lines
        super().__init__(key, self._block(continues=above is not None), _STYLE)
        self.edge = edge
        """The colour of the card's outline."""
        self.around = Surroundings(above, is_last=False)

    def _block(self, *, continues: bool) -> Block:
        pieces = [line.text if line.joins else "\n" + line.text for line in self.lines]
        return Block(Kind.INDENTED, "".join(pieces).removeprefix("\n"), continues=continues)

    def grow(self, lines: list[Line]) -> None:
        """Show these lines, which begin with the ones so far."""
        self.lines = lines
        self.block = self._block(continues=self.block.continues)
        self.layout = None

    def nodes(self) -> tuple[Node, ...]:
        return (Code(self.block.source),)

    def build(self, render_style: RenderStyle, width: int) -> BlockLayout:
        boxes = Boxes(render_style, self._boxes)
        layout = BlockLayout(width)
        pad = render_style.px(PAD)
        room = width - 2 * pad
        y = 0
        for line in self.lines:
            box = _box(boxes, line.text, line.style, room)
            box.x, box.y, box.lead, box.separator = pad, y, "", "" if line.joins else "\n"
            layout.boxes.append(box)
            if (ground := _GROUNDS.get(line.style)) is not None:
                layout.shapes.append(Shape(Form.FILL, QRectF(1, y, width - 2, box.height), ground))
            y += box.height
        self._boxes = boxes.made
        layout.height = y
        layout.shapes.insert(0, Shape(Form.CARD_MIDDLE, QRectF(0, 0, width, y), "background", self.edge, radius=12.0))
        return layout.seal()


class PlainLines:
    """A text that may grow at its end, as entries of some lines each."""

    def __init__(self, first_key: int, edge: str) -> None:
        self.entries: list[LineEntry] = []
        self._first_key = first_key
        self._edge = edge

    @staticmethod
    def of(lines: Sequence[Line], first_key: int, edge: str) -> PlainLines:
        """Return a text of these lines."""
        made = PlainLines(first_key, edge)
        made._append_all([piece for line in lines for piece in pieces_of(line)])
        return made

    def add(self, text: str, style: str) -> None:
        """Add text at the end: to the last line, and more lines."""
        if not text:
            return
        first, *others = text.split("\n")
        last = self.entries[-1] if self.entries else None
        before = last.lines[-1] if last is not None else Line("", style)
        lines = pieces_of(before._replace(text=before.text + first))
        for line in others:
            lines += pieces_of(Line(line, style))
        if last is not None:
            room = LINES_PER_ENTRY - len(last.lines) + 1
            last.grow([*last.lines[:-1], *lines[:room]])
            lines = lines[room:]
        self._append_all(lines)

    def restyle(self) -> None:
        """Lay all lines out again."""
        for entry in self.entries:
            entry.restyle()

    def _append_all(self, lines: list[Line]) -> None:
        for start in range(0, len(lines), LINES_PER_ENTRY):
            some = lines[start : start + LINES_PER_ENTRY]
            above = self.entries[-1].block if self.entries else None
            self.entries.append(LineEntry(self._first_key + len(self.entries), some, self._edge, above))


def _box(boxes: Boxes, text: str, style: str, width: int) -> TextBox:
    render_style = boxes.render_style
    return boxes.reuse(
        (text, style, width),
        lambda: text_box(text, render_style.code, width, _formats(render_style, text, style), tab=render_style.tab),
    )


def _formats(render_style: RenderStyle, text: str, style: str) -> list[QTextLayout.FormatRange]:
    marks: list[Mark] = []
    if style in _WHOLE_LINES:
        marks.append((0, len(text), _WHOLE_LINES[style]))
    elif style == JSON:
        marks += _json_marks(text, 0)
    elif style == NAME:
        match = _NAME.match(text, 0, _MARKED)
        end = match.end() if match is not None else 0
        marks += [(0, end, "function"), *_json_marks(text, end)]
    return code_formats(render_style, text, tuple(marks))


def _json_marks(text: str, start: int) -> list[Mark]:
    marks: list[Mark] = []
    for match in _JSON.finditer(text, start, _MARKED):
        string, colon, number, literal = match.span(1), match.group(2), match.span(3), match.span(4)
        if match.group(1) is not None:
            marks.append((string[0], string[1] - string[0], "function" if colon else "string"))
        elif match.group(3) is not None:
            marks.append((number[0], number[1] - number[0], "number"))
        else:
            marks.append((literal[0], literal[1] - literal[0], "literal"))
    return marks
