"""The transcript's scroll bar, a view of the anchor: shows where it is, and reports what the user does with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QWidget

from desktop_chat.ui.widgets.scroll_area import SteadyScrollBar

_Action = QAbstractSlider.SliderAction
_LINES = {_Action.SliderSingleStepAdd.value: 1, _Action.SliderSingleStepSub.value: -1}
_PAGES = {_Action.SliderPageStepAdd.value: 1, _Action.SliderPageStepSub.value: -1}


class ScrollBar(SteadyScrollBar):
    """Its pixels are estimates beyond what is in view, so its arrows and its trough ask for real lines and pages. While
    the thumb is held it stays under the pointer, whatever gets measured meanwhile."""

    lines_asked = Signal(int)
    """Steps of a line or two down, or up when negative."""
    pages_asked = Signal(int)
    dragged = Signal(float)
    """To a share of the way down, from 0 to 1."""
    turned = Signal(QWheelEvent)
    """The wheel was turned over it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = 0
        self._place = 0
        self._showing = False
        self.actionTriggered.connect(self._ask)
        self.valueChanged.connect(self._tell)
        self.sliderReleased.connect(self._show)

    def show_place(self, place: int | None, total: int, page: int) -> None:
        """Show that the view is at a height of `total`; None is the end."""
        self._most = max(0, total - page)
        self._place = self._most if place is None else min(place, max(0, self._most - 1))
        if not self.isSliderDown():
            self._show()
            self.setPageStep(page)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.turned.emit(event)

    def _show(self) -> None:
        self._showing = True
        self.setRange(0, self._most)
        self.setValue(self._place)
        self._showing = False

    def _ask(self, action: int) -> None:
        if action in _LINES or action in _PAGES:
            self.setSliderPosition(self.value())  # it must not move by itself
            asked, count = (
                (self.lines_asked, _LINES[action]) if action in _LINES else (self.pages_asked, _PAGES[action])
            )
            asked.emit(count)

    def _tell(self, value: int) -> None:
        if not self._showing:
            self.dragged.emit(value / self.maximum() if self.maximum() else 1.0)
