"""Opens the database file: pragmas, integrity check, migrations. A damaged file is moved aside, never written again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_chat.core.errors import StoreCorrupt, StoreIsSymlink
from desktop_chat.services.paths import name_for_broken
from desktop_chat.services.private_files import is_link, touch_private
from desktop_chat.services.sqlite.hardening import GuardedConnection, guarded, reading
from desktop_chat.services.sqlite.maintenance import empty_index
from desktop_chat.services.sqlite.migrations import MIGRATIONS, migrate, name_before
from desktop_chat.services.sqlite.reply_journal import ENDING
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors

if TYPE_CHECKING:
    from desktop_chat.services.sqlite.earlier_version import EarlierVersion

BUSY_TIMEOUT_S = 1.0
"""How long another process may lock the file before StoreLocked; the write-behind retries anyway."""
FOR_NEW_FILES = ("PRAGMA page_size = 8192", "PRAGMA auto_vacuum = INCREMENTAL")
"""Before the first table is created: less unused space between messages of typical length, and free pages can be given
back to the disk. In an existing file the latter would write."""
LARGE = 64 * 1024 * 1024
"""Bytes; a smaller file is copied before it is upgraded, in less than a second, a larger one afterwards."""
_COMPANIONS = ("", "-wal", "-shm", ENDING)
_INDEX_DAMAGED = re.compile(
    r"(?:malformed|unable to validate the) inverted index for FTS\d+ table main\.(?:found_texts|message_grams)\b"
)
"""SQLite 3.44 and later report a damaged search index like this; earlier versions do not check it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open database. `set_aside`: the new name of a damaged file that was replaced. `unchecked`: the last run exited
    uncleanly, and the whole file still needs a check (`FileCheck`). `earlier`: the state from before an upgrade, still
    to be copied."""

    connection: GuardedConnection
    set_aside: Path | None = None
    unchecked: bool = False
    earlier: EarlierVersion | None = None


def open_database(file: Path) -> Opened:
    """Open a file, or move a damaged one aside and create a new one. Raises StoreError.

    SQLite removes the write-ahead log when it closes a database, so an existing log means an unclean exit. Then only
    the list of conversations is checked here; checking the whole file takes seconds and happens later. If damage was
    found before, the whole file is checked first.
    """
    damage_seen = _mark_of(file).exists()
    unchecked = not damage_seen and file.exists() and (_sibling(file, "-wal").exists() or _unchecked(file).exists())
    set_aside = None
    try:
        if damage_seen and file.exists():
            check_whole(file)
        elif unchecked:
            _check_list(file)
            with suppress(OSError):  # if it cannot be written, the next start must detect the unclean exit itself
                touch_private(_unchecked(file))
        connection, earlier = _connect(file, index_anew=damage_seen)
    except StoreCorrupt:
        set_aside, unchecked = _set_aside(file), False
        connection, earlier = _connect(file, index_anew=False)
    _mark_of(file).unlink(missing_ok=True)
    return Opened(connection, set_aside, unchecked, earlier)


def mark_checked(file: Path) -> None:
    """Record that the file needs no check, because it was checked or is marked as damaged."""
    with suppress(OSError):
        _unchecked(file).unlink(missing_ok=True)


def mark_damaged(file: Path) -> None:
    """Have the file checked the next time it is opened, however this run ends."""
    touch_private(_mark_of(file))


def _connect(file: Path, *, index_anew: bool) -> tuple[GuardedConnection, EarlierVersion | None]:
    with translate_sqlite_errors(), ExitStack() as on_failure:
        _make_private(file)
        connection = on_failure.enter_context(closing(guarded(file, timeout_s=BUSY_TIMEOUT_S)))
        if not connection.execute("PRAGMA page_count").fetchone()[0]:
            for pragma in FOR_NEW_FILES:
                connection.execute(pragma)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        earlier = _hold_if_large(connection, file)
        if earlier is not None:
            on_failure.callback(earlier.release)
        migrate(connection, file, copies=earlier is None)
        if index_anew:  # the index can be rebuilt from the texts
            empty_index(connection)
        on_failure.pop_all()
        return connection, earlier


def _hold_if_large(connection: GuardedConnection, file: Path) -> EarlierVersion | None:
    """Keep the state of a large file that is to be upgraded."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if not 0 < version < len(MIGRATIONS) or file.stat().st_size < LARGE:
        return None
    from desktop_chat.services.sqlite.earlier_version import EarlierVersion  # noqa: PLC0415  (once after an update)

    return EarlierVersion(file, name_before(file, len(MIGRATIONS)))


def _check_list(file: Path) -> None:
    """Raise StoreCorrupt if the conversations cannot be listed."""
    with translate_sqlite_errors(), reading(file) as connection:
        found = connection.execute("PRAGMA quick_check (conversations)").fetchone()[0]
    if found != "ok":
        raise StoreCorrupt(found)


def check_whole(file: Path, note_connection: Callable[[GuardedConnection], None] = lambda _: None) -> bool:
    """Return whether the search index is damaged; raise StoreCorrupt if anything else is. `note_connection` is called
    with the connection, which can be interrupted from another thread."""
    with translate_sqlite_errors(), reading(file) as connection:
        note_connection(connection)
        found = [row[0] for row in connection.execute("PRAGMA quick_check")]
    return index_is_damaged(found)


def index_is_damaged(found: Iterable[str]) -> bool:
    """Interpret the output of SQLite's check: False for an intact file, True if only the search index is damaged.

    Raises StoreCorrupt with the first line about other damage.
    """
    problems = [line for line in found if line != "ok"]
    for line in problems:
        if not _INDEX_DAMAGED.match(line):
            raise StoreCorrupt(line)
    return bool(problems)


def _make_private(file: Path) -> None:
    """Create the file readable only by its owner; SQLite gives its companions the same mode. Raises StoreIsSymlink."""
    for ending in _COMPANIONS:
        if is_link(_sibling(file, ending)):
            raise StoreIsSymlink(str(_sibling(file, ending)))
    with suppress(OSError):  # SQLite's error is more specific
        touch_private(file)


def _set_aside(file: Path) -> Path:
    """Rename the file and its companions, so that they can be read later."""
    aside = name_for_broken(file)
    for ending in reversed(_COMPANIONS):
        if _sibling(file, ending).exists():
            _sibling(file, ending).replace(_sibling(aside, ending))
    return aside


def _sibling(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)


def _mark_of(file: Path) -> Path:
    return _sibling(file, ".damaged")


def _unchecked(file: Path) -> Path:
    return _sibling(file, ".unchecked")
