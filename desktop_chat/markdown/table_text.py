"""Extracts tables from Markdown: as source, and as CSV or TSV with the visible text.

A cell that starts with =, +, - or @ may be a formula to a spreadsheet. It is the user's data and is not changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from desktop_chat.markdown.nodes import LINE_BREAK, Footnote, ItemList, Node, Quote, Spans, Table
from desktop_chat.markdown.parser import block_tokens, normalised

_PREFIX = re.compile(r"(?:[ \t>]|[-+*][ \t]+|\d{1,9}[.)][ \t]+)*")
_NEEDS_QUOTES = re.compile(r"[\",\r\n]|^[ \t]|[ \t]$")
Rows = Sequence[Sequence[str]]


def tables_in(nodes: Iterable[Node]) -> Iterator[Table]:
    """Yield all tables in order, at any nesting depth."""
    for node in nodes:
        match node:
            case Table():
                yield node
            case Quote() | Footnote():
                yield from tables_in(node.children)
            case ItemList():
                for item in node.items:
                    yield from tables_in(item.children)


def rows_of(parts: Iterable[Table]) -> list[list[str]]:
    """Return the text of all cells of a table in parts, keeping line breaks; the header is the first row."""
    found = []
    for part in parts:
        found += [[_letters(cell) for cell in row] for row in part.all_rows]
    return found


def as_csv(rows: Rows) -> str:
    """Return rows as CSV (RFC 4180)."""
    return "\r\n".join([",".join([_quoted(cell) for cell in row]) for row in rows])


def as_tsv(rows: Rows) -> str:
    """Return rows as TSV for spreadsheets: tabs and line ends in cells become spaces."""
    return "\n".join(["\t".join([re.sub(r"[\t\r\n]+", " ", cell) for cell in row]) for row in rows])


def table_source(source: str, number: int) -> str:
    """Return the source of the `number`th table in a block, without the prefixes of its nesting."""
    text = normalised(source)
    places = [token.map for token in block_tokens(text, {}) if token.type == "table_open" and token.map]
    if number >= len(places):
        return ""
    start, end = places[number]
    return "\n".join([_PREFIX.sub("", line, count=1).rstrip() for line in text.split("\n")[start:end]])


def _letters(cell: Spans) -> str:
    return "".join([span.text for span in cell]).replace(LINE_BREAK, "\n")


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell
