"""Puts the text of a table's rows into its cells so that none of it is lost.

GitHub's rule, which the parser follows, ends a cell at every `|` that is not escaped, and drops the cells that are more
than the header has. Models write `|x|` in formulas and `a|b` in code all the time. So where a row has too many cells,
a `|` inside code, or else inside a formula too, stays in its cell; what is still too much joins the last cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.parser_block import RuleFuncBlockType
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

_CODE = re.compile(r"(?<![`\\])(`+)(?!`).+?(?<!`)\1(?!`)")
_CODE_OR_FORMULA = re.compile(
    _CODE.pattern + r"|(?<![\\$])\$\$?(?!\s)(?:[^$\\]|\\.)+?(?<!\s)\$\$?(?!\d)|\\\((?>(?:[^\\]|\\[^)])*)\\\)"
)
_CUT = re.compile(r"\\\||\|")
_STAND_IN = "\ufdd2"
"""What `|` is in the header while the parser looks at it; no text has this letter."""


def whole_rows(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """Return the parser's rule for tables with no text of a row left out."""

    def table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        source, first = state.src, len(state.tokens)
        if start_line + 2 <= end_line:
            state.src = _with_fitting_header(state, start_line)
        try:
            matched = rule(state, start_line, end_line, silent)
        finally:
            state.src = source
        if matched and not silent:
            _fill(state, state.tokens[first:])
        return matched

    return table


def cells_of(line: str, width: int) -> list[str]:
    """Return the cells of a row of a table with so many columns: no more, and with all of its text."""
    cells = _split(line, None)
    for kept in (_CODE, _CODE_OR_FORMULA):
        if len(cells) > width and len(found := _split(line, kept)) >= width:
            cells = found
    if len(cells) > width:
        cells = [*cells[: width - 1], "|".join(cells[width - 1 :])]
    return [cell.strip(" \t") for cell in cells]


def _split(line: str, kept: re.Pattern[str] | None) -> list[str]:
    """Return the cells of a row; no cell ends inside what `kept` matches."""
    stretches = [match.span() for match in kept.finditer(line)] if kept is not None else []
    cells, start, text = [], 0, ""
    for cut in _CUT.finditer(line):
        at = cut.start()
        if cut.group() != "|":
            text, start = text + line[start:at] + "|", cut.end()
        elif not any(first < at < end for first, end in stretches):
            cells.append(text + line[start:at])
            text, start = "", cut.end()
    cells.append(text + line[start:])
    if cells[0] == "":
        cells.pop(0)
    if cells and cells[-1] == "":
        cells.pop()
    return cells


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip(" \t")


def _with_fitting_header(state: StateBlock, line: int) -> str:
    """Return the source with a header that has as many cells as the line below it, where one can be made."""
    width = _line(state, line + 1).strip("|").count("|") + 1
    header = _line(state, line)
    if "|" not in header or len(_split(header, None)) <= width:
        return state.src
    fitting = next((kept for kept in (_CODE, _CODE_OR_FORMULA) if len(_split(header, kept)) == width), None)
    if fitting is None:
        return state.src
    start, end = state.bMarks[line], state.eMarks[line]
    shown = fitting.sub(lambda match: match.group().replace("|", _STAND_IN), state.src[start:end])
    return state.src[:start] + shown + state.src[end:]


def _fill(state: StateBlock, tokens: list[Token]) -> None:
    """Put all text of the rows into the cells that were made for it."""
    for row in _rows(tokens):
        for cell in row:
            cell.content = cell.content.replace(_STAND_IN, "|")
        line = row[0].map[0] if row and row[0].map else None
        if line is None or _line(state, line).count("|") < len(row):
            continue
        cells = cells_of(_line(state, line), len(row))
        for place, cell in enumerate(row):
            cell.content = cells[place] if place < len(cells) else ""


def _rows(tokens: list[Token]) -> Iterator[list[Token]]:
    row: list[Token] = []
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append(token)
        elif token.type == "tr_close":
            yield row
