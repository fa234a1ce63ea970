"""The messages of one conversation as Qt sees them: always true, told at most once a frame."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from math import ceil
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from desktop_chat.core.deltas import (
    FinishDelta,
    LeftOutDelta,
    ReasoningDelta,
    RecastDelta,
    RefusalDelta,
    SourcesDelta,
    TextDelta,
)
from desktop_chat.core.entities import Failure, Message, Status, Timing, joined_sources
from desktop_chat.core.events import (
    MessageAdded,
    PathChanged,
    ReplyDelta,
    ReplyEnded,
    ReplyStopping,
    RetryScheduled,
    RetryStarted,
    SessionEvent,
)
from desktop_chat.core.left_out import LeftOut

FRAME_MS = 16
"""Between two announcements of text that grew. After a longer silence text is told as soon as the loop is free."""
_MAY_RUN = 2
"""Only so many messages at the end of a path can be replies that run: looked for first, and made at once."""


class TranscriptRole(IntEnum):
    """What a row can be asked for, besides its text as Qt's display role."""

    MESSAGE_ID = Qt.ItemDataRole.UserRole + 1
    ROLE = Qt.ItemDataRole.UserRole + 2
    STATUS = Qt.ItemDataRole.UserRole + 3


class GrowingText:
    """A text kept as the pieces in which it came; it is joined only for those who need all of it."""

    def __init__(self, text: str = "") -> None:
        self._pieces = [text] if text else []
        self._length = len(text)

    def __len__(self) -> int:
        return self._length

    def add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)

    def after(self, position: int) -> str:
        """Return what follows the first `position` characters, at a cost that depends on the new part only."""
        missing = self._length - position
        found: list[str] = []
        for piece in reversed(self._pieces):
            if missing <= 0:
                break
            found.append(piece[-missing:] if missing < len(piece) else piece)
            missing -= len(piece)
        return "".join(reversed(found))

    def whole(self) -> str:
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""


@dataclass(slots=True)
class Progress:
    """How a running reply stands. Times are seconds of the model's clock."""

    started_at: float
    heard_at: float
    """When something last came, or the wait began."""
    first_token_at: float | None = None
    answer_at: float | None = None
    stopping: bool = False
    finished: bool = False
    """The server said that it is over; numbers may still come."""
    retry_at: float | None = None
    """When it is sent again, while it waits for that."""
    failure: Failure | None = None
    """Why it is sent again, while it waits for that."""
    left_out: tuple[LeftOut, ...] = ()
    """What it was asked for without."""

    def timing(self) -> Timing:
        """Return what is known so far."""
        first = None if self.first_token_at is None else self.first_token_at - self.started_at
        thought = (
            None if self.answer_at is None or self.first_token_at is None else self.answer_at - self.first_token_at
        )
        return Timing(first, thought)


class Row:
    """One message; `message.text` and `message.reasoning` of a running one are in `text` and `reasoning`."""

    __slots__ = ("_reasoning", "_text", "message", "progress", "recasts", "sources")

    def __init__(self, message: Message, progress: Progress | None = None) -> None:
        self.message = message
        self.progress = progress
        self.sources = message.sources
        """What numbers in its text lead to."""
        self.recasts = 0
        """How often its text turned out to be reasoning."""
        self._text: GrowingText | None = None
        self._reasoning: GrowingText | None = None

    @property
    def running(self) -> bool:
        return self.message.status is Status.RUNNING

    @property
    def is_writing(self) -> bool:
        """True while more text is to come, as far as is known."""
        return self.progress is not None and not self.progress.finished

    @property
    def text(self) -> GrowingText:
        if self._text is None:
            self._text = GrowingText(self.message.text)
        return self._text

    @property
    def reasoning(self) -> GrowingText:
        if self._reasoning is None:
            self._reasoning = GrowingText(self.message.reasoning)
        return self._reasoning

    @property
    def length(self) -> int:
        """Characters of the answer so far."""
        return len(self.message.text) if self._text is None else len(self._text)

    def recast(self) -> None:
        """Move the text that came since the reply began, or was continued, behind the reasoning."""
        before = self.message.text
        self.reasoning.add(self.text.after(len(before)))
        self._text = GrowingText(before)
        self.recasts += 1

    def end(self, message: Message) -> None:
        """Take the message as it is in the end."""
        if len(self.text) != len(message.text):
            self._text = None
        if len(self.reasoning) != len(message.reasoning):
            self._reasoning = None
        self.message, self.progress, self.sources = message, None, message.sources


