"""Writes a menu entry and an icon for the current user, for installations without a system package."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_LIMIT_S = 20
_SPECIAL = re.compile(r'(["`$\\])')
"""Characters that need a backslash in a quoted word of `Exec` (Desktop Entry Specification 1.5, "The Exec key")."""


def install_launcher(entry: Path, icon: Path, *, template: str, image: Path, command: Sequence[str]) -> None:
    """Write the menu entry, which starts `command`, and its icon, replacing existing ones. Raises OSError."""
    for file in (entry, icon):
        file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(image, icon)
    entry.write_text(with_command(template, command), encoding="utf-8")
    _tell_desktop(entry.parent)


def remove_launcher(entry: Path, icon: Path) -> bool:
    """Remove both files. Returns whether either existed. Raises OSError."""
    there = [file for file in (entry, icon) if file.exists() or file.is_symlink()]
    for file in there:
        file.unlink()
    if there:
        _tell_desktop(entry.parent)
    return bool(there)


def with_command(template: str, command: Sequence[str]) -> str:
    """Return the entry with `command` in place of the first word of `Exec`, and hidden once its program is gone."""
    words, program = exec_words(command), _as_string(command[0])
    changed = re.sub(r"^Exec=\S+", lambda _: f"TryExec={program}\nExec={words}", template, count=1, flags=re.MULTILINE)
    return re.sub(r"^Exec=desktop-chat", lambda _: f"Exec={words}", changed, flags=re.MULTILINE)  # of its actions


def exec_words(command: Sequence[str]) -> str:
    """Return a command as `Exec` has it."""
    return " ".join(_quoted(word) for word in command)


def _quoted(word: str) -> str:
    protected = _SPECIAL.sub(r"\\\1", word)
    return _as_string(f'"{protected}"').replace("%", "%%")


def _as_string(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def _tell_desktop(folder: Path) -> None:
    """Update the desktop's database of links that entries open; most desktops find the entries themselves."""
    program = shutil.which("update-desktop-database")
    if program is not None and folder.is_dir():
        with suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run([program, "-q", str(folder)], check=False, timeout=_LIMIT_S, stdin=subprocess.DEVNULL)  # noqa: S603  (its own name and a folder)
