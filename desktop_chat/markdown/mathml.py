"""Turns LaTeX into MathML, and mends what would be set with the wrong spaces or not as LaTeX means it."""

from __future__ import annotations

import html
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

from desktop_chat.markdown.latex import EDGES

_ROWS = frozenset({"math", "mrow", "mtd", "mstyle", "msqrt", "mpadded", "mphantom", "menclose"})
_SCRIPTS = {"msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
"""Elements that put something on a base, and how many children they have."""
_TAGS = _ROWS | _SCRIPTS.keys() | {"mi", "mn", "mo", "mtext", "mspace", "mfrac", "mroot", "mtable", "mtr"}
"""What can be set."""
_BESIDE = {"munder": "msub", "mover": "msup", "munderover": "msubsup"}
_FIXED_HEIGHT = frozenset("↑↓⟨⟩⌊⌋⌈⌉‖|")
"""Grow with their row in MathML, not in LaTeX unless told to."""
_INTEGRALS = frozenset("∫∬∭∮∯∰⨌")
_SUMS = frozenset("∑∏∐⋃⋂⋁⋀⨁⨂⨀")
_LETTERS = frozenset("∀∁∂∃∄∅∆∇∎∞∟∠∡∢⋮⋯⋰⋱…°¬ℏ")
"""Signs without space around them."""
_SLANTED = frozenset("ϵϑϰϕϱϖ")
_BINARY = frozenset("×÷∪∩∧∨∘∖⊕⊖⊗⊙⋅∗⋆⊎⊔⊓∙⋄†‡")
_RELATIONS = frozenset("∼~≃≈≅⟹⟸⟺⇒⇐⇔→←↔⟶⟵⟷↦⟼↪⇌∈∋∉⊂⊃⊆⊇⊢⊨⊥∥≪≫≺≻∝∣")
_SIGNS = frozenset("+\u2212±∓")
_OPENING = frozenset("([{⟨⌊⌈")
_CLOSING = frozenset(")]}⟩⌋⌉!|‖")
_LOW = frozenset("=<>,;:.≤≥≠")
_NARROW_ACCENTS = {"^": "\u02c6", "~": "\u02dc"}
_WIDE_ACCENTS = {"^": "\u0302", "~": "\u0303"}
_LONG_ARROWS = {"→": "⟶", "←": "⟵", "↔": "⟷", "⇒": "⟹", "⇐": "⟸", "⇔": "⟺", "↦": "⟼"}
_THIN, _MEDIUM, _THICK, _FRAME = "0.167em", "0.222em", "0.278em", "0.2em"


def mathml(latex: str, *, display: bool) -> Element | None:
    """Return MathML; None where something in it is not known. Raises what the library raises for wrong LaTeX."""
    tree = convert_to_element(latex, display="block" if display else "inline")
    del tree.attrib["xmlns"]
    for table in tree.iter("mtable"):
        _take_edges(table)
    for element in tree.iter():
        if element.tag not in _TAGS or "mathbackground" in element.attrib or (element.text or "").startswith("\\"):
            return None  # a command that is not known is there as it was written
        element.text = html.unescape(element.text or "")
    for element in tree.iter():
        _MENDS.get(element.tag, _leave)(element)
    for element in tree.iter():
        if element.tag in _ROWS:
            element[:] = list(_spaced(list(element)))
    return tree


def _text(element: Element) -> str:
    return (element.text or "").strip()


# --- what LaTeX means -----------------------------------------------------------------------------------------------


def _leave(_element: Element) -> None:
    pass


def _mend_letter(element: Element) -> None:
    text = _text(element)
    if text == "~":
        text = element.text = "∼"
    if text in _LETTERS | _FIXED_HEIGHT | _BINARY | _RELATIONS:
        element.tag = "mo"
        _mend_operator(element)
    elif text in _SLANTED:
        element.set("mathvariant", "italic")
    elif len(text) > 1 and text.isalpha():  # sin, log
        element.tag = "mo"


def _mend_operator(element: Element) -> None:
    text, is_told = _text(element), bool({"stretchy", "minsize"} & element.attrib.keys())
    if text in _INTEGRALS or (text in _FIXED_HEIGHT and not is_told):
        element.set("stretchy", "false")
    elif text in _WIDE_ACCENTS:
        element.text = (_NARROW_ACCENTS if element.get("stretchy") == "false" else _WIDE_ACCENTS)[text]
    elif text == "-":
        element.text = "\u2212"
    space = _THICK if text in _RELATIONS else _MEDIUM if text in _BINARY else "0" if text in _LETTERS else ""
    if space:
        element.set("lspace", space)
        element.set("rspace", space)


def _mend_table(element: Element) -> None:
    is_lines = "displaystyle" in element.attrib
    element.set("rowspacing", "0.6em" if is_lines else "0.45em")
    spacing = element.get("columnspacing", "")
    element.set("columnspacing", "0em 1em" if spacing.startswith("0em 2em") else spacing or "0.8em")


def _take_edges(table: Element) -> None:
    """Note which outer lines a table has, where words in its first cell say so or a line follows its last row."""
    cell = next(table.iter("mtd"), None)
    edges = []
    while cell is not None and len(cell) and _text(cell[0]) in EDGES:
        edges.append(EDGES[_text(cell[0])])
        del cell[0]
    if table.get("rowlines", "").split()[len(table) - 1 :] == ["solid"]:
        edges.append("bottom")
    if edges:
        table.set("edges", " ".join(edges))


def _mend_fraction(element: Element) -> None:
    """Set sums above and below the line with their limits beside them."""
    for part in element:
        part.attrib.setdefault("displaystyle", "false")
        for inner in part.iter():
            if inner.tag in _BESIDE and len(inner) and _text(inner[0]) in _SUMS:
                inner.tag = _BESIDE[inner.tag]


def _mend_script(element: Element) -> None:
    """Put a script on a whole matrix, and not on its last bracket alone; lengthen arrows with words on them."""
    spare = len(element) - _SCRIPTS[element.tag]
    if spare > 0:
        base = Element("mrow")
        base.extend(list(element)[: spare + 1])
        element[:] = [base, *list(element)[spare + 1 :]]
    if element.get("accent") == "true":
        element[1].set("stretchy", "false")
    base = element[0]
    if base.tag == "mo":  # else a small bracket has its scripts as high as a big one
        for place, script in enumerate(element):
            if place and script.tag in {"mi", "mn"}:
                element[place] = row = Element("mrow")
                row.append(script)
    if base.tag == "mstyle" and len(base) == 1 and _text(base[0]) in _LONG_ARROWS:
        base[0].text = _LONG_ARROWS[_text(base[0])]
        base[0].attrib.update(lspace=_THIN, rspace=_THIN)


_MENDS = {
    "mi": _mend_letter,
    "mo": _mend_operator,
    "mtable": _mend_table,
    "mfrac": _mend_fraction,
    **dict.fromkeys(_SCRIPTS, _mend_script),
}


# --- spaces in a row ------------------------------------------------------------------------------------------------


def _spaced(children: list[Element]) -> Iterator[Element]:
    """Yield the children of a row with the spaces between them that TeX would put there."""
    for place, child in enumerate(children):
        before = children[place - 1] if place else None
        after = children[place + 1] if place + 1 < len(children) else None
        if child.tag == "mo":
            _set_spaces(child, before)
        yield from _room_before(child, before)
        yield child
        yield from _room_after(child, after)


def _room_before(element: Element, before: Element | None) -> Iterator[Element]:
    if element.tag == "menclose":
        yield _space(_FRAME)
    elif before is not None and _is_bracketed(element, before):
        before.set("stretchy", "true")
        yield _space(_THIN)
    elif before is not None and _is_function(element) and _ends_a_term(before):
        yield _space(_THIN)


def _room_after(element: Element, after: Element | None) -> Iterator[Element]:
    if element.tag == "menclose":
        yield _space(_FRAME)
    elif after is not None and _is_bracketed(element, after):
        after.set("stretchy", "true")
        yield _space(_THIN)
    elif after is not None and _wants_space(element, after):
        yield _space(_THIN)


def _set_spaces(operator: Element, before: Element | None) -> None:
    text = _text(operator)
    if text == "∣" and before is None:  # a ket
        operator.attrib.update(lspace="0", rspace="0")
    elif text in _SIGNS and (before is None or _begins_a_term(before)):
        operator.attrib.update(form="prefix", lspace="0", rspace="0")
    elif len(text) > 1 and text.replace(" ", "").isalpha():
        operator.attrib.update(lspace="0", rspace="0")


def _begins_a_term(before: Element) -> bool:
    """Say whether a sign after this is one of the number that follows."""
    text = _text(before)
    return before.tag == "mo" and text not in _CLOSING and text not in _LETTERS


def _ends_a_term(before: Element) -> bool:
    return before.tag not in {"mo", "mspace"} or _text(before) in _CLOSING


def _is_function(element: Element) -> bool:
    """Say whether this is a function by name, an integral or a sum, perhaps with limits."""
    text = _text(element[0] if element.tag in _SCRIPTS and len(element) else element)
    is_name = len(text) > 1 and text.isalpha() and (element.tag in _SCRIPTS or element.tag == "mo")
    return is_name or text in _INTEGRALS | _SUMS


def _wants_space(element: Element, after: Element) -> bool:
    text = _text(after)
    if not _is_function(element) or after.tag == "mspace" or (after.tag == "mo" and text in _CLOSING | _LOW):
        return False
    return text not in _OPENING


def _is_bracketed(element: Element, extras: Element) -> bool:
    """Say whether an element is a matrix beside a bracket."""
    return element.tag == "mtable" and extras.tag == "mo" and _text(extras) in _OPENING | _CLOSING


def _space(width: str) -> Element:
    return Element("mspace", {"width": width})
