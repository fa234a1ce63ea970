"""The rows in which `usage_store.py` keeps what requests used and cost, and the sums of them.

Sums by day are kept beside the rows, so that they cost the same after years. Amounts are whole numbers of the ten
billionth part of a currency, so that adding them up is exact.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from desktop_chat.core.entities import Usage
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageBy, UsageEntry, UsageOrigin, UsageSum
from desktop_chat.services.sqlite.migrations import transaction
from desktop_chat.services.sqlite.sqlite_rows import storable

UsageRow = tuple[Any, ...]
"""An entry with the columns of `_PAGE_COLUMNS`; the first two are its place in the order of time."""
UNPRICED = "?"
"""In place of a currency, where the price is unknown."""
_PLACES = 10
_LARGEST = 10**16
"""Above a million of any currency, the price of a request is a mistake."""
_MAX_TOKENS = 10**12
_CREATED = (
    """CREATE TABLE targets (
        seq INTEGER PRIMARY KEY, connection_id TEXT NOT NULL, connection_name TEXT NOT NULL, host TEXT NOT NULL,
        model TEXT NOT NULL, UNIQUE (connection_id, connection_name, host, model)
    )""",
    """CREATE TABLE entries (
        seq INTEGER PRIMARY KEY, at REAL NOT NULL, day TEXT NOT NULL, origin TEXT NOT NULL, caller TEXT NOT NULL,
        target INTEGER NOT NULL, conversation TEXT NOT NULL, message TEXT NOT NULL, requests INTEGER NOT NULL,
        prompt INTEGER, cached INTEGER, completion INTEGER, reasoning INTEGER,
        currency TEXT NOT NULL, amount INTEGER NOT NULL, at_least INTEGER NOT NULL,
        first_token_s REAL, generation_s REAL
    )""",
    "CREATE INDEX entries_by_time ON entries (at)",
    "CREATE INDEX entries_by_conversation ON entries (conversation, message) WHERE conversation <> ''",
    """CREATE TABLE days (
        day TEXT NOT NULL, origin TEXT NOT NULL, caller TEXT NOT NULL, target INTEGER NOT NULL, currency TEXT NOT NULL,
        requests INTEGER NOT NULL, prompt INTEGER NOT NULL, cached INTEGER NOT NULL, completion INTEGER NOT NULL,
        reasoning INTEGER NOT NULL, amount INTEGER NOT NULL, at_least INTEGER NOT NULL, uncounted INTEGER NOT NULL,
        first_tokens INTEGER NOT NULL, first_token_s REAL NOT NULL, timed INTEGER NOT NULL, generation_s REAL NOT NULL,
        PRIMARY KEY (day, origin, caller, target, currency)
    ) WITHOUT ROWID""",
    "CREATE TABLE filled (source TEXT PRIMARY KEY, up_to TEXT NOT NULL) WITHOUT ROWID",
)
_SUMMED = (
    "requests", "prompt", "cached", "completion", "reasoning", "amount", "at_least", "uncounted", "first_tokens",
    "first_token_s", "timed", "generation_s",
)  # fmt: skip
_ADD_ENTRY = f"INSERT INTO entries VALUES (NULL{', ?' * 17})"  # noqa: S608
_GROWN = ", ".join(f"{name} = {name} + excluded.{name}" for name in _SUMMED)
_ADD_TO_DAY = f"INSERT INTO days VALUES (?, ?, ?, ?, ?{', ?' * len(_SUMMED)}) ON CONFLICT DO UPDATE SET {_GROWN}"  # noqa: S608
_FIND_TARGET = "SELECT seq FROM targets WHERE connection_id = ? AND connection_name = ? AND host = ? AND model = ?"
_OF_ENTRIES = (
    "total(requests), total(prompt), total(cached), total(completion), total(reasoning), total(amount),"
    " total(at_least), total(iif(prompt IS NULL OR completion IS NULL, requests, 0)), count(first_token_s),"
    " total(first_token_s), total(iif(generation_s IS NULL, 0, completion)),"
    " total(iif(completion IS NULL, 0, generation_s))"
)
_OF_DAYS = ", ".join(f"total({name})" for name in _SUMMED)
_CONNECTION = "iif(connection_id = '', connection_name, connection_id)"
_KEYS = {
    UsageBy.DAY: "day",
    UsageBy.MODEL: "model",
    UsageBy.CONNECTION: _CONNECTION,
    UsageBy.CALLER: "caller",
    UsageBy.ORIGIN: "origin",
}
_PAGE_COLUMNS = (
    "at, entries.seq, origin, connection_id, connection_name, host, model, prompt, completion, reasoning, cached,"
    " currency, amount, at_least, caller, conversation, message, first_token_s, generation_s, requests"
)

_SELECT = f"SELECT {_PAGE_COLUMNS} FROM entries JOIN targets ON targets.seq = target"  # noqa: S608


def create(connection: sqlite3.Connection) -> None:
    """Create the tables."""
    for statement in _CREATED:
        connection.execute(statement)


def add(connection: sqlite3.Connection, entries: Iterable[UsageEntry]) -> None:
    """Add entries, in one transaction."""
    with transaction(connection):
        for entry in entries:
            add_one(connection, entry)


def fill_in(connection: sqlite3.Connection, source: str, up_to: str, entries: Iterable[UsageEntry]) -> None:
    """Add entries of messages that have none yet, and note how far that is, in one transaction."""
    known = "SELECT 1 FROM entries WHERE conversation = ? AND conversation <> '' AND message = ?"
    with transaction(connection):
        for entry in entries:
            place = (entry.conversation_id, entry.message_id)
            if not entry.message_id or connection.execute(known, place).fetchone() is None:
                add_one(connection, entry)
        connection.execute("INSERT OR REPLACE INTO filled VALUES (?, ?)", (source, up_to))


def sums(connection: sqlite3.Connection, since: date | None, until: date | None, by: UsageBy) -> list[UsageSum]:
    """Return a sum for each key, ordered by it."""
    if by is UsageBy.CONVERSATION:
        where, values = _between("+at", _midnight, since, until)  # "+": reading all rows is faster than by the index
        select = f"SELECT conversation, currency, {_OF_ENTRIES} FROM entries WHERE {where} GROUP BY 1, 2 ORDER BY 1"  # noqa: S608
    else:
        where, values = _between("day", date.isoformat, since, until)
        tables = "days JOIN targets ON seq = target" if by in {UsageBy.MODEL, UsageBy.CONNECTION} else "days"
        select = f"SELECT {_KEYS[by]}, currency, {_OF_DAYS} FROM {tables} WHERE {where} GROUP BY 1, 2 ORDER BY 1"  # noqa: S608
    names: dict[str, str] = {}
    if by is UsageBy.CONNECTION:
        names = dict(connection.execute(f"SELECT {_CONNECTION}, connection_name FROM targets ORDER BY seq"))  # noqa: S608
    return _sums_in(connection.execute(select, values), names)


def sums_of_messages(connection: sqlite3.Connection, conversation_id: str) -> list[UsageSum]:
    """Return a sum for each message of a conversation."""
    select = (
        f"SELECT message, currency, {_OF_ENTRIES} FROM entries WHERE conversation = ? AND conversation <> ''"  # noqa: S608
        " GROUP BY 1, 2 ORDER BY 1"
    )
    return _sums_in(connection.execute(select, (conversation_id,)), {})


def spent(connection: sqlite3.Connection, since: date) -> tuple[Cost, ...]:
    """Return what was spent from a day on, in each currency."""
    select = (
        "SELECT currency, total(amount), total(at_least) FROM days WHERE day >= ? AND currency NOT IN ('', ?)"
        " GROUP BY 1 ORDER BY 1"
    )
    rows = connection.execute(select, (since.isoformat(), UNPRICED)).fetchall()
    return tuple(_cost(*row) for row in rows)


def count(connection: sqlite3.Connection, since: date | None, until: date | None) -> int:
    """Return how many entries there are."""
    where, values = _between("at", _midnight, since, until)
    return int(connection.execute(f"SELECT count(*) FROM entries WHERE {where}", values).fetchone()[0])  # noqa: S608


def page(
    connection: sqlite3.Connection, since: date | None, until: date | None, after: tuple[float, int] | None, limit: int
) -> list[tuple[tuple[float, int], UsageEntry]]:
    """Return entries in the order of time, each with its place in it."""
    return [((row[0], row[1]), _entry_from(row)) for row in rows(connection, since, until, after, limit)]


def rows(
    connection: sqlite3.Connection, since: date | None, until: date | None, after: tuple[float, int] | None, limit: int
) -> list[UsageRow]:
    """Return entries in the order of time as they are stored: making objects of them takes longer than reading."""
    # The only lower limit is where the page begins, or SQLite would pass by all pages before this one again.
    where, values = _between("at", _midnight, since if after is None else None, until)
    if after is not None:
        where, values = f"{where} AND (at, entries.seq) > (?, ?)", [*values, *after]
    select = f"{_SELECT} WHERE {where} ORDER BY at, entries.seq LIMIT ?"
    return connection.execute(select, [*values, limit]).fetchall()


def by_reply(connection: sqlite3.Connection) -> Iterator[UsageEntry]:
    """Yield all entries: those of each reply together, the others by time."""
    for row in connection.execute(f"{_SELECT} ORDER BY conversation, message, at, entries.seq"):
        yield _entry_from(row)


def entries_at(connection: sqlite3.Connection, entry: UsageEntry) -> list[UsageEntry]:
    """Return the entries of an entry's reply; where it has none, those of its moment."""
    place = (storable(entry.conversation_id), storable(entry.message_id))
    where, values = "conversation = ? AND conversation <> '' AND message = ?", place
    if not all(place):
        where, values = "at = ?", (entry.at.timestamp(),)  # type: ignore[assignment]
    return [_entry_from(row) for row in connection.execute(f"{_SELECT} WHERE {where}", values)]


