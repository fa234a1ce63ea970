"""Rows and columns of widgets, each built in one expression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

Item = QWidget | QLayout | int | None
"""A widget, another layout, a gap in pixels, or None for a stretching gap."""
Margins = tuple[int, int, int, int]
NO_MARGINS = (0, 0, 0, 0)

Box = TypeVar("Box", bound=QBoxLayout)


def row_of(
    *items: Item, grow: Sequence[Item] = (), spacing: int | None = None, margins: Margins | None = None
) -> QHBoxLayout:
    """Return a row; the items in `grow` take the remaining space. Spacing and margins default to the style's."""
    return fill(QHBoxLayout(), *items, grow=grow, spacing=spacing, margins=margins)


def column_of(
    *items: Item, grow: Sequence[Item] = (), spacing: int | None = None, margins: Margins | None = None
) -> QVBoxLayout:
    """Return a column; see `row_of`."""
    return fill(QVBoxLayout(), *items, grow=grow, spacing=spacing, margins=margins)


def fill(
    box: Box, *items: Item, grow: Sequence[Item] = (), spacing: int | None = None, margins: Margins | None = None
) -> Box:
    """Add items to a layout and return it; see `row_of`."""
    if spacing is not None:
        box.setSpacing(spacing)
    if margins is not None:
        box.setContentsMargins(*margins)
    for item in items:
        if isinstance(item, QWidget):
            box.addWidget(item, int(item in grow))
        elif isinstance(item, QLayout):
            box.addLayout(item, int(item in grow))
        elif item is None:
            box.addStretch()
        else:
            box.addSpacing(item)
    return box
