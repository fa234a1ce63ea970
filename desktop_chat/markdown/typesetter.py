"""Typesets LaTeX in a maths font, with libraries that are loaded for the first formula."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import cache
from math import isfinite
from typing import Any, TypeAlias
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element

from ziafont.fonttypes import BBox
from ziafont.glyph import EmptyGlyph, SimpleGlyph
from ziamath import drawable, operators
from ziamath.mathfont import MathFont
from ziamath.mathtable import AssembledGlyph, MathTable
from ziamath.nodes.mfrac import Mfrac
from ziamath.nodes.mnode import Mnode
from ziamath.nodes.moperator import Moperator
from ziamath.nodes.mrow import Mrow
from ziamath.nodes.mspace import Mspace
from ziamath.nodes.msubsup import Msub, Msubsup, Msup
from ziamath.nodes.mtable import Mtable
from ziamath.styles import MathVariant
from ziamath.zmath import Math, loadedfonts

from desktop_chat.markdown.latex import normalised_latex
from desktop_chat.markdown.mathml import mathml
from desktop_chat.markdown.nodes import Bar, Formula, Letter, Stroke

log = logging.getLogger(__name__)

Curve: TypeAlias = tuple[tuple[float, float], ...]
"""Points in ems: one for a line to it, two or three for curves; an empty tuple starts a new contour."""

_SIZE = 24.0
"""The font size for typesetting; results are converted to ems."""
_EM = 0.75
"""The library takes the font size as points, which makes an em a third larger."""
_PADDING = 0.18
"""Between a frame and its content."""
LARGEST = 400.0
"""Maximum width and height of a formula, in ems."""
_MAX_STEPS = 30_000
"""Nodes, glyphs and parts of glyphs per formula."""


class _BudgetExceeded(Exception):
    """Typesetting a formula takes too many steps."""


class _MissingGlyph(EmptyGlyph):
    """A character that the font lacks: reserves space for a glyph of another font."""

    def __init__(self, text: str, font: MathFont) -> None:
        super().__init__(-1, font)
        unit = font.info.layout.unitsperem
        self._wide: int = round(unit * (0.9 if east_asian_width(text) in "WF" else 0.6))
        self.bbox = self.path.bbox = BBox(0, self._wide, round(-unit * 0.12), round(unit * 0.88))

    def advance(self, nextchr: SimpleGlyph | None = None) -> int:  # noqa: ARG002 -- the library names it
        return self._wide


class _Table(MathTable):
    """Limits how far a glyph may grow."""

    font: _Font

    def variant(self, glyphid: int, height: float, vert: bool = True) -> SimpleGlyph:
        self.font.charge(height)
        return super().variant(glyphid, height, vert)

    def variant_minmax(self, glyphid: int, ymin: float, ymax: float, vert: bool = True) -> SimpleGlyph:
        self.font.charge(ymax - ymin)
        return super().variant_minmax(glyphid, ymin, ymax, vert)


class _Font(MathFont):
    """The font, which counts the cost of a formula and detects missing glyphs."""

    def __init__(self, read: MathFont) -> None:
        vars(self).update(vars(read))  # reading it again would take 50 ms and 10 MB
        self.math = _Table(self)
        self.steps = 0

    def charge(self, length: float = 0.0) -> None:
        """Count a step; one that needs a long glyph (in font units) counts more. Raises _BudgetExceeded."""
        ems = abs(length) / self.info.layout.unitsperem
        self.steps += 1 + int(ems * ems / 4) if ems < LARGEST else _MAX_STEPS
        if self.steps > _MAX_STEPS:
            raise _BudgetExceeded

    def findglyph(self, char: str, variant: MathVariant) -> SimpleGlyph:
        self.charge()
        found = super().findglyph(char, variant)
        return found if found.index or not char.strip() else _MissingGlyph(char, self)


class _RowNode(Mrow, tag="mrow"):
    """A row that measures itself for stretchy brackets only if it has some.

    The library typesets each row twice for that, and so each nested row four times, and so on.
    """

    font: _Font

    def _setup(self, **kwargs: Any) -> None:
        self.font.charge()
        super()._setup(**kwargs)
        self.bbox = self.bbox._replace(xmin=min(0.0, self.bbox.xmin))  # used to align columns

    def _get_height_nostretch(self, line: list[Element], **kwargs: Any) -> tuple[float, float]:
        if kwargs.get("nostretch") or not any(_is_stretchy(child) for child in line):
            return 0.0, 0.0
        low, high = 0.0, 0.0
        for child in line:
            if child.tag != "mo" or _text(child):
                node = Mnode.fromelement(deepcopy(child), parent=self, **{**kwargs, "nostretch": True})
                if node.bbox.ymin <= node.bbox.ymax:
                    low, high = min(low, node.bbox.ymin), max(high, node.bbox.ymax)
                _break_cycles(node)
        return low, high


class _OperatorNode(Moperator, tag="mo"):
    """An operator with correct spacing, and an accent of its own width."""

    def __init__(self, element: Element, parent: Any, **kwargs: Any) -> None:
        if element.get("stretchy") == "false":
            kwargs.pop("width", None)
        super().__init__(element, parent, **kwargs)

    def size_px(self, size: str, fontsize: float | None = None) -> float:
        return super().size_px(size, fontsize) * _EM


class _FractionNode(Mfrac, tag="mfrac"):
    """A fraction with as little space around it as in TeX."""

    def size_px(self, size: str, fontsize: float | None = None) -> float:
        return super().size_px(size, fontsize) * (_EM * 0.7 if size.endswith("mathspace") else 1.0)


class _ScriptHeight:
    """Scripts of a bracket are as high as those of a letter."""

    base: Any
    bbox: BBox
    glyphsize: float

    def _setup(self, **kwargs: Any) -> None:
        box = self.base.bbox
        is_bracket = (
            self.base.mtag == "mo" and -box.ymin + box.ymax < 1.2 * self.glyphsize and len(self.base.string) == 1
        )
        if is_bracket and self.base.params.get("largeop") != "true":
            self.base.bbox = box._replace(ymin=0.0, ymax=0.1)
            super()._setup(**kwargs)  # type: ignore[misc]  # of the class it is mixed into
            self.base.bbox = box
            self.bbox = self.bbox._replace(ymin=min(self.bbox.ymin, box.ymin), ymax=max(self.bbox.ymax, box.ymax))
        else:
            super()._setup(**kwargs)  # type: ignore[misc]


class _SubNode(_ScriptHeight, Msub, tag="msub"):
    """A subscript."""


class _SupNode(_ScriptHeight, Msup, tag="msup"):
    """A superscript."""


class _SubSupNode(_ScriptHeight, Msubsup, tag="msubsup"):
    """A subscript and a superscript."""


class _RuledTableNode(Mtable, tag="mtable"):
    """A table with lines between its rows and columns, and around them."""

    def _setup(self, **kwargs: Any) -> None:
        super()._setup(**kwargs)
        columns = _lines(self.element.get("columnlines", ""))
        rows = _lines(self.element.get("rowlines", ""))
        edges = self.element.get("edges", "").split()
        if columns or rows or edges:
            self._make_room(edges)
            self._rule(columns, rows, kwargs)
            self._rule_edges(edges, kwargs)

    def _make_room(self, edges: list[str]) -> None:
        """Move the cells away from the outer lines."""
        above, aside = 0.2 * self.glyphsize, 0.4 * self.glyphsize
        room = {edge: aside if edge in {"left", "right"} else above for edge in edges}
        left, box = room.get("left", 0.0), self.bbox
        self.nodexy = [(x + left, y) for x, y in self.nodexy]
        right = box.xmax + left + room.get("right", 0.0)
        self.bbox = BBox(box.xmin, right, box.ymin - room.get("bottom", 0.0), box.ymax + room.get("top", 0.0))

    def _rule(self, columns: list[int], rows: list[int], kwargs: dict[str, Any]) -> None:
        cells = self._cells()
        for column in columns:
            left = [x + node.bbox.xmax for row, at, x, _, node in cells if at == column]
            right = [x for row, at, x, _, node in cells if at == column + 1]
            if left and right:
                self._add_vertical((max(left) + min(right)) / 2, kwargs)
        for row in rows:
            above = [y - node.bbox.ymin for at, _, _, y, node in cells if at == row]
            below = [y - node.bbox.ymax for at, _, _, y, node in cells if at == row + 1]
            if above and below:
                self._add_horizontal((max(above) + min(below)) / 2, kwargs)

    def _rule_edges(self, edges: list[str], kwargs: dict[str, Any]) -> None:
        box = self.bbox
        for edge in edges:
            match edge:
                case "left" | "right":
                    self._add_vertical(box.xmin if edge == "left" else box.xmax, kwargs)
                case _:
                    self._add_horizontal(-box.ymax if edge == "top" else -box.ymin, kwargs)

    def _add_vertical(self, x: float, kwargs: dict[str, Any]) -> None:
        box = self.bbox
        self.nodes.append(drawable.VLine(box.ymax - box.ymin, self._thickness, style=self.style, **kwargs))
        self.nodexy.append((x, -box.ymax))

    def _add_horizontal(self, y: float, kwargs: dict[str, Any]) -> None:
        box = self.bbox
        self.nodes.append(drawable.HLine(box.xmax - box.xmin, self._thickness, style=self.style, **kwargs))
        self.nodexy.append((box.xmin, y))

    @property
    def _thickness(self) -> float:
        return float(self.units_to_points(self.font.math.consts.fractionRuleThickness))

    def _cells(self) -> list[tuple[int, int, float, float, Any]]:
        """Return row, column, position and node of each cell."""
        places = [(row, column) for row, cells in enumerate(self.element) for column in range(len(cells))]
        return [
            (row, column, x, y, node)
            for (row, column), (x, y), node in zip(places, self.nodexy, self.nodes, strict=False)
        ]


def _lines(styles: str) -> list[int]:
    """Return the indexes of rows or columns that are followed by a line."""
    return [place for place, style in enumerate(styles.split()) if style != "none"]


class _SpaceNode(Mspace, tag="mspace"):
    """A space of the right width."""

    def size_px(self, size: str, fontsize: float | None = None) -> float:
        return super().size_px(size, fontsize) * _EM


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _break_cycles(root: Any) -> None:
    """Break the reference cycles of a tree, so that it is freed without the garbage collector."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        node.parent = None
        for value in vars(node).values():
            parts = value if isinstance(value, list) else [value]
            waiting += [part for part in parts if isinstance(part, Mnode) and part.parent is not None]


