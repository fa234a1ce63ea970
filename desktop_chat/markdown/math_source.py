"""Knows a formula by its delimiters in a text that no parser has read: in sentences that are read out as they come."""

from __future__ import annotations

import re

MATH = re.compile(r"\$\$.+?\$\$|\\\[.+?\\\]|\\\(.+?\\\)|(?<![\\$\w])\$(?![\s$])[^$\n]*?[^\s$\\]\$(?![\d$])", re.DOTALL)
"""A formula with its delimiters; an amount such as `$5 and $6` is none."""


def strip_delimiters(formula: str) -> tuple[str, bool]:
    """Return the LaTeX between the delimiters, and whether it stands on lines of its own."""
    wide = not formula.startswith("$") or formula.startswith("$$")
    size = 2 if wide else 1
    return formula[size:-size].strip(), formula.startswith(("$$", "\\["))
