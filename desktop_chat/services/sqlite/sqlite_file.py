"""Opens the database file: settings, check, migrations. A damaged file is set aside and never written again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop_chat.core.errors import StoreCorrupt, StoreIsSymlink
from desktop_chat.services.paths import name_for_broken
from desktop_chat.services.private_files import is_link, touch_private
from desktop_chat.services.sqlite.hardening import GuardedConnection, guarded, reading
from desktop_chat.services.sqlite.maintenance import empty_index
from desktop_chat.services.sqlite.migrations import migrate
from desktop_chat.services.sqlite.reply_journal import ENDING
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors

BUSY_TIMEOUT_S = 1.0
"""How long another process may hold the file before StoreLocked; the recorder tries again anyway."""
_COMPANIONS = ("", "-wal", "-shm", ENDING)
_INDEX_DAMAGED = re.compile(r"(?:malformed|unable to validate the) inverted index for FTS\d+ table main\.found_texts\b")
"""What the check of SQLite 3.44 and later says of the search's index; earlier ones do not look into it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open database. `set_aside`: the new name of a damaged file that was found in its place. `unchecked`: the last
    run did not end in order, and the whole file is still to be checked (`FileCheck`)."""

    connection: GuardedConnection
    set_aside: Path | None = None
    unchecked: bool = False


def open_database(file: Path) -> Opened:
    """Open a file, or set a damaged one aside and begin a new one. Raises StoreError.

    SQLite removes the write-ahead log when it closes a database, so a log that is there tells of an unclean end. Then
    only what lists the conversations is checked here; the whole file takes seconds, and waits for nobody. After damage
    was seen all of it is checked first.
    """
    damage_seen = _mark_of(file).exists()
    unchecked = not damage_seen and file.exists() and (_sibling(file, "-wal").exists() or _unchecked(file).exists())
    set_aside = None
    try:
        if damage_seen and file.exists():
            check_whole(file)
        elif unchecked:
            _check_list(file)
            with suppress(OSError):  # where nothing can be written, an unclean end is all that tells of it
                touch_private(_unchecked(file))
        connection = _connect(file, index_anew=damage_seen)
    except StoreCorrupt:
        set_aside, unchecked = _set_aside(file), False
        connection = _connect(file, index_anew=False)
    _mark_of(file).unlink(missing_ok=True)
    return Opened(connection, set_aside, unchecked)


def mark_checked(file: Path) -> None:
    """Have the file checked no more, since it was, or will be before it is opened next."""
    with suppress(OSError):
        _unchecked(file).unlink(missing_ok=True)


def mark_damaged(file: Path) -> None:
    """Have the file checked when it is opened next, however this run ends."""
    touch_private(_mark_of(file))


def _connect(file: Path, *, index_anew: bool) -> GuardedConnection:
    with translate_sqlite_errors():
        _make_private(file)
        connection = guarded(file, timeout_s=BUSY_TIMEOUT_S)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA temp_store = MEMORY")
            migrate(connection, file)
            if index_anew:  # all that is in the search's index is made of the texts
                empty_index(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _check_list(file: Path) -> None:
    """Raise StoreCorrupt where the conversations cannot be listed."""
    with translate_sqlite_errors(), reading(file) as connection:
        found = connection.execute("PRAGMA quick_check (conversations)").fetchone()[0]
    if found != "ok":
        raise StoreCorrupt(found)


def check_whole(file: Path, note_connection: Callable[[GuardedConnection], None] = lambda _: None) -> bool:
    """Say whether the search's index is damaged; raise StoreCorrupt where more is. `note_connection`
    is given what can be interrupted from another thread."""
    with translate_sqlite_errors(), reading(file) as connection:
        note_connection(connection)
        found = [row[0] for row in connection.execute("PRAGMA quick_check")]
    return index_is_damaged(found)


def index_is_damaged(found: Iterable[str]) -> bool:
    """Read what SQLite's check found: False for a sound file, True where nothing but the search's index is damaged.

    Raises StoreCorrupt with the first line that tells of other damage.
    """
    told = [line for line in found if line != "ok"]
    for line in told:
        if not _INDEX_DAMAGED.match(line):
            raise StoreCorrupt(line)
    return bool(told)


def _make_private(file: Path) -> None:
    """Create the file for its owner alone; SQLite gives its companions the same rights. Raises StoreIsSymlink."""
    for ending in _COMPANIONS:
        if is_link(_sibling(file, ending)):
            raise StoreIsSymlink(str(_sibling(file, ending)))
    with suppress(OSError):  # SQLite says better than we what is wrong with it
        touch_private(file)


def _set_aside(file: Path) -> Path:
    """Rename the file and its companions, under one new name, so that what is readable in it can be read later."""
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