def _is_stretchy(element: Element) -> bool:
    """Return whether something in an element stretches to the height of its row."""
    if element.tag == "mo":
        text = _text(element)
        shape = operators.get_params(text, element.get("form", "infix"))
        return str(element.get("stretchy", shape.get("stretchy", "false"))) != "false"
    return element.tag not in {"mrow", "mtable"} and any(_is_stretchy(child) for child in element)


class Typesetter:
    """Typesets one formula at a time. Thread-safe."""

    def __init__(self) -> None:
        self._font = _Font(loadedfonts["default"])
        self._lock = threading.Lock()
        loadedfonts["default"] = self._font

    def typeset(self, latex: str, *, display: bool) -> Formula | None:
        """Typeset LaTeX; None if it is invalid, unsupported or too expensive."""
        with self._lock:
            self._font.steps = 0
            try:
                tree = mathml(normalised_latex(latex), display=display)
                return _formula(Math(tree, _SIZE)) if tree is not None else None
            except Exception as error:  # noqa: BLE001 -- the libraries raise anything, down to StopIteration
                log.debug("could not typeset a formula: %s", type(error).__name__)
                return None

    def outline(self, glyph: int) -> tuple[Curve, ...]:
        """Return the outline of a glyph by its index."""
        with self._lock:
            unit = self._font.info.layout.unitsperem
            return tuple(_curves(self._font.glyph_fromid(glyph).operators, unit))


