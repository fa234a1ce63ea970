"""The mouse and the touchpad in the transcript: hover, press, select, scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.drag_out import DragOut
from desktop_chat.ui.transcript.selection.mouse_selection import Grain
from desktop_chat.ui.transcript.viewport.wheel_steps import WheelSteps
from desktop_chat.ui.widgets.tool_tips import plain_tool_tip

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.controls.focus_chain import Target
    from desktop_chat.ui.transcript.view import TranscriptView


class Pointer:
    """Turns mouse events into what they mean."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._pressed: Target | None = None
        self._drag_out = DragOut(view)
        self._clicks = 0
        self._last_point = QPointF()
        self._last_click_ms = 0
        self._under = QPointF()
        """Where the pointer was last."""
        self._wheel = WheelSteps()

    def press(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        view, point = self._view, event.position()
        view.smooth_scroll.stop()
        near = (point - self._last_point).manhattanLength() < QApplication.startDragDistance()
        again = event.timestamp() - self._last_click_ms < QApplication.doubleClickInterval()
        self._clicks = 3 if self._clicks == 2 and near and again else 1
        self._last_point, self._last_click_ms = point, event.timestamp()
        self._pressed = view.hit_tester.target_at(point)
        if self._pressed is not None:
            return
        view.hit_tester.leave_focus()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            view.selecting.begin_from_anchor(point)
        elif self._clicks == 1 and view.selecting.covers(point):
            self._drag_out.arm(point)
        else:
            view.selecting.begin(point, Grain(self._clicks))

    def double_click(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._drag_out.disarm()
        self._pressed = self._view.hit_tester.target_at(event.position())
        if self._pressed is not None:
            return
        self._clicks = 2
        self._last_point, self._last_click_ms = event.position(), event.timestamp()
        self._view.selecting.begin(event.position(), Grain.WORDS)

    def move(self, event: QMouseEvent) -> None:
        view, point = self._view, event.position()
        self._under = point
        if not event.buttons() & Qt.MouseButton.LeftButton:
            view.selecting.end()  # it was let go where we were not told
            self._drag_out.disarm()
        if view.selecting.active:
            view.selecting.drag_to(point)
        elif self._drag_out.armed:
            self._drag_out.move(point)
        else:
            view.hit_tester.hover(point)
            view.viewport().setCursor(self._cursor_at(point))

    def release(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        view = self._view
        pressed, self._pressed = self._pressed, None
        if pressed is not None:
            under = view.hit_tester.target_at(event.position())
            if under is not None and under.touch == pressed.touch:
                view.hit_tester.press(under)
            return
        if self._drag_out.armed:
            self._drag_out.disarm()
            view.selecting.begin(event.position(), Grain.LETTERS)
        if view.selecting.active:
            view.selecting.end()
            view.clipboard.offer_primary()

    def _cursor_at(self, point: QPointF) -> Qt.CursorShape:
        shape = self._view.hit_tester.cursor_at(point)
        is_text = shape is Qt.CursorShape.IBeamCursor
        return Qt.CursorShape.ArrowCursor if is_text and self._view.selecting.covers(point) else shape

    def wheel(self, event: QWheelEvent) -> None:
        view = self._view
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        point = self._under = view.viewport().mapFromGlobal(event.globalPosition())  # it may be above the scroll bar
        way = self._wheel.read(event, view.document.render_style.text.pitch, view.viewport().height())
        sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(way.across) > abs(way.down)
        if sideways and self._scroll_sideways(point, way.across or way.down):
            return
        event.accept()
        pixels = self._wheel.whole(way.down)
        if way.glides:
            view.smooth_scroll.by(pixels)
        elif pixels:
            view.smooth_scroll.stop()
            view.scroll_by(pixels)
            self.see_again()

    def see_again(self) -> None:
        """Look what is under the pointer, now that other things are there."""
        view = self._view
        if view.selecting.active:
            view.selecting.drag_to(self._under)
        elif view.viewport().underMouse():
            view.hit_tester.hover(self._under)

    def viewport_event(self, event: QEvent) -> bool:
        view = self._view
        if event.type() == QEvent.Type.Leave:
            view.hit_tester.hover(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = view.hit_tester.tip_at(QPointF(event.pos()))
            QToolTip.showText(
                event.globalPos(), plain_tool_tip(words), view.viewport()
            ) if words else QToolTip.hideText()
            return True
        elif isinstance(event, QContextMenuEvent):
            view.hit_tester.open_context_menu(QPointF(event.pos()), event.globalPos())
            return True
        return False

    def _scroll_sideways(self, point: QPointF, by: float) -> bool:
        placed = self._view.hit_tester.entry_at(point.y())
        if placed is None or not isinstance(placed.entry, BlockEntry) or placed.entry.layout is None:
            return False
        number = placed.entry.layout.pane_at(*self._view.hit_tester.local(placed, point))
        if number is None:
            return False
        placed.entry.scroll_pane(number, placed.entry.offset_of(number) + by)
        self._view.repaint_all()
        return True
