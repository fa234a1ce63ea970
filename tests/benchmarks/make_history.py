"""Makes a large history in a data directory, always the same: half English and half Chinese, one long conversation.

Usage: VENV/bin/python tests/benchmarks/make_history.py DATA_DIR [--conversations N]. By default 20,000 conversations
with 410,000 messages and about 590 MB of text; other numbers scale everything. Nothing is done if it is there already.

The file is written by the store's own schema and rows. A few words that occur nowhere else are in three old
conversations; see RARE.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

from history_words import Words  # noqa: E402

from desktop_chat.core.entities import ChatOptions, Conversation, Message, Role, Status  # noqa: E402
from desktop_chat.services.sqlite.grams import grams_of, quads_of  # noqa: E402
from desktop_chat.services.sqlite.migrations import migrate, transaction  # noqa: E402
from desktop_chat.services.sqlite.sqlite_file import FOR_NEW_FILES  # noqa: E402
from desktop_chat.services.sqlite.sqlite_rows import MESSAGE_COLUMNS, message_row  # noqa: E402
from desktop_chat.services.sqlite.sqlite_writes import put_conversation  # noqa: E402
from desktop_chat.services.sqlite.word_blocks import note_words  # noqa: E402

CONVERSATIONS = 20_000
USUAL_LENGTH = 19.5
"""Messages of a conversation, on average; the long one has as many as there are conversations."""
QUESTION, ANSWER = 160, 2_700
"""Bytes of a typical message."""
RARE = ("zqxjv", "龘龢龠龣龤")
"""Words of three old conversations: no other text has any two letters of the English one in that order, nor any letter
of the Chinese one."""
NOW = 1_800_000_000.0
LONG_ID = "long"
Made = tuple[Conversation, list[tuple[Message, str, set[str]]]]
"""A conversation, and its messages with their index terms and the pieces of their words."""


def make(data_dir: Path, conversations: int = CONVERSATIONS) -> Path:
    """Return the database of this size in a data directory, which is made if it is not there."""
    file = data_dir / "history.db"
    if file.exists():
        return file
    data_dir.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        for pragma in (*FOR_NEW_FILES, "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF"):
            connection.execute(pragma)
        migrate(connection, part)
        _fill(connection, conversations)
        connection.execute("PRAGMA optimize")
    part.rename(file)
    return file


def text_bytes(file: Path) -> int:
    """Return the size of all texts, as UTF-8."""
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT sum(length(CAST(text AS BLOB))) FROM messages").fetchone()[0])


def _fill(connection: sqlite3.Connection, conversations: int) -> None:
    put = f"INSERT INTO messages ({', '.join(MESSAGE_COLUMNS)}) VALUES ({', '.join(f':{c}' for c in MESSAGE_COLUMNS)})"
    jobs = [(number, conversations) for number in range(conversations)]
    with multiprocessing.Pool() as pool, transaction(connection):
        for conversation, messages in pool.imap(_made, jobs, chunksize=4):
            put_conversation(connection, conversation)
            pieces = {}
            for message, terms, quads in messages:
                seq = connection.execute(put, message_row(message)).lastrowid
                connection.execute("INSERT INTO message_grams (rowid, grams) VALUES (?, ?)", (seq, terms))
                pieces[seq or 0] = quads
            note_words(connection, pieces)


def _made(job: tuple[int, int]) -> Made:
    """Make a conversation. The oldest is number 0; some old ones were continued lately; the long one is in the middle
    by age."""
    number, conversations = job
    words, chinese = _words(), number % 2 == 1
    chance = words.begin(number)
    is_long = number == conversations // 2
    length = conversations if is_long else max(2, int(chance.expovariate(1 / USUAL_LENGTH)) + 1)
    created_at = NOW - (conversations - number) * 1_800.0
    continued = chance.random() < 0.01
    updated_at = NOW - chance.random() * 86_400 if continued else created_at + 1_700.0
    conversation_id = LONG_ID if is_long else f"{number:032x}"
    messages = list(_messages(words, conversation_id, length, created_at, chinese=chinese, number=number))
    conversation = Conversation(
        conversation_id,
        words.title(chinese=chinese),
        created_at=created_at,
        updated_at=updated_at,
        leaf_id=messages[-1][0].id,
        options=ChatOptions("", "demo"),
    )
    return conversation, messages


def _messages(
    words: Words, conversation_id: str, length: int, created_at: float, *, chinese: bool, number: int
) -> Iterator[tuple[Message, str, set[str]]]:
    parent = None
    for place in range(length):
        text = words.message(QUESTION if place % 2 == 0 else ANSWER, chinese=chinese)
        if place == 1 and number in {100, 101, 102, 103, 104, 105}:
            text += f"\n\nSee **{RARE[chinese]}** here."
        role = Role.USER if place % 2 == 0 else Role.ASSISTANT
        message_id = f"{number:012x}{place:020x}"
        yield (
            Message(message_id, conversation_id, parent, role, text, Status.COMPLETE, created_at + place, model="demo"),
            " ".join(grams_of(text)),
            quads_of(text),
        )
        parent = message_id


@cache
def _words() -> Words:
    return Words()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data_dir", type=Path)
    arguments.add_argument("--conversations", type=int, default=CONVERSATIONS)
    asked = arguments.parse_args()
    started_at = time.monotonic()
    made = make(asked.data_dir, asked.conversations)
    size, text = made.stat().st_size, text_bytes(made)
    print(f"{made}: {size / 1e6:,.0f} MB for {text / 1e6:,.0f} MB of text, {time.monotonic() - started_at:.0f} s")
