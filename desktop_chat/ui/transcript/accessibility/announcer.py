"""Announces replies that are being written to screen readers: that one begins, each sentence, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible

from desktop_chat.core.entities import Message, Status
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.message_labels import MessageLabels, said
from desktop_chat.ui.transcript.transcript_model import Row
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.widgets.announcements import announce

if TYPE_CHECKING:
    from desktop_chat.markdown.speech_text import SpokenSentence

_PAUSE_MS = 1_000
"""Delay between announcements of new text; sentences completed in between are announced together."""


class Announcer:
    """Never interrupts: a screen reader speaks when it is free."""

    def __init__(self, page: TranscriptPage, words: MessageLabels) -> None:
        self._page = page
        self._words = words
        self.says_sentences: Callable[[], bool] = lambda: True
        """Whether each sentence is announced, besides the beginning and the end."""
        self._readings: dict[str, _Reading] = {}
        self._timer = QTimer(page, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._tell_sentences)

    def follow(self, rows: Iterable[Row]) -> None:
        """Take the replies that run now; those no longer among them have ended."""
        if not self._readings and not QAccessible.isActive():
            return
        running = {row.message.id: row for row in rows}
        for message_id, reading in list(self._readings.items()):
            if message_id not in running:
                del self._readings[message_id]
                self._tell_end(message_id, reading)
        for message_id, row in running.items():
            if message_id not in self._readings:
                self._readings[message_id] = _Reading(row)
            self._tell_news(self._readings[message_id])
        if self._readings and self.says_sentences() and not self._timer.isActive():
            self._timer.start()

    def _tell_news(self, reading: _Reading) -> None:
        """Tell that a reply begins, and what it asks for."""
        if reading.begins():
            announce(self._page.area, tr("Reply started"))
        reading.catch_up()
        for words in reading.requests():
            announce(self._page.area, words)

    def stop(self) -> None:
        """Called while the transcript is hidden: text that arrives meanwhile is never announced."""
        self._timer.stop()
        for reading in self._readings.values():
            reading.is_missed = True

    def _tell_sentences(self) -> None:
        for reading in self._readings.values():
            heard = reading.take()
            if self.says_sentences():
                announce(self._page.area, said(heard))

    def _tell_end(self, message_id: str, reading: _Reading) -> None:
        message = self._page.model.message(message_id)
        if message is None:
            return
        rest = reading.take_rest(message.text) if self.says_sentences() else []
        announce(self._page.area, said(rest, self._end(message)))

    def _end(self, message: Message) -> str:
        sentence = self._words.sentence(message)
        if not sentence:
            return tr("Reply finished")
        return tr("Failed: {words}", words=sentence) if message.status is Status.FAILED else sentence


class _Reading:
    """How far a reply has been read out; text that was there when it was first seen is not."""

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
        self._asked: set[str] = set()
        """The tool calls that were announced as waiting."""
        self.is_missed = True
        """The last text was not announced."""

    def requests(self) -> list[str]:
        """Return what is asked for by the tool calls that wait for approval since this was last called."""
        if not self._row.calls:
            return []
        from desktop_chat.core.tools import CallStatus  # noqa: PLC0415  (few replies have calls)
        from desktop_chat.ui.transcript.calls.call_text import request_words  # noqa: PLC0415

        waiting = [call for call in self._row.calls if call.status is CallStatus.WAITING and call.id not in self._asked]
        self._asked.update(call.id for call in waiting)
        return [request_words(call) for call in waiting]

    def begins(self) -> bool:
        """Return whether its first text has arrived since this was last called."""
        had_begun, self._has_begun = self._has_begun, len(self._row.text) > self._begun_at
        return self._has_begun and not had_begun

    def catch_up(self) -> None:
        """Skip the text that was missed."""
        if self.is_missed:
            self.take()
            self.is_missed = False

    def take(self) -> list[SpokenSentence]:
        """Return the sentences that have ended since the last call."""
        self._follow_recast()
        text, start = self._row.text, self._position
        piece, self._position = text.after(start), len(text)
        return self._cutter.feed(self._divided(piece, start))

    def take_rest(self, whole: str) -> list[SpokenSentence]:
        """Return the rest of the final text."""
        self._follow_recast()
        rest = self._divided(whole[self._position :], self._position)
        heard = [*self._cutter.feed(rest), *self._cutter.end()]
        return [] if self.is_missed else heard

    def _divided(self, piece: str, start: int) -> str:
        """Return a piece of the text with a paragraph's end at each tool call."""
        for at in sorted({call.text_at for call in self._row.calls}, reverse=True):
            if start <= at <= start + len(piece):
                piece = f"{piece[: at - start]}\n\n{piece[at - start :]}"
        return piece

    def _follow_recast(self) -> None:
        """Start the answer again if what was read out of it turned out to be reasoning."""
        if self._recasts != self._row.recasts:
            self._recasts = self._row.recasts
            self._cutter, self._position = self._make_cutter(), self._begun_at
