"""What the model picker lists, as values: decided here, shown elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from desktop_chat.core.entities import Connection
from desktop_chat.core.errors import ChatError


class RowKind(Enum):
    """What a row is, and so what choosing it does."""

    CONNECTION = "connection"
    """A heading; cannot be chosen."""
    MODEL = "model"
    TYPED = "typed"
    """Use the name as it is typed."""
    ASK = "ask"
    """Ask this connection's server for its models."""
    LOADING = "loading"
    EMPTY = "empty"
    ERROR = "error"
    KEY = "key"
    """Give this connection its key."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    kind: RowKind
    connection: Connection
    model: str = ""
    error: ChatError | None = None
    current: bool = False

    @property
    def can_be_chosen(self) -> bool:
        return self.kind in {RowKind.MODEL, RowKind.TYPED, RowKind.ASK, RowKind.KEY}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one connection's models; all of it empty before its server was asked."""

    models: tuple[str, ...] | None = None
    loading: bool = False
    error: ChatError | None = None


_NAME = re.compile(r"[A-Za-z0-9_~@(\[][A-Za-z0-9_./:@+~=,()\[\]\-]{0,199}")
_KEY_CODES = frozenset({"authentication_failed", "key_for_other_host", "key_missing", "key_without_host"})


def rows_of(
    connections: Iterable[Connection], known: Mapping[str, Known], query: str, current: tuple[str, str]
) -> list[Row]:
    """List the current connection first. ``current`` is its id and model; ``query`` narrows the models by words."""
    ordered = sorted(connections, key=lambda connection: connection.id != current[0])
    words = [letters for word in query.split() if (letters := _letters(word))]
    rows: list[Row] = []
    for index, connection in enumerate(ordered):
        state = known.get(connection.id, Known())
        found = list(_models_of(connection, state, words, current))
        typed = [Row(RowKind.TYPED, connection, query)] if index == 0 and _is_new(query, found) else []
        body = [*_signs_of(connection, state, searching=bool(words)), *found, *typed]
        if body:
            rows += [Row(RowKind.CONNECTION, connection), *body]
    return rows


def _models_of(connection: Connection, state: Known, words: list[str], current: tuple[str, str]) -> Iterator[Row]:
    names = list(state.models or ())
    for extra in (connection.default_model, current[1] if connection.id == current[0] else ""):
        if extra and extra not in names:
            names.insert(0, extra)
    found = [name for name in names if all(word in _letters(name) for word in words)]
    if words:
        found.sort(key=lambda name: _rank(_letters(name), "".join(words)))
    for name in found:
        yield Row(RowKind.MODEL, connection, name, current=(connection.id, name) == current)


def _rank(name: str, query: str) -> int:
    """What is typed in full comes first, then what begins with it."""
    return 0 if name == query else 1 if name.startswith(query) else 2


def _signs_of(connection: Connection, state: Known, *, searching: bool) -> Iterator[Row]:
    """What is to be known of the list before its models."""
    if state.loading:
        yield Row(RowKind.LOADING, connection)
    elif state.error is not None:
        yield Row(RowKind.ERROR, connection, error=state.error)
        if state.error.code in _KEY_CODES:
            yield Row(RowKind.KEY, connection)
    elif state.models is None:
        yield Row(RowKind.ASK, connection)
    elif not state.models and not searching:
        yield Row(RowKind.EMPTY, connection)


def _is_new(query: str, found: Iterable[Row]) -> bool:
    return can_be_model(query) and all(row.model != query for row in found)


def can_be_model(query: str) -> bool:
    """Say whether what was typed can be a model's name, and is not a question that went astray: names are one word
    of ASCII, even those of Chinese servers."""
    return _NAME.fullmatch(query) is not None


def looks_like_model(query: str) -> bool:
    """Say whether it is more than a word of a question: it has a number, or parts, as nearly all names of models."""
    return can_be_model(query) and any(not letter.isalpha() for letter in query)


def _letters(text: str) -> str:
    """Return the letters and digits of a text, as far as they are compared: "gpt5" finds "gpt-5.5"."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
