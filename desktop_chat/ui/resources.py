"""Where the package's images and translations are read, from a source tree and from an installed wheel alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def resource_folder() -> Path:
    """The folder with ``icons``, ``themes`` and ``i18n``: in the installed package, or beside it in a source tree.

    Found from this file: ``importlib.resources`` costs 5 ms before the first paint, and Qt reads no archives anyway.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "resources", package.parent / "resources"):
        if (folder / "icons").is_dir():
            return folder
    raise FileNotFoundError("desktop_chat was installed without its resources")


def resource_path(name: str) -> Path:
    """The file of a resource such as ``icons/send.svg``; it may not exist."""
    return resource_folder() / name


def resource_text(name: str) -> str:
    """The text of a resource; raises ``FileNotFoundError`` when it does not exist."""
    return resource_path(name).read_text(encoding="utf-8")
