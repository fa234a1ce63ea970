"""Puts formulas into words for screen readers, which would read LaTeX character by character."""

from __future__ import annotations

import re
from collections.abc import Callable

from desktop_chat.markdown.formula import MATH, strip_delimiters
from desktop_chat.markdown.math_phrases import Phrase, phrases
from desktop_chat.ui.text.translation import tr


def formula_words(latex: str, *, display: bool) -> str:
    """Return a formula in words, or unchanged if it cannot be parsed."""
    phrase = phrases(latex, display=display)
    return _tidied(_say(phrase)) if phrase is not None else latex


def with_formulas_said(text: str) -> str:
    """Return a text with each formula, including its delimiters, replaced by words."""

    def said(match: re.Match[str]) -> str:
        latex, display = strip_delimiters(match.group())
        return formula_words(latex, display=display)

    return MATH.sub(said, text)


def _tidied(words: str) -> str:
    return re.sub(r" +([,;，；。])", r"\1", " ".join(words.split())).rstrip(",，")


def _say(phrase: Phrase) -> str:
    if phrase.kind == "leaf":
        return _sign(phrase.letters)
    if phrase.kind in {"row", "table_row"}:
        return " ".join([_say(part) for part in phrase.parts])
    return _WORDS[phrase.kind](phrase)


def _sign(letters: str) -> str:
    words = _SIGNS.get(letters)
    return words() if words is not None else letters


def _fraction(phrase: Phrase) -> str:
    over, under = map(_say, phrase.parts)
    if all(part.is_simple for part in phrase.parts):
        return tr("{numerator} over {denominator}", numerator=over, denominator=under)
    return tr("the fraction {numerator} over {denominator}, end of fraction,", numerator=over, denominator=under)


def _square_root(phrase: Phrase) -> str:
    inside = _say(phrase.parts[0])
    if phrase.parts[0].is_simple:
        return tr("the square root of {inside}", inside=inside)
    return tr("the square root of {inside}, end of root,", inside=inside)


def _root(phrase: Phrase) -> str:
    inside, index = map(_say, phrase.parts)
    return tr("the root with index {index} of {inside}, end of root,", index=index, inside=inside)


def _power(phrase: Phrase) -> str:
    base, exponent = map(_say, phrase.parts)
    if phrase.parts[1].is_simple:
        return tr("{base} to the power of {exponent}", base=base, exponent=exponent)
    return tr("{base} to the power of {exponent}, end of power,", base=base, exponent=exponent)


def _sub(phrase: Phrase) -> str:
    base, index = map(_say, phrase.parts)
    return tr("{base} sub {index}", base=base, index=index)


def _sub_and_power(phrase: Phrase) -> str:
    base, index, exponent = phrase.parts
    kind = {"2": "squared", "3": "cubed"}.get(_say(exponent), "power")
    return _WORDS[kind](Phrase(kind, (Phrase("sub", (base, index)), exponent)))


def _limits(phrase: Phrase) -> str:
    sign, below, above = map(_say, phrase.parts)
    return tr("{sign} from {below} to {above} of", sign=sign, below=below, above=above)


def _below(phrase: Phrase) -> str:
    sign, below = map(_say, phrase.parts)
    return tr("{sign} for {below} of", sign=sign, below=below)


def _over(phrase: Phrase) -> str:
    base, script = map(_say, phrase.parts)
    return tr("{base} with {script} above", base=base, script=script)


def _under(phrase: Phrase) -> str:
    base, script = map(_say, phrase.parts)
    return tr("{base} with {script} below", base=base, script=script)


def _prime(phrase: Phrase) -> str:
    words = _say(phrase.parts[0])
    for _ in phrase.letters:
        words = tr("{base} prime", base=words)
    return words


def _matrix(phrase: Phrase) -> str:
    columns = max(len(row.parts) for row in phrase.parts)
    size = tr("a table of {rows} by {columns}:", rows=len(phrase.parts), columns=columns)
    rows = [
        tr("row {number}: {words};", number=number, words=", ".join([_say(cell) for cell in row.parts]))
        for number, row in enumerate(phrase.parts, 1)
    ]
    return " ".join([size, *rows, tr("end of table")])


