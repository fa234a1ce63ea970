"""No text of a table is lost: excess cells join the last one, and formulas keep their bars."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.markdown.nodes import Style, Table
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter
from desktop_chat.markdown.table_rows import cells_of

HEAD = "| name | formula |\n|---|---|\n"


def tables(text: str) -> list[Table]:
    nodes = [node for block in BlockSplitter(text).blocks for node in render(block)]
    assert all(isinstance(node, Table) for node in nodes), nodes
    return [node for node in nodes if isinstance(node, Table)]


def last_row(row: str, head: str = HEAD) -> list[str]:
    table = tables(head + row)[-1]
    return ["".join(span.text for span in cell) for cell in table.rows[-1]]


def test_a_formula_keeps_its_bars() -> None:
    (table,) = tables(HEAD + r"| norm | $|x|$ and $\lVert x \rVert$ |" + "\n" + r"| set | \(\{x | x>0\}\) |")
    norm, of_set = table.rows
    assert [(span.text, bool(span.style & Style.MATH)) for span in norm[1]] == [
        ("|x|", True),
        (" and ", False),
        (r"\lVert x \rVert", True),
    ]
    assert [span.text for span in of_set[1]] == [r"\{x | x>0\}"]


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ("| a | `b|c` |", ["a", "b|c"]),
        ("| a | b | c | d |", ["a", "b | c | d"]),
        ("a | b | c", ["a", "b | c"]),
        (r"| a | b \| c |", ["a", "b | c"]),
        ("| a | `x|y` and z|w |", ["a", "x|y and z|w"]),
        ("| $5 | $6 |", ["$5", "$6"]),
        ("| `a | b` |", ["`a", "b`"]),
        ("| a |", ["a", ""]),
        ("| a | |", ["a", ""]),
    ],
)
def test_rows_keep_their_text(row: str, shown: list[str]) -> None:
    assert last_row(row) == shown


def test_a_header_with_bars_in_code_is_recognised() -> None:
    (table,) = tables("| `a|b` | c |\n|---|---|\n| 1 | 2 |")
    assert ["".join(span.text for span in cell) for cell in table.header] == ["a|b", "c"]
    assert len(table.rows) == 1


def test_the_same_applies_in_lists_and_later_parts() -> None:
    text = HEAD + "".join(f"| {row} | $|x_{{{row}}}|$ | more |\n" for row in range(40))
    assert all(row[1][-1].text.endswith("| more") for table in tables(text) for row in table.rows)
    (node,) = render(BlockSplitter("- list\n\n  | a | b |\n  |---|---|\n  | 1 | 2 | 3 |\n").blocks[0])
    table = node.items[0].children[-1]  # type: ignore[union-attr]
    assert isinstance(table, Table)
    assert table.rows[0][1][0].text == "2 | 3"


CELLS = st.lists(
    st.sampled_from(["a", "b c", "`x|y`", "$|x|$", "$5", r"\|", "`", "$", "", " "]), min_size=1, max_size=7
)


@given(CELLS, st.integers(1, 4))
def test_no_character_is_lost(cells: list[str], width: int) -> None:
    line = "| " + " | ".join(cells) + " |"
    found = cells_of(line, width)
    assert len(found) <= width
    kept = "".join(letter for letter in "".join(found) if letter not in "| ")
    assert kept == "".join(letter for letter in line.replace(r"\|", "|") if letter not in "| ")


@given(CELLS)
def test_rows_that_fit_are_parsed_as_usual(cells: list[str]) -> None:
    line = "| " + " | ".join(cells).replace("|x|", "x").replace("x|y", "xy") + " |"
    count = len(cells_of(line, 99))
    assert cells_of(line, count) == cells_of(line, 99)
