"""Marks the positions of hits on the scroll bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_chat.ui.transcript.find.find import FindSession
from desktop_chat.ui.transcript.transcript_page import TranscriptPage

_MOST = 400
"""Maximum number of messages marked; beyond that only every second or third, as the bar has no more pixels."""
_MAX_OF_ONE = 300
"""Maximum number of hits marked per message."""
_TALLIES = 16
"""While hits are still being counted, the marks follow only every 16th tally."""


class HitTicks(QWidget):
    """An overlay on the scroll bar while the find bar is open."""

    def __init__(self, page: TranscriptPage, find: FindSession) -> None:
        self._bar = page.area.verticalScrollBar()
        super().__init__(self._bar)
        self._page = page
        self._find = find
        self._lines: list[int] = []
        self._unreported = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(self._bar.rect())
        find.changed.connect(self.follow)
        find.destroyed.connect(self.deleteLater)
        self.show()

    @property
    def lines(self) -> list[int]:
        """The heights on the bar at which there is a hit."""
        return self._lines

    def follow(self) -> None:
        """There is a new tally; while hits are being counted, not every one is followed."""
        self._unreported += 1
        if self._find.complete or self._unreported % _TALLIES == 1:
            self.look_again()

    def look_again(self) -> None:
        """The hits or the height of the bar have changed."""
        self.setGeometry(self._bar.rect())
        lines = sorted(self._places_on_bar())
        if lines != self._lines:
            self._lines = lines
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._page.theme
        width, thick = theme.px(4), max(2, theme.px(2))
        painter = QPainter(self)
        colour = self._page.document.render_style.colour("warning")
        for y in self._lines:
            painter.fillRect(QRectF(self.width() - width, y, width, thick), colour)
        painter.end()

    def _places_on_bar(self) -> set[int]:
        document, height = self._page.document, self.height()
        total = max(1, self._page.scroller.total())
        places = [place for place in self._find.places if place < len(document)]
        found = set()
        for place in places[:: len(places) // _MOST + 1]:
            top = self._page.scroller.top + document.sums.above(place)
            item = document.seen(place)
            if item is None:
                found.add(round(top * height / total))
                continue
            hits = self._find.hits(place)
            for hit in hits[:: len(hits) // _MAX_OF_ONE + 1]:
                inside = item.sums.above(item.index_of(hit.key))
                found.add(round((top + inside) * height / total))
        return {min(line, height - 2) for line in found}