def _lines(phrase: Phrase) -> str:
    return "; ".join([_say(row) for row in phrase.parts])


def _base(phrase: Phrase) -> str:
    return _say(phrase.parts[0])


_WORDS: dict[str, Callable[[Phrase], str]] = {
    "fraction": _fraction,
    "choose": lambda phrase: tr("{upper} choose {lower}", upper=_base(phrase), lower=_say(phrase.parts[1])),
    "square_root": _square_root,
    "root": _root,
    "squared": lambda phrase: tr("{base} squared", base=_base(phrase)),
    "cubed": lambda phrase: tr("{base} cubed", base=_base(phrase)),
    "power": _power,
    "sub": _sub,
    "sub_and_power": _sub_and_power,
    "limits": _limits,
    "below": _below,
    "over": _over,
    "under": _under,
    "prime": _prime,
    "hat": lambda phrase: tr("{base} hat", base=_base(phrase)),
    "bar": lambda phrase: tr("{base} bar", base=_base(phrase)),
    "vector": lambda phrase: tr("the vector {base}", base=_base(phrase)),
    "tilde": lambda phrase: tr("{base} tilde", base=_base(phrase)),
    "dot": lambda phrase: tr("{base} dot", base=_base(phrase)),
    "two_dots": lambda phrase: tr("{base} double dot", base=_base(phrase)),
    "matrix": _matrix,
    "lines": _lines,
}

_SIGNS: dict[str, Callable[[], str]] = {
    "+": lambda: tr("plus"),
    "\u2212": lambda: tr("minus"),
    "-": lambda: tr("minus"),
    "±": lambda: tr("plus or minus"),
    "=": lambda: tr("equals"),
    "≠": lambda: tr("is not equal to"),
    "≈": lambda: tr("is approximately equal to"),
    "≡": lambda: tr("is identical to"),
    "<": lambda: tr("is less than"),
    ">": lambda: tr("is greater than"),
    "≤": lambda: tr("is less than or equal to"),
    "≥": lambda: tr("is greater than or equal to"),
    "×": lambda: tr("times"),
    "⋅": lambda: tr("times"),
    "·": lambda: tr("times"),
    "÷": lambda: tr("divided by"),
    "/": lambda: tr("divided by"),
    "∈": lambda: tr("is in"),
    "∉": lambda: tr("is not in"),
    "⊂": lambda: tr("is a subset of"),
    "⊆": lambda: tr("is a subset of"),
    "∪": lambda: tr("union"),
    "∩": lambda: tr("intersected with"),
    "∅": lambda: tr("the empty set"),
    "∀": lambda: tr("for all"),
    "∃": lambda: tr("there exists"),
    "∧": lambda: tr("and"),
    "∨": lambda: tr("or"),
    "¬": lambda: tr("not"),
    "→": lambda: tr("to"),
    "⇒": lambda: tr("implies"),
    "⟹": lambda: tr("implies"),
    "⇔": lambda: tr("if and only if"),
    "⟺": lambda: tr("if and only if"),
    "∞": lambda: tr("infinity"),
    "∑": lambda: tr("the sum"),
    "∏": lambda: tr("the product"),
    "∫": lambda: tr("the integral"),
    "lim": lambda: tr("the limit"),
    "∂": lambda: tr("partial"),
    "∇": lambda: tr("nabla"),
    "sin": lambda: tr("sine"),
    "cos": lambda: tr("cosine"),
    "tan": lambda: tr("tangent"),
    "log": lambda: tr("logarithm"),
    "ln": lambda: tr("natural logarithm"),
    "…": lambda: tr("and so on"),
    "⋯": lambda: tr("and so on"),
    "...": lambda: tr("and so on"),
    "(": lambda: tr("open parenthesis"),
    ")": lambda: tr("close parenthesis"),
    "[": lambda: tr("open bracket"),
    "]": lambda: tr("close bracket"),
    "{": lambda: tr("open brace"),
    "}": lambda: tr("close brace"),
    "|": lambda: tr("vertical bar"),
}
"""How signs are spoken; letters and numbers are left to the speech synthesizer."""