@cache
def typesetter() -> Typesetter:
    """Return the shared typesetter: the font is read once."""
    made = Typesetter()
    gc.freeze()  # its tables are permanent; a full collection would stop the window for 30 ms to traverse them
    return made


def typeset(latex: str, *, display: bool) -> Formula | None:
    """Typeset LaTeX; None if that is impossible."""
    return typesetter().typeset(latex, display=display)


# --- the result in plain values -----------------------------------------------------------------------------------


def _formula(done: Math) -> Formula | None:
    node = done.node
    box, left = node.bbox, max(0.0, -node.bbox.xmin)
    parts = list(_drawn(node, left, 0.0))
    width, ascent, descent = (max(box.xmax, node.xadvance()) + left) / _SIZE, box.ymax / _SIZE, -box.ymin / _SIZE
    _break_cycles(node)
    if not parts or not isfinite(width + ascent + descent) or max(width, ascent + descent) > LARGEST:
        return None
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
    """Yield the parts that a node draws, all lengths in ems."""
    if getattr(node, "phantom", False):
        return
    match node:
        case drawable.Glyph():
            yield from _letters(node, x / _SIZE, y / _SIZE)
        case drawable.HLine() | drawable.VLine():
            yield from _bar(node, x / _SIZE, y / _SIZE)
        case drawable.Box():
            yield from _frame(node, x / _SIZE, y / _SIZE)
        case drawable.Diagonal():
            start = (x / _SIZE, (y - node.height) / _SIZE)
            yield Stroke(start, ((x + node.width) / _SIZE, y / _SIZE), node.lw / _SIZE, _colour(node))
        case _:
            for (inner_x, inner_y), inner in zip(node.nodexy, node.nodes, strict=False):
                yield from _drawn(inner, x + inner_x, y + inner_y)


def _bar(node: drawable.HLine | drawable.VLine, x: float, y: float) -> Iterator[Bar]:
    line, colour = node.lw / _SIZE, _colour(node)
    if isinstance(node, drawable.VLine):
        yield Bar(x - line / 2, y, line, node.height / _SIZE, colour)
    elif line > 0:  # a binomial coefficient is a fraction without a bar
        yield Bar(x, y, node.length / _SIZE, line, colour)


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
    line, colour = node.lw / _SIZE, _colour(node)
    width, height = node.width / _SIZE + 2 * _PADDING, node.height / _SIZE + 2 * _PADDING
    x, y = x - _PADDING, y + _PADDING
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
