"""Typeset formulas: their outlines, kept for all that show the same LaTeX, and their place in a line of text."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from unicodedata import east_asian_width

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPixmap

from desktop_chat.markdown.formula import LONGEST
from desktop_chat.markdown.nodes import Letter, Span, Style

FormulaKey: TypeAlias = tuple[str, bool]
"""LaTeX, and whether it is on lines of its own."""

_KEPT = 800
_HEAVY = 2_000
"""Points of outlines: about eighty glyphs, a millisecond."""
_MAX_PIXELS = 4_000_000
"""In all images together: 16 MB."""
_GAP = 0.14
"""Between a formula and a Chinese character, in ems."""
_LEAST_SHARE = 0.7
"""How far an inline formula may shrink to fit a narrow column."""


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A formula as it is painted. Lengths are in ems of its font; one outline serves all sizes and colours."""

    width: float
    ascent: float
    descent: float
    letters: tuple[tuple[str, QPainterPath], ...]
    """Filled paths, each with its colour; an empty name is the colour of the text."""
    bars: tuple[tuple[str, QRectF], ...] = ()
    foreign: tuple[Letter, ...] = ()
    """Characters that the formula's font lacks: Chinese in `\\text{}`."""

    @property
    def is_heavy(self) -> bool:
        """True if drawing the glyphs takes so long that an image is kept."""
        return sum(path.elementCount() for _, path in self.letters) > _HEAVY


ImageKey: TypeAlias = tuple[Outline, float, float, str]
"""An outline, its size, the device pixel ratio, and the colour."""


class FormulaImages:
    """Images of large formulas, made when they are first painted at a size: a matrix has thousands of curves."""

    def __init__(self) -> None:
        self._kept: OrderedDict[ImageKey, QPixmap] = OrderedDict()
        self._pixels = 0

    def get(self, key: ImageKey) -> QPixmap | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, key: ImageKey, image: QPixmap) -> QPixmap:
        """Keep an image, and drop the ones used longest ago if there is no room."""
        self._kept[key] = image
        self._pixels += image.width() * image.height()
        while self._pixels > _MAX_PIXELS and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._pixels -= old.width() * old.height()
        return image


@dataclass(slots=True)
class Inset:
    """A formula in a line of text, in the place of one character."""

    at: int
    outline: Outline
    size: float
    """Pixels of an em."""
    source: str
    """LaTeX with its delimiters, for copies."""
    latex: str = ""
    before: float = 0.0
    """Empty room at its left and right."""
    after: float = 0.0
    x: float = 0.0
    base: float = 0.0
    """The height of its base line in the box."""

    @property
    def width(self) -> float:
        return self.outline.width * self.size

    @property
    def room(self) -> float:
        return self.before + self.width + self.after

    @property
    def ascent(self) -> float:
        return self.outline.ascent * self.size

    @property
    def descent(self) -> float:
        return self.outline.descent * self.size

    def leave_room(self, before: str, after: str) -> None:
        """Leave a little room to neighbours that are written without spaces between words."""
        self.before = self.size * _GAP if _is_ideograph(before) else 0.0
        self.after = self.size * _GAP if _is_ideograph(after) else 0.0

    def rect(self) -> QRectF:
        """Return where it is in its box."""
        return QRectF(self.x, self.base - self.ascent, self.width, self.ascent + self.descent)

    def is_inside(self, clip: QRectF, origin: QPointF) -> bool:
        """Return whether it is inside a clip; an empty clip leaves nothing out."""
        return clip.isEmpty() or self.rect().translated(origin).adjusted(-2, -2, 2, 2).intersects(clip)


class Formulas:
    """Keeps outlines, and notes that some were missed until they are typeset."""

    def __init__(self) -> None:
        self._known: OrderedDict[FormulaKey, Outline | None] = OrderedDict()
        self.missed = False

    def get(self, key: FormulaKey) -> Outline | None:
        """Return an outline; None if it is not typeset yet or cannot be."""
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
        return found

    def is_open(self, key: FormulaKey) -> bool:
        """Return whether a formula may still be typeset."""
        return key not in self._known and len(key[0]) <= LONGEST

    def put(self, key: FormulaKey, outline: Outline | None) -> None:
        """Keep a formula that was typeset, or that could not be."""
        self._known[key] = outline
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def want(self, key: FormulaKey, waiting: set[FormulaKey]) -> Outline | None:
        """Return an outline, or note that it is missing."""
        found = self.get(key)
        if found is None and self.is_open(key):
            waiting.add(key)
            self.missed = True
        return found

    def resolved(
        self, spans: Sequence[Span], size: float, width: float | None, waiting: set[FormulaKey]
    ) -> Sequence[Span]:
        """Return spans in which each formula that cannot be shown is replaced by its source."""
        if not any(span.style >= Style.MATH for span in spans):
            return spans
        return [self._resolved(span, size, width, waiting) if span.style & Style.MATH else span for span in spans]

    def _resolved(self, span: Span, size: float, width: float | None, waiting: set[FormulaKey]) -> Span:
        outline = self.want((span.text, False), waiting)
        fits = outline is not None and (width is None or outline.width * size * _LEAST_SHARE <= width)
        return span if fits else Span(inline_source(span.text), span.style & ~Style.MATH | Style.CODE, span.href)

    def inset(self, span: Span, at: int, size: float, width: float | None) -> Inset | None:
        """Return the formula of a resolved span; None for other spans."""
        outline = self.get((span.text, False)) if span.style & Style.MATH else None
        if outline is None:
            return None
        if width is not None:
            size = min(size, width / max(outline.width, 1e-6))
        return Inset(at, outline, size, inline_source(span.text), span.text)


def inline_source(latex: str) -> str:
    """Return the source of a formula in a line."""
    return f"${latex}$"


def display_source(latex: str) -> str:
    """Return the source of a formula on lines of its own."""
    return f"$$\n{latex.strip()}\n$$" if "\n" in latex.strip() else f"$${latex.strip()}$$"


def reach(insets: Iterable[Inset], start: int, end: int) -> tuple[float, float]:
    """Return how far the formulas between two positions reach above and below their base line, plus a pixel."""
    up = down = 0.0
    for inset in insets:
        if start <= inset.at < end:
            up, down = max(up, inset.ascent + 1), max(down, inset.descent + 1)
    return up, down


def _is_ideograph(character: str) -> bool:
    return character.isalpha() and east_asian_width(character) == "W"