def add_one(connection: sqlite3.Connection, entry: UsageEntry) -> None:
    """Add an entry, in the caller's transaction."""
    usage, cost = entry.usage, entry.cost
    counts = (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens, usage.reasoning_tokens)
    prompt, cached, completion, reasoning = (_bounded(count) for count in counts)
    currency, amount, at_least = UNPRICED, 0, 0
    if cost is not None:
        currency, at_least = cost.currency, int(cost.is_at_least)
        amount = min(_LARGEST, round(cost.amount.scaleb(_PLACES)))
    at = entry.at.timestamp()
    day = time.strftime("%Y-%m-%d", time.localtime(at))
    origin, caller, target = entry.origin.value, storable(entry.caller), _target(connection, entry)
    first_token_s, generation_s = entry.first_token_s, entry.generation_s
    place = (storable(entry.conversation_id), storable(entry.message_id))
    counted = (prompt, cached, completion, reasoning, currency, amount, at_least)
    connection.execute(
        _ADD_ENTRY,
        (at, day, origin, caller, target, *place, entry.requests, *counted, first_token_s, generation_s),
    )
    uncounted = entry.requests if prompt is None or completion is None else 0
    added = (entry.requests, prompt or 0, cached or 0, completion or 0, reasoning or 0, amount, at_least, uncounted)
    waited = (0, 0.0) if first_token_s is None else (1, first_token_s)
    timed = (0, 0.0) if completion is None or generation_s is None else (completion, generation_s)
    connection.execute(_ADD_TO_DAY, (day, origin, caller, target, currency, *added, *waited, *timed))


