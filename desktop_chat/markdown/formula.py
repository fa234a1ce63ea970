"""Finds formulas by their delimiters in unparsed text, and limits the LaTeX that is typeset."""

from __future__ import annotations

import re

from desktop_chat.markdown.nodes import Formula

MATH = re.compile(r"\$\$.+?\$\$|\\\[.+?\\\]|\\\(.+?\\\)|(?<![\\$\w])\$(?![\s$])[^$\n]*?[^\s$\\]\$(?![\d$])", re.DOTALL)
"""A formula with its delimiters; an amount such as `$5 and $6` is not one."""
LONGEST = 4_000
"""Maximum characters of LaTeX; a page of aligned equations has about 2,000."""
DEEPEST = 24
"""Maximum nesting of braces, environments and `\\left`."""
_UNSUPPORTED = re.compile(
    r"\\(?:def|newcommand|renewcommand|newenvironment|DeclareMathOperator|let|href|url|verb|style|class|includegraphics"
    r"|input|include|unicode|require|colorbox|fcolorbox|rule)(?![a-zA-Z])"
)
"""Commands that define, repeat, load or link something, or would be typeset wrongly: the source is shown instead."""
_LEVEL = re.compile(r"\\[\\{}]|[{}]|\\(?:begin|end|left|right)(?![a-zA-Z])")
_CHAIN = re.compile(r"(?:(?:[_^]|\\[a-zA-Z]++)\s*+){60}")
"""Consecutive commands, which may be nested."""
_ENDS = {"}", r"\end", r"\right"}
_OPEN = {"{", r"\begin", r"\left"}


def strip_delimiters(formula: str) -> tuple[str, bool]:
    """Return the LaTeX between the delimiters, and whether it is a display formula."""
    wide = not formula.startswith("$") or formula.startswith("$$")
    size = 2 if wide else 1
    return formula[size:-size].strip(), formula.startswith(("$$", "\\["))


def is_supported(latex: str) -> bool:
    """Return whether LaTeX is within the limits; otherwise its source is shown."""
    if len(latex) > LONGEST or not latex.strip():
        return False
    return not _UNSUPPORTED.search(latex) and not _CHAIN.search(latex) and _is_nested_well(latex)


def typeset_formula(latex: str, *, display: bool) -> Formula | None:
    """Typeset LaTeX; None if that is impossible. Takes 1 to 100 ms and loads the font first: call it on a thread."""
    if not is_supported(latex):
        return None
    from desktop_chat.markdown import typesetter  # noqa: PLC0415 -- takes a tenth of a second, so only on first use

    return typesetter.typeset(latex, display=display)


def _is_nested_well(latex: str) -> bool:
    """Return whether everything that opens is closed, without exceeding the maximum depth."""
    depth = 0
    for match in _LEVEL.finditer(latex):
        mark = match.group()
        depth += 1 if mark in _OPEN else -1 if mark in _ENDS else 0
        if not 0 <= depth <= DEEPEST:
            return False
    return depth == 0
