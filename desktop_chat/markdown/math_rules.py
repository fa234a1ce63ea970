"""Markdown rules for formulas: LaTeX between delimiters inside a line, and on separate lines.

A display formula starts a line with `$$`, `\\[` or an environment, and its first line decides that. It continues to its
closing delimiter, but never beyond an empty line, a code fence or its container. So streamed text does not change its
form again, and an unmatched delimiter swallows no more than a paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.parser_block import RuleFuncBlockType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_OPENING = re.compile(
    r"\$\$|\\\[|\\begin\{(?P<name>(?:equation|align|alignat|aligned|array|[bBpvV]?matrix|cases|eqnarray|flalign|gather"
    r"|gathered|multline|split)\*?)\}"
)
_CLOSINGS = {"$$": re.compile(r"(?<!\\)\$\$"), r"\[": re.compile(r"(?<!\\)(?>(?:\\\\)*)(\\\])")}
_FENCE = re.compile(r"`{3}|~{3}")
_FULL_WIDTH_STOPS = str.maketrans("。，；：", ".,;:")
_STOP = re.compile(r"[.,;:。，；：]?")
_PARAGRAPH = "paragraph"
_MAX_INLINE = 4_000
"""Characters of an inline formula."""
_INLINE = {  # atomic groups: Python before 3.11.5 misreads possessive repetition of a group (gh-106052)
    "$$": re.compile(r"\$\$(?!\$)((?>(?:[^$\\]++|\\.|\$(?!\$))*))\$\$", re.DOTALL),
    "$": re.compile(r"\$(?![\s$])((?>(?:[^$\\]++|\\.)*))(?<!\s)\$(?!\d)", re.DOTALL),
    r"\(": re.compile(r"\\\(((?>(?:[^\\]++|\\[^)])*))\\\)", re.DOTALL),
    r"\[": re.compile(r"\\\[((?>(?:[^\\]++|\\[^\]])*))\\\](?!\()", re.DOTALL),
}
_MONEY = re.compile(r"\d[\d.,]*+[KMBkmb]?(?:[^\\^_={}]*[\u3040-\u9fff]|\s+\(?[A-Za-z]{2,}[^\\^_={}]*\Z)")
_VARIABLE = re.compile(r"\$[A-Z_][A-Z0-9_]+[^A-Za-z0-9\\]?\$[A-Z_{]")
_WORDS = re.compile(r"\d+(?:[ ,\u2013-]+\d+)*|\s*[^\W\d_][^\\^_={}+\-*/<>|\d]*[^\s\\^_={}+\-*/<>|\d]\s*")
"""Content of brackets that are not a formula's: citation numbers, or words."""


@dataclass(frozen=True, slots=True)
class _Opening:
    """The opening delimiter of a display formula, and what closes it."""

    closing: re.Pattern[str]
    start: int
    """Where the LaTeX starts."""
    end: int
    keeps_marks: bool
    """The delimiters are part of the LaTeX."""


def math_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Block rule for a display formula."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if state.src[start : start + 1] not in {"$", "\\"} or state.is_code_block(start_line):
        return False
    opening = _opening(state.src, start, state.eMarks[start_line])
    if opening is None or _closes_inline(state, start_line):
        return False
    if silent:
        return True
    line, latex = _read(state, opening, start_line, end_line)
    token = state.push("math_block", "math", 0)
    token.content = state.getLines(start_line, line, state.blkIndent, False) if latex is None else latex
    token.meta = {"closed": latex is not None}
    token.map = [start_line, line]
    state.line = line
    return True


def track_paragraphs(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """Wrap a parser rule so that other rules know where the current paragraph starts."""

    def noting(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        state.env[_PARAGRAPH] = start_line
        matched = rule(state, start_line, end_line, silent)
        del state.env[_PARAGRAPH]
        return matched

    return noting


def _closes_inline(state: StateBlock, line: int) -> bool:
    """Return whether the lone delimiter on this line closes an inline formula of its paragraph."""
    first = state.env.get(_PARAGRAPH)
    start = state.bMarks[line] + state.tShift[line]
    if first is None or state.src[start : state.eMarks[line]].rstrip() != "$$":
        return False
    return state.src.count("$$", state.bMarks[first], start) % 2 == 1


def _opening(source: str, start: int, end: int) -> _Opening | None:
    """Return how the line from `start` to `end` opens a formula; None for text, even if it contains a formula."""
    mark = _OPENING.match(source, start, end)
    if mark is None:
        return None
    name = mark["name"]
    closing = re.compile(rf"\\end\{{{re.escape(name)}\}}") if name else _CLOSINGS[mark.group()]
    closed = closing.search(source, mark.end(), end)
    if closed and (not source[mark.end() : closed.start()].strip() or _stop(source[closed.end() : end]) is None):
        return None
    return _Opening(closing, start if name else mark.end(), mark.end(), bool(name))


def _read(state: StateBlock, opening: _Opening, start_line: int, end_line: int) -> tuple[int, str | None]:
    """Return the line after the formula, and its LaTeX; None instead of LaTeX if it is unclosed or empty."""
    found: list[str] = []
    start, search_from = opening.start, opening.end
    for line in range(start_line, end_line):
        end = state.eMarks[line]
        if line > start_line:
            start = search_from = state.bMarks[line] + state.tShift[line]
            if start >= end or state.sCount[line] < state.blkIndent or _FENCE.match(state.src, start, end):
                return line, None
        closed = opening.closing.search(state.src, search_from, end)
        if closed is None:
            found.append(state.src[start:end].rstrip())
            continue
        stop = _stop(state.src[closed.end() : end])
        latex_end = closed.end() if opening.keeps_marks else closed.start(closed.lastindex or 0)
        latex = "\n".join([*found, state.src[start:latex_end]]).strip()
        return line + 1, latex + stop if latex and stop is not None else None
    return end_line, None


def _stop(after: str) -> str | None:
    """Return the punctuation after a formula, None if anything else follows."""
    after = after.strip()
    return after.translate(_FULL_WIDTH_STOPS) if _STOP.fullmatch(after) else None


def math_inline(state: StateInline, silent: bool) -> bool:
    """Inline rule for a formula."""
    source, position = state.src, state.pos
    mark = source[position : position + 2]
    if mark[:1] == "$":
        mark = "$$" if mark == "$$" else "$"
    pattern = _INLINE.get(mark)
    found = pattern.match(source, position, min(state.posMax, position + _MAX_INLINE)) if pattern else None
    before = source[position - 1] if position else ""
    if found is None or not _is_formula(mark, found.group(1), before) or _VARIABLE.match(source, position):
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = " ".join(found.group(1).split())
        token.markup = mark
    state.pos = found.end()
    return True


def _is_formula(mark: str, latex: str, before: str) -> bool:
    """Distinguish a formula from amounts of money and from escaped brackets."""
    if not latex.strip():
        return False
    if mark == "$":
        return not (before.isascii() and before.isalnum()) and not _MONEY.match(latex)
    return mark != r"\[" or not _WORDS.fullmatch(latex)
