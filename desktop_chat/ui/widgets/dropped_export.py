"""Recognises a dropped file that is probably an export, where nothing else can be dropped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

_ENDINGS = frozenset({".zip", ".age", ".json", ".jsonl", ".ndjson"})


def export_in(data: QMimeData) -> Path | None:
    """Return the one file or folder that is dropped, if it may be an export; its content decides later."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in _ENDINGS or path.is_dir() else None
