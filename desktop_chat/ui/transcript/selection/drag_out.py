"""Drags selected text with the mouse: into the composer, or into another program.

During a drag, Qt runs a loop of its own. That is safe here: it starts in an event handler, never inside a coroutine, so
that replies go on streaming meanwhile.
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QDrag, QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from desktop_chat.ui.transcript.selection.clipboard import Clipboard
from desktop_chat.ui.transcript.transcript_page import TranscriptPage

_MARKDOWN = "text/markdown"
_WIDEST = 280


class DragOut:
    """A press on selected text: moving drags the text, releasing makes it a click."""

    def __init__(self, page: TranscriptPage, clipboard: Clipboard) -> None:
        self._page = page
        self._clipboard = clipboard
        self._pressed: QPointF | None = None

    @property
    def armed(self) -> bool:
        """True from a press on selected text until it becomes a drag or a click."""
        return self._pressed is not None

    def arm(self, point: QPointF) -> None:
        """Note that selected text was pressed."""
        self._pressed = point

    def disarm(self) -> None:
        """Forget the press."""
        self._pressed = None

    def move(self, point: QPointF) -> None:
        """Follow the pointer; far enough from the press, start the drag."""
        pressed = self._pressed
        if pressed is not None and (point - pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self._drag()

    def mime_data(self) -> QMimeData:
        """Return the selection as plain text, and as Markdown for targets that ask for it."""
        source = self._clipboard.copier.text(markdown=True)
        data = QMimeData()
        data.setText(self._clipboard.plain_text())
        data.setData(_MARKDOWN, source.encode("utf-8", "surrogatepass"))
        return data

    def _drag(self) -> None:
        drag = QDrag(self._page.viewport)
        data = self.mime_data()
        drag.setMimeData(data)
        drag.setPixmap(self._image(data.text()))
        drag.setHotSpot(QPoint(-12, -4))
        drag.exec(Qt.DropAction.CopyAction)

    def _image(self, text: str) -> QPixmap:
        """Paint the first words on a small card."""
        render_style, ratio = self._page.document.render_style, self._page.area.devicePixelRatioF()
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
