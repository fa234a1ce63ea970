"""Parses a formula into a tree of phrases for screen readers: fractions, roots, powers. It contains no words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from desktop_chat.markdown.formula import is_supported
from desktop_chat.markdown.latex import normalised_latex

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_PHRASES = 400
"""Longer formulas are not read in words."""
_PRIMES = {"′": 1, "″": 2, "‴": 3, "'": 1}
_LARGE = frozenset("∑∏∐⋃⋂⋁⋀⨁⨂∫∬∭∮")
_ACCENTS = {
    "ˆ": "hat", "^": "hat", "\u0302": "hat", "¯": "bar", "‾": "bar", "_": "bar", "―": "bar", "\u0304": "bar",
    "→": "vector", "⃗": "vector", "˜": "tilde", "~": "tilde", "\u0303": "tilde", "˙": "dot", "¨": "two_dots",
}  # fmt: skip
_SILENT = frozenset("\u2061\u2062\u2063\u2064")
"""Invisible MathML operators: function application, invisible times and the like."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a formula. `kind` relates its parts; a "leaf" has characters and no parts."""

    kind: str
    parts: tuple[Phrase, ...] = ()
    letters: str = ""

    @property
    def is_simple(self) -> bool:
        """Whether it is heard as a unit, so that its end need not be announced."""
        return self.kind == "leaf" or (len(self.parts) == 1 and self.parts[0].is_simple)


@lru_cache(maxsize=400)
def phrases(latex: str, *, display: bool) -> Phrase | None:
    """Parse LaTeX; None if it cannot be read. Takes a few milliseconds."""
    if not is_supported(latex):
        return None
    from desktop_chat.markdown import mathml  # noqa: PLC0415 -- slow to import, and only screen readers need it

    try:
        tree = mathml.mathml(normalised_latex(latex), display=display)
    except Exception:  # noqa: BLE001 -- the library raises anything for invalid LaTeX
        return None
    phrase = _row(tree) if tree is not None else None
    return phrase if phrase is not None and phrase.parts and _size(phrase) <= _MAX_PHRASES else None


def _size(phrase: Phrase) -> int:
    return 1 + sum(_size(part) for part in phrase.parts)


def _row(element: Element) -> Phrase:
    return Phrase("row", tuple(_in_row(list(element))))


def _in_row(children: list[Element]) -> Iterator[Phrase]:
    for child in children:
        phrase = _read(child)
        if phrase.kind == "row":
            yield from phrase.parts
        elif phrase.letters or phrase.parts:
            yield phrase


def _read(element: Element) -> Phrase:
    reader = _READERS.get(element.tag)
    if reader is not None:
        return reader(element)
    return _row(element) if len(element) else _leaf(element)


def _leaf(element: Element) -> Phrase:
    letters = unicodedata.normalize("NFKC", (element.text or "").strip())
    return Phrase("leaf", letters="" if letters in _SILENT else letters)


def _space(_element: Element) -> Phrase:
    return Phrase("leaf")


def _parts(element: Element) -> tuple[Phrase, ...]:
    """Return the children of a fraction or the like, each as one phrase."""
    return tuple(Phrase("row", tuple(_in_row([child]))) for child in element)


def _fraction(element: Element) -> Phrase:
    parts = _parts(element)
    if element.get("linethickness") in {"0", "0pt", "0em"}:
        return Phrase("choose", parts)
    return Phrase("fraction", parts)


def _square_root(element: Element) -> Phrase:
    return Phrase("square_root", (_row(element),))


def _script(element: Element) -> Phrase:
    base, *scripts = _parts(element)
    letters = _letters_of(base)
    has_limits = letters in _LARGE or letters in {"lim", "max", "min", "sup", "inf", "limsup", "liminf"}
    if element.tag in {"msubsup", "munderover"}:
        kind = "limits" if has_limits else "sub_and_power"
    elif element.tag in {"msub", "munder"}:
        kind = "below" if has_limits else "sub" if element.tag == "msub" else "under"
    else:
        return _raised(base, scripts[0], is_accent=element.tag == "mover")
    return Phrase(kind, (base, *scripts))


def _raised(base: Phrase, script: Phrase, *, is_accent: bool) -> Phrase:
    letters = _letters_of(script)
    if is_accent:
        return Phrase(_ACCENTS.get(letters, "over"), (base, script))
    if letters and all(letter in _PRIMES for letter in letters):
        return Phrase("prime", (base,) * 1, letters="′" * sum(_PRIMES[letter] for letter in letters))
    named = {"2": "squared", "3": "cubed"}.get(letters, "power")
    return Phrase(named, (base, script))


def _letters_of(phrase: Phrase) -> str:
    while len(phrase.parts) == 1 and phrase.kind == "row":
        phrase = phrase.parts[0]
    return phrase.letters if phrase.kind == "leaf" else ""


def _table(element: Element) -> Phrase:
    rows = tuple(Phrase("table_row", tuple(_row(cell) for cell in row)) for row in element)
    is_lines = "displaystyle" in element.attrib or all(len(row.parts) == 1 for row in rows)
    return Phrase("lines" if is_lines else "matrix", rows)


_READERS: dict[str, Callable[[Element], Phrase]] = {
    "mspace": _space,
    "mphantom": _space,
    "mfrac": _fraction,
    "msqrt": _square_root,
    "mroot": lambda element: Phrase("root", _parts(element)),
    "mtable": _table,
    **dict.fromkeys(("msub", "msup", "munder", "mover", "msubsup", "munderover"), _script),
}
