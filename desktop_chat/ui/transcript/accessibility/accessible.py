"""The transcript as screen readers see it: a list of all messages, and the text and the controls of those in view.

All of it are widgets without a look, whose interfaces belong to Qt alone. Interfaces written in Python do not live
safely: Qt keeps bare pointers to them, and a screen reader that asked for one while a tab was closing ended the
process. Without a screen reader there are no such widgets, and nothing here costs anything.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from desktop_chat.ui.transcript.blocks.control_painter import ControlRef
from desktop_chat.ui.widgets.announcements import STANDS_IN, announce

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.accessibility.reader_page import ReaderPage
    from desktop_chat.ui.transcript.view import TranscriptView

_PAUSE_MS = 250
"""Between two updates: a growing text is not told letter by letter."""
_CARET_MS = 20
_MORE_MS = 16
_BUDGET_S = 0.006
"""What one update may take to lay out what is not in view of long messages; the rest waits."""


class Accessible:
    """Keeps those widgets in step with what is in view, while a screen reader is there."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._page: ReaderPage | None = None
        self._stand_in: QWidget | None = None
        self._owed = False
        """Where the keyboard went is still to be told: its widget comes when the transcript has scrolled there."""
        self._timer = QTimer(view, singleShot=True)
        self._timer.timeout.connect(self._update)
        self._caret_timer = QTimer(view, singleShot=True, interval=_CARET_MS)
        self._caret_timer.timeout.connect(self._show_selection)

    @staticmethod
    def is_wanted() -> bool:
        """Say whether a screen reader is there."""
        return QAccessible.isActive()

    def note_change(self) -> None:
        """Look at what is in view, soon."""
        if not self._timer.isActive() and QAccessible.isActive():
            self._timer.start(_PAUSE_MS)

    def note_selection(self) -> None:
        """Look at what is selected, very soon."""
        if self._page is not None and not self._caret_timer.isActive() and self._view.isVisible():
            self._caret_timer.start()

    def stop(self) -> None:
        """Leave everything as it is while nobody sees it."""
        self._timer.stop()
        self._caret_timer.stop()

    def announce(self, words: str) -> None:
        """Have a screen reader say something when it is free."""
        announce(self._view, words)

    def follow_keyboard(self) -> None:
        """Tell where the keyboard went: to a control, or to a message."""
        if QAccessible.isActive() and self._view.isVisible():
            self._owed = True
            self._update()

    def leave_keyboard(self) -> None:
        """Tell that the keyboard is at none of them any more."""
        self._owed = False
        self._let_stand_in(None)

    def _update(self) -> None:
        if self._page is None:
            self._page = self._new_page()
        late = time.perf_counter() + _BUDGET_S
        if not self._page.bring_up(lambda: time.perf_counter() > late):
            self._timer.start(_MORE_MS)
        self._show_selection()
        widget = self._widget_at_keyboard()
        self._let_stand_in(widget)
        if self._owed and widget is not None and self._view.hasFocus():
            self._owed = False
            QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Focus))

    def _new_page(self) -> ReaderPage:
        from desktop_chat.ui.transcript.accessibility.reader_page import ReaderPage  # noqa: PLC0415  (only for screen readers)

        page = ReaderPage(self._view)
        page.focus_asked.connect(self._take_keyboard)
        return page

    def _show_selection(self) -> None:
        if self._page is not None:
            self._page.show_selection()

    def _widget_at_keyboard(self) -> QWidget | None:
        hit_tester = self._view.hit_tester
        touch = hit_tester.focused
        panel = self._page.panel(touch.message_id if touch else hit_tester.current_message) if self._page else None
        if panel is None:
            return None
        target = hit_tester.walk.target(touch) if touch is not None else None
        return panel.text if touch is None else panel.control(target.touch) if target is not None else None

    def _let_stand_in(self, widget: QWidget | None) -> None:
        """Let a widget stand in for the transcript, which has the keyboard: it then is what has the focus."""
        if widget is self._stand_in:
            return
        if self._stand_in is not None:
            self._stand_in.setProperty(STANDS_IN, False)
            self._stand_in.setFocusProxy(None)  # type: ignore[arg-type]  # Qt takes nothing for nobody
        self._stand_in = widget
        if widget is not None:
            widget.setProperty(STANDS_IN, True)
            widget.setFocusProxy(self._view)

    def _take_keyboard(self, message_id: str, touch: ControlRef | None) -> None:
        """A screen reader put the focus on one of the widgets: the transcript takes it, at what that stands for."""
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        if touch is not None:
            self._view.hit_tester.focus(touch)
        else:
            self._view.hit_tester.stand_at_message(message_id)
