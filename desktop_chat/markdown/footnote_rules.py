"""Finds footnotes in Markdown: what they say, and where the text refers to them."""

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
"""A definition, or what may become one, or a reference."""
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_MAX_BACKTICKS = 200
_INDENT = 4
"""What the later lines of a footnote are indented by."""


def footnote_key(label: str) -> str:
    """Return the key of a footnote's label among the labels of links: they never begin so."""
    return "^" + label.lower().upper()


def referenced_labels(source: str) -> Iterator[str]:
    """Return the keys of the labels that a text refers to, in order, code aside."""
    if "[^" in source:
        if "`" in source and source.count("`") <= _MAX_BACKTICKS:
            source = _CODE.sub(" ", source)
        yield from (footnote_key(match.group(2)) for match in _EITHER.finditer(source) if match.group(2))


def footnote_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """The parser's rule for what a footnote says: `[^label]: text`, later lines indented."""
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
    """Read what stands after the label as blocks of their own."""
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
    """The parser's rule for a reference. One without a footnote stays text."""
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
    """Number the footnotes that are defined: in the order of their references, then those without one."""
    known = dict.fromkeys(defined)
    order = dict.fromkeys([label for label in uses if label in known])
    return {label: str(number) for number, label in enumerate(dict.fromkeys([*order, *known]), 1)}
