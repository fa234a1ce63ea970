"""Ends the replies that were running when the application last exited uncleanly."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from desktop_chat.core.entities import Status
from desktop_chat.core.errors import CRASHED
from desktop_chat.services.sqlite.message_index import put_into_index, take_out_of_index
from desktop_chat.services.sqlite.migrations import transaction
from desktop_chat.services.sqlite.reply_journal import Pieces
from desktop_chat.services.sqlite.sqlite_rows import IS_KEPT, fetch_all


def recover_running(connection: sqlite3.Connection, pieces: Mapping[str, Pieces]) -> tuple[str, ...]:
    """Mark the replies that a crash left running as interrupted, with their journalled text, and their tool calls as
    stopped."""
    query = f"SELECT seq, id, text, reasoning, tool_calls FROM messages WHERE status = 'running' AND {IS_KEPT}"  # noqa: S608
    running = fetch_all(connection, query)
    if not running:
        return ()
    with transaction(connection):
        for seq, message_id, stored_text, stored_reasoning, calls in running:
            text, reasoning = stored_text, stored_reasoning
            if message_id in pieces:
                text, reasoning = pieces[message_id].behind(text, reasoning)
            take_out_of_index(connection, seq)
            connection.execute(
                "UPDATE messages SET status = ?, failure_code = ?, text = ?, reasoning = ?, tool_calls = ? "
                "WHERE seq = ?",
                (Status.INTERRUPTED.value, CRASHED, text, reasoning, calls and _stopped(calls), seq),
            )
            put_into_index(connection, [(seq, text)])
    return tuple(row[1] for row in running)


def _stopped(calls: str) -> str | None:
    """Return the value of a message's column with all calls ended."""
    from desktop_chat.core.tools import stopped  # noqa: PLC0415  (after a crash only)
    from desktop_chat.services.sqlite.part_rows import tool_calls_from, tool_calls_value  # noqa: PLC0415

    return tool_calls_value(stopped(tool_calls_from(calls)))
