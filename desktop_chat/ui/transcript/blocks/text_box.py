"""A piece of wrapped text: laid out once, painted often, and asked where its characters are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from desktop_chat.markdown.nodes import Span, Style
from desktop_chat.ui.transcript.blocks.direction import is_right_to_left, stretches, x_of
from desktop_chat.ui.transcript.math.formula_painter import paint_inset
from desktop_chat.ui.transcript.math.formulas import Inset, reach
from desktop_chat.ui.transcript.render_style import Face, RenderStyle

_UNBOUNDED = 1e6
OBJECT = "\ufffc"
"""The character in place of a formula."""
_REACH = 3
"""Pixels around the number of a footnote that still belong to it for a press."""
_ALIGNMENTS = {
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


NOTE = "note"
"""The name of a reference to a footnote. It leads to a place in its message, and is never opened as an address."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text."""

    start: int
    end: int
    href: str
    to_image: bool = False
    """It is the placeholder of an image that is shown only on request."""
    text: str = ""
    """The text shown for it."""

    @property
    def name(self) -> str:
        """The name of its control."""
        if self.href.startswith("#"):
            return NOTE
        return "placeholder" if self.to_image else "link"


@dataclass(slots=True)
class TextBox:
    """A `QTextLayout` with evenly spaced lines, whatever fonts they fall back to. Positions are UTF-16 units."""

    layout: QTextLayout
    text: str
    face: Face
    width: float
    """The room for the lines; infinite if they do not wrap."""
    natural_width: float
    height: int
    tops: list[int]
    links: list[Link] = field(default_factory=list)
    code: list[tuple[int, int]] = field(default_factory=list)
    """Ranges of inline code."""
    colour: str = "text"
    x: float = 0
    y: float = 0
    start: int = 0
    """The position of its first character in the text of the block."""
    lead: str = ""
    """What precedes it in a plain copy: a list marker, an indent."""
    separator: str = "\n"
    """What a plain copy has between it and the box before."""
    spans: tuple[Span, ...] = ()
    clip_width: float | None = None
    """Where longer lines are clipped on screen."""
    insets: Sequence[Inset] = ()
    """The formulas in its lines, in order."""
    rest: str = ""
    """The rest of its line, which is not laid out; it is copied with the last character."""

    @property
    def end(self) -> int:
        return self.start + len_utf16(self.text)

    @property
    def lift(self) -> float:
        """How much lower its first base line is than without formulas."""
        first = self.layout.lineAt(0)
        return first.y() + first.ascent() - self.face.baseline if self.insets else 0.0

    def paint(self, painter: QPainter, render_style: RenderStyle, origin: QPointF, clip: QRectF) -> None:
        """Paint the text, except lines outside `clip` (in the painter's coordinates). Text without a colour is only
        selected and copied."""
        if not self.colour:
            return
        at = origin + QPointF(self.x, self.y)
        painter.setPen(render_style.colour(self.colour))
        self.layout.draw(painter, at, [], clip)
        for inset in self.insets:
            if inset.is_inside(clip, at):
                paint_inset(painter, render_style, inset, at, self.colour)

    def rects(self, start: int, end: int) -> list[QRectF]:
        """Return the rectangles between two positions of this box, line by line, in the block's coordinates."""
        found = []
        for number in range(max(0, self._line_of(start).lineNumber() - 1), self.layout.lineCount()):
            line = self.layout.lineAt(number)
            if line.textStart() > end:
                break
            first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
            if first > last or (first == last and end != start) or first > line.textStart() + line.textLength():
                continue
            top = self.tops[number]
            bottom = self.tops[number + 1] if number + 1 < len(self.tops) else self.height
            for left, right in stretches(self.text, line, first, last):
                found.append(QRectF(self.x + left, self.y + top, right - left, bottom - top))
        return found

    def position_at(self, x: float, y: float, *, on_character: bool = False) -> int:
        """Return the position nearest to a point in the block's coordinates, or before the character at it."""
        number = max(0, min(bisect_right(self.tops, y - self.y) - 1, self.layout.lineCount() - 1))
        line = self.layout.lineAt(number)
        where = QTextLine.CursorPosition
        position = line.xToCursor(
            x - self.x, where.CursorOnCharacter if on_character else where.CursorBetweenCharacters
        )
        return min(position, self._end_of(line))

    def caret_rect(self, position: int) -> QRectF:
        """Return where a caret is, without a width, in the block's coordinates."""
        line = self._line_of(position)
        number = line.lineNumber()
        bottom = self.tops[number + 1] if number + 1 < len(self.tops) else self.height
        left, top = self.x + x_of(line, position), self.tops[number]
        return QRectF(left, self.y + top, 0, bottom - top)

    def line_end(self, position: int, *, at_end: bool) -> int:
        """Return where the line of a position begins, or where it ends: before the space that breaks it."""
        line = self._line_of(position)
        return self._end_of(line) if at_end else line.textStart()

    def _end_of(self, line: QTextLine) -> int:
        """Return where the text of a line ends: before the space at which it was broken."""
        end = line.textStart() + line.textLength()
        if line.lineNumber() + 1 == self.layout.lineCount() or end == line.textStart():
            return end
        units = self.text.encode("utf-16-le", "surrogatepass")[2 * end - 2 : 2 * end]
        return end - 1 if units.decode("utf-16-le", "replace").isspace() else end

    def _line_of(self, position: int) -> QTextLine:
        line = self.layout.lineForTextPosition(max(0, position))
        return line if line.isValid() else self.layout.lineAt(self.layout.lineCount() - 1)

    def link_at(self, x: float, y: float) -> Link | None:
        """Return the link under a point in the block's coordinates; a footnote's number only needs to be close."""
        point = QPointF(x, y)
        for more, links in ((0, self.links), (_REACH, [link for link in self.links if link.name == NOTE])):
            for link in links:
                if any(rect.adjusted(-more, 0, more, 0).contains(point) for rect in self.rects(link.start, link.end)):
                    return link
        return None

    def same_above(self, old: TextBox) -> int:
        """Return the height of the lines that are the same as in `old`, if this is a longer version of it."""
        if not old.spans or len(self.spans) < len(old.spans) or (self.width, self.colour) != (old.width, old.colour):
            return 0
        last, before = self.spans[len(old.spans) - 1], old.spans[-1]
        if self.spans[: len(old.spans) - 1] != old.spans[:-1] or (last.style, last.href) != (before.style, before.href):
            return 0
        if before.style & Style.MATH and last.text != before.text:
            return 0
        return old.tops[-1] if last.text.startswith(before.text) and len(self.tops) >= len(old.tops) else 0

    def end_point(self) -> QPointF:
        """Return where the next character would be: the top of its line."""
        last = self.layout.lineCount() - 1
        line = self.layout.lineAt(last)
        top = line.y() + line.ascent() - self.face.baseline if self.insets else self.tops[last]
        return QPointF(self.x + x_of(line, line.textStart() + line.textLength()), self.y + top)

    def paint_code_grounds(self, painter: QPainter, render_style: RenderStyle, origin: QPointF) -> None:
        """Paint the ground of inline code; a selection is painted above it and below the text."""
        if not self.code:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(render_style.colour("inline_code"))
        inset = self.face.pitch * 0.11
        for start, end in self.code:
            for rect in self.rects(start, end):
                line = self.layout.lineAt(bisect_right(self.tops, rect.top() - self.y) - 1)
                top = self.y + line.y() + line.ascent() - self.face.baseline  # other fonts push the line down
                ground = QRectF(rect.left(), top, rect.width(), self.face.pitch)
                shape = ground.adjusted(-3 * render_style.zoom, inset, 0, -inset).translated(origin)
                painter.drawRoundedRect(shape, 4 * render_style.zoom, 4 * render_style.zoom)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def spans_box(
    render_style: RenderStyle,
    spans: Sequence[Span],
    face: Face,
    width: float | None,
    *,
    align: str = "",
    colour: str = "text",
) -> TextBox:
    """Lay out spans in lines of `width`; None does not wrap."""
    formats: list[QTextLayout.FormatRange] = []
    links: list[Link] = []
    code: list[tuple[int, int]] = []
    insets: list[Inset] = []
    text = ""
    position = 0
    for number, span in enumerate(spans):
        shown = span.text
        if span.style >= Style.MATH and (inset := render_style.formulas.inset(span, position, face.formula, width)):
            shown = OBJECT
            insets.append(inset)
            inset.leave_room(text[-1:], spans[number + 1].text[:1] if number + 1 < len(spans) else "")
            formats.append(_room(position, inset.room))
        end = position + len_utf16(shown)
        text += shown
        if (made := render_style.span_format(span, face)) is not None:
            formats.append(format_range(position, end - position, made))
        if span.href:
            links.append(Link(position, end, span.href, bool(span.style & Style.IMAGE), shown))
        if span.style & Style.NOTE:
            formats += _apart(render_style, links)
        if span.style & (Style.CODE | Style.IMAGE):
            code.append((position, end))
            formats += [_spaced(render_style, at) for at in (position - 1, end - 1) if at >= 0]
        position = end
    align = align or ("right" if is_right_to_left(text) else "")
    box = text_box(text, face, width, formats, align=align, insets=insets)
    box.links, box.code, box.colour, box.spans = _with_whole_texts(links), code, colour, tuple(spans)
    return box


