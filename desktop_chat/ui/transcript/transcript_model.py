"""A conversation's messages as a Qt model: always current, with changes signalled at most once per frame."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from math import ceil
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from desktop_chat.core.deltas import (
    LeftOutDelta,
    ReasoningDelta,
    RecastDelta,
    RefusalDelta,
    SourcesDelta,
    TextDelta,
    ToolCallDelta,
)
from desktop_chat.core.entities import Message, Source, Status
from desktop_chat.core.events import (
    MessageAdded,
    PathChanged,
    ReplyDelta,
    ReplyEnded,
    ReplyStopping,
    RetryScheduled,
    RetryStarted,
    SessionEvent,
    ToolCallChanged,
)
from desktop_chat.core.growing_text import GrowingText
from desktop_chat.core.reply import Reply

if TYPE_CHECKING:  # few messages have tool calls
    from desktop_chat.ui.transcript.calls.shown_call import ShownCall

FRAME_MS = 16
"""Interval between signals of growing text. After a longer silence, text is signalled as soon as the loop is free."""
_MAX_RUNNING = 2
"""Running replies can only be among the last two messages of a path, so these are checked first."""
_VISIBLE_DELTAS = (
    TextDelta,
    RefusalDelta,
    ReasoningDelta,
    RecastDelta,
    ToolCallDelta,
    SourcesDelta,
    LeftOutDelta,
)
"""Deltas that change how a reply looks."""


class TranscriptRole(IntEnum):
    """The roles of a row, besides its text as Qt's display role."""

    MESSAGE_ID = Qt.ItemDataRole.UserRole + 1
    ROLE = Qt.ItemDataRole.UserRole + 2
    STATUS = Qt.ItemDataRole.UserRole + 3


