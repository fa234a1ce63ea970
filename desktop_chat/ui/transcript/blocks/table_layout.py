"""Lays out tables: columns as wide as their text where there is room, wrapped cells where there is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from desktop_chat.markdown.nodes import Spans, Table
from desktop_chat.ui.transcript.blocks.block_layout import Form, Pane, Shape
from desktop_chat.ui.transcript.blocks.table_tools import add_tools, make_room
from desktop_chat.ui.transcript.blocks.text_box import TextBox
from desktop_chat.ui.transcript.render_style import Face

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.blocks.block_builder import BlockBuilder, Place

_LEAST = 72
"""Pixels below which a column is not squeezed by itself; then the table scrolls sideways."""
_LEAST_WRAPPED = 24
"""The same where all columns were asked to be in view."""
_MAX_UNWRAPPED = 640
"""Pixels above which a cell wraps whatever was asked for: longer lines cannot be read."""


def add_table(builder: BlockBuilder, table: Table, place: Place) -> None:
    """Add a table, or a later part of one whose first part gave the column widths."""
    render_style = builder.render_style
    pad = render_style.px(14)
    count = len(table.alignments)
    if table.header:
        make_room(builder)
    chosen = builder.columns or _columns(builder, table, place.width - 2 * pad * count)
    columns = chosen.widths if isinstance(chosen, _Columns) else chosen
    builder.layout.columns = columns
    total = sum(columns) + 2 * pad * count
    pane = len(builder.layout.panes)
    top = builder.y
    rows = [(table.header, render_style.cell_strong)] if table.header else []
    rows += [(row, render_style.cell) for row in table.rows]
    for number, (cells, face) in enumerate(rows):
        _add_row(builder, _Row(cells, face, table.alignments, columns, pane), place.x)
        is_head = number == 0 and bool(table.header)
        line = Shape(
            Form.FILL,
            QRectF(place.x, builder.y, min(total, place.width), 1),
            "quote_bar" if is_head else "border",
        )
        builder.layout.shapes.append(line)
        builder.y += 1
    is_end = builder.code.ends
    builder.y += render_style.px(8) if total > place.width and is_end else 0
    shown = QRectF(place.x, top, min(total, place.width), builder.y - top)
    builder.layout.panes.append(Pane(shown, total if total > place.width else 0, shows_bar=is_end))
    if isinstance(chosen, _Columns):
        add_tools(builder, place, QRectF(place.x, top, shown.width(), 0), chosen.offer)


@dataclass(frozen=True, slots=True)
class _Columns:
    widths: tuple[int, ...]
    offer: bool | None
    """Whether wrapping, or not wrapping, would show it otherwise; None where neither would."""


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[Spans, ...]
    face: Face
    alignments: tuple[str, ...]
    columns: tuple[int, ...]
    pane: int


def _add_row(builder: BlockBuilder, row: _Row, x: int) -> None:
    render_style = builder.render_style
    pad, space = render_style.px(14), render_style.px(8)
    top, height = builder.y, row.face.pitch
    builder.y += space
    for number, width in enumerate(row.columns):
        spans = row.cells[number] if number < len(row.cells) else ()
        box = builder.boxes.of_spans(spans, row.face, width, align=row.alignments[number])
        builder.put(box, x + pad, row.pane)
        box.clip_width = width
        box.separator = "\t" if number else "\n"
        height = max(height, box.height)
        x += width + 2 * pad
    builder.y = top + height + 2 * space


def _columns(builder: BlockBuilder, table: Table, room: int) -> _Columns:
    """Find the widths: natural ones where there is room, or where nothing is to wrap; else shares of the room."""
    render_style, choice = builder.render_style, builder.code.state.wrap_cells
    wanted = [1] * len(table.alignments)
    for cells, face in [(table.header, render_style.cell_strong), *((row, render_style.cell) for row in table.rows)]:
        for number, spans in enumerate(cells[: len(wanted)]):
            wanted[number] = max(wanted[number], _natural(builder.boxes.of_spans(spans, face, None)))
    if sum(wanted) <= room:
        return _Columns(tuple(wanted) if builder.code.ends else _spread(wanted, room), None)
    if choice is False or (choice is None and not render_style.wrap_tables):
        most = render_style.px(_MAX_UNWRAPPED)
        return _Columns(tuple([min(width, most) for width in wanted]), offer=True)
    least = _LEAST_WRAPPED if choice else _LEAST
    shares = _shares(wanted, room, min(render_style.px(least), max(wanted)))
    return _Columns(shares, offer=not choice and sum(shares) > room)


def _shares(wanted: list[int], room: int, least: int) -> tuple[int, ...]:
    """Share the room among the columns: narrow ones get what they need, the wide ones the rest."""
    shares = [0] * len(wanted)
    left, open_columns = room, sorted(range(len(wanted)), key=wanted.__getitem__)
    while open_columns:
        number = open_columns.pop(0)
        fair = left // (len(open_columns) + 1)
        shares[number] = min(wanted[number], max(fair, least))
        left -= shares[number]
    return tuple(shares)


def _spread(wanted: list[int], room: int) -> tuple[int, ...]:
    """Give the columns all the room there is: what later parts of a long table hold may be wider."""
    spare = room - sum(wanted)
    return tuple([width + spare * width // sum(wanted) for width in wanted])


def _natural(box: TextBox) -> int:
    return int(box.natural_width) + 2
