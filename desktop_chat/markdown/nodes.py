"""The content of a block in plain values: the interface between the Markdown layer and the view."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import TypeAlias

LINE_BREAK = "\u2028"
"""Breaks a line inside a paragraph."""


class Style(IntFlag):
    """The style of a span; flags combine."""

    PLAIN = 0
    BOLD = 1
    ITALIC = 2
    STRIKE = 4
    CODE = 8
    IMAGE = 16
    """A placeholder: the text is the alternative text, `href` the address. Nothing is loaded."""
    MATH = 32
    """The text is LaTeX without its delimiters."""
    NOTE = 64
    """A reference to a footnote: the text is its number, `href` is "#" and its label."""

    def __and__(self, other: int) -> Style:  # called many times per frame, and Enum's own version takes a microsecond
        return _STYLES[int.__and__(self, other)]

    def __or__(self, other: int) -> Style:
        return _STYLES[int.__or__(self, other)]


_STYLES = tuple(Style(number) for number in range(2 ** len(Style)))


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style. `href` is safe to open, or empty."""

    text: str
    style: Style = Style.PLAIN
    href: str = ""


Spans: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or a heading when `level` is 1 to 6."""

    spans: Spans
    level: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of code without a trailing line end."""

    text: str
    language: str = ""
    """The first word of the fence, as written."""


@dataclass(frozen=True, slots=True)
class Math:
    """A display formula: LaTeX without its delimiters."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """An image on a line of its own. `address` is as written and not loaded: http, https or data."""

    address: str
    alternative: str = ""


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote's text; `number` is the one that its references show."""

    label: str
    number: str
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quote."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list. `marker` is "•" or a number with its delimiter; `checked` is None without a check box."""

    marker: str
    children: tuple[Node, ...]
    checked: bool | None = None


CHECK_BOXES = {None: "", True: "\u2611 ", False: "\u2610 "}
"""What is written before an item, by whether it is checked."""


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list, or one item of it."""

    items: tuple[Item, ...]
    loose: bool = False
    """Items are spaced like paragraphs."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells by row; `header` is empty in later parts of a long table. Alignments: "left", "center", "right", ""."""

    alignments: tuple[str, ...]
    header: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]

    @property
    def all_rows(self) -> tuple[tuple[Spans, ...], ...]:
        """The rows, with the header if there is one."""
        return (self.header, *self.rows) if self.header else self.rows


Node: TypeAlias = Text | Code | Math | Image | Footnote | Rule | Quote | ItemList | Table


# --- a formula that was set --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Letter:
    """A glyph of the font, or a character that it lacks. Lengths are in ems, y goes down from the baseline."""

    glyph: int
    """Its index in the font; -1 for a character of another font."""
    text: str
    x: float
    y: float
    size: float
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle: a fraction bar or the line of a root."""

    x: float
    y: float
    width: float
    height: float
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A slanted line."""

    start: tuple[float, float]
    end: tuple[float, float]
    thickness: float
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A typeset formula. Lengths are in ems."""

    width: float
    ascent: float
    descent: float
    letters: tuple[Letter, ...]
    bars: tuple[Bar, ...]
    strokes: tuple[Stroke, ...]
