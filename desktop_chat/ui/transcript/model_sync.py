"""Keeps the page up to date with its model: added messages, arriving text, and running replies."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QTimer

from desktop_chat.core.entities import Role
from desktop_chat.ui.transcript.accessibility.announcer import Announcer
from desktop_chat.ui.transcript.overlays import JumpButton
from desktop_chat.ui.transcript.transcript_model import FRAME_MS, TranscriptModel
from desktop_chat.ui.transcript.transcript_page import TranscriptPage

_TICK_MS = 100


class ModelSync(QObject):
    """Takes only as much text per frame as fits in it."""

    def __init__(self, page: TranscriptPage, announcer: Announcer, jump: JumpButton) -> None:
        super().__init__(page)
        self._page = page
        self._jump = jump
        self._announcer = announcer
        self._changed: set[int] = set()
        """Messages with new text that was not taken yet."""
        self._more = QTimer(self, interval=FRAME_MS, singleShot=True)
        self._more.timeout.connect(self.catch_up)
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self.tick)

    def set_model(self, model: TranscriptModel) -> None:
        """Show a model, from its end."""
        page = self._page
        page.model.disconnect(self)
        page.document.model = model
        model.rowsInserted.connect(self._on_inserted)
        model.dataChanged.connect(self._on_changed)
        model.modelReset.connect(self._on_reset)
        page.selection.clear()
        page.scroller.follow_end()
        self._on_reset()

    def catch_up(self) -> None:
        """Take what arrived since the last frame, as much as fits in one."""
        places, self._changed = self._changed, set()
        for place in places:
            if self._page.refresh(place):
                self._changed.add(place)
        if self._changed:
            self._more.start()
        self._follow_replies()
        self._page.show_changes()

    def tick(self) -> None:
        """Update how long each running reply has taken."""
        for place in self._page.running_places():
            self._page.refresh(place)
        self._follow_replies()
        self._page.show_changes()

    def stop(self) -> None:
        """Do nothing while the transcript is hidden."""
        self._more.stop()
        self._clock.stop()
        self._announcer.stop()

    def _follow_replies(self) -> None:
        """A reply may have begun or ended."""
        page = self._page
        places = page.running_places() if page.is_visible else []
        if page.is_visible:
            self._announcer.follow([page.model.row(place) for place in places])
        if places:
            self._clock.start()  # restarted: the next tick is for when nothing arrives
        else:
            self._clock.stop()

    def _on_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Go to the user's new question regardless of the scroll position; count other new messages."""
        page = self._page
        page.document.append_rows()
        if any(message.role is Role.USER for message in page.model.messages(first, last + 1)):
            page.scroller.follow_end()
        elif not page.scroller.follow:
            self._jump.note_messages(last + 1 - first)
        self._follow_replies()
        page.show_changes()

    def _on_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        self._changed.update(range(first.row(), last.row() + 1))
        self._page.is_stale = True
        if self._page.is_visible:
            if not self._page.scroller.follow:
                self._jump.note_text()
            self.catch_up()

    def _on_reset(self) -> None:
        page = self._page
        spot, _ = page.scroller.anchor
        self._changed, page.placed = set(), []
        page.document.reset(page.model)
        if spot.place >= len(page.document):
            page.scroller.follow = True
        self._follow_replies()
        page.show_changes()
