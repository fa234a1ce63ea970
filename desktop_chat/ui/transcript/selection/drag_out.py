"""Takes selected text along with the mouse: into the composer, or into another program.

While something is dragged, Qt runs a loop of its own. That is safe here, and only here: it begins in an event handler,
never inside a coroutine, so that replies go on streaming meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QDrag, QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.view import TranscriptView

_MARKDOWN = "text/markdown"
_WIDEST = 280


class DragOut:
    """A press on selected text: dragged away it takes the text along, let go it was only a click."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._pressed: QPointF | None = None

    @property
    def armed(self) -> bool:
        """True between a press on selected text and what comes of it."""
        return self._pressed is not None

    def arm(self, point: QPointF) -> None:
        """Note that selected text was pressed."""
        self._pressed = point

    def disarm(self) -> None:
        """Forget it."""
        self._pressed = None

    def move(self, point: QPointF) -> None:
        """Follow the pointer; far enough from where it was pressed, the text goes along with it."""
        pressed = self._pressed
        if pressed is not None and (point - pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self._carry()

    def freight(self) -> QMimeData:
        """Return what is taken along: the letters, and the Markdown for those who ask for it."""
        source = self._view.copier.text(markdown=True)
        data = QMimeData()
        data.setText(self._view.clipboard.letters())
        data.setData(_MARKDOWN, source.encode("utf-8", "surrogatepass"))
        return data

    def _carry(self) -> None:
        drag = QDrag(self._view.viewport())
        data = self.freight()
        drag.setMimeData(data)
        drag.setPixmap(self._image(data.text()))
        drag.setHotSpot(QPoint(-12, -4))
        drag.exec(Qt.DropAction.CopyAction)

    def _image(self, text: str) -> QPixmap:
        """The first words on a small card."""
        render_style, ratio = self._view.document.render_style, self._view.devicePixelRatioF()
        metrics = QFontMetricsF(render_style.meta.font)
        pad = render_style.px(10)
        first = " ".join(text[:200].split())
        words = metrics.elidedText(first, Qt.TextElideMode.ElideRight, render_style.px(_WIDEST))
        width, height = metrics.horizontalAdvance(words) + 2 * pad, metrics.height() + pad
        image = QPixmap(round(width * ratio), round(height * ratio))
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(render_style.pen("border"))
        painter.setBrush(render_style.colour("card"))
        card = QRectF(0.5, 0.5, width - 1, height - 1)
        painter.drawRoundedRect(card, render_style.px(6), render_style.px(6))
        painter.setFont(render_style.meta.font)
        painter.setPen(render_style.colour("text"))
        painter.drawText(card, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
        return image
