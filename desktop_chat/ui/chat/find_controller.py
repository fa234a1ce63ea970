"""Find in a tab: shows and hides the bar above the transcript without moving the text."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QSignalBlocker, Qt
from PySide6.QtWidgets import QApplication, QBoxLayout, QWidget

from desktop_chat.ui.chat.find_bar import FindBar
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.transcript.find.find import FindSession
from desktop_chat.ui.transcript.find.hit_ticks import HitTicks
from desktop_chat.ui.transcript.find.searcher import Hit
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.widgets.announcements import announce

_MAX_PREFILL = 120


class FindController(QObject):
    """Owns the find bar, and a search while the bar is open."""

    def __init__(self, theme: Theme, page: QWidget, rows: QBoxLayout, view: TranscriptView) -> None:
        super().__init__(page)
        self._page = page
        self._view = view
        self._before: QWidget | None = None
        """The widget that had the focus before."""
        self._announced = (0, True)
        """What was last announced to a screen reader: the hit's number, and whether there are hits."""
        self.bar = FindBar(theme, page)
        self.bar.hide()
        rows.insertWidget(0, self.bar)
        self._rows = rows
        self.bar.query_changed.connect(self._search)
        self.bar.stepped.connect(self.step)
        self.bar.left.connect(self.close)

    @property
    def is_open(self) -> bool:
        return self._view.find_session is not None

    def open(self) -> None:
        """Show and focus the bar, filled with the selection if it is short."""
        if not self._begin():
            return
        was = self.bar.find_query
        self.bar.begin(self._selected())
        if (
            self.bar.find_query == was
            and self._view.find_session is not None
            and not self._view.find_session.find_query.text
        ):
            self._search()

    def show(self, message_id: str, words: str) -> None:
        """Go to the first match of `words` in a message and show the bar, without moving the focus."""
        place = self._view.model.place_of(message_id)
        if place is None or not self._begin():
            return
        with QSignalBlocker(self.bar):
            self.bar.case_button.setChecked(False)
            self.bar.word_button.setChecked(False)
            self.bar.line.setText(words)
        if self._view.find_session is not None:
            self._view.find_session.search(self.bar.find_query, Hit(place, 0, 0, 0))

    def step(self, forward: bool = True) -> None:
        """Go to the next or previous hit; open the bar if it is closed."""
        if self._view.find_session is not None:
            self._view.find_session.step(forward=forward)
        else:
            self.open()

    def close(self) -> None:
        """Hide the bar; the current hit stays selected, and the focus returns."""
        finding = self._view.find_session
        if finding is None:
            return
        finding.leave()
        self._view.find_session = None
        self._move_page(shown=False)
        before, self._before = self._before, None
        if before is not None and before.isVisible() and self._page.isAncestorOf(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self) -> bool:
        """Show the bar. Returns False if the transcript is empty or hidden."""
        if not self._view.isVisible() or not len(self._view.document):
            return False
        if not self.is_open:
            self._before = QApplication.focusWidget()
            self._move_page(shown=True)
            self._view.find_session = finding = FindSession(self._view.page)
            finding.changed.connect(self._tell)
            HitTicks(self._view.page, finding)
        return True

    def _search(self) -> None:
        if self._view.find_session is not None:
            self._view.find_session.search(self.bar.find_query)

    def _tell(self) -> None:
        finding = self._view.find_session
        if finding is not None:
            tally = finding.tally
            self.bar.tell(tally.ordinal, tally.total, complete=tally.complete)
            if tally.complete and self.bar.line.text() and self._announced != (tally.ordinal, tally.total > 0):
                self._announced = (tally.ordinal, tally.total > 0)
                announce(self._view, self.bar.tally.text())

    def _selected(self) -> str:
        """Return the selected text if it is short and on one line."""
        ends = self._view.selection.ends()
        if ends is None or ends[0][:2] != ends[1][:2] or ends[1][2] - ends[0][2] > _MAX_PREFILL:
            return ""
        text = self._view.copier.text(markdown=False)
        return text if len(text.splitlines()) == 1 else ""

    def _move_page(self, *, shown: bool) -> None:
        """Show or hide the bar without moving the text on the screen."""
        view, origin = self._view, QPoint()
        before = view.viewport().mapTo(self._page, origin).y()
        self.bar.setVisible(shown)
        self._rows.activate()
        moved = view.viewport().mapTo(self._page, origin).y() - before
        if moved and not view.scroller.follow:
            view.scroller.shift(moved)
            view.page.show_changes()
