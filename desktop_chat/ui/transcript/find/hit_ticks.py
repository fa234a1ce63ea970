"""Shows beside the scroll bar's thumb where in the conversation something was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.find.find import Find
    from desktop_chat.ui.transcript.view import TranscriptView

_MOST = 400
"""Messages that are looked at; of more every second or third one is left out, as the bar has no more pixels anyway."""
_MAX_OF_ONE = 300
_TALLIES = 16


class HitTicks(QWidget):
    """Lies over the scroll bar as long as something is looked for."""

    def __init__(self, view: TranscriptView, finding: Find) -> None:
        self._bar = view.verticalScrollBar()
        super().__init__(self._bar)
        self._view = view
        self._find = finding
        self._lines: list[int] = []
        self._untold = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(self._bar.rect())
        finding.changed.connect(self.follow)
        finding.destroyed.connect(self.deleteLater)
        self.show()

    @property
    def lines(self) -> list[int]:
        """Heights of the bar at which there is a hit."""
        return self._lines

    def follow(self) -> None:
        """The tally is another; while hits are counted, not every time is worth a look."""
        self._untold += 1
        if self._find.complete or self._untold % _TALLIES == 1:
            self.look_again()

    def look_again(self) -> None:
        """The hits are others, or more, or the bar has another height."""
        self.setGeometry(self._bar.rect())
        lines = sorted(self._places_on_bar())
        if lines != self._lines:
            self._lines = lines
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._view.theme
        width, thick = theme.px(4), max(2, theme.px(2))
        painter = QPainter(self)
        colour = self._view.document.render_style.colour("warning")
        for y in self._lines:
            painter.fillRect(QRectF(self.width() - width, y, width, thick), colour)
        painter.end()

    def _places_on_bar(self) -> set[int]:
        document, height = self._view.document, self.height()
        total = max(1, self._view.scroller.total())
        places = [place for place in self._find.places if place < len(document)]
        found = set()
        for place in places[:: len(places) // _MOST + 1]:
            top = self._view.scroller.top + document.sums.above(place)
            item = document.seen(place)
            if item is None:
                found.add(round(top * height / total))
                continue
            hits = self._find.hits(place)
            for hit in hits[:: len(hits) // _MAX_OF_ONE + 1]:
                inside = item.sums.above(item.index_of(hit.key))
                found.add(round((top + inside) * height / total))
        return {min(line, height - 2) for line in found}
