"""Copies of histories of several sizes for the benchmarks, each made once under build/."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from make_history import make

MANY = int(os.environ.get("BENCH_CONVERSATIONS", "2000"))
"""Conversations of the large history; 20,000 take ten minutes to make, and 2.6 GB of disk with their copy."""
FEW = 100
_FOLDER = Path(os.environ.get("BENCH_HISTORIES", Path(__file__).resolve().parents[2] / "build" / "histories"))


def history(conversations: int) -> Path:
    """Return the database with so many conversations, not to be changed."""
    return make(_FOLDER / str(conversations), conversations)


@contextmanager
def copied(conversations: int) -> Iterator[Path]:
    """Provide a data directory with so many conversations; 0 for an empty one."""
    source = history(conversations) if conversations else None
    with tempfile.TemporaryDirectory(dir=_FOLDER if source else None) as folder:
        if source is not None:
            shutil.copyfile(source, Path(folder) / "history.db")
        yield Path(folder)
