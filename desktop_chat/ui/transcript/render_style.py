"""The theme prepared for painting (fonts, colours, lengths), created once per change."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen, QPixmap, QTextCharFormat

from desktop_chat.markdown.nodes import Span, Style
from desktop_chat.ui.images.image_cache import ImageCache
from desktop_chat.ui.style.icons import pixmap
from desktop_chat.ui.style.palette import LIGHT, Palette
from desktop_chat.ui.style.theme import Theme, contrast, mixed
from desktop_chat.ui.transcript.math.formulas import FormulaImages, Formulas

_VEILS = {"inline_code": 0.08, "veil": 0.05, "image_line": 0.14, "image_selection": 0.35}
"""The opacity of colours that let the ground shine through, on a card as well as on the page."""
_FORMULA_X_HEIGHT = 0.467
"""The x-height of the formulas' font, in ems."""
_LEAST_CONTRAST = 3.0
_LIGHT_CODE = {
    "keyword": "#7A3E9D",
    "string": "#2A6B3C",
    "number": "#9A4A00",
    "function": "#1F5FA8",
    "type": "#0F6B6B",
    "literal": "#9A4A00",
}
_DARK_CODE = {
    "keyword": "#C9A1E8",
    "string": "#97CF9E",
    "number": "#E8B478",
    "function": "#8FBFF0",
    "type": "#7FD0C9",
    "literal": "#E8B478",
}
"""The colours of highlighted code: few, quiet, and readable on the code background."""


