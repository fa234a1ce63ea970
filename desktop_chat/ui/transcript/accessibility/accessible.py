"""The transcript as screen readers see it: a list of all messages, and the text and the controls of those in view.

These are widgets that paint nothing, whose accessible interfaces belong to Qt alone. Interfaces written in Python are
not safe: Qt keeps bare pointers to them, and a screen reader that asked for one while a tab was closing ended the
process. Without a screen reader there are no such widgets, and nothing here costs anything.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from desktop_chat.ui.transcript.blocks.control_painter import ControlRef
from desktop_chat.ui.transcript.controls.hit_testing import HitTester
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.widgets.announcements import STANDS_IN

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.accessibility.reader_page import ReaderPage

_PAUSE_MS = 250
"""Delay between updates, so that growing text is not reported character by character."""
_CARET_MS = 20
_MORE_MS = 16
_BUDGET_S = 0.006
"""For laying out the parts of long messages that are not in view, in one update; the rest waits."""


class Accessible:
    """Keeps those widgets in step with what is in view while a screen reader runs."""

    def __init__(self, page: TranscriptPage, hit_tester: HitTester) -> None:
        self._page = page
        self._hit_tester = hit_tester
        self._reader: ReaderPage | None = None
        self._stand_in: QWidget | None = None
        self._owed = False
        """A focus change that is not reported yet: the widget appears once the transcript has scrolled there."""
        self._timer = QTimer(page, singleShot=True)
        self._timer.timeout.connect(self._update)
        self._caret_timer = QTimer(page, singleShot=True, interval=_CARET_MS)
        self._caret_timer.timeout.connect(self._show_selection)
        hit_tester.keyboard_moved.connect(self.follow_keyboard)
        hit_tester.keyboard_left.connect(self.leave_keyboard)

    def note_change(self) -> None:
        """Update what is in view, soon."""
        if not self._timer.isActive() and QAccessible.isActive():
            self._timer.start(_PAUSE_MS)

    def note_selection(self) -> None:
        """Update the selection, very soon."""
        if self._reader is not None and not self._caret_timer.isActive() and self._page.is_visible:
            self._caret_timer.start()

    def stop(self) -> None:
        """Stop updating while the transcript is hidden."""
        self._timer.stop()
        self._caret_timer.stop()

    def follow_keyboard(self) -> None:
        """Report that the focus moved to a control or message."""
        if QAccessible.isActive() and self._page.is_visible:
            self._owed = True
            self._update()

    def leave_keyboard(self) -> None:
        """Report that the focus left the transcript's controls and messages."""
        self._owed = False
        self._let_stand_in(None)

    def _update(self) -> None:
        if self._reader is None:
            self._reader = self._new_reader()
        late = time.perf_counter() + _BUDGET_S
        if not self._reader.bring_up(lambda: time.perf_counter() > late):
            self._timer.start(_MORE_MS)
        self._show_selection()
        widget = self._widget_at_keyboard()
        self._let_stand_in(widget)
        if self._owed and widget is not None and self._page.area.hasFocus():
            self._owed = False
            QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Focus))

    def _new_reader(self) -> ReaderPage:
        from desktop_chat.ui.transcript.accessibility.reader_page import ReaderPage  # noqa: PLC0415  (only for screen readers)

        reader = ReaderPage(self._page, self._hit_tester)
        reader.focus_asked.connect(self._take_keyboard)
        return reader

    def _show_selection(self) -> None:
        if self._reader is not None:
            self._reader.show_selection()

    def _widget_at_keyboard(self) -> QWidget | None:
        hit_tester, reader = self._hit_tester, self._reader
        ref = hit_tester.focused
        panel = reader.panel(ref.message_id if ref else hit_tester.current_message) if reader else None
        if panel is None:
            return None
        target = hit_tester.focus_chain.target(ref) if ref is not None else None
        return panel.text if ref is None else panel.control(target.ref) if target is not None else None

    def _let_stand_in(self, widget: QWidget | None) -> None:
        """Present a widget to screen readers as focused in place of the transcript, which has the focus."""
        if widget is self._stand_in:
            return
        if self._stand_in is not None:
            self._stand_in.setProperty(STANDS_IN, False)
            self._stand_in.setFocusProxy(None)  # type: ignore[arg-type]  # Qt accepts None
        self._stand_in = widget
        if widget is not None:
            widget.setProperty(STANDS_IN, True)
            widget.setFocusProxy(self._page.area)

    def _take_keyboard(self, message_id: str, ref: ControlRef | None) -> None:
        """A screen reader focused one of the widgets: the transcript takes the focus, at its control or message."""
        self._page.area.setFocus(Qt.FocusReason.OtherFocusReason)
        if ref is not None:
            self._hit_tester.focus(ref)
        else:
            self._hit_tester.go_to_message(message_id)
