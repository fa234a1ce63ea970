"""Writes what requests used to a file, page by page on a thread, so that no number of them stops the window."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from desktop_chat.core.usage_csv import usage_header, usage_lines
from desktop_chat.core.usage_ledger import UsageEntry, UsageLedger
from desktop_chat.core.usage_view import Days
from desktop_chat.services.exports.output import new_file
from desktop_chat.services.worker import Worker

_BOM = b"\xef\xbb\xbf"
"""Without it, some spreadsheets read a file as if it were in the system's old encoding."""


_PAGE = 100
"""Entries read and written at a time: while a thread has more to do in Python, each step of the window waits for it."""
_TOLD_EACH = 1_000


async def write_usage(
    ledger: UsageLedger, days: Days, file: Path, with_bom: bool, told: Callable[[int], None] = lambda _count: None
) -> int:
    """Write the entries of these days to a CSV file, which gets its name when it is whole, and return how many there
    are. `told` hears how many are written. Cancelling leaves nothing behind. Raises StoreError, ExportError."""
    worker, opened = Worker("usage file"), ExitStack()
    try:
        stream = await worker.submit(opened.enter_context, new_file(file, replace=True))
        await worker.submit(stream.write, (_BOM if with_bom else b"") + usage_header().encode())
        count, after, is_last = 0, None, False
        while not is_last:
            page = await ledger.entries(days.since, days.until, after, _PAGE)
            await worker.submit(_write, stream, page.entries)
            count, after, is_last = count + len(page.entries), page.after, page.after is None
            if is_last or count % _TOLD_EACH == 0:
                told(count)
        await worker.submit(opened.close)
    except BaseException:  # also when cancelled
        worker.submit(opened.__exit__, *sys.exc_info()).add_done_callback(lambda ended: ended.exception())
        raise
    finally:
        worker.end()
    return count


def _write(stream: BinaryIO, entries: Sequence[UsageEntry]) -> None:
    stream.write(usage_lines(entries).encode())
