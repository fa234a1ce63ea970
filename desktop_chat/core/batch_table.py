"""Reads a table of comma-separated values into rows of named fields, and writes one for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop_chat.core.batch_errors import BatchProblem, BatchRefused

FIELD_LIMIT = 16 * 1024 * 1024
"""Maximum number of characters of a field; Python's own limit of 131,072 is less than a chapter of a book."""
_DELIMITERS = ",;\t"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula, at the beginning of a cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; `lines` are the numbers of the lines on which the rows begin, from 1."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


def read_table(text: str) -> Table:
    """Return the table. The header decides which of comma, semicolon and tab separates fields; empty lines are skipped.
    Raises BatchRefused for rows that do not fit the header, and for columns without a name or with the same name."""
    header, _, _ = text.partition("\n")
    delimiter = max(_DELIMITERS, key=_outside_quotes(header).count)
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for fields in reader:
            if any(fields):
                found.append((line, fields))
            line = reader.line_num + 1
    except csv.Error as error:
        raise BatchRefused(BatchProblem.UNEVEN, lines=(line,), detail=str(error)) from None
    if len(found) < 2:
        raise BatchRefused(BatchProblem.EMPTY)
    columns = tuple(name.strip() for name in found[0][1])
    if wrong := [name or str(at) for at, name in enumerate(columns, 1) if not name or name in columns[: at - 1]]:
        raise BatchRefused(BatchProblem.BAD_COLUMNS, names=wrong)
    if uneven := [line for line, fields in found[1:] if len(fields) != len(columns)]:
        raise BatchRefused(BatchProblem.UNEVEN, lines=uneven)
    rows = tuple(tuple(fields) for _, fields in found[1:])
    return Table(columns, rows, tuple(line for line, _ in found[1:]))


def written_table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as a table. What a spreadsheet would run gets an apostrophe before it: answers are not trusted."""
    return table_of_inert([inert(cell) for cell in row] for row in rows)


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def table_of_inert(rows: Iterable[Sequence[str | int | None]]) -> str:
    """Return rows as a table, whose texts no spreadsheet runs; None is an empty cell."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _outside_quotes(header: str) -> str:
    return "".join(header.split('"')[::2])
