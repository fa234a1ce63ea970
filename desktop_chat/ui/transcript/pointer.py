"""The mouse and the touchpad in the transcript: hover, press, select, scroll."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QHelpEvent, QInputDevice, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from desktop_chat.ui.transcript.controls.focus_chain import Target
from desktop_chat.ui.transcript.controls.hit_testing import HitTester
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.clipboard import Clipboard
from desktop_chat.ui.transcript.selection.drag_out import DragOut
from desktop_chat.ui.transcript.selection.mouse_selection import Grain, MouseSelection
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.transcript.viewport.smooth_scroll import SmoothScroll
from desktop_chat.ui.widgets.tooltips import plain_tooltip

NOTCH = 120
"""What one notch of a plain wheel sends; finer wheels send parts of it."""


@dataclass(frozen=True, slots=True)
class Way:
    """How far to scroll, in pixels."""

    across: float
    down: float
    glides: bool
    """It is a step; otherwise the fingers, or their momentum, already move evenly."""


class WheelSteps:
    """Reads a turn of the wheel or a touchpad in pixels; keeps fractions until they make a whole pixel."""

    def __init__(self) -> None:
        self._rest = 0.0

    def read(self, event: QWheelEvent, pitch: int, page: int) -> Way:
        """Return how far to scroll with lines of `pitch` pixels, or pages if the system scrolls by pages."""
        pixels = QPointF(event.pixelDelta())
        if (
            not pixels.isNull() and QGuiApplication.platformName() != "xcb"
        ):  # there a wheel sends pixels, too, but wrong ones
            return Way(-pixels.x(), -pixels.y(), glides=False)
        lines = QApplication.wheelScrollLines()
        notch = page if lines < 0 else pitch * lines
        turned = QPointF(event.angleDelta()) * (notch / NOTCH)
        is_touched = event.device() is not None and event.device().type() is QInputDevice.DeviceType.TouchPad
        return Way(-turned.x(), -turned.y(), glides=not is_touched and event.phase() is Qt.ScrollPhase.NoScrollPhase)

    def whole(self, pixels: float) -> int:
        """Return the whole pixels to scroll now; a turn in the other direction drops the fraction."""
        if self._rest * pixels < 0:
            self._rest = 0.0
        self._rest += pixels
        whole = int(self._rest)
        self._rest -= whole
        return whole


class Pointer:
    """Turns mouse events into actions."""

    def __init__(
        self,
        page: TranscriptPage,
        hit_tester: HitTester,
        selecting: MouseSelection,
        clipboard: Clipboard,
        smooth_scroll: SmoothScroll,
    ) -> None:
        self._page = page
        self._hit_tester = hit_tester
        self._selecting = selecting
        self._clipboard = clipboard
        self._gliding = smooth_scroll
        self._pressed: Target | None = None
        self._drag_out = DragOut(page, clipboard)
        self._clicks = 0
        self._last_point = QPointF()
        self._last_click_ms = 0
        self._under = QPointF()
        """Where the pointer was last."""
        self._wheel = WheelSteps()
        smooth_scroll.rested.connect(self.see_again)

    def press(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        point = event.position()
        self._gliding.stop()
        near = (point - self._last_point).manhattanLength() < QApplication.startDragDistance()
        again = event.timestamp() - self._last_click_ms < QApplication.doubleClickInterval()
        self._clicks = 3 if self._clicks == 2 and near and again else 1
        self._last_point, self._last_click_ms = point, event.timestamp()
        self._pressed = self._hit_tester.target_at(point)
        if self._pressed is not None:
            return
        self._hit_tester.leave_focus()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._selecting.begin_from_anchor(point)
        elif self._clicks == 1 and self._selecting.covers(point):
            self._drag_out.arm(point)
        else:
            self._selecting.begin(point, Grain(self._clicks))

    def double_click(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._drag_out.disarm()
        self._pressed = self._hit_tester.target_at(event.position())
        if self._pressed is not None:
            return
        self._clicks = 2
        self._last_point, self._last_click_ms = event.position(), event.timestamp()
        self._selecting.begin(event.position(), Grain.WORDS)

    def move(self, event: QMouseEvent) -> None:
        page, point = self._page, event.position()
        self._under = point
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._selecting.end()  # it was released outside, unseen
            self._drag_out.disarm()
        if self._selecting.active:
            self._selecting.drag_to(point)
        elif self._drag_out.armed:
            self._drag_out.move(point)
        else:
            self._hit_tester.hover(point)
            page.viewport.setCursor(self._cursor_at(point))

    def release(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, None
        if pressed is not None:
            under = self._hit_tester.target_at(event.position())
            if under is not None and under.ref == pressed.ref:
                self._hit_tester.press(under)
            return
        if self._drag_out.armed:
            self._drag_out.disarm()
            self._selecting.begin(event.position(), Grain.CHARACTERS)
        if self._selecting.active:
            self._selecting.end()
            self._clipboard.offer_primary()

    def _cursor_at(self, point: QPointF) -> Qt.CursorShape:
        shape = self._hit_tester.cursor_at(point)
        is_text = shape is Qt.CursorShape.IBeamCursor
        return Qt.CursorShape.ArrowCursor if is_text and self._selecting.covers(point) else shape

    def wheel(self, event: QWheelEvent) -> None:
        page = self._page
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        point = self._under = page.viewport.mapFromGlobal(event.globalPosition())  # it may be over the scroll bar
        way = self._wheel.read(event, page.document.render_style.text.pitch, page.height)
        sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(way.across) > abs(way.down)
        if sideways and self._scroll_sideways(point, way.across or way.down):
            return
        event.accept()
        pixels = self._wheel.whole(way.down)
        if way.glides:
            self._gliding.by(pixels)
        elif pixels:
            self._gliding.stop()
            page.scroll_by(pixels)
            self.see_again()

    def see_again(self) -> None:
        """Update what is under the pointer after scrolling."""
        page = self._page
        if self._selecting.active:
            self._selecting.drag_to(self._under)
        elif page.viewport.underMouse():
            self._hit_tester.hover(self._under)

    def viewport_event(self, event: QEvent) -> bool:
        page = self._page
        if event.type() == QEvent.Type.Leave:
            self._hit_tester.hover(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = self._hit_tester.tip_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), plain_tooltip(words), page.viewport) if words else QToolTip.hideText()
            return True
        elif isinstance(event, QContextMenuEvent):
            self._hit_tester.open_context_menu(QPointF(event.pos()), event.globalPos())
            return True
        return False

    def _scroll_sideways(self, point: QPointF, by: float) -> bool:
        placed = self._page.entry_at(point.y())
        if placed is None or not isinstance(placed.entry, BlockEntry) or placed.entry.layout is None:
            return False
        number = placed.entry.layout.pane_at(*self._page.local(placed, point))
        if number is None:
            return False
        placed.entry.scroll_pane(number, placed.entry.offset_of(number) + by)
        self._page.repaint_all()
        return True
