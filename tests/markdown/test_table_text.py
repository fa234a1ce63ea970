"""Tables are extracted from Markdown with their visible text, in formats that other programs read."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.markdown.nodes import Table
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter
from desktop_chat.markdown.table_text import as_csv, as_tsv, rows_of, table_source, tables_in

CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def tables_of(text: str) -> list[Table]:
    return [table for block in BlockSplitter(text).blocks for table in tables_in(render(block))]


def test_cells_are_their_visible_text() -> None:
    text = (
        '| **A** | `b` | c |\n|--|--|--|\n| [x](https://example.com) | *1*,2 | say "hi" |\n| one<br>two | =SUM(A1) |\n'
    )
    rows = rows_of(tables_of(text))
    assert rows[0] == ["A", "b", "c"]
    assert rows[1] == ["x", "1,2", 'say "hi"']
    assert rows[2][1:] == ["=SUM(A1)", ""]
    assert as_csv(rows).split("\r\n")[1] == 'x,"1,2","say ""hi"""'


def test_line_breaks_are_kept_in_csv_and_spaces_in_tsv() -> None:
    rows = [["a", "b"], ["one\ntwo", "tab\there"]]
    assert as_csv(rows) == 'a,b\r\n"one\ntwo",tab\there'
    assert as_tsv(rows) == "a\tb\none two\ttab here"


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=5))
def test_csv_round_trips(rows: list[list[str]]) -> None:
    assert list(csv.reader(io.StringIO(as_csv(rows), newline=""), strict=True)) == rows


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=5))
def test_tsv_keeps_rows_and_cells_whatever_they_contain(rows: list[list[str]]) -> None:
    lines = as_tsv(rows).split("\n")
    assert [len(line.split("\t")) for line in lines] == [2] * len(rows)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("- item\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n", 0),
        ("> | a | b |\n> |---|---|\n> | 1 | 2 |\n", 0),
        ("- | z |\n  |---|\n\n  words\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n", 1),
        ("1. > | a | b |\n   > |---|---|\n   > | 1 | 2 |\n", 0),
    ],
)
def test_a_nested_table_is_copied_without_its_prefix(text: str, number: int) -> None:
    assert table_source(text, number) == "| a | b |\n|---|---|\n| 1 | 2 |"
    assert table_source(text, 9) == ""
