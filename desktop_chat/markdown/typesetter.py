"""Sets LaTeX in a font made for mathematics, through libraries that are loaded when the first formula is met."""

from __future__ import annotations

import html
import logging
import threading
from collections.abc import Iterable, Iterator
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, TypeAlias
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element

import ziamath
from latex2mathml.converter import convert_to_element
from ziafont.fonttypes import BBox
from ziafont.glyph import EmptyGlyph, SimpleGlyph
from ziamath import drawable, operators
from ziamath.mathfont import MathFont
from ziamath.mathtable import AssembledGlyph, MathTable
from ziamath.nodes.mrow import Mrow
from ziamath.styles import MathVariant
from ziamath.zmath import Math, loadedfonts

from desktop_chat.markdown.formula import LARGEST, Bar, Formula, Letter, Stroke
from desktop_chat.markdown.latex import prepared

log = logging.getLogger(__name__)

Curve: TypeAlias = tuple[tuple[float, float], ...]
"""Points in ems: one for a line to it, two and three for curves; an empty one begins a new contour at the next."""

_SIZE = 24.0
"""The size formulas are set in; what comes of it is in ems."""
_NAME = "desktop-chat"
_MOST_STEPS = 30_000
"""Nodes, letters and parts of letters that one formula may need."""
_TAGS = frozenset(
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup mover munder munderover mtable mtr mtd mstyle"
    " mpadded mphantom menclose".split()
)


class _TooMuch(Exception):
    """A formula costs more than it is worth."""


class _Foreign(EmptyGlyph):
    """A letter that the font lacks: room for one of another font."""

    def __init__(self, text: str, font: MathFont) -> None:
        super().__init__(-1, font)
        unit = font.info.layout.unitsperem
        self._wide: int = unit if east_asian_width(text) in "WF" else round(unit * 0.6)
        self.bbox = self.path.bbox = BBox(0, self._wide, round(-unit * 0.12), round(unit * 0.88))

    def advance(self, nextchr: SimpleGlyph | None = None) -> int:
        return self._wide


class _Table(MathTable):
    """Refuses to grow a letter without bound."""

    font: _Font

    def variant(self, glyphid: int, height: float, vert: bool = True) -> SimpleGlyph:
        self.font.charge(height)
        return super().variant(glyphid, height, vert)

    def variant_minmax(self, glyphid: int, ymin: float, ymax: float, vert: bool = True) -> SimpleGlyph:
        self.font.charge(ymax - ymin)
        return super().variant_minmax(glyphid, ymin, ymax, vert)


