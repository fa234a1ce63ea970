"""The bounds within which a model's LaTeX is set at all."""

from __future__ import annotations

import re

from desktop_chat.markdown.nodes import Formula

LONGEST = 4_000
"""Characters of LaTeX; a page of aligned equations has about 2,000."""
DEEPEST = 24
"""Levels of braces, environments and `\\left`."""
_NOT_SET = re.compile(
    r"\\(?:def|newcommand|renewcommand|newenvironment|DeclareMathOperator|let|href|url|verb|style|class|includegraphics"
    r"|input|include|unicode|require|colorbox|fcolorbox|rule)(?![a-zA-Z])"
)
"""What defines, repeats, loads or leads elsewhere, and what would be set wrongly: its source is shown instead."""
_LEVEL = re.compile(r"\\[\\{}]|[{}]|\\(?:begin|end|left|right)(?![a-zA-Z])")
_CHAIN = re.compile(r"(?:(?:[_^]|\\[a-zA-Z]++)\s*+){60}")
"""Commands one after the other, which may be one inside the other."""
_ENDS = {"}", r"\end", r"\right"}
_OPEN = {"{", r"\begin", r"\left"}


def is_supported(latex: str) -> bool:
    """Say whether LaTeX is within the bounds; what is not is shown as its source."""
    if len(latex) > LONGEST or not latex.strip():
        return False
    return not _NOT_SET.search(latex) and not _CHAIN.search(latex) and _is_nested_well(latex)


def typeset_formula(latex: str, *, display: bool) -> Formula | None:
    """Set LaTeX; None when that is not possible. Costs 1 to 100 ms, and the first call loads the font: on a thread."""
    if not is_supported(latex):
        return None
    from desktop_chat.markdown import typesetter  # noqa: PLC0415 -- a tenth of a second, when first needed

    return typesetter.typeset(latex, display=display)


def _is_nested_well(latex: str) -> bool:
    """Say whether all that opens is closed, and not too much of it is open at once."""
    depth = 0
    for match in _LEVEL.finditer(latex):
        mark = match.group()
        depth += 1 if mark in _OPEN else -1 if mark in _ENDS else 0
        if not 0 <= depth <= DEEPEST:
            return False
    return depth == 0
