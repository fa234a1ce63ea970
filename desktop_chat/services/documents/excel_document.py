"""Reads Excel files: each sheet as a Markdown table of values, row by row."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from openpyxl import load_workbook  # type: ignore[import-untyped]  # has no types

from desktop_chat.services.documents.document_text import Asked, Output
from desktop_chat.services.documents.markdown_table import table_lines


def read_excel(content: bytes, asked: Asked, out: Output) -> None:
    """Read an Excel file. Raises what its library raises for a broken one."""
    with (
        warnings.catch_warnings(action="ignore"),
        closing(load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)) as book,
    ):
        sheets = book.worksheets
        out.pages = len(sheets)
        count = min(out.pages, asked.pages)
        for number, sheet in enumerate(sheets[:count]):
            if out.is_full:
                count = number
                break
            sheet.reset_dimensions()  # those that the file states may be invented
            out.add(f"## {sheet.title}\n\n")
            add_table(out, _rows(sheet))
            out.tell(number + 1, count)
        out.pages_left_out = out.pages - count


def add_table(out: Output, rows: Iterator[list[str]]) -> None:
    """Add a table. Of the rows behind the limit, only some are counted: a sheet may have millions."""
    most = out.letters // 4
    for line in table_lines(rows):
        out.add_line(line)
        if out.letters_left_out > most:
            break
    out.add_line()


def _rows(sheet: Any) -> Iterator[list[str]]:
    return ([_written(value) for value in row] for row in sheet.iter_rows(values_only=True))


def _written(value: object) -> str:
    """Return a cell's value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
