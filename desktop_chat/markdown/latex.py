"""Rewrites the LaTeX that models produce to the subset that can be typeset."""

from __future__ import annotations

import re

_ENVIRONMENTS = {
    "aligned": "align*", "align": "align*", "alignat": "align*", "alignat*": "align*", "alignedat": "align*",
    "eqnarray": "align*", "eqnarray*": "align*", "split": "align*", "flalign": "align*", "flalign*": "align*",
    "gather": "displaylines", "gather*": "displaylines", "gathered": "displaylines", "multline": "displaylines",
    "multline*": "displaylines",
    "equation": "", "equation*": "", "math": "", "displaymath": "", "dcases": "cases",
}  # fmt: skip
_COMMANDS = {
    r"\mathds": r"\mathbb", r"\bold": r"\mathbf", r"\textrm": r"\text", r"\mathup": r"\mathrm", r"\symbf": r"\mathbf",
    r"\tfrac": r"\textstyle\frac", r"\lbrack": "[", r"\rbrack": "]", r"\R": r"\mathbb{R}", r"\N": r"\mathbb{N}",
    r"\Z": r"\mathbb{Z}", r"\Q": r"\mathbb{Q}", r"\C": r"\mathbb{C}", r"\nonumber": "", r"\notag": "",
    r"\qty": "", r"\displaylimits": "", r"\allowbreak": "", r"\noindent": "",
}  # fmt: skip
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([a-zA-Z]+\*?)\}(\s*\{\d+\})?")
_COMMAND = re.compile(r"\\[a-zA-Z]+")
_LABEL = re.compile(r"\\label\s*\{[^{}]*\}")
_PMOD = re.compile(r"\\pmod\s*(?:\{([^{}]*)\}|(\w))")
_OPERATOR = re.compile(r"\\operatorname\s*(\*?)\s*\{([^{}]*)\}")
_GAP = re.compile(r"\\[,;:! ]|~|\\(?:,|quad)")
_ROMAN = re.compile(r"\\mathrm\{")
_ARRAY = re.compile(r"\\begin\s*\{array\}\s*\{\s*(\|*)([^{}]*?)\s*(\|*)\s*\}\s*(\\hline(?![a-zA-Z])\s*)*")
_LINES = re.compile(r"(?:\\hline(?![a-zA-Z])\s*){2,}")
_BARS = re.compile(r"\|+")
EDGES = {r"\edgeleft": "left", r"\edgeright": "right", r"\edgetop": "top"}
"""Commands for the outer lines of an array, which the library would take for lines between rows and columns."""
_TAG = re.compile(r"\\tag\s*(\*?)\s*\{([^{}]*)\}")


def normalised_latex(latex: str) -> str:
    """Return equivalent LaTeX in the supported subset."""
    latex = _LABEL.sub("", latex.strip())
    latex = _ENVIRONMENT.sub(_environment, latex)
    latex = _COMMAND.sub(lambda match: _COMMANDS.get(match.group(), match.group()), latex)
    latex = _ARRAY.sub(_array, _LINES.sub(r"\\hline ", latex))
    latex = latex.replace(":=", r"\coloneqq ")
    latex = _PMOD.sub(lambda match: rf"\quad(\operatorname{{mod}}\;{match[1] or match[2]})", latex)
    latex = _OPERATOR.sub(lambda match: rf"\operatorname{match[1]}{{{_GAP.sub(' ', match[2])}}}", latex)
    latex = _ROMAN.sub(r"\\mathrm {", latex)  # a single letter stays upright only after a space
    return _TAG.sub(lambda match: rf"\qquad\text{{{match[2] if match[1] else f'({match[2]})'}}}", latex)


def _environment(match: re.Match[str]) -> str:
    name = _ENVIRONMENTS.get(match[2], match[2])
    return rf"\{match[1]}{{{name}}}" if name else ""


def _array(match: re.Match[str]) -> str:
    """Move the outer lines into the first cell, as commands."""
    left, columns, right, top = match.groups()
    edges = "".join([f"{word} " for word, drawn in zip(EDGES, (left, right, top), strict=True) if drawn])
    return rf"\begin{{array}}{{{_BARS.sub('|', columns)}}}{edges}"
