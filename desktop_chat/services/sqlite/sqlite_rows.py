"""Maps conversations and messages to database rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

from desktop_chat.core.entities import (
    ChatOptions,
    Conversation,
    Failure,
    Message,
    Role,
    Source,
    Status,
    Summary,
    Timing,
    Usage,
)
from desktop_chat.core.errors import StoreCorrupt
from desktop_chat.core.left_out import LeftOut

CONVERSATION_COLUMNS = (
    "id", "title", "title_is_own", "created_at", "updated_at", "pinned", "trashed_at", "leaf_id", "draft",
    "connection_id", "model", "system_prompt", "temperature", "max_tokens", "reasoning_effort", "streaming",
    "sent_from_id", "draft_attachments", "tools", "origin",
)  # fmt: skip
MESSAGE_COLUMNS = (
    "id", "conversation_id", "parent_id", "role", "text", "status", "created_at", "reasoning", "connection_name",
    "model", "finish_reason", "failure_code", "failure_detail", "failure_retry_after_s", "prompt_tokens",
    "completion_tokens", "reasoning_tokens", "cached_tokens", "first_token_s", "reasoning_s", "total_s",
    "skipped_events", "sources", "left_out", "attachments", "tool_calls", "summary_of", "summary_in_use",
)  # fmt: skip

IS_KEPT = "conversation_id NOT IN (SELECT id FROM deleted_conversations)"
"""A condition for messages: their conversation was not deleted."""
MAX_CHARACTERS = 512 * 1024 * 1024
"""For all titles together, or for one conversation's messages."""
_ROLES = {role.value: role for role in Role}
_STATUSES = {status.value: status for status in Status}
_NO_USAGE = (None,) * 4
_NO_TIMING = (None,) * 3


def _parts() -> ModuleType:
    from desktop_chat.services.sqlite import part_rows  # noqa: PLC0415  (no row that is read at startup needs it)

    return part_rows


def upsert(table: str, columns: tuple[str, ...]) -> str:
    """Return a statement that inserts a row or updates the one with its id in place."""
    values = ", ".join(f":{column}" for column in columns)
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns if column != "id")
    # The names are constants of this package; values are always bound.
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values}) "  # noqa: S608
        f"ON CONFLICT (id) DO UPDATE SET {changes}"
    )


def storable(text: str) -> str:
    """Return `text` as valid UTF-8: surrogate pairs joined, lone halves (a cut emoji) replaced."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def conversation_row(conversation: Conversation) -> dict[str, Any]:
    """Return a conversation's values as parameters."""
    from desktop_chat.markdown.folding import folded  # noqa: PLC0415  (after the first paint)

    options = conversation.options
    title = storable(conversation.title)
    return {
        "id": conversation.id,
        "title": title,
        "folded_title": folded(title),
        "title_is_own": conversation.title_is_own,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "pinned": conversation.pinned,
        "trashed_at": conversation.trashed_at,
        "leaf_id": conversation.leaf_id,
        "draft": storable(conversation.draft),
        "connection_id": options.connection_id,
        "model": storable(options.model),
        "system_prompt": storable(options.system_prompt),
        "temperature": options.temperature,
        "max_tokens": options.max_tokens,
        "reasoning_effort": options.reasoning_effort,
        "streaming": options.streaming,
        "sent_from_id": options.sent_from_id or None,
        "draft_attachments": _parts().attachments_value(conversation.draft_attachments),
        "tools": _parts().tools_value(options.tools),
        "origin": conversation.origin,
    }


def conversations_from(rows: Iterable[tuple[Any, ...]]) -> list[Conversation]:
    """Return the conversations of rows with CONVERSATION_COLUMNS. Those with the same options share them: most do, and
    of 20,000 conversations they would take a fifth of the memory."""
    known: dict[tuple[Any, ...], ChatOptions] = {}
    made = []
    for row in rows:
        made.append(conversation_from(row, known.get(_option_values(row))))
        known.setdefault(_option_values(row), made[-1].options)
    return made


def _option_values(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[9:17], row[18])


def conversation_from(row: tuple[Any, ...], options: ChatOptions | None = None) -> Conversation:
    """Return the conversation of a row with CONVERSATION_COLUMNS; `options` if they are known already."""
    return Conversation(
        id=row[0],
        title=row[1],
        title_is_own=bool(row[2]),
        created_at=row[3],
        updated_at=row[4],
        pinned=bool(row[5]),
        trashed_at=row[6],
        leaf_id=row[7],
        draft=row[8],
        options=options or _options_from(row),
        draft_attachments=_parts().attachments_from(row[17]) if row[17] else (),
        origin=row[19] or "",  # NULL where a damaged file of an older version is read
    )


def _options_from(row: tuple[Any, ...]) -> ChatOptions:
    return ChatOptions(
        connection_id=row[9],
        model=row[10],
        system_prompt=row[11],
        temperature=row[12],
        max_tokens=row[13],
        reasoning_effort=row[14],
        streaming=bool(row[15]),
        sent_from_id=row[16] or "",
        tools=_parts().tools_from(row[18]) if row[18] else (),
    )


