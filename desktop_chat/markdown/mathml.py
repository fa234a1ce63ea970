"""Converts LaTeX to MathML, and corrects spacing and elements to match what LaTeX means."""

from __future__ import annotations

import html
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

from desktop_chat.markdown.latex import EDGES

_ROWS = frozenset({"math", "mrow", "mtd", "mstyle", "msqrt", "mpadded", "mphantom", "menclose"})
_SCRIPTS = {"msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
"""Script elements and their number of children."""
_TAGS = _ROWS | _SCRIPTS.keys() | {"mi", "mn", "mo", "mtext", "mspace", "mfrac", "mroot", "mtable", "mtr"}
"""Elements that can be typeset."""
_BESIDE = {"munder": "msub", "mover": "msup", "munderover": "msubsup"}
_FIXED_HEIGHT = frozenset("↑↓⟨⟩⌊⌋⌈⌉‖|")
"""Stretch with their row in MathML, but in LaTeX only on request."""
_INTEGRALS = frozenset("∫∬∭∮∯∰⨌")
_SUMS = frozenset("∑∏∐⋃⋂⋁⋀⨁⨂⨀")
_LETTERS = frozenset("∀∁∂∃∄∅∆∇∎∞∟∠∡∢⋮⋯⋰⋱…°¬ℏ")
"""Symbols without space around them."""
_SLANTED = frozenset("ϵϑϰϕϱϖ")
_BINARY = frozenset("×÷∪∩∧∨∘∖⊕⊖⊗⊙⋅∗⋆⊎⊔⊓∙⋄†‡")
_RELATIONS = frozenset("∼~≃≈≅⟹⟸⟺⇒⇐⇔→←↔⟶⟵⟷↦⟼↪⇌∈∋∉⊂⊃⊆⊇⊢⊨⊥∥≪≫≺≻∝∣")
_SIGNS = frozenset("+\u2212±∓")
_OPENING = frozenset("([{⟨⌊⌈")
_CLOSING = frozenset(")]}⟩⌋⌉!|‖")
_NO_SPACE_BEFORE = frozenset("=<>,;:.≤≥≠")
_NARROW_ACCENTS = {"^": "\u02c6", "~": "\u02dc"}
_WIDE_ACCENTS = {"^": "\u0302", "~": "\u0303"}
_LONG_ARROWS = {"→": "⟶", "←": "⟵", "↔": "⟷", "⇒": "⟹", "⇐": "⟸", "⇔": "⟺", "↦": "⟼"}
_THIN, _MEDIUM, _THICK, _FRAME = "0.167em", "0.222em", "0.278em", "0.2em"


def mathml(latex: str, *, display: bool) -> Element | None:
    """Return MathML; None if it contains anything unknown. Raises whatever the library raises for invalid LaTeX."""
    tree = convert_to_element(latex, display="block" if display else "inline")
    del tree.attrib["xmlns"]
    for table in tree.iter("mtable"):
        _take_edges(table)
    for element in tree.iter():
        if element.tag not in _TAGS or "mathbackground" in element.attrib or (element.text or "").startswith("\\"):
            return None  # unknown commands are left as their source
        element.text = html.unescape(element.text or "")
    for element in tree.iter():
        _FIXES.get(element.tag, _keep)(element)
    for element in tree.iter():
        if element.tag in _ROWS:
            element[:] = list(_spaced(list(element)))
    return tree


def _text(element: Element) -> str:
    return (element.text or "").strip()


# --- what LaTeX means -----------------------------------------------------------------------------------------------


def _keep(_element: Element) -> None:
    pass


def _fix_identifier(element: Element) -> None:
    text = _text(element)
    if text == "~":
        text = element.text = "∼"
    if text in _LETTERS | _FIXED_HEIGHT | _BINARY | _RELATIONS:
        element.tag = "mo"
        _fix_operator(element)
    elif text in _SLANTED:
        element.set("mathvariant", "italic")
    elif len(text) > 1 and text.isalpha():  # sin, log
        element.tag = "mo"


def _fix_operator(element: Element) -> None:
    text, is_explicit = _text(element), bool({"stretchy", "minsize"} & element.attrib.keys())
    if text in _INTEGRALS or (text in _FIXED_HEIGHT and not is_explicit):
        element.set("stretchy", "false")
    elif text in _WIDE_ACCENTS:
        element.text = (_NARROW_ACCENTS if element.get("stretchy") == "false" else _WIDE_ACCENTS)[text]
    elif text == "-":
        element.text = "\u2212"
    space = _THICK if text in _RELATIONS else _MEDIUM if text in _BINARY else "0" if text in _LETTERS else ""
    if space:
        element.set("lspace", space)
        element.set("rspace", space)


def _fix_table(element: Element) -> None:
    is_lines = "displaystyle" in element.attrib
    element.set("rowspacing", "0.6em" if is_lines else "0.45em")
    spacing = element.get("columnspacing", "")
    element.set("columnspacing", "0em 1em" if spacing.startswith("0em 2em") else spacing or "0.8em")


def _take_edges(table: Element) -> None:
    """Record a table's outer lines, given by commands in its first cell or a line after its last row."""
    cell = next(table.iter("mtd"), None)
    edges = []
    while cell is not None and len(cell) and _text(cell[0]) in EDGES:
        edges.append(EDGES[_text(cell[0])])
        del cell[0]
    if table.get("rowlines", "").split()[len(table) - 1 :] == ["solid"]:
        edges.append("bottom")
    if edges:
        table.set("edges", " ".join(edges))


def _fix_fraction(element: Element) -> None:
    """Put the limits of sums in a fraction beside them."""
    for part in element:
        part.attrib.setdefault("displaystyle", "false")
        for inner in part.iter():
            if inner.tag in _BESIDE and len(inner) and _text(inner[0]) in _SUMS:
                inner.tag = _BESIDE[inner.tag]


def _fix_script(element: Element) -> None:
    """Attach scripts to a whole matrix instead of its closing bracket, and lengthen arrows with labels."""
    spare = len(element) - _SCRIPTS[element.tag]
    if spare > 0:
        base = Element("mrow")
        base.extend(list(element)[: spare + 1])
        element[:] = [base, *list(element)[spare + 1 :]]
    if element.get("accent") == "true":
        element[1].set("stretchy", "false")
    base = element[0]
    if base.tag == "mo":  # otherwise a small bracket has its scripts as high as a large one
        for place, script in enumerate(element):
            if place and script.tag in {"mi", "mn"}:
                element[place] = row = Element("mrow")
                row.append(script)
    if base.tag == "mstyle" and len(base) == 1 and _text(base[0]) in _LONG_ARROWS:
        base[0].text = _LONG_ARROWS[_text(base[0])]
        base[0].attrib.update(lspace=_THIN, rspace=_THIN)


_FIXES = {
    "mi": _fix_identifier,
    "mo": _fix_operator,
    "mtable": _fix_table,
    "mfrac": _fix_fraction,
    **dict.fromkeys(_SCRIPTS, _fix_script),
}


# --- spaces in a row ------------------------------------------------------------------------------------------------


def _spaced(children: list[Element]) -> Iterator[Element]:
    """Yield the children of a row with TeX's spacing between them."""
    for place, child in enumerate(children):
        before = children[place - 1] if place else None
        after = children[place + 1] if place + 1 < len(children) else None
        if child.tag == "mo":
            _set_spaces(child, before)
        yield from _space_before(child, before)
        yield child
        yield from _space_after(child, after)


def _space_before(element: Element, before: Element | None) -> Iterator[Element]:
    if element.tag == "menclose":
        yield _space(_FRAME)
    elif before is not None and _is_bracketed(element, before):
        before.set("stretchy", "true")
        yield _space(_THIN)
    elif before is not None and _is_function(element) and _ends_a_term(before):
        yield _space(_THIN)


def _space_after(element: Element, after: Element | None) -> Iterator[Element]:
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
    """Return whether a sign after this element belongs to the number that follows."""
    text = _text(before)
    return before.tag == "mo" and text not in _CLOSING and text not in _LETTERS


def _ends_a_term(before: Element) -> bool:
    return before.tag not in {"mo", "mspace"} or _text(before) in _CLOSING


def _is_function(element: Element) -> bool:
    """Return whether this is a named function, an integral or a sum, possibly with limits."""
    text = _text(element[0] if element.tag in _SCRIPTS and len(element) else element)
    is_name = len(text) > 1 and text.isalpha() and (element.tag in _SCRIPTS or element.tag == "mo")
    return is_name or text in _INTEGRALS | _SUMS


def _wants_space(element: Element, after: Element) -> bool:
    text = _text(after)
    if (
        not _is_function(element)
        or after.tag == "mspace"
        or (after.tag == "mo" and text in _CLOSING | _NO_SPACE_BEFORE)
    ):
        return False
    return text not in _OPENING


def _is_bracketed(element: Element, extras: Element) -> bool:
    """Return whether an element is a matrix next to a bracket."""
    return element.tag == "mtable" and extras.tag == "mo" and _text(extras) in _OPENING | _CLOSING


def _space(width: str) -> Element:
    return Element("mspace", {"width": width})