class _Font(MathFont):
    """The font, which counts what a formula costs and knows which letters it lacks."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _SIZE)
        self.math = _Table(self)
        self.steps = 0

    def charge(self, length: float = 0.0) -> None:
        """Note a step; one that needs a letter of some length (in units of the font) counts more. Raises _TooMuch."""
        ems = abs(length) / self.info.layout.unitsperem
        self.steps += 1 + int(ems * ems / 4) if ems < LARGEST else _MOST_STEPS
        if self.steps > _MOST_STEPS:
            raise _TooMuch

    def findglyph(self, char: str, variant: MathVariant) -> SimpleGlyph:
        self.charge()
        found = super().findglyph(char, variant)
        return found if found.index or not char.strip() else _Foreign(char, self)


class _Row(Mrow, tag="mrow"):
    """A row that measures for brackets which grow only where there are some.

    The library sets each row twice for that, and so each row inside it four times, and so on.
    """

    font: _Font

    def _setup(self, **kwargs: Any) -> None:
        self.font.charge()
        super()._setup(**kwargs)

    def _get_height_nostretch(self, line: list[Element], **kwargs: Any) -> tuple[float, float]:
        if kwargs.get("nostretch") or not any(_grows(child) for child in line):
            return 0.0, 0.0
        low, high = super()._get_height_nostretch(line, **kwargs)
        return (low, high) if low <= high else (0.0, 0.0)


def _grows(element: Element) -> bool:
    """Say whether something in an element is as high as its row."""
    if element.tag == "mo":
        text = (element.text or "").strip()
        shape = operators.get_params(text, element.get("form", "infix"))
        return str(element.get("stretchy", shape.get("stretchy", "false"))) != "false"
    return element.tag not in {"mrow", "mtable"} and any(_grows(child) for child in element)


class Typesetter:
    """Sets one formula at a time, whichever thread asks."""

    def __init__(self) -> None:
        self._font = _Font(Path(ziamath.__file__).parent / "fonts" / "STIXTwoMath-Regular.ttf")
        self._lock = threading.Lock()
        loadedfonts[_NAME] = self._font

    def typeset(self, latex: str, *, display: bool) -> Formula | None:
        """Return a formula; None for LaTeX that is wrong, not known, or costs too much."""
        with self._lock:
            self._font.steps = 0
            try:
                tree = _mathml(prepared(latex), display=display)
                return _formula(Math(tree, _SIZE, _NAME)) if tree is not None else None
            except Exception as error:  # noqa: BLE001 -- the libraries raise anything, down to StopIteration
                log.debug("not set as a formula: %s", type(error).__name__)
                return None

    def outline(self, glyph: int) -> tuple[Curve, ...]:
        """Return the outline of a letter of the font by its number."""
        with self._lock:
            unit = self._font.info.layout.unitsperem
            return tuple(_curves(self._font.glyph_fromid(glyph).operators, unit))


@cache
def typesetter() -> Typesetter:
    """Return the one that is there: the font is read once."""
    return Typesetter()


def typeset(latex: str, *, display: bool) -> Formula | None:
    """Set LaTeX; None when that is not possible."""
    return typesetter().typeset(latex, display=display)


# --- LaTeX to MathML ----------------------------------------------------------------------------------------------


def _mathml(latex: str, *, display: bool) -> Element | None:
    """Return MathML that the second library understands; None where something of it is not known."""
    tree = convert_to_element(latex, display="block" if display else "inline")
    del tree.attrib["xmlns"]
    for element in tree.iter():
        element.text = html.unescape(element.text or "")
        if element.tag not in _TAGS or "mathbackground" in element.attrib or _is_unknown(element.text):
            return None
        _adjust(element)
    return tree


def _is_unknown(text: str) -> bool:
    return text.startswith("\\") and len(text) > 1


_LESS_HIGH = {"↑", "↓", "⟨", "⟩"}
"""Stretch in MathML, not in LaTeX unless told to."""
_ACCENTS = {"^": "\u0302", "~": "\u0303"}


def _adjust(element: Element) -> None:
    text = (element.text or "").strip()
    if text in _LESS_HIGH and "stretchy" not in element.attrib and "minsize" not in element.attrib:
        element.set("stretchy", "false")
    elif element.tag == "mo" and text in _ACCENTS:
        element.text = "\u02c6" if element.get("stretchy") == "false" and text == "^" else _ACCENTS[text]
    elif element.tag == "mo" and text == "-":
        element.text = "\u2212"
    if element.get("columnspacing", "").startswith("0em 2em"):
        element.set("columnspacing", element.get("columnspacing", "").replace("2em", "1em"))


# --- what was set, in plain values --------------------------------------------------------------------------------


def _formula(done: Math) -> Formula | None:
    node = done.node
    parts = list(_drawn(node, 0.0, 0.0))
    box = node.bbox
    right = max(box.xmax, node.xadvance())
    shift = max(0.0, -box.xmin) / _SIZE
    measures = (right / _SIZE + shift, box.ymax / _SIZE, -box.ymin / _SIZE)
    if not all(isfinite(one) and abs(one) < LARGEST for one in measures) or not parts:
        return None
    width, ascent, descent = measures
    return Formula(
        width,
        ascent,
        descent,
        tuple(part for part in parts if isinstance(part, Letter)),
        tuple(part for part in parts if isinstance(part, Bar)),
        tuple(part for part in parts if isinstance(part, Stroke)),
    )


Part: TypeAlias = Letter | Bar | Stroke


def _drawn(node: Any, x: float, y: float) -> Iterator[Part]:
    """Yield what a node draws, all lengths in ems."""
    if getattr(node, "phantom", False):
        return
    match node:
        case drawable.Glyph():
            yield from _letters(node, x / _SIZE, y / _SIZE)
        case drawable.HLine():
            yield Bar(x / _SIZE, y / _SIZE, node.length / _SIZE, node.lw / _SIZE, _colour(node))
        case drawable.VLine():
            yield Bar((x - node.lw / 2) / _SIZE, y / _SIZE, node.lw / _SIZE, node.height / _SIZE, _colour(node))
        case drawable.Box():
            yield from _frame(node, x / _SIZE, y / _SIZE)
        case drawable.Diagonal():
            start = (x / _SIZE, (y - node.height) / _SIZE)
            yield Stroke(start, ((x + node.width) / _SIZE, y / _SIZE), node.lw / _SIZE, _colour(node))
        case _:
            for (inner_x, inner_y), inner in zip(node.nodexy, node.nodes, strict=False):
                yield from _drawn(inner, x + inner_x, y + inner_y)


def _letters(node: drawable.Glyph, x: float, y: float) -> Iterator[Letter]:
    glyph, size, colour = node.glyph, node.size / _SIZE, _colour(node)
    if isinstance(glyph, AssembledGlyph):
        unit = glyph.font.info.layout.unitsperem
        for part, offset in zip(glyph.glyphs, glyph.offsets, strict=False):
            along = offset / unit * size
            right, down = (0.0, -along) if glyph.vert else (along, 0.0)
            yield Letter(part.index, "", x + right, y + down, size, colour)
    elif glyph.operators or glyph.index < 0:
        yield Letter(glyph.index, node.char, x, y, size, colour)


def _frame(node: drawable.Box, x: float, y: float) -> Iterator[Bar]:
    width, height, line, colour = node.width / _SIZE, node.height / _SIZE, node.lw / _SIZE, _colour(node)
    top = y - height
    yield Bar(x, top, width, line, colour)
    yield Bar(x, y - line, width, line, colour)
    yield Bar(x, top, line, height, colour)
    yield Bar(x + width - line, top, line, height, colour)


def _colour(node: Any) -> str:
    name = str(node.style.mathcolor)
    return "" if name == "black" else name


def _curves(path: Iterable[Any], unit: float) -> Iterator[Curve]:
    for one in path:
        points = tuple((point.x / unit, -point.y / unit) for point in one.points()[0])
        if type(one).__name__ == "Moveto":
            yield ()
        yield points
