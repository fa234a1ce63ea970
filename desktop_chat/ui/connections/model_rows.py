"""The rows of the model picker as values, independent of widgets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from desktop_chat.core.entities import Connection
from desktop_chat.core.errors import ChatError


class RowKind(Enum):
    """The kind of a row, which decides what choosing it does."""

    CONNECTION = "connection"
    """A heading; cannot be chosen."""
    MODEL = "model"
    TYPED = "typed"
    """Use the typed name."""
    ASK = "ask"
    """Query this connection's server for its models."""
    LOADING = "loading"
    EMPTY = "empty"
    ERROR = "error"
    KEY = "key"
    """Enter this connection's key."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list."""

    kind: RowKind
    connection: Connection
    model: str = ""
    error: ChatError | None = None
    current: bool = False
    reads_images: bool = False
    """Whether the model is known to read images, if that was asked for."""

    @property
    def can_be_chosen(self) -> bool:
        return self.kind in {RowKind.MODEL, RowKind.TYPED, RowKind.ASK, RowKind.KEY}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about one connection's models; empty before its server was asked."""

    models: tuple[str, ...] | None = None
    loading: bool = False
    error: ChatError | None = None


_NAME = re.compile(r"[A-Za-z0-9_~@(\[][A-Za-z0-9_./:@+~=,()\[\]\-]{0,199}")
_KEY_CODES = frozenset({"authentication_failed", "key_for_other_host", "key_missing", "key_without_host"})


ReadsImages = Callable[[str, str], bool | None]
"""Says whether a model reads images, by connection id and model; None if unknown."""


def rows_of(
    connections: Iterable[Connection],
    known: Mapping[str, Known],
    query: str,
    current: tuple[str, str],
    reads_images: ReadsImages | None = None,
) -> list[Row]:
    """Return the rows, the current connection first. `current` is its id and model; `query` filters the models by
    words. With `reads_images`, models that read images come first, and those that do not, last."""
    ordered = sorted(connections, key=lambda connection: connection.id != current[0])
    words = [comparable for word in query.split() if (comparable := _comparable(word))]
    rows: list[Row] = []
    for index, connection in enumerate(ordered):
        state = known.get(connection.id, Known())
        found = list(_models_of(connection, state, words, current))
        if reads_images is not None:
            found = _by_images(found, reads_images)
        typed = [Row(RowKind.TYPED, connection, query)] if index == 0 and _is_new(query, found) else []
        body = [*_status_rows(connection, state, searching=bool(words)), *found, *typed]
        if body:
            rows += [Row(RowKind.CONNECTION, connection), *body]
    return rows


def _models_of(connection: Connection, state: Known, words: list[str], current: tuple[str, str]) -> Iterator[Row]:
    names = list(state.models or ())
    for extra in (connection.default_model, current[1] if connection.id == current[0] else ""):
        if extra and extra not in names:
            names.insert(0, extra)
    found = [name for name in names if all(word in _comparable(name) for word in words)]
    if words:
        found.sort(key=lambda name: _rank(_comparable(name), "".join(words)))
    for name in found:
        yield Row(RowKind.MODEL, connection, name, current=(connection.id, name) == current)


def _by_images(rows: list[Row], reads_images: ReadsImages) -> list[Row]:
    known = [(reads_images(row.connection.id, row.model), row) for row in rows]
    known.sort(key=lambda each: (False, None, True).index(each[0]), reverse=True)
    return [replace(row, reads_images=reads is True) for reads, row in known]


def _rank(name: str, query: str) -> int:
    """Rank exact matches first, then prefixes."""
    return 0 if name == query else 1 if name.startswith(query) else 2


def _status_rows(connection: Connection, state: Known, *, searching: bool) -> Iterator[Row]:
    """Yield the status rows shown before the models."""
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
    """Return whether a query can be a model name rather than a misplaced question: names are one word of ASCII, even on
    Chinese servers."""
    return _NAME.fullmatch(query) is not None


def looks_like_model(query: str) -> bool:
    """Return whether a query looks like a model name rather than a word of a question: it has a digit or punctuation,
    as nearly all model names do."""
    return can_be_model(query) and any(not letter.isalpha() for letter in query)


def _comparable(text: str) -> str:
    """Return the case-folded letters and digits of a text for comparison: "gpt5" finds "gpt-5.5"."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
