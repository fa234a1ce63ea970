"""Markdown rules for footnotes: definitions and references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_LABEL = r"\[\^([^\]\[\s]{1,100})\]"
_REFERENCE = re.compile(_LABEL)
_DEFINITION = re.compile(_LABEL + ":")
_EITHER = re.compile(rf"^[ \t>]{{0,40}}{_LABEL}(?::|\Z)|{_LABEL}", re.MULTILINE)
"""A definition (possibly incomplete), or a reference."""
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_MAX_BACKTICKS = 200
_INDENT = 4
"""The indentation of a footnote's continuation lines."""


def footnote_key(label: str) -> str:
    """Return the key of a footnote's label in the link definitions, which no link's label can equal."""
    return "^" + label.lower().upper()


def referenced_labels(source: str) -> Iterator[str]:
    """Yield the keys of the footnotes that a text refers to, in order, ignoring code."""
    if "[^" in source:
        if "`" in source and source.count("`") <= _MAX_BACKTICKS:
            source = _CODE.sub(" ", source)
        yield from (footnote_key(match.group(2)) for match in _EITHER.finditer(source) if match.group(2))


def footnote_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Block rule for a footnote's definition: `[^label]: text`, continuation lines indented."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if state.src[start : start + 2] != "[^" or state.is_code_block(start_line):
        return False
    found = _DEFINITION.match(state.src, start, state.eMarks[start_line])
    if found is None:
        return False
    if silent:
        return True
    token = state.push("footnote_open", "", 1)
    token.meta = {"label": found.group(1)}
    token.map = lines = [start_line, 0]
    _read_inside(state, start_line, end_line, found.end())
    lines[1] = state.line
    state.push("footnote_close", "", -1)
    state.env.setdefault("footnotes", []).append((found.group(1), start_line))
    return True


def _read_inside(state: StateBlock, line: int, end_line: int, start: int) -> None:
    """Parse what follows the label as nested blocks."""
    before = state.bMarks[line], state.tShift[line], state.sCount[line], state.blkIndent, state.parentType
    text = state.src[start : state.eMarks[line]]
    state.bMarks[line] = start
    state.tShift[line] = len(text) - len(text.lstrip(" \t"))
    state.blkIndent += _INDENT
    state.sCount[line] = state.blkIndent
    state.parentType = "root"
    state.md.block.tokenize(state, line, end_line)
    state.bMarks[line], state.tShift[line], state.sCount[line], state.blkIndent, state.parentType = before


def footnote_reference(state: StateInline, silent: bool) -> bool:
    """Inline rule for a reference. One without a footnote stays text."""
    if not state.src.startswith("[^", state.pos):
        return False
    found = _REFERENCE.match(state.src, state.pos, state.posMax)
    notes = state.env.get("notes")
    if found is None or not notes or (note := notes.get(footnote_key(found.group(1)))) is None:
        return False
    if not silent:
        token = state.push("footnote_reference", "", 0)
        token.attrs = {"href": note[0]}
        token.content = note[1]
    state.pos = found.end()
    return True


def number_footnotes(uses: Iterable[str], defined: Iterable[str]) -> dict[str, str]:
    """Number the defined footnotes: in the order of their references, then those without one."""
    known = dict.fromkeys(defined)
    order = dict.fromkeys([label for label in uses if label in known])
    return {label: str(number) for number, label in enumerate(dict.fromkeys([*order, *known]), 1)}
