"""Writes rows of cells as a Markdown table, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

_WIDTH_ROWS = 100
"""Rows that decide how many columns the table has."""


def table_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table whose first row is its head; rows without text are left out."""
    filled = filter(any, rows)
    first = list(islice(filled, _WIDTH_ROWS))
    if not first:
        return
    width = max([_length(row) for row in first])
    for number, row in enumerate(chain(first, filled)):
        cells = [cell_text(cell) for cell in row[: max(width, _length(row))]]
        yield f"| {' | '.join(cells + [''] * (width - len(cells)))} |"
        if not number:
            yield f"|{' --- |' * width}"


def cell_text(text: str) -> str:
    """Return a cell's text on one line, without the mark that ends cells."""
    return " ".join(text.split()).replace("|", "\\|")


def _length(row: Sequence[str]) -> int:
    """Return the number of cells without empty ones at the end."""
    return next((place + 1 for place in range(len(row) - 1, -1, -1) if row[place]), 0)
