"""The environment of a tool server's process: what every program needs, what the user entered, and no key of ours."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

_KEPT = (
    frozenset(
        {"APPDATA", "COMSPEC", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA", "PATH", "PATHEXT", "PROCESSOR_ARCHITECTURE"}
        | {
            "PROGRAMDATA",
            "PROGRAMFILES",
            "SYSTEMDRIVE",
            "SYSTEMROOT",
            "TEMP",
            "TMP",
            "USERNAME",
            "USERPROFILE",
            "WINDIR",
        }
    )
    if sys.platform == "win32"
    else frozenset(
        {"HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "SHELL", "TMPDIR", "TZ", "USER"}
        | {"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME"}
    )
)
_USUAL_FOLDERS = ("~/.local/bin", "/usr/local/bin", "/opt/homebrew/bin")
"""Where servers are often installed; a program started by a desktop does not have all of them in its PATH."""


def child_environment(variables: Mapping[str, str], inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment for a server with these variables."""
    kept = {name: value for name, value in inherited.items() if name.upper() in _KEPT or name.startswith("LC_")}
    folders = kept.get("PATH", os.defpath).split(os.pathsep)
    if sys.platform != "win32":
        usual = [str(Path(folder).expanduser()) for folder in _USUAL_FOLDERS]
        folders += [folder for folder in usual if folder not in folders and Path(folder).is_dir()]
    return kept | {"PATH": os.pathsep.join(folders)} | dict(variables)


def find_program(command: str, environment: Mapping[str, str]) -> str | None:
    """Return the program's path; None if there is none. "~" stands for the user's folder."""
    return shutil.which(os.path.expanduser(command), path=environment.get("PATH"))  # noqa: PTH111  (a word is no path)


def start_folder() -> str:
    """Return the folder in which servers start: the user's, if there is one."""
    folder = Path.home()
    return str(folder) if folder.is_dir() else os.sep
