"""Locates the package's icons, themes and translations, in a source tree and in an installed wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def resource_folder() -> Path:
    """Return the folder with `icons`, `themes` and `i18n`, in the installed package or beside it in a source tree.

    Derived from this file's path: `importlib.resources` costs 5 ms before the first paint, and Qt cannot read archives
    anyway.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "resources", package.parent / "resources"):
        if (folder / "icons").is_dir():
            return folder
    raise FileNotFoundError("desktop_chat was installed without its resources")


def resource_path(name: str) -> Path:
    """Return the path of a resource such as `icons/send.svg`; it may not exist."""
    return resource_folder() / name


def resource_text(name: str) -> str:
    """Return a resource's text. Raises FileNotFoundError."""
    return resource_path(name).read_text(encoding="utf-8")
