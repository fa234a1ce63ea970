"""The files of the page at `/`: read once into memory, so that no request names a file on disk."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
INDEX = "/"


class PageFile(NamedTuple):
    """One file as it is sent."""

    content: bytes
    media_type: str
    tag: str
    """Its entity tag."""


def read_page(folder: Path) -> dict[str, PageFile]:
    """Return the files by the path of their address; empty if the page was not built. Files of other kinds, and those
    outside `assets`, are left out."""
    index = folder / "index.html"
    if not index.is_file():
        return {}
    found = {INDEX: index}
    for path in sorted((folder / "assets").rglob("*")):
        if path.is_file() and path.suffix in _TYPES:
            found[f"/{path.relative_to(folder).as_posix()}"] = path
    return {name: _page_file(path) for name, path in found.items()}


def _page_file(path: Path) -> PageFile:
    content = path.read_bytes()
    return PageFile(content, _TYPES[path.suffix], f'"{sha256(content).hexdigest()[:32]}"')
