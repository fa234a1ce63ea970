"""Assigns the text of table rows to cells so that nothing is lost.

GitHub's rule, which the parser follows, ends a cell at every unescaped `|` and drops cells in excess of the header's.
Models often write `|x|` in formulas and `a|b` in code. So if a row has too many cells, a `|` inside code, or else also
inside a formula, stays in its cell; any remaining excess joins the last cell.
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
_PIPE = "\ufdd2"
"""Replaces `|` in the header while the parser reads it; a noncharacter, so no text contains it."""


def whole_rows(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """Wrap the parser's table rule so that no text of a row is dropped."""

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
    """Return the cells of a row in a table of `width` columns: never more, and with all its text."""
    cells = _split(line, None)
    for kept in (_CODE, _CODE_OR_FORMULA):
        if len(cells) > width and len(found := _split(line, kept)) >= width:
            cells = found
    if len(cells) > width:
        cells = [*cells[: width - 1], "|".join(cells[width - 1 :])]
    return [cell.strip(" \t") for cell in cells]


def _split(line: str, kept: re.Pattern[str] | None) -> list[str]:
    """Return the cells of a row; no cell ends inside a match of `kept`."""
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
    """Return the source with a header of as many cells as the delimiter row, if possible."""
    width = _line(state, line + 1).strip("|").count("|") + 1
    header = _line(state, line)
    if "|" not in header or len(_split(header, None)) <= width:
        return state.src
    fitting = next((kept for kept in (_CODE, _CODE_OR_FORMULA) if len(_split(header, kept)) == width), None)
    if fitting is None:
        return state.src
    start, end = state.bMarks[line], state.eMarks[line]
    shown = fitting.sub(lambda match: match.group().replace("|", _PIPE), state.src[start:end])
    return state.src[:start] + shown + state.src[end:]


def _fill(state: StateBlock, tokens: list[Token]) -> None:
    """Distribute all text of the rows over their cells."""
    for row in _rows(tokens):
        for cell in row:
            cell.content = cell.content.replace(_PIPE, "|")
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
