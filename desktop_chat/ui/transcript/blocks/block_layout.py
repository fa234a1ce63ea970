"""One block as it is painted: boxes of text, the shapes behind them, and its controls."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from desktop_chat.ui.text.address_text import shown_address
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.code_state import Extent
from desktop_chat.ui.transcript.blocks.shapes import Shape, paint_shape
from desktop_chat.ui.transcript.blocks.text_box import NOTE, Link, TextBox
from desktop_chat.ui.transcript.images.image_box import ImageBox
from desktop_chat.ui.transcript.math.formulas import FormulaKey, Inset
from desktop_chat.ui.transcript.render_style import RenderStyle


@dataclass(frozen=True, slots=True)
class Pane:
    """A part whose contents scroll sideways when they are wider than it."""

    rect: QRectF
    content_width: float
    extent: Extent | None = None
    """The width shared with panes that scroll together; it may be larger than that of its own contents."""
    shows_bar: bool = True

    @property
    def full_width(self) -> float:
        return max(self.content_width, self.extent.width if self.extent is not None else 0.0)

    @property
    def hidden_width(self) -> float:
        return max(0.0, self.full_width - self.rect.width())


@dataclass(frozen=True, slots=True)
class Control:
    """Something that can be pressed. `name` is an action, `value` its object."""

    name: str
    rects: tuple[QRectF, ...]
    value: str = ""
    label: str = ""
    """For tooltips and screen readers."""
    icon: str = ""
    shows_label: bool = False
    quiet: bool = False
    """Shown only while the pointer or the keyboard is at its message."""
    local: bool = False
    """Shown only while the pointer or the keyboard is at its own block."""
    primary: bool = False
    """The one main action of its place."""
    enabled: bool = True
    spoken: str = ""
    """What a screen reader says instead of a label that is clear only from its surroundings."""
    text: str = ""
    """The text of a link, which may differ from its address."""
    is_area: bool = False
    """A part of the page that is painted otherwise: only the pointer and the focus are shown on it."""

    def contains(self, x: float, y: float) -> bool:
        return any(rect.contains(QPointF(x, y)) for rect in self.rects)


@dataclass(frozen=True, slots=True)
class CodeHeader:
    """Where the words of a code head go. They are painted apart from the layout, as the number of lines grows later."""

    rect: QRectF
    language: str
    lines: int
    """Of this part; a code block in parts knows them all."""

    def words(self, lines: int) -> str:
        """Return the words for this many lines."""
        return f"{self.language} \u00b7 {tr('%n line(s)', n=lines)}" if lines else self.language

    def paint(self, painter: QPainter, render_style: RenderStyle, lines: int) -> None:
        """Paint the words, without the number of lines if there is no room for it."""
        words = self.words(lines)
        metrics = QFontMetricsF(render_style.meta.font)
        if metrics.horizontalAdvance(words) > self.rect.width():
            words = metrics.elidedText(self.language, Qt.TextElideMode.ElideRight, self.rect.width())
        painter.setFont(render_style.meta.font)
        painter.setPen(render_style.colour("muted"))
        painter.drawText(self.rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


@dataclass(slots=True)
class BlockLayout:
    """The layout of a block at one width. All coordinates are relative to its top left corner."""

    width: int
    height: int = 0
    boxes: list[TextBox] = field(default_factory=list)
    labels: list[TextBox] = field(default_factory=list)
    """Text that is shown but neither selected nor copied."""
    labels_are_quiet: bool = False
    """They are shown only while the pointer or the keyboard is at the message."""
    shapes: list[Shape] = field(default_factory=list)
    panes: list[Pane] = field(default_factory=list)
    pane_of: dict[int, int] = field(default_factory=dict)
    """The pane of a box, by the box's index."""
    heads: list[CodeHeader] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    arts: list[ImageBox] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    """The keys of the images that it depends on, shown or not."""
    columns: tuple[int, ...] = ()
    """Widths of a table's columns."""
    length: int = 0
    """UTF-16 units of the whole text, with one between boxes."""
    waiting: set[FormulaKey] = field(default_factory=set)
    """Formulas whose source is shown until they are typeset."""
    tops: tuple[float, ...] = ()
    """The top of each box; a later layout may reuse the box and move it."""
    starts: tuple[int, ...] = ()
    """The position of each box's first character; boxes may be moved as above."""

    def seal(self) -> BlockLayout:
        """Number the positions once all boxes are there."""
        position = 0
        for box in self.boxes:
            box.start = position
            position = box.end + 1
        self.length = max(0, position - 1)
        self.tops = tuple([box.y for box in self.boxes])
        self.starts = tuple([box.start for box in self.boxes])
        return self

    def paint(
        self,
        painter: QPainter,
        render_style: RenderStyle,
        selected: tuple[int, int] | None,
        offsets: Mapping[int, float],
        clip: QRectF,
        *,
        active: bool,
    ) -> None:
        """Paint at the painter's origin. `offsets` is how far each pane is scrolled, `active` whether the
        pointer or the keyboard is at the message."""
        for shape in self.shapes:
            if shape.rect.intersects(clip):
                paint_shape(painter, render_style, shape)
        shown = [
            place for place, box in enumerate(self.boxes) if box.y + box.height >= clip.top() and box.y <= clip.bottom()
        ]
        for place in shown:
            self.boxes[place].paint_code_grounds(painter, render_style, QPointF(-self._shift(place, offsets), 0))
        if selected:
            self._paint_selection(painter, render_style, selected, offsets)
        for place in shown:
            self._paint_box(painter, render_style, place, offsets, clip)
        for label in self.labels if active or not self.labels_are_quiet else ():
            label.paint(painter, render_style, QPointF(), clip)
        for art in [art for art in self.arts if art.rect.intersects(clip)]:
            art.paint(painter, render_style, selected=selected is not None and self._holds(art, selected))
        self._paint_bars(painter, render_style, offsets)

    def _holds(self, art: ImageBox, selected: tuple[int, int]) -> bool:
        return selected[0] <= self.boxes[art.box].start and self.boxes[art.box].end <= selected[1]

    def _shift(self, place: int, offsets: Mapping[int, float]) -> float:
        pane = self.pane_of.get(place)
        return offsets.get(pane, 0.0) if pane is not None else 0.0

    def _paint_box(
        self, painter: QPainter, render_style: RenderStyle, place: int, offsets: Mapping[int, float], clip: QRectF
    ) -> None:
        pane = self.pane_of.get(place)
        if pane is None or not self.panes[pane].hidden_width:
            self.boxes[place].paint(painter, render_style, QPointF(), clip)
            return
        painter.save()
        painter.setClipRect(self.panes[pane].rect, Qt.ClipOperation.IntersectClip)
        self.boxes[place].paint(painter, render_style, QPointF(-offsets.get(pane, 0.0), 0), QRectF())
        painter.restore()

    def box_at(self, position: int) -> TextBox | None:
        """Return the box that holds a position."""
        place = bisect_right(self.starts, position) - 1
        return self.boxes[place] if place >= 0 else None

    def position_at(self, x: float, y: float, offsets: Mapping[int, float], *, on_character: bool = False) -> int:
        """Return the position nearest to a point; with `on_character` the one before the character there."""
        best, nearest = 0, float("inf")
        for place, box in enumerate(self.boxes):
            pane = self.pane_of.get(place)
            shifted = x + (offsets.get(pane, 0.0) if pane is not None else 0.0)
            away = self._distance(box, shifted, y)
            if away < nearest:
                nearest, best = away, box.start + box.position_at(shifted, y, on_character=on_character)
        return best

    def caret_rect(self, position: int) -> QRectF:
        """Return where a caret is, without a width, as if no pane were scrolled."""
        box = self.box_at(position)
        return box.caret_rect(min(position, box.end) - box.start) if box is not None else QRectF(0, 0, 0, self.height)

    def covers(self, x: float, y: float, selected: tuple[int, int], offsets: Mapping[int, float]) -> bool:
        """Return whether a point is on a selection."""
        start, end = selected
        for place, box in enumerate(self.boxes):
            if box.y <= y < box.y + box.height and box.start <= end and box.end >= start:
                at = QPointF(x + self._shift(place, offsets), y)
                rects = box.rects(max(0, start - box.start), min(box.end, end) - box.start)
                if any(rect.contains(at) for rect in rects):
                    return True
        return False

    def link_at(self, x: float, y: float) -> Link | None:
        """Return the link under a point."""
        for box in self.boxes:
            if box.links and box.y <= y < box.y + box.height and (link := box.link_at(x, y)):
                return link
        return None

    def formula_at(self, x: float, y: float, offsets: Mapping[int, float]) -> Inset | None:
        """Return the formula under a point."""
        for place, box in enumerate(self.boxes):
            for inset in box.insets:
                if inset.rect().translated(box.x - self._shift(place, offsets), box.y).contains(QPointF(x, y)):
                    return inset
        return None

    def link_controls(self, offsets: Mapping[int, float]) -> list[tuple[Control, Link, TextBox]]:
        """Return the links as controls, where they are now, each with its text box."""
        found = []
        for place, box in enumerate(self.boxes):
            aside = self._shift(place, offsets) if box.links else 0.0
            for link in box.links:
                rects = tuple(rect.translated(-aside, 0) for rect in box.rects(link.start, link.end))
                found.append((link_control(link, rects), link, box))
        return found

    def pane_at(self, x: float, y: float) -> int | None:
        """Return the pane under a point if it can scroll."""
        return next(
            (n for n, pane in enumerate(self.panes) if pane.hidden_width and pane.rect.contains(QPointF(x, y))), None
        )

    def pane_at_position(self, position: int) -> int | None:
        """Return the pane of a position in the text if it can scroll."""
        place = bisect_right(self.starts, position) - 1
        pane = self.pane_of.get(place)
        return pane if pane is not None and self.panes[pane].hidden_width else None

    @staticmethod
    def _distance(box: TextBox, x: float, y: float) -> float:
        down = max(box.y - y, 0, y - (box.y + box.height - 1))
        width = box.width if box.clip_width is None else box.clip_width
        across = max(box.x - x, 0, x - (box.x + min(width, 1e5)))
        return down * 1_000 + across

    def _paint_selection(
        self, painter: QPainter, render_style: RenderStyle, selected: tuple[int, int], offsets: Mapping[int, float]
    ) -> None:
        start, end = selected
        colour = render_style.colour("selection")
        for place, box in enumerate(self.boxes):
            if box.start > end or box.end < start or not box.colour:
                continue
            pane = self.pane_of.get(place)
            for rect in box.rects(max(0, start - box.start), min(box.end, end) - box.start):
                if pane is not None:
                    rect.translate(-offsets.get(pane, 0.0), 0)
                    rect &= self.panes[pane].rect  # noqa: PLW2901 -- clipped to what the pane shows
                painter.fillRect(rect, colour)

    def _paint_bars(self, painter: QPainter, render_style: RenderStyle, offsets: Mapping[int, float]) -> None:
        """Paint a thin bar under panes that can scroll."""
        for number, pane in enumerate(self.panes):
            if not pane.hidden_width or not pane.shows_bar:
                continue
            share = pane.rect.width() / pane.full_width
            left = pane.rect.left() + offsets.get(number, 0.0) * share
            thickness = render_style.px(4)
            bar = QRectF(left, pane.rect.bottom() - thickness, pane.rect.width() * share, thickness)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(render_style.colour("border"))
            painter.drawRoundedRect(bar, thickness / 2, thickness / 2)


def link_control(link: Link, rects: tuple[QRectF, ...] = ()) -> Control:
    """Return a link as a control."""
    words = "" if link.name == NOTE else shown_address(link.href)
    return Control(link.name, rects, link.href, words, text=link.text)


def changed_from(old: BlockLayout | None, new: BlockLayout | None) -> float:
    """Return the height in `new` above which it looks like `old`; 0 if that is not certain."""
    if old is None or new is None or not new.boxes or not _same_frame(old, new):
        return 0
    for place, top in enumerate(old.tops):
        if top != new.tops[place]:
            return 0
        if old.boxes[place] is not new.boxes[place]:
            return top + new.boxes[place].same_above(old.boxes[place])
    return min(new.tops[-1], old.tops[-1]) if old.tops else 0


def _same_frame(old: BlockLayout, new: BlockLayout) -> bool:
    """Return whether what surrounds the text is the same, down to the end of `old`."""
    if len(new.boxes) < len(old.boxes) or old.columns != new.columns or len(old.panes) != len(new.panes):
        return False
    return [(c.rects, c.label) for c in old.controls] == [(c.rects, c.label) for c in new.controls]