class Row:
    """A message. The text of a running one is in `text` and `reasoning`, read from its reply."""

    __slots__ = ("_reasoning", "_recasts", "_text", "message", "reply")

    def __init__(self, message: Message, reply: Reply | None = None) -> None:
        self.message = message
        self.reply = reply
        """The running reply; None once it has ended."""
        self._recasts = 0
        self._text: GrowingText | None = None
        self._reasoning: GrowingText | None = None

    @property
    def running(self) -> bool:
        return self.message.status is Status.RUNNING

    @property
    def is_writing(self) -> bool:
        """Whether more text is expected."""
        return self.reply is not None and not self.reply.progress.finished

    @property
    def text(self) -> GrowingText:
        if self.reply is not None:
            return self.reply.text
        if self._text is None:
            self._text = GrowingText(self.message.text)
        return self._text

    @property
    def reasoning(self) -> GrowingText:
        if self.reply is not None:
            return self.reply.reasoning
        if self._reasoning is None:
            self._reasoning = GrowingText(self.message.reasoning)
        return self._reasoning

    @property
    def recasts(self) -> int:
        """How often its text was reclassified as reasoning."""
        return self._recasts if self.reply is None else self.reply.recasts

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that numbers in the text refer to."""
        return (self.reply or self.message).sources

    @property
    def calls(self) -> Sequence[ShownCall]:
        """The tool calls of a reply, in order."""
        return self.message.tool_calls if self.reply is None else self.reply.calls

    @property
    def length(self) -> int:
        """Number of characters in the answer so far."""
        return len(self.message.text) if self.reply is None else len(self.reply.text)

    def end(self, message: Message) -> None:
        """Take the final message."""
        self._recasts = self.recasts
        self.message, self.reply, self._text, self._reasoning = message, None, None, None


class TranscriptModel(QAbstractListModel):
    """Rows are the messages of the shown path. `on_event` takes the session's events; a running reply is read in place.

    Rows and statuses are signalled at once, growing text once per frame.
    """

    def __init__(
        self,
        messages: Iterable[Message] = (),
        *,
        alternatives: Callable[[str], Sequence[str]] | None = None,
        reply: Callable[[], Reply | None] = lambda: None,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`reply` returns the session's running reply, which uses the same `clock`."""
        super().__init__(parent)
        self.clock = clock
        self._alternatives = alternatives
        self._reply = reply
        self._messages: list[Message] = list(messages)
        self._rows: dict[str, Row] = {}
        self._places: dict[str, int] = {}
        self._changed: set[int] = set()
        self._signalled_at = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tell)

    # --- reading ------------------------------------------------------------------------------------------------

    def row(self, place: int) -> Row:
        """Return a row by index, created when first needed."""
        message = self._messages[place]
        row = self._rows.get(message.id)
        if row is None:
            row = self._rows[message.id] = self._new_row(message)
        return row

    def messages(self, first: int, end: int) -> list[Message]:
        """Return messages by index without creating rows; a running one lacks the text received since it started."""
        return self._messages[first:end]

    def lengths(self, first: int = 0) -> list[int]:
        """Return the number of characters of each answer, starting at `first`."""
        found = [len(message.text) for message in self._messages[first:]]
        for place in range(max(first, len(self._messages) - _MAX_RUNNING), len(self._messages)):
            found[place - first] = self.row(place).length
        return found

    def place_of(self, message_id: str) -> int | None:
        """Return a message's row, or None if it is not on the shown path."""
        messages = self._messages
        for place in range(len(messages) - 1, max(-1, len(messages) - 1 - _MAX_RUNNING), -1):
            if messages[place].id == message_id:
                return place
        if len(self._places) != len(messages):
            self._places = {message.id: place for place, message in enumerate(messages)}
        return self._places.get(message_id)

    def alternatives(self, message_id: str) -> Sequence[str]:
        """Return the ids of a message and its alternatives, oldest first."""
        return self._alternatives(message_id) if self._alternatives else (message_id,)

    def message(self, message_id: str) -> Message | None:
        """Return a message with the text received so far, or None if it is not shown."""
        place = self.place_of(message_id)
        if place is None:
            return None
        row = self.row(place)
        return row.message if row.reply is None else row.reply.so_far()

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

    # --- changes ------------------------------------------------------------------------------------------------

    def on_event(self, event: SessionEvent) -> None:
        """Handle a session event; events about messages that are not shown are ignored."""
        match event:
            case ReplyDelta(message_id, delta):
                if isinstance(delta, _VISIBLE_DELTAS):
                    self._signal_soon(message_id)
            case MessageAdded(message):
                self._append(message)
            case PathChanged(messages):
                self.show_path(messages)
            case ReplyEnded(message):
                self._end(message)
            case (
                ReplyStopping(message_id)
                | RetryScheduled(message_id)
                | RetryStarted(message_id)
                | ToolCallChanged(message_id)
            ):
                self._signal_now(message_id)

    def show_path(self, messages: Iterable[Message]) -> None:
        """Show other messages. A running reply keeps its row."""
        known = self._rows
        self.beginResetModel()
        self._changed.clear()
        self._messages, self._rows, self._places = list(messages), {}, {}
        for place, message in enumerate(self._messages):
            row = known.get(message.id)
            if row is not None and (row.running or row.message is message):
                self._rows[message.id] = row
                self._messages[place] = row.message
        self.endResetModel()

    def tell(self) -> None:
        """Signal pending text changes now."""
        self._timer.stop()
        if not self._changed:
            return
        self._signalled_at = time.monotonic()
        first, last = min(self._changed), max(self._changed)
        self._changed.clear()
        self.dataChanged.emit(self.index(first), self.index(last), [Qt.ItemDataRole.DisplayRole])

    def _new_row(self, message: Message) -> Row:
        reply = self._reply() if message.status is Status.RUNNING else None
        return Row(message, reply if reply is not None and reply.message.id == message.id else None)

    def _append(self, message: Message) -> None:
        place = len(self._messages)
        self.beginInsertRows(QModelIndex(), place, place)
        self._messages.append(message)
        self.endInsertRows()

    def _end(self, message: Message) -> None:
        place = self.place_of(message.id)
        if place is None:
            return
        self.row(place).end(message)
        self._messages[place] = message
        self._changed.add(place)
        self.tell()

    def _signal_now(self, message_id: str) -> None:
        place = self._running_place(message_id)
        if place is not None:
            self._changed.add(place)
            self.tell()

    def _signal_soon(self, message_id: str) -> None:
        place = self._running_place(message_id)
        if place is None:
            return
        self._changed.add(place)
        if not self._timer.isActive():
            due = self._signalled_at + FRAME_MS / 1_000 - time.monotonic()
            self._timer.start(max(0, ceil(due * 1_000)))

    def _running_place(self, message_id: str) -> int | None:
        place = self.place_of(message_id)
        return place if place is not None and self._messages[place].status is Status.RUNNING else None
