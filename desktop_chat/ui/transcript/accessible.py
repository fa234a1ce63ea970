"""The transcript as screen readers see it: for each message in view a label without a look, which says it.

Labels are widgets, whose interfaces belong to Qt alone. Interfaces written in Python do not live safely: Qt keeps bare
pointers to them, and a screen reader that asked for one while a tab was closing ended the process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel

from desktop_chat.ui.i18n import tr
from desktop_chat.ui.transcript.words import speaker

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.view import TranscriptView

_PAUSE_MS = 250
"""Between two updates: a growing text is not told letter by letter."""


class MessageLabels:
    """Keeps the labels in step with what is in view, while a screen reader is there."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._labels: list[QLabel] = []
        self._timer = QTimer(view)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._update)

    def note_change(self) -> None:
        """Look at what is in view, soon."""
        if not self._timer.isActive() and QAccessible.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Leave the labels as they are while nobody sees them."""
        self._timer.stop()

    def announce(self, words: str) -> None:
        """Have a screen reader say something when it is free."""
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._view, words))

    def _update(self) -> None:
        rects = self._rects()
        while len(self._labels) < len(rects):
            self._labels.append(self._new_label())
        for label, (place, rect) in zip(self._labels, rects.items(), strict=False):
            label.setGeometry(rect)
            label.setAccessibleName(self._words(place))
            label.show()
        for label in self._labels[len(rects) :]:
            label.hide()
            label.setAccessibleName("")

    def _rects(self) -> dict[int, QRect]:
        """Return where each message in view is, by its place."""
        found: dict[int, QRect] = {}
        for one in self._view.placed:
            rect = QRect(self._view.column_x, one.y, self._view.document.width, one.entry.height)
            found[one.spot.place] = found.get(one.spot.place, rect).united(rect)
        return found

    def _words(self, place: int) -> str:
        model = self._view.model
        message = model.message(model.row(place).message.id)
        return tr("{name}: {words}", name=speaker(message), words=message.text) if message is not None else ""

    def _new_label(self) -> QLabel:
        label = QLabel(self._view.viewport())
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return label