def message_row(message: Message) -> dict[str, Any]:
    """Return a message's values as parameters."""
    failure = message.failure
    usage = message.usage or Usage()
    timing = message.timing or Timing()
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "parent_id": message.parent_id,
        "role": message.role.value,
        "text": storable(message.text),
        "status": message.status.value,
        "created_at": message.created_at,
        "reasoning": storable(message.reasoning),
        "connection_name": storable(message.connection_name),
        "model": storable(message.model),
        "finish_reason": None if message.finish_reason is None else storable(message.finish_reason),
        "failure_code": failure.code if failure else None,
        "failure_detail": storable(failure.detail) if failure else None,
        "failure_retry_after_s": failure.retry_after_s if failure else None,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "cached_tokens": usage.cached_tokens,
        "first_token_s": timing.first_token_s,
        "reasoning_s": timing.reasoning_s,
        "total_s": timing.total_s,
        "skipped_events": message.skipped_events,
        "sources": _sources_value(message.sources),
        "left_out": " ".join(message.left_out) or None,
        "attachments": _parts().attachments_value(message.attachments),
        "tool_calls": _parts().tool_calls_value(message.tool_calls),
        "summary_of": message.summary.messages if message.summary else None,
        "summary_in_use": message.summary.in_use if message.summary else None,
    }


def _sources_value(sources: tuple[Source, ...]) -> str | None:
    if not sources:
        return None
    return json.dumps([[storable(source.url), storable(source.title)] for source in sources], ensure_ascii=False)


def _sources_from(value: object) -> tuple[Source, ...]:
    """Return the sources of a row; empty if another program wrote something else."""
    try:
        pairs = json.loads(value) if isinstance(value, str) else []
        return tuple(Source(str(url), str(title)) for url, title in pairs)
    except (ValueError, TypeError, RecursionError):
        return ()


def _left_out_from(value: object) -> tuple[LeftOut, ...]:
    words = value.split() if isinstance(value, str) else []
    return tuple(part for part in LeftOut if part in words)


def message_from(row: tuple[Any, ...]) -> Message:
    """Return the message of a row with MESSAGE_COLUMNS. Usage or timing without any number is None."""
    try:
        role, status = _ROLES[row[3]], _STATUSES[row[5]]
    except KeyError as error:
        raise StoreCorrupt(f"unknown role or status {error}") from error
    usage, timing = row[14:18], row[18:21]
    return Message(
        id=row[0],
        conversation_id=row[1],
        parent_id=row[2],
        role=role,
        text=row[4],
        status=status,
        created_at=row[6],
        reasoning=row[7],
        connection_name=row[8],
        model=row[9],
        finish_reason=row[10],
        failure=None if row[11] is None else Failure(row[11], row[12] or "", row[13]),
        usage=None if usage == _NO_USAGE else Usage(*usage),
        timing=None if timing == _NO_TIMING else Timing(*timing),
        skipped_events=row[21],
        sources=_sources_from(row[22]) if row[22] else (),
        left_out=_left_out_from(row[23]) if row[23] else (),
        attachments=_parts().attachments_from(row[24]) if row[24] else (),
        tool_calls=_parts().tool_calls_from(row[25]) if row[25] else (),
        summary=Summary(row[26], bool(row[27])) if isinstance(row[26], int) else None,
    )


def parents_first(messages: list[Message]) -> list[Message]:
    """Return `messages` with each parent before its children, otherwise in their order; cycles, which only another
    program could have written, come last."""
    if are_in_order((message.id, message.parent_id) for message in messages):
        return messages
    waiting: dict[str, list[Message]] = {}
    ids = {message.id for message in messages}
    placed: set[str] = set()
    ordered: list[Message] = []
    for message in messages:
        if message.parent_id is not None and message.parent_id in ids and message.parent_id not in placed:
            waiting.setdefault(message.parent_id, []).append(message)
            continue
        ready = [message]
        while ready:
            current = ready.pop()
            ordered.append(current)
            placed.add(current.id)
            ready.extend(reversed(waiting.pop(current.id, [])))
    return [*ordered, *(message for children in waiting.values() for message in children)]


def are_in_order(ids: Iterable[tuple[str, str | None]]) -> bool:
    """Return whether each message follows its parent, as nearly all do. `ids` are theirs and their parents'."""
    placed: set[str | None] = {None}
    for own_id, parent_id in ids:
        if parent_id not in placed:
            return False
        placed.add(own_id)
    return True


def fetch_all(connection: sqlite3.Connection, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return all rows of a query."""
    return connection.execute(sql, values).fetchall()


def fetch_bounded(
    connection: sqlite3.Connection, sql: str, *values: Any, texts: Sequence[int]
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query. `texts` are the indexes of their long texts. Raises StoreCorrupt if one is not a
    string, and for more than MAX_CHARACTERS, which no window could hold."""
    letters = 0
    for row in connection.execute(sql, values):
        for place in texts:
            if not isinstance(row[place], str):
                raise StoreCorrupt("not a string")
            letters += len(row[place])
        if letters > MAX_CHARACTERS:
            raise StoreCorrupt("more text than can be displayed")
        yield row
