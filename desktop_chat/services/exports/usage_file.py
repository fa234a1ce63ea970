"""Writes what requests used to a file of comma-separated values. Blocks: it runs in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop_chat.core.usage_view import Days
from desktop_chat.services.exports.output import new_file
from desktop_chat.services.exports.usage_csv import usage_header, usage_lines
from desktop_chat.services.sqlite.usage_store import usage_pages

_BOM = b"\xef\xbb\xbf"
"""Without it, some spreadsheets read a file as if it were in the system's old encoding."""


def write_usage(
    ledger: Path,
    days: Days,
    target: Path,
    *,
    with_bom: bool,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:
    """Write the entries of these days to a CSV file, which gets its name when it is whole, and return how many there
    are. `tell` hears how many are written, and of how many. Raises StoreError, ExportError."""
    written = 0
    with new_file(target, replace=True) as stream:
        stream.write((_BOM if with_bom else b"") + usage_header().encode())
        for count, rows in usage_pages(ledger, days.since, days.until):
            stream.write(usage_lines(rows).encode())
            written += len(rows)
            tell(written, count)
    return written
