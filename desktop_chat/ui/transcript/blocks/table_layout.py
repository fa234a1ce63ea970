"""Lays out tables: columns as wide as their text if there is room, wrapped cells if not, and the tools above them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from desktop_chat.markdown.nodes import Spans, Table
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_builder import BlockBuilder, Place
from desktop_chat.ui.transcript.blocks.block_layout import Control, Pane
from desktop_chat.ui.transcript.blocks.shapes import Form, Shape
from desktop_chat.ui.transcript.blocks.text_box import TextBox
from desktop_chat.ui.transcript.render_style import Face

WRAP_TABLE, UNWRAP_TABLE, COPY_TABLE = "wrap_table", "unwrap_table", "copy_table"
_TOOLS_HEIGHT = 24
_ROW_SPACE, _NODE_GAP = 4, 12
"""Room that is empty anyway: half of that above the words of the header row, and that above a nested table."""
_LEAST = 72
"""The least width of a column in pixels, unless wrapping was chosen; a wider table scrolls sideways."""
_LEAST_WRAPPED = 24
"""The same if wrapping was chosen."""
_MAX_UNWRAPPED = 640
"""A wider cell wraps in any case: longer lines are hard to read."""


def add_table(builder: BlockBuilder, table: Table, place: Place) -> None:
    """Add a table, or a later part of one, which takes the column widths of the first part."""
    render_style = builder.render_style
    pad = render_style.px(14)
    count = len(table.alignments)
    if table.header:
        _make_room(builder)
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
        _add_tools(builder, place, QRectF(place.x, top, shown.width(), 0), chosen.offer)


@dataclass(frozen=True, slots=True)
class _Columns:
    widths: tuple[int, ...]
    offer: bool | None
    """Whether to offer wrapping, or not wrapping; None if neither would change anything."""


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
    """Find the widths: natural ones if there is room or nothing wraps, else shares of the room."""
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
    """Share the room among the columns: narrow ones get what they need, wide ones the rest."""
    shares = [0] * len(wanted)
    left, open_columns = room, sorted(range(len(wanted)), key=wanted.__getitem__)
    while open_columns:
        number = open_columns.pop(0)
        fair = left // (len(open_columns) + 1)
        shares[number] = min(wanted[number], max(fair, least))
        left -= shares[number]
    return tuple(shares)


def _spread(wanted: list[int], room: int) -> tuple[int, ...]:
    """Give the columns all the room: later parts of a long table may be wider."""
    spare = room - sum(wanted)
    return tuple([width + spare * width // sum(wanted) for width in wanted])


def _natural(box: TextBox) -> int:
    return int(box.natural_width) + 2


def _make_room(builder: BlockBuilder) -> None:
    """Keep room above the table for its tools, so that nothing moves when they appear."""
    render_style = builder.render_style
    above = builder.y if not builder.layout.boxes else render_style.px(_NODE_GAP)
    builder.y += max(0, render_style.px(_TOOLS_HEIGHT) - render_style.px(_ROW_SPACE) - above)


def _add_tools(builder: BlockBuilder, place: Place, table: QRectF, offer: bool | None) -> None:
    """Add the tools above a table, which appear with the pointer or the keyboard. `offer`: see `_Columns`."""
    render_style, controls = builder.render_style, builder.layout.controls
    number = str(sum([control.name == COPY_TABLE for control in controls]))
    done = builder.code.state.done == COPY_TABLE
    tools = [(COPY_TABLE, tr("Copied") if done else tr("Copy as..."), "check" if done else "copy")]
    if offer is not None:
        wrapping = (WRAP_TABLE, tr("Wrap")) if offer else (UNWRAP_TABLE, tr("Don't wrap"))
        tools.insert(0, (*wrapping, "wrap"))
    advance = render_style.meta_width
    words = {tool[0]: advance(tool[1]) for tool in tools}
    words[COPY_TABLE] = max(advance(tr("Copy as...")), advance(tr("Copied")))
    labelled = sum(words.values()) + render_style.px(36) * len(tools) <= place.width
    widths = [words[name] + render_style.px(36) if labelled else render_style.px(28) for name, _, _ in tools]
    bottom = table.top() + render_style.px(_ROW_SPACE)
    x = max(table.right(), place.x + sum(widths)) - sum(widths)
    for (name, label, icon), width in zip(tools, widths, strict=True):
        rect = QRectF(x, bottom - render_style.px(_TOOLS_HEIGHT), width, render_style.px(_TOOLS_HEIGHT))
        spoken = tr("Copy table as...") if label == tr("Copy as...") else ""
        controls.append(Control(name, (rect,), number, label, icon, shows_label=labelled, local=True, spoken=spoken))
        x += width
