"""Copies of histories of several sizes for the benchmarks, each made once under build/."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

from make_history import make

from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.migrations import MIGRATIONS
from desktop_chat.services.sqlite.usage_store import UsageStore

MANY = int(os.environ.get("BENCH_CONVERSATIONS", "20000"))
"""Conversations of the large history. As many as promised take about ten minutes to make, once, and 2.6 GB of disk with
their copy."""
SOME, FEW = min(MANY, 2_000), 100
SETTINGS = 'language = "en"\nscheme = "light"\ndefault_connection_id = "demo"\nsnapshots = "never"\n'
_FOLDER = Path(os.environ.get("BENCH_HISTORIES", Path(__file__).resolve().parents[2] / "build" / "histories"))


def history(conversations: int) -> Path:
    """Return the database with so many conversations, of the present version, not to be changed."""
    folder = _FOLDER / f"{conversations}-v{len(MIGRATIONS)}"
    if not (folder / "history.db").exists():
        print(f"making a history of {conversations:,} conversations in {folder}, once", file=sys.stderr, flush=True)
    return make(folder, conversations)


@contextmanager
def copied(conversations: int) -> Iterator[Path]:
    """Provide a data directory with so many conversations; 0 for an empty one. What a first start does with them in the
    background is done or switched off."""
    source = history(conversations) if conversations else None
    with tempfile.TemporaryDirectory(dir=_FOLDER if source else None) as folder:
        if source is not None:
            shutil.copyfile(source, Path(folder) / "history.db")
        paths = Paths(Path(folder))
        paths.settings_file.write_text(SETTINGS)
        asyncio.run(_fill_ledger(paths.usage_file))
        yield Path(folder)


async def _fill_ledger(file: Path) -> None:
    """Note that the ledger has what was used, which would otherwise be read from the history meanwhile."""
    async with aclosing(UsageStore(file)) as ledger:
        await ledger.fill_in("messages", "all", ())