def _with_whole_texts(links: list[Link]) -> list[Link]:
    """Give each part of a link, some of which may be bold, the text of the whole link."""
    found: list[Link] = []
    first = 0
    for number, link in enumerate(links, 1):
        follower = links[number] if number < len(links) else None
        if follower is None or (follower.start, follower.href) != (link.end, link.href):
            text = "".join([part.text for part in links[first:number]])
            found += [replace(part, text=text) for part in links[first:number]] if number - first > 1 else [link]
            first = number
    return found


def text_box(
    text: str,
    face: Face,
    width: float | None,
    formats: Sequence[QTextLayout.FormatRange] = (),
    *,
    align: str = "",
    tab: float = 0,
    insets: Sequence[Inset] = (),
) -> TextBox:
    """Lay out text in lines of `width`; None does not wrap."""
    layout = QTextLayout(text, face.font)
    option = QTextOption()
    wrap = QTextOption.WrapMode
    option.setWrapMode(wrap.WrapAtWordBoundaryOrAnywhere if width is not None else wrap.ManualWrap)
    if align in _ALIGNMENTS and width is not None:
        option.setAlignment(_ALIGNMENTS[align])
    if tab:
        option.setTabStopDistance(tab)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    if formats:
        layout.setFormats(list(formats))
    room = max(width, 8.0) if width is not None else _UNBOUNDED
    tops, height, natural = _break_lines(layout, face, room, insets)
    box = TextBox(layout, text, face, width if width is not None else _UNBOUNDED, natural, height, tops)
    if insets:
        box.insets = insets
        _place(insets, layout)
    return box


