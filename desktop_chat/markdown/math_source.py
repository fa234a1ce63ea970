"""Finds formulas by their delimiters in unparsed text, for sentences that are read aloud while they arrive."""

from __future__ import annotations

import re

MATH = re.compile(r"\$\$.+?\$\$|\\\[.+?\\\]|\\\(.+?\\\)|(?<![\\$\w])\$(?![\s$])[^$\n]*?[^\s$\\]\$(?![\d$])", re.DOTALL)
"""A formula with its delimiters; an amount such as `$5 and $6` is not one."""


def strip_delimiters(formula: str) -> tuple[str, bool]:
    """Return the LaTeX between the delimiters, and whether it is a display formula."""
    wide = not formula.startswith("$") or formula.startswith("$$")
    size = 2 if wide else 1
    return formula[size:-size].strip(), formula.startswith(("$$", "\\["))
