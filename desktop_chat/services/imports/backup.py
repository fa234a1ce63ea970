"""Checks a backup before its use, and reads the settings of a backup or a data folder."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from typing import Any

from desktop_chat.core.importing import ImportTooNew
from desktop_chat.core.settings import Settings
from desktop_chat.services.imports.data_folder import place_in
from desktop_chat.services.imports.import_files import Archive, Files
from desktop_chat.services.settings_values import settings_from

FORMAT, VERSION = "desktop-chat-backup", 1
ENTRY = "backup.json"
SETTINGS_FILE = "settings.toml"


def check_backup(files: Files) -> None:
    """Read all of a backup once, so that nothing is taken over from a damaged one. Other exports are not checked: of
    them, what can be read is. Raises ImportDamaged."""
    if isinstance(files, Archive) and ENTRY in files.names:
        files.check()


def settings_in(files: Files) -> Settings | None:
    """Return the settings of a backup or a data folder; None if there are none that can be read. Raises
    ImportTooNew."""
    table = table_in(files)
    return settings_from(table)[0] if table is not None else None


def table_in(files: Files) -> dict[str, Any] | None:
    """Return the settings of a backup or a data folder as they are in it. Raises ImportTooNew."""
    if ENTRY in files.names:
        entry = _parsed(files.content(ENTRY), json.loads)
        if entry is None or entry.get("format") != FORMAT:
            return None
        if not isinstance(entry.get("version"), int) or entry["version"] > VERSION:
            raise ImportTooNew(str(entry.get("version")))
        settings = entry.get("settings")
        return settings if isinstance(settings, dict) else None
    place = place_in(files)
    if place is None or place + SETTINGS_FILE not in files.names:
        return None
    return _parsed(files.content(place + SETTINGS_FILE), tomllib.loads)


def _parsed(content: bytes | None, parse: Callable[[str], Any]) -> dict[str, Any] | None:
    try:
        table = parse((content or b"").decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return table if isinstance(table, dict) else None