def object_box(face: Face, inset: Inset) -> TextBox:
    """Return a box with only a formula, on a line as high as the formula."""
    layout = QTextLayout(OBJECT, face.font)
    layout.setFormats([_room(0, inset.width)])
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(_UNBOUNDED)
    base = ceil(inset.ascent)
    line.setPosition(QPointF(0, base - line.ascent()))
    layout.endLayout()
    _place([inset], layout)
    height = max(1, base + ceil(inset.descent))
    return TextBox(layout, OBJECT, face, _UNBOUNDED, inset.width, height, [0], insets=[inset])


def _break_lines(
    layout: QTextLayout, face: Face, width: float, insets: Sequence[Inset]
) -> tuple[list[int], int, float]:
    tops: list[int] = []
    y, natural = 0, 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        up, down = reach(insets, line.textStart(), line.textStart() + line.textLength()) if insets else (0.0, 0.0)
        base = max(face.baseline, line.ascent(), up)
        line.setPosition(QPointF(0, y + base - line.ascent()))
        tops.append(y)
        y += max(face.pitch, ceil(line.height()))
        if up or down:
            y = max(y, tops[-1] + ceil(base + max(down, line.descent(), face.pitch - face.baseline)))
        natural = max(natural, line.naturalTextWidth())
    layout.endLayout()
    return tops or [0], y or face.pitch, natural


def _place(insets: Sequence[Inset], layout: QTextLayout) -> None:
    """Set where formulas are in the broken lines."""
    for inset in insets:
        line = layout.lineForTextPosition(inset.at)
        inset.x = min(x_of(line, inset.at), x_of(line, inset.at + 1)) + inset.before
        inset.base = line.y() + line.ascent()


def _room(at: int, width: float) -> QTextLayout.FormatRange:
    """Make a character without a width of its own as wide as what is painted in its place."""
    wide = QTextCharFormat()
    wide.setFontLetterSpacingType(QFont.SpacingType.AbsoluteSpacing)
    wide.setFontLetterSpacing(width)
    return format_range(at, 1, wide)


def format_range(start: int, length: int, made: QTextCharFormat) -> QTextLayout.FormatRange:
    """Return a range of text with its own format."""
    stretch = QTextLayout.FormatRange()
    stretch.start = start
    stretch.length = length
    stretch.format = made
    return stretch


def _apart(render_style: RenderStyle, links: Sequence[Link]) -> list[QTextLayout.FormatRange]:
    """Set the last link, the number of a footnote, apart from its neighbours, most of all from another number."""
    note = links[-1]
    follows = len(links) > 1 and links[-2].name == NOTE and links[-2].end == note.start
    room = {note.start - 1: 4.0 if follows else 1.5, note.end - 1: 1.5}
    return [_spaced(render_style, at, wide) for at, wide in room.items() if at >= 0]


def _spaced(render_style: RenderStyle, at: int, room: float = 3.0) -> QTextLayout.FormatRange:
    """Make room after a character, so that inline code or a small number does not touch its neighbours."""
    wide = QTextCharFormat()
    wide.setFontLetterSpacingType(QFont.SpacingType.AbsoluteSpacing)
    wide.setFontLetterSpacing(room * render_style.zoom)
    return format_range(at, 1, wide)


def len_utf16(text: str) -> int:
    """Return the length in UTF-16 units, as Qt counts: characters beyond the first 65,536 are two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