class TranscriptModel(QAbstractListModel):
    """Rows are the messages of the shown path. Feed it the events of a session.

    Rows and statuses are told at once, text that grows once a frame.
    """

    stopping = Signal(str)
    """A reply's id: the person asked to stop it."""

    def __init__(
        self,
        messages: Iterable[Message] = (),
        *,
        alternatives: Callable[[str], Sequence[str]] | None = None,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.clock = clock
        self._alternatives = alternatives
        self._messages: list[Message] = list(messages)
        self._rows: dict[str, Row] = {}
        self._places: dict[str, int] = {}
        self._changed: set[int] = set()
        self._told_at = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tell)
        self._begin_clocks()

    # --- what is known ------------------------------------------------------------------------------------------

    def row(self, place: int) -> Row:
        """Return a row by its place, made when it is first wanted."""
        message = self._messages[place]
        row = self._rows.get(message.id)
        if row is None:
            row = self._rows[message.id] = self._made(message)
        return row

    def messages(self, first: int, end: int) -> list[Message]:
        """Return messages by their places, without a row for each; a running one has not the text that has come."""
        return self._messages[first:end]

    def lengths(self, first: int = 0) -> list[int]:
        """Return how many characters each answer has, from a place on."""
        found = [len(message.text) for message in self._messages[first:]]
        for place in range(max(first, len(self._messages) - _MAY_RUN), len(self._messages)):
            found[place - first] = self.row(place).length
        return found

    def place_of(self, message_id: str) -> int | None:
        """Return the row number of a message, or None when it is not on the shown path."""
        messages = self._messages
        for place in range(len(messages) - 1, max(-1, len(messages) - 1 - _MAY_RUN), -1):
            if messages[place].id == message_id:
                return place
        if len(self._places) != len(messages):
            self._places = {message.id: place for place, message in enumerate(messages)}
        return self._places.get(message_id)

    def alternatives(self, message_id: str) -> Sequence[str]:
        """Return the ids of a message and of those that were asked or answered in its place, oldest first."""
        return self._alternatives(message_id) if self._alternatives else (message_id,)

    def message(self, message_id: str) -> Message | None:
        """Return a message with the text that has come so far, or None when it is not shown."""
        place = self.place_of(message_id)
        if place is None:
            return None
        row = self.row(place)
        if not row.running:
            return row.message
        timing = row.progress.timing() if row.progress else None
        return replace(row.message, text=row.text.whole(), reasoning=row.reasoning.whole(), timing=timing)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 -- Qt's default
        return 0 if parent.isValid() else len(self._messages)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text.whole()
        return {
            TranscriptRole.MESSAGE_ID: row.message.id,
            TranscriptRole.ROLE: row.message.role.value,
            TranscriptRole.STATUS: row.message.status.value,
        }.get(role)  # type: ignore[call-overload]  # Qt's roles are plain numbers

    # --- what happens -------------------------------------------------------------------------------------------

    def on_event(self, event: SessionEvent) -> None:
        """Take one event of the session; about messages that are not shown nothing happens."""
        match event:
            case ReplyDelta(message_id, delta):
                self._grow(message_id, delta)
            case MessageAdded(message):
                self._append(message)
            case PathChanged(messages):
                self.show_path(messages)
            case ReplyEnded(message):
                self._end(message)
            case RetryScheduled() | RetryStarted() | ReplyStopping():
                self._note_progress(event)

    def show_path(self, messages: Iterable[Message]) -> None:
        """Show other messages. A reply that runs on keeps the text that has come."""
        known = self._rows
        self.beginResetModel()
        self._changed.clear()
        self._messages, self._rows, self._places = list(messages), {}, {}
        for place, message in enumerate(self._messages):
            row = known.get(message.id)
            if row is not None and (row.running or row.message is message):
                self._rows[message.id] = row
                self._messages[place] = row.message
        self._begin_clocks()
        self.endResetModel()

    def tell(self) -> None:
        """Announce what grew since the last time, now."""
        self._timer.stop()
        if not self._changed:
            return
        self._told_at = time.monotonic()
        first, last = min(self._changed), max(self._changed)
        self._changed.clear()
        self.dataChanged.emit(self.index(first), self.index(last), [Qt.ItemDataRole.DisplayRole])

    def _made(self, message: Message) -> Row:
        if message.status is not Status.RUNNING:
            return Row(message)
        now = self.clock()
        return Row(message, Progress(now, now))

    def _begin_clocks(self) -> None:
        """Make the rows of replies that run: their time counts from now."""
        for place in range(max(0, len(self._messages) - _MAY_RUN), len(self._messages)):
            self.row(place)

    def _running(self, message_id: str) -> tuple[int, Row, Progress] | None:
        """Return place, row and progress of a reply that runs here."""
        place = self.place_of(message_id)
        row = self.row(place) if place is not None else None
        return (place, row, row.progress) if place is not None and row is not None and row.progress else None

    def _append(self, message: Message) -> None:
        place = len(self._messages)
        self.beginInsertRows(QModelIndex(), place, place)
        self._messages.append(message)
        self.row(place)
        self.endInsertRows()

    def _grow(self, message_id: str, delta: object) -> None:
        found = self._running(message_id)
        if found is None:
            return
        place, row, progress = found
        now = progress.heard_at = self.clock()
        match delta:
            case TextDelta(text) | RefusalDelta(text):
                row.text.add(text)
                progress.answer_at = now if progress.answer_at is None else progress.answer_at
            case ReasoningDelta(text):
                row.reasoning.add(text)
            case RecastDelta():
                row.recast()
                progress.answer_at = None
            case _:
                self._note_about(place, row, progress, delta)
                return
        progress.finished = False
        if progress.first_token_at is None:
            progress.first_token_at = now
        self._tell_soon(place)

    def _note_about(self, place: int, row: Row, progress: Progress, delta: object) -> None:
        """Take what is told about a reply, besides what it says."""
        match delta:
            case FinishDelta():
                progress.finished = True
            case SourcesDelta(sources):
                row.sources = joined_sources(row.message.sources, sources)
                self._tell_soon(place)
            case LeftOutDelta(parts):
                progress.left_out = tuple(dict.fromkeys((*progress.left_out, *parts)))
                self._tell_soon(place)

    def _end(self, message: Message) -> None:
        place = self.place_of(message.id)
        if place is None:
            return
        self.row(place).end(message)
        self._messages[place] = message
        self._changed.add(place)
        self.tell()

    def _note_progress(self, event: RetryScheduled | RetryStarted | ReplyStopping) -> None:
        found = self._running(event.message_id)
        if found is None:
            return
        place, _, progress = found
        now = self.clock()
        if isinstance(event, RetryScheduled):
            progress.retry_at, progress.failure = now + event.delay_s, event.failure
        elif isinstance(event, RetryStarted):
            progress.retry_at, progress.failure, progress.started_at, progress.heard_at = None, None, now, now
        else:
            progress.stopping = True
            self.stopping.emit(event.message_id)
        self._changed.add(place)
        self.tell()

    def _tell_soon(self, place: int) -> None:
        self._changed.add(place)
        if not self._timer.isActive():
            due = self._told_at + FRAME_MS / 1_000 - time.monotonic()
            self._timer.start(max(0, ceil(due * 1_000)))
