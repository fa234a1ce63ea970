"""Checks a backup before its use, and reads the settings and the records of usage of a backup or a data folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from desktop_chat.core.errors import StoreError
from desktop_chat.core.importing import ImportTooNew, Unread, UnreadReason
from desktop_chat.services.imports.data_folder import place_in
from desktop_chat.services.imports.import_files import Archive, Files
from desktop_chat.services.imports.json_stream import lines
from desktop_chat.services.paths import Paths

if TYPE_CHECKING:
    from desktop_chat.core.endpoint_callers import CallerRecord
    from desktop_chat.core.settings import Settings
    from desktop_chat.core.usage_ledger import UsageEntry

T = TypeVar("T")

FORMAT, VERSION = "desktop-chat-backup", 1
ENTRY = "backup.json"
SETTINGS_FILE = "settings.toml"


def has_records(files: Files) -> bool:
    """Return whether this is a backup or a data folder, which have more than conversations."""
    return ENTRY in files.names or place_in(files) is not None


def check_backup(files: Files) -> None:
    """Read all of a backup once, so that nothing is taken over from a damaged one. Other exports are not checked: of
    them, what can be read is. Raises ImportDamaged."""
    if isinstance(files, Archive) and ENTRY in files.names:
        files.check()


def settings_in(files: Files) -> Settings | None:
    """Return the settings of a backup or a data folder; None if there are none that can be read. Raises
    ImportTooNew."""
    from desktop_chat.services.settings_values import settings_from  # noqa: PLC0415  (no other export needs it)

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
    import tomllib  # noqa: PLC0415  (no other export needs it)

    return _parsed(files.content(place + SETTINGS_FILE), tomllib.loads)


def usage_in(files: Files) -> Iterator[UsageEntry | Unread]:
    """Yield the requests that a backup or a data folder has in its ledger, in the order of `usage_rows.by_reply`."""
    from desktop_chat.services.sqlite.usage_store import stored_usage  # noqa: PLC0415  (no other export needs it)
    from desktop_chat.services.usage_json import USAGE_ENTRY, entry_from  # noqa: PLC0415  (no other export needs it)

    yield from _records_in(files, USAGE_ENTRY, entry_from, lambda paths: stored_usage(paths.usage_file))


def callers_in(files: Files) -> Iterator[CallerRecord | Unread]:
    """Yield the callers of the endpoint that a backup or a data folder has."""
    from desktop_chat.services.endpoint.caller_store import stored_callers  # noqa: PLC0415  (no other export needs it)
    from desktop_chat.services.usage_json import CALLERS_ENTRY, caller_from  # noqa: PLC0415  (no other export needs it)

    yield from _records_in(files, CALLERS_ENTRY, caller_from, lambda paths: stored_callers(paths.endpoint_file))


def _records_in(
    files: Files, name: str, read: Callable[[Any], T | None], stored: Callable[[Paths], Iterator[T]]
) -> Iterator[T | Unread]:
    if ENTRY in files.names:
        if name in files.names:
            with files.open(name) as stream:
                for line in lines(stream, name):
                    if isinstance(line, Unread):
                        yield line
                        continue
                    found = read(line[0])
                    yield Unread(line[1], UnreadReason.NOT_UNDERSTOOD) if found is None else found
    elif (place := place_in(files)) is not None:
        try:
            yield from stored(Paths(files.path / place))
        except StoreError as error:
            yield Unread(name.removesuffix(".jsonl"), UnreadReason.DAMAGED, error.detail[:200])


def _parsed(content: bytes | None, parse: Callable[[str], Any]) -> dict[str, Any] | None:
    try:
        table = parse((content or b"").decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return table if isinstance(table, dict) else None
