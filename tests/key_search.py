"""Searches for a planted key wherever it could leak: whole, in parts, and in its usual encodings."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

SECRET = "7f3a91c2d84b/55+e0a6=9d"
"""The unique part of the planted key."""
KEY = f"sk-planted-{SECRET}"
PART = 9
"""This many consecutive characters of the secret count as a find."""


def forms_of(key: str = SECRET) -> set[bytes]:
    """Return what to search for: each part of the key, and the key URL-quoted, in UTF-16 and in base64."""
    parts = {key[at : at + PART].encode() for at in range(len(key) - PART + 1)}
    shifted = {base64.b64encode(b"\0" * shift + key.encode())[4:-4] for shift in range(3)}
    return parts | shifted | {quote(key, safe="").encode(), key.encode("utf-16-le"), key[::-1].encode()}


_FORMS = forms_of()


def is_in(data: bytes | str) -> bool:
    """Return whether `data` contains a part of the key."""
    data = data.encode("utf-8", "replace") if isinstance(data, str) else data
    return any(form in data for form in _FORMS)


def files_with_it(*folders: Path) -> list[str]:
    """Return the files below some folders that contain a part of the key, or have it in their names."""
    files = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    return [str(file) for file in files if is_in(file.read_bytes()) or is_in(str(file))]


def processes_with_it(*ids: int) -> list[str]:
    """Return where the key is in the command lines and environments of processes and all their descendants."""
    found = []
    for pid in {*ids, *(child for parent in ids for child in _children(parent))}:
        for what in ("cmdline", "environ"):
            try:
                data = Path(f"/proc/{pid}/{what}").read_bytes()
            except OSError:
                continue  # it has exited
            if is_in(data):
                found.append(f"{what} of {pid}")
    return found


def words_with_it(words: Iterable[str]) -> list[str]:
    """Return those texts that contain a part of the key."""
    return [text for text in words if is_in(text)]


def _children(pid: int) -> list[int]:
    try:
        tasks = tuple(Path(f"/proc/{pid}/task").iterdir())
        own = [int(one) for task in tasks for one in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*own, *(child for one in own for child in _children(one))]