def _target(connection: sqlite3.Connection, entry: UsageEntry) -> int:
    names = (entry.connection_id, entry.connection_name, entry.host, entry.model)
    values = tuple(map(storable, names))
    row = connection.execute(_FIND_TARGET, values).fetchone()
    if row is None:
        return connection.execute("INSERT INTO targets VALUES (NULL, ?, ?, ?, ?)", values).lastrowid or 0
    return int(row[0])


def _bounded(count: int | None) -> int | None:
    return None if count is None else min(count, _MAX_TOKENS)


def _sums_in(rows: Iterable[Sequence[Any]], names: dict[str, str]) -> list[UsageSum]:
    """Return the sums in rows of a key, a currency and `_SUMMED`, ordered by key."""
    by_key: dict[str, list[Sequence[Any]]] = {}
    for row in rows:
        by_key.setdefault(row[0], []).append(row)
    return [_sum(key, names.get(key, key), found) for key, found in by_key.items()]


def _sum(key: str, name: str, rows: Sequence[Sequence[Any]]) -> UsageSum:
    requests, prompt, cached, completion, reasoning, _, _, uncounted, first_tokens, first_s, timed, generation_s = (
        sum(values) for values in zip(*(row[2:] for row in rows), strict=True)
    )
    return UsageSum(
        key,
        name,
        requests=int(requests),
        prompt_tokens=int(prompt),
        cached_tokens=int(cached),
        completion_tokens=int(completion),
        reasoning_tokens=int(reasoning),
        costs=tuple(_cost(row[1], row[7], row[8]) for row in rows if row[1] not in {"", UNPRICED}),
        unpriced=int(sum(row[2] for row in rows if row[1] == UNPRICED)),
        uncounted=int(uncounted),
        first_token_s=first_s / first_tokens if first_tokens else None,
        tokens_per_s=timed / generation_s if generation_s else None,
    )


def cost_in(currency: str, amount: int, at_least: int) -> Cost | None:
    """Return the cost of a row; None if the price is unknown."""
    return None if currency == UNPRICED else _cost(currency, amount, at_least)


def _cost(currency: str, amount: float, at_least: float) -> Cost:
    return Cost(currency, Decimal(int(amount)).scaleb(-_PLACES).normalize(), bool(at_least))


def _entry_from(row: Sequence[Any]) -> UsageEntry:
    at, _, origin, connection_id, connection_name, host, model, *counts = row[:11]
    currency, amount, at_least, caller, conversation, message, first_token_s, generation_s, requests = row[11:]
    return UsageEntry(
        datetime.fromtimestamp(at, UTC),
        UsageOrigin(origin),
        connection_id,
        connection_name,
        host,
        model,
        Usage(*counts),
        cost_in(currency, amount, at_least),
        caller,
        conversation,
        message,
        first_token_s,
        generation_s,
        requests,
    )


def _between(
    column: str, stored: Callable[[date], str | float], since: date | None, until: date | None
) -> tuple[str, list[str | float]]:
    """Return a condition on a column that has days as `stored` writes them, and its values."""
    limits = [(f"{column} >= ?", since), (f"{column} < ?", until)]
    found = [(text, stored(day)) for text, day in limits if day is not None]
    return " AND ".join(text for text, _ in found) or "1", [value for _, value in found]


def _midnight(day: date) -> float:
    """Return when a day begins, in seconds since the epoch."""
    return time.mktime((day.year, day.month, day.day, 0, 0, 0, 0, 0, -1))
