"""Where conversations are written that go to another program at once: by the clipboard, or dragged."""

from __future__ import annotations

import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from desktop_chat.services.exports.output import translating

_KEPT_S = 86_400.0


def new_shared_file(folder: Path, name: str) -> Path:
    """Return the path of a file with this name that does not exist yet, in a folder of its own that nobody else may
    read. Those that are older than a day are removed. Raises ExportError."""
    with translating(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_old(folder)
        own = folder / secrets.token_hex(8)
        own.mkdir(mode=0o700)
    return own / name


def _remove_old(folder: Path) -> None:
    with suppress(OSError):
        for each in folder.iterdir():
            if time.time() - each.lstat().st_mtime >= _KEPT_S:
                shutil.rmtree(each, ignore_errors=True)
