"""Tells screen readers of replies that are being written: that one begins, each sentence of it, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from desktop_chat.core.entities import Message, Status
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.message_text import said
from desktop_chat.ui.transcript.transcript_model import Row

if TYPE_CHECKING:
    from desktop_chat.markdown.speech_text import SpokenSentence
    from desktop_chat.ui.transcript.view import TranscriptView

_PAUSE_MS = 1_000
"""Between two announcements of what came; sentences that ended meanwhile are told together."""


class Announcer:
    """Polite: a screen reader says it when it is free."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self.says_sentences: Callable[[], bool] = lambda: True
        """Whether each sentence is told, besides the beginning and the end."""
        self._readings: dict[str, _Reading] = {}
        self._timer = QTimer(view, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._tell_sentences)

    def follow(self, rows: Iterable[Row]) -> None:
        """Take the replies that run now; those that are not among them any more have ended."""
        if not self._readings and not self._view.accessible.is_wanted():
            return
        running = {row.message.id: row for row in rows}
        for message_id, reading in list(self._readings.items()):
            if message_id not in running:
                del self._readings[message_id]
                self._tell_end(message_id, reading)
        for message_id, row in running.items():
            if message_id not in self._readings:
                self._readings[message_id] = _Reading(row)
            if self._readings[message_id].begins():
                self._view.accessible.announce(tr("The reply begins"))
            self._readings[message_id].catch_up()
        if self._readings and self.says_sentences() and not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Nobody looks: what comes from now on is not told later."""
        self._timer.stop()
        for reading in self._readings.values():
            reading.is_missed = True

    def _tell_sentences(self) -> None:
        for reading in self._readings.values():
            heard = reading.take()
            if self.says_sentences():
                self._view.accessible.announce(said(heard))

    def _tell_end(self, message_id: str, reading: _Reading) -> None:
        message = self._view.model.message(message_id)
        if message is None:
            return
        rest = reading.take_rest(message.text) if self.says_sentences() else []
        self._view.accessible.announce(said(rest, self._end(message)))

    def _end(self, message: Message) -> str:
        sentence = self._view.words.sentence(message)
        if not sentence:
            return tr("The reply has ended")
        return tr("Failed: {words}", words=sentence) if message.status is Status.FAILED else sentence


class _Reading:
    """How far a reply has been read out; what was there when it was first seen is not."""

    def __init__(self, row: Row) -> None:
        from desktop_chat.markdown.speech_text import SentenceSplitter  # noqa: PLC0415  (only for screen readers)

        self._row = row
        self._make_cutter = SentenceSplitter
        self._cutter = SentenceSplitter()
        self._position = 0
        self._begun_at = len(row.message.text)
        """Where the text of this request begins."""
        self._recasts = row.recasts
        self._has_begun = False
        self.is_missed = True
        """Nobody was told what came last."""

    def begins(self) -> bool:
        """Say whether the first of its text has come since this was last asked."""
        had_begun, self._has_begun = self._has_begun, len(self._row.text) > self._begun_at
        return self._has_begun and not had_begun

    def catch_up(self) -> None:
        """Pass over what was missed."""
        if self.is_missed:
            self.take()
            self.is_missed = False

    def take(self) -> list[SpokenSentence]:
        """Return the sentences that have ended since the last time."""
        self._follow_recast()
        text = self._row.text
        piece, self._position = text.after(self._position), len(text)
        return self._cutter.feed(piece)

    def take_rest(self, whole: str) -> list[SpokenSentence]:
        """Return what is left of the text as it is in the end."""
        self._follow_recast()
        heard = [*self._cutter.feed(whole[self._position :]), *self._cutter.end()]
        return [] if self.is_missed else heard

    def _follow_recast(self) -> None:
        """Begin the answer anew where what was read out of it turned out to be reasoning."""
        if self._recasts != self._row.recasts:
            self._recasts = self._row.recasts
            self._cutter, self._position = self._make_cutter(), self._begun_at
