"""The mouse and the touchpad in the transcript: hover, press, select, scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from desktop_chat.ui.transcript.copying import layout_text
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.scroller import Placed
from desktop_chat.ui.transcript.selection import Position, word_around

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.touching import Target
    from desktop_chat.ui.transcript.view import TranscriptView

_AUTO_SCROLL_MS = 16


class Pointer:
    """Turns mouse events into what they mean."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._pressed: Target | None = None
        self._selecting = False
        self._clicks = 0
        self._last_point = QPointF()
        self._last_click_ms = 0
        self._fraction = 0.0
        self._auto_scroll = QTimer(view)
        self._auto_scroll.setInterval(_AUTO_SCROLL_MS)
        self._auto_scroll.timeout.connect(self._scroll_on)

    def press(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        view, point = self._view, event.position()
        near = (point - self._last_point).manhattanLength() < QApplication.startDragDistance()
        again = event.timestamp() - self._last_click_ms < QApplication.doubleClickInterval()
        self._clicks = 3 if self._clicks == 2 and near and again else 1
        self._last_point, self._last_click_ms = point, event.timestamp()
        self._pressed = view.toucher.target_at(point)
        if self._pressed is not None:
            return
        position = self.position_at(point)
        if position is None:
            return
        self._selecting = True
        if self._clicks == 3:
            self._select_block(point)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            view.selection.extend(position)
        else:
            view.selection.begin(position)
        view.toucher.leave_focus()
        view.repaint_all()

    def double_click(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._pressed = self._view.toucher.target_at(event.position())
        if self._pressed is not None:
            return
        self._clicks = 2
        self._last_point, self._last_click_ms = event.position(), event.timestamp()
        self._selecting = True
        self._select_word(event.position())

    def move(self, event: QMouseEvent) -> None:
        view, point = self._view, event.position()
        self._last_point = point
        if not self._selecting:
            view.toucher.hover(point)
            view.viewport().setCursor(view.toucher.cursor_at(point))
            return
        self._extend_to(point)
        outside = point.y() < 0 or point.y() > view.viewport().height()
        if outside and not self._auto_scroll.isActive():
            self._auto_scroll.start()
        elif not outside:
            self._auto_scroll.stop()

    def release(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        view = self._view
        self._auto_scroll.stop()
        pressed, self._pressed = self._pressed, None
        if pressed is not None:
            under = view.toucher.target_at(event.position())
            if under is not None and under.touch == pressed.touch:
                view.toucher.press(under)
            return
        if self._selecting:
            self._selecting = False
            view.clipboard.offer_primary()

    def wheel(self, event: QWheelEvent) -> None:
        view = self._view
        pixels = QPointF(event.pixelDelta())
        if pixels.isNull():
            pixels = QPointF(event.angleDelta()) * (view.verticalScrollBar().singleStep() / 120)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(pixels.x()) > abs(pixels.y())
        if sideways and self._scroll_sideways(event.position(), -(pixels.x() or pixels.y())):
            return
        whole = pixels.y() + self._fraction
        self._fraction = whole - int(whole)
        if int(whole):
            view.scroll_by(-int(whole))
            view.toucher.hover(event.position())
        event.accept()

    def viewport_event(self, event: QEvent) -> bool:
        view = self._view
        if event.type() == QEvent.Type.Leave:
            view.toucher.hover(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = view.toucher.tip_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), words, view.viewport()) if words else QToolTip.hideText()
            return True
        elif isinstance(event, QContextMenuEvent):
            view.toucher.open_context_menu(QPointF(event.pos()), event.globalPos())
            return True
        return False

    def position_at(self, point: QPointF) -> Position | None:
        """Return the place in the text nearest to a point of the viewport."""
        placed = self._block_at(point.y())
        if placed is None or placed.entry.layout is None or not isinstance(placed.entry, BlockEntry):
            return None
        x, y = self._view.toucher.local(placed, point)
        offset = placed.entry.layout.position_at(x, y, placed.entry.code.offset)
        return Position(self._message_id(placed), placed.entry.key, offset)

    def _block_at(self, y: float) -> Placed | None:
        """Return the block at a height, else the one above, else the first one."""
        found = None
        for one in self._view.placed:
            if isinstance(one.entry, BlockEntry):
                if found is not None and y < one.y:
                    break
                found = one
        return found

    def _extend_to(self, point: QPointF) -> None:
        position = self.position_at(point)
        if position is not None and position != self._view.selection.caret:
            self._view.selection.extend(position)
            self._view.repaint_all()

    def _scroll_on(self) -> None:
        view, y = self._view, self._last_point.y()
        beyond = y if y < 0 else y - view.viewport().height()
        view.scroll_by(int(max(-60, min(60, beyond / 3))) or (1 if beyond > 0 else -1))
        self._extend_to(self._last_point)

    def _scroll_sideways(self, point: QPointF, by: float) -> bool:
        placed = self._view.toucher.entry_at(point.y())
        if placed is None or not isinstance(placed.entry, BlockEntry) or placed.entry.layout is None:
            return False
        number = placed.entry.layout.pane_at(*self._view.toucher.local(placed, point))
        if number is None:
            return False
        offsets, pane = placed.entry.code.offset, placed.entry.layout.panes[number]
        offsets[number] = max(0.0, min(pane.hidden_width, offsets.get(number, 0.0) + by))
        self._view.repaint_all()
        return True

    def _select_word(self, point: QPointF) -> None:
        placed, position = self._block_at(point.y()), self.position_at(point)
        if placed is None or position is None or placed.entry.layout is None:
            return
        box = placed.entry.layout.box_at(position.offset)
        if box is not None:
            start, end = word_around(box.text, position.offset - box.start)
            first = Position(position.message_id, position.key, box.start + start)
            self._view.selection.cover(first, Position(position.message_id, position.key, box.start + end))
            self._view.repaint_all()

    def _select_block(self, point: QPointF) -> None:
        placed = self._block_at(point.y())
        if placed is not None and placed.entry.layout is not None and layout_text(placed.entry.layout):
            message_id, key = self._message_id(placed), placed.entry.key
            end = Position(message_id, key, placed.entry.layout.length)
            self._view.selection.cover(Position(message_id, key, 0), end)

    def _message_id(self, placed: Placed) -> str:
        return self._view.model.row(placed.spot.place).message.id
