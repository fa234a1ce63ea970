"""The quiet tools above a table: they come with the pointer or the keyboard, and nothing moves for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_layout import Control

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.blocks.block_builder import BlockBuilder, Place

WRAP_TABLE, UNWRAP_TABLE, COPY_TABLE = "wrap_table", "unwrap_table", "copy_table"
_HEIGHT = 24
_ROW_SPACE, _NODE_GAP = 4, 12
"""What is empty anyway: half of what is above the words of the header row, and what is above a nested table."""


def make_room(builder: BlockBuilder) -> None:
    """Keep as much room above the table as its tools need."""
    render_style = builder.render_style
    above = builder.y if not builder.layout.boxes else render_style.px(_NODE_GAP)
    builder.y += max(0, render_style.px(_HEIGHT) - render_style.px(_ROW_SPACE) - above)


def add_tools(builder: BlockBuilder, place: Place, table: QRectF, offer: bool | None) -> None:
    """Add the tools above a table. `offer` says whether wrapping or not wrapping is offered; None for neither."""
    render_style, controls = builder.render_style, builder.layout.controls
    number = str(sum([control.name == COPY_TABLE for control in controls]))
    done = builder.code.state.done == COPY_TABLE
    tools = [(COPY_TABLE, tr("Copied") if done else tr("Copy as..."), "check" if done else "copy")]
    if offer is not None:
        wrapping = (WRAP_TABLE, tr("Wrap")) if offer else (UNWRAP_TABLE, tr("Do not wrap"))
        tools.insert(0, (*wrapping, "wrap"))
    advance = render_style.meta_width
    words = {tool[0]: advance(tool[1]) for tool in tools}
    words[COPY_TABLE] = max(advance(tr("Copy as...")), advance(tr("Copied")))
    labelled = sum(words.values()) + render_style.px(36) * len(tools) <= place.width
    widths = [words[name] + render_style.px(36) if labelled else render_style.px(28) for name, _, _ in tools]
    bottom = table.top() + render_style.px(_ROW_SPACE)
    x = max(table.right(), place.x + sum(widths)) - sum(widths)
    for (name, label, icon), width in zip(tools, widths, strict=True):
        rect = QRectF(x, bottom - render_style.px(_HEIGHT), width, render_style.px(_HEIGHT))
        spoken = tr("Copy the table as...") if label == tr("Copy as...") else ""
        controls.append(Control(name, (rect,), number, label, icon, shows_label=labelled, local=True, spoken=spoken))
        x += width