@dataclass(frozen=True)
class Face:
    """A font with the distance between its lines, and the place of the base line in a line."""

    font: QFont
    pitch: int
    baseline: float

    @staticmethod
    def of(font: QFont, pixels: float) -> Face:
        """Return a face whose lines are `pixels` apart."""
        metrics = QFontMetricsF(font)
        pitch = max(round(pixels), 1)
        return Face(font, pitch, (pitch - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent())

    @cached_property
    def formula(self) -> float:
        """The em of formulas in pixels: their x-height is that of the text."""
        return QFontMetricsF(self.font).xHeight() / _FORMULA_X_HEIGHT


@dataclass(frozen=True)
class RenderStyle:
    """The theme in the form that painting needs."""

    theme: Theme
    palette: Palette
    zoom: float
    wrap_code: bool = False
    """Whether long lines of code wrap, unless chosen at the block."""
    wrap_tables: bool = True
    """Whether the cells of wide tables wrap, unless chosen at the table; otherwise tables scroll sideways."""
    shows_timings: bool = False
    """Whether the numbers of a reply are always shown."""
    colours: dict[str, QColor] = field(default_factory=dict)
    icons: dict[tuple[str, int, float, str], QPixmap] = field(default_factory=dict)
    formats: dict[tuple[Style, bool, int], QTextCharFormat] = field(default_factory=dict)
    widths: dict[str, float] = field(default_factory=dict)
    formulas: Formulas = field(default_factory=Formulas, compare=False)
    """The formulas typeset so far; carried over to later styles."""
    formula_images: FormulaImages = field(default_factory=FormulaImages, compare=False)
    image_cache: ImageCache = field(default_factory=ImageCache, compare=False)
    """The images loaded in this run; carried over to later styles."""

    @staticmethod
    def of(theme: Theme) -> RenderStyle:
        return RenderStyle(theme, theme.palette, theme.zoom, theme.wraps_code, theme.wraps_tables, theme.shows_timings)

    def px(self, length: float) -> int:
        return self.theme.px(length)

    def colour(self, name: str) -> QColor:
        """Return a colour of the palette by its name, or of the shades below."""
        found = self.colours.get(name)
        if found is None:
            found = self.colours[name] = QColor(self._shades.get(name) or str(getattr(self.palette, name)))
            found.setAlphaF(_VEILS.get(name, 1.0))
        return found

    def readable_colour(self, asked_for: str, name: str) -> QColor:
        """Return a colour that a text asks for if it is readable on the page, else the named one."""
        key = f"asked:{asked_for}:{name}"
        found = self.colours.get(key)
        if found is None:
            asked = QColor(asked_for)
            readable = asked.isValid() and contrast(asked.name(), self.palette.background) >= _LEAST_CONTRAST
            found = self.colours[key] = asked if readable else self.colour(name)
        return found

    @cached_property
    def _shades(self) -> dict[str, str]:
        palette = self.palette
        return {
            "inline_code": palette.text,
            "veil": palette.text,
            "link": palette.link,
            "link_line": mixed(palette.background, palette.link, 0.45),
            "danger_soft": mixed(palette.background, palette.danger, 0.08),
            "success_soft": mixed(palette.background, palette.success, 0.08),
            "danger_line": mixed(palette.background, palette.danger, 0.35),
            "quote_bar": mixed(palette.border, palette.muted, 0.25),
            "table_head": palette.code_background,
            "image_ground": LIGHT.background,
            "image_line": palette.text,
            "image_selection": palette.accent,
            **code_colours(palette),
        }

    def pen(self, name: str) -> QPen:
        return QPen(self.colour(name), 1)

    @cached_property
    def text(self) -> Face:
        return Face.of(self.theme.text_font(), 15 * 1.6 * self.zoom)

    @cached_property
    def code(self) -> Face:
        return Face.of(self.theme.code_font(), 13.5 * 1.5 * self.zoom)

    @cached_property
    def tab(self) -> float:
        """The width of a tab in code: four characters."""
        return QFontMetricsF(self.code.font).horizontalAdvance("    ")

    @cached_property
    def meta(self) -> Face:
        return Face.of(self.theme.meta_font(), 12.5 * 1.45 * self.zoom)

    @cached_property
    def meta_strong(self) -> Face:
        return Face.of(self.theme.meta_font(semibold=True), 12.5 * 1.45 * self.zoom)

    def meta_width(self, words: str) -> float:
        """Return the width of a short label."""
        found = self.widths.get(words)
        if found is None:
            found = self.widths[words] = QFontMetricsF(self.meta.font).horizontalAdvance(words)
        return found

    @cached_property
    def cell(self) -> Face:
        font = QFont(self.theme.text_font())
        font.setPointSizeF(font.pointSizeF() * 14 / 15)
        return Face.of(font, 14 * 1.5 * self.zoom)

    @cached_property
    def note(self) -> Face:
        """The face of footnotes."""
        font = QFont(self.theme.text_font())
        font.setPointSizeF(font.pointSizeF() * 13 / 15)
        return Face.of(font, 13 * 1.5 * self.zoom)

    @cached_property
    def cell_strong(self) -> Face:
        font = QFont(self.cell.font)
        font.setWeight(QFont.Weight.DemiBold)
        return Face(font, self.cell.pitch, self.cell.baseline)

    @cached_property
    def _headings(self) -> dict[int, Face]:
        sizes = {1: 22.0, 2: 18.0}
        return {
            level: Face.of(self.theme.heading_font(level), sizes.get(level, 16.0) * 1.4 * self.zoom)
            for level in range(1, 7)
        }

    def icon(self, name: str, size: int, ratio: float, colour: str) -> QPixmap:
        """Return an icon in a colour of the palette, drawn once."""
        key = (name, size, ratio, colour)
        found = self.icons.get(key)
        if found is None:
            found = self.icons[key] = pixmap(name, size, ratio, self.colour(colour).name())
        return found

    def heading(self, level: int) -> Face:
        return self._headings[level]

    def span_format(self, span: Span, face: Face) -> QTextCharFormat | None:
        """Return how a span differs from the plain text around it; None if it does not."""
        style = span.style
        if style is Style.PLAIN and not span.href:
            return None
        key = (style, bool(span.href), id(face))
        found = self.formats.get(key)
        if found is None:
            found = self.formats[key] = self._format(span, face)
        return found

    def _format(self, span: Span, face: Face) -> QTextCharFormat:
        made = QTextCharFormat()
        style = span.style
        if style & Style.BOLD:
            made.setFontWeight(
                QFont.Weight.DemiBold if face.font.weight() < QFont.Weight.DemiBold else QFont.Weight.Bold
            )
        if style & Style.ITALIC:
            made.setFontItalic(True)
        if style & Style.STRIKE:
            made.setFontStrikeOut(True)
        if style & Style.CODE:
            made.setFontFamilies(list(self.code.font.families()))
            made.setFontPointSize(face.font.pointSizeF() * 0.9)
        if span.href or style & Style.IMAGE:
            self._set_link(made, style)
        return made

    def _set_link(self, made: QTextCharFormat, style: Style) -> None:
        made.setForeground(self.colour("link"))
        if style & Style.NOTE:
            made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
            made.setFontWeight(QFont.Weight.Medium)
        elif not style & Style.IMAGE:
            made.setFontUnderline(True)
            made.setUnderlineColor(self.colour("link_line"))


def code_colours(palette: Palette) -> dict[str, str]:
    """Return the colour of each part of code that `highlight` names, each under "code:" and its name."""
    colours = _DARK_CODE if palette.dark else _LIGHT_CODE
    if palette.high:
        colours = {name: mixed(colour, palette.text, 0.3) for name, colour in colours.items()}
    shades = {
        **colours,
        "comment": palette.muted,
        "deleted": palette.danger,
        "inserted": palette.success,
        "heading": palette.text,
    }
    return {f"code:{name}": colour for name, colour in shades.items()}
