"""The database's schema as a sequence of migrations; a file of any older version is upgraded to the newest."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from desktop_chat.core.errors import StoreCorrupt, StoreTooNew
from desktop_chat.services.private_files import create_private
from desktop_chat.services.sqlite.hardening import check_schema

Migration = Callable[[sqlite3.Connection], None]

APPLICATION_ID = 0x44436874
"""Marks a file as ours ("DCht"), so that another program's database is never written to."""

MIGRATIONS: list[Migration] = []
"""The step at index n creates version n + 1. A released step is never edited: add another."""


def migration(step: Migration) -> Migration:
    """Register a step as the last one."""
    MIGRATIONS.append(step)
    return step


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit at the end of the block, or roll back if it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # a full disk or a broken file has already rolled back
            connection.execute("ROLLBACK")
        raise


def migrate(
    connection: sqlite3.Connection, file: Path, migrations: Sequence[Migration] = MIGRATIONS, *, copies: bool = True
) -> None:
    """Upgrade `connection` to the newest version. A non-empty file is copied next to it first if `copies`.

    Raises StoreTooNew for an unknown version, and StoreCorrupt for a file that is not ours or whose schema was
    modified.
    """
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version and connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreCorrupt("not a database of this application")
    if version > len(migrations):
        raise StoreTooNew(f"version {version}, known up to {len(migrations)}")
    if version:
        check_schema(connection, migrations[:version])
    if version == len(migrations):
        return
    if version and copies:
        _copy(connection, name_before(file, len(migrations)))
    elif not version and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise StoreCorrupt("not a database of this application")
    with transaction(connection):
        for step in migrations[version:]:
            step(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")


def make_index(connection: sqlite3.Connection) -> None:
    """Create an empty index (see `message_index.py`), and list all messages as still to be indexed. Row ids are those
    of `messages`. The tokenizer only splits at spaces."""
    connection.execute(
        "CREATE VIRTUAL TABLE message_grams USING fts5 "
        "(grams, content = '', columnsize = 0, detail = none, tokenize = 'ascii')"
    )
    # Without a look at the rows, for which all texts would be read; running replies are skipped later.
    connection.execute("INSERT OR IGNORE INTO unindexed (seq, is_too_long) SELECT seq, 0 FROM messages")


def name_before(file: Path, version: int) -> Path:
    """Return the path of the copy from before an upgrade to a version."""
    return file.with_name(f"{file.stem}.before-v{version}{file.suffix}")


def _copy(connection: sqlite3.Connection, to: Path) -> None:
    part = to.with_name(to.name + ".part")
    os.close(create_private(part))
    with closing(sqlite3.connect(part)) as target:
        connection.backup(target)
    part.replace(to)


OLD_INDEX = "found_texts"
"""The index before version 10; a large one is removed in slices after the file was opened (`maintenance.py`)."""
_TRIGRAM_INDEX = f"CREATE VIRTUAL TABLE {OLD_INDEX} USING fts5 (text, tokenize = 'trigram case_sensitive 1')"
_SMALL_INDEX = 500
"""Blocks of 4 KB that are dropped at once."""

_VERSION_1 = (
    """CREATE TABLE conversations (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        folded_title TEXT NOT NULL,
        title_is_own INTEGER NOT NULL,
        created_at REAL NOT NULL,
        updated_at REAL NOT NULL,
        pinned INTEGER NOT NULL,
        trashed_at REAL,
        leaf_id TEXT,
        draft TEXT NOT NULL,
        connection_id TEXT NOT NULL,
        model TEXT NOT NULL,
        system_prompt TEXT NOT NULL,
        temperature REAL,
        max_tokens INTEGER,
        reasoning_effort TEXT,
        streaming INTEGER NOT NULL
    )""",
    "CREATE INDEX conversations_by_time ON conversations (updated_at DESC)",
    """CREATE TABLE messages (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        parent_id TEXT,
        role TEXT NOT NULL,
        text TEXT NOT NULL,
        status TEXT NOT NULL,
        created_at REAL NOT NULL,
        reasoning TEXT NOT NULL,
        connection_name TEXT NOT NULL,
        model TEXT NOT NULL,
        finish_reason TEXT,
        failure_code TEXT,
        failure_detail TEXT,
        failure_retry_after_s REAL,
        prompt_tokens INTEGER,
        completion_tokens INTEGER,
        reasoning_tokens INTEGER,
        first_token_s REAL,
        reasoning_s REAL,
        total_s REAL,
        skipped_events INTEGER NOT NULL
    )""",
    "CREATE INDEX messages_by_conversation ON messages (conversation_id)",
    "CREATE INDEX messages_running ON messages (id) WHERE status = 'running'",
    """CREATE TABLE journal (
        seq INTEGER PRIMARY KEY,
        message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        reasoning TEXT NOT NULL
    )""",
    "CREATE INDEX journal_by_message ON journal (message_id)",
    # Row ids are those of `messages`. The text is folded before it is indexed, so the tokenizer need not fold again.
    _TRIGRAM_INDEX,
)


@migration
def lay_the_first_schema(connection: sqlite3.Connection) -> None:
    """Create conversations, their messages as a tree, journals of running replies, and the search index."""
    for statement in _VERSION_1:
        connection.execute(statement)


@migration
def take_the_journal_out(connection: sqlite3.Connection) -> None:
    """Merge the journal table into the texts, since running replies are now journalled in a separate file."""
    for column in ("text", "reasoning"):
        connection.execute(
            f"UPDATE messages SET {column} = {column} || coalesce((SELECT group_concat({column}, '') FROM "  # noqa: S608
            f"(SELECT {column} FROM journal WHERE message_id = messages.id ORDER BY seq)), '') WHERE status = 'running'"
        )
    connection.execute("DROP TABLE journal")


@migration
def add_what_servers_tell_beside_the_text(connection: sqlite3.Connection) -> None:
    """Add a reply's sources, as a JSON list of [address, title], and the token count of cached input."""
    connection.execute("ALTER TABLE messages ADD COLUMN cached_tokens INTEGER")
    connection.execute("ALTER TABLE messages ADD COLUMN sources TEXT")


@migration
def add_what_was_left_out(connection: sqlite3.Connection) -> None:
    """Add the request parts that were left out for a reply: names separated by spaces."""
    connection.execute("ALTER TABLE messages ADD COLUMN left_out TEXT")


@migration
def list_what_is_left_to_do(connection: sqlite3.Connection) -> None:
    """Add the deleted conversations that are still to be removed from disk, and the messages that are not (yet) in the
    index and whose texts the search reads instead."""
    connection.execute("CREATE TABLE deleted_conversations (id TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.execute("CREATE TABLE unindexed (seq INTEGER PRIMARY KEY, is_too_long INTEGER NOT NULL)")


@migration
def compare_by_another_rule(connection: sqlite3.Connection) -> None:
    """Ignore accents, width and marks in searches: fold all titles again at once, and reindex messages in slices
    (`maintenance.py`); until then their texts are read."""
    from desktop_chat.markdown.folding import folded  # noqa: PLC0415  (needed once)

    titles = connection.execute("SELECT seq, title FROM conversations").fetchall()
    connection.executemany(
        "UPDATE conversations SET folded_title = ? WHERE seq = ?", [(folded(title), seq) for seq, title in titles]
    )
    connection.execute(f"DROP TABLE {OLD_INDEX}")
    connection.execute(_TRIGRAM_INDEX)
    connection.execute(
        "INSERT OR IGNORE INTO unindexed (seq, is_too_long) SELECT seq, 0 FROM messages WHERE status <> 'running'"
    )


@migration
def add_where_sending_starts(connection: sqlite3.Connection) -> None:
    """The first message that a shortened conversation still sends."""
    connection.execute("ALTER TABLE conversations ADD COLUMN sent_from_id TEXT")


@migration
def add_attachments_and_tools(connection: sqlite3.Connection) -> None:
    """Add the attachments of messages and drafts, the tool calls of replies, and the tools of a conversation: JSON, in
    the form of `part_rows.py`."""
    connection.execute("ALTER TABLE messages ADD COLUMN attachments TEXT")
    connection.execute("ALTER TABLE messages ADD COLUMN tool_calls TEXT")
    connection.execute("ALTER TABLE conversations ADD COLUMN draft_attachments TEXT")
    connection.execute("ALTER TABLE conversations ADD COLUMN tools TEXT")
    # Few messages have any, so looking for the blobs that are still needed reads only those.
    connection.execute("CREATE INDEX messages_with_attachments ON messages (seq) WHERE attachments IS NOT NULL")
    connection.execute("CREATE INDEX messages_with_tool_calls ON messages (seq) WHERE tool_calls IS NOT NULL")


@migration
def add_who_began_a_conversation(connection: sqlite3.Connection) -> None:
    """Add the origin of a conversation: empty for the user, or "endpoint" for a caller of the local endpoint."""
    connection.execute("ALTER TABLE conversations ADD COLUMN origin TEXT NOT NULL DEFAULT ''")


@migration
def index_by_grams(connection: sqlite3.Connection) -> None:
    """Replace the index by one that also knows single characters and pairs, and takes a fifth of the space: no copies
    of texts, no positions. Messages are indexed in slices (`maintenance.py`); until then their texts are read."""
    make_index(connection)
    blocks = f"SELECT count(*) FROM (SELECT 1 FROM {OLD_INDEX}_data LIMIT {_SMALL_INDEX})"  # noqa: S608
    if connection.execute(blocks).fetchone()[0] < _SMALL_INDEX:
        connection.execute(f"DROP TABLE {OLD_INDEX}")


@migration
def add_summaries(connection: sqlite3.Connection) -> None:
    """Add how many messages a summary stands for, and whether it is sent in their place; NULL for other messages."""
    connection.execute("ALTER TABLE messages ADD COLUMN summary_of INTEGER")
    connection.execute("ALTER TABLE messages ADD COLUMN summary_in_use INTEGER")


@migration
def note_the_words_of_blocks(connection: sqlite3.Connection) -> None:
    """Add filters of the words of many messages (`word_blocks.py`), and from which row down they are still to be made,
    in slices (`maintenance.py`); until then the index alone is used."""
    connection.execute("CREATE TABLE word_parts (place INTEGER PRIMARY KEY, bits BLOB NOT NULL)")
    connection.execute("CREATE TABLE words_not_noted (below INTEGER NOT NULL)")
    connection.execute("INSERT INTO words_not_noted SELECT coalesce(max(seq) + 1, 0) FROM messages")
