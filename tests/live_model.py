"""A transcript's model that plays the session: what it is told of a reply, the reply has taken just before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from desktop_chat.core.entities import Message, Status
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
from desktop_chat.core.reply import Reply
from desktop_chat.ui.transcript.transcript_model import TranscriptModel


class LiveModel(TranscriptModel):
    """For tests of what is shown: begin a reply with a RUNNING message, and go on with the events of a session."""

    def __init__(
        self, messages: Iterable[Message] = (), *, clock: Callable[[], float] = time.monotonic, **more: object
    ) -> None:
        messages = list(messages)
        super().__init__(messages, clock=clock, reply=lambda: self.reply, **more)
        self.reply: Reply | None = None
        self._begin(messages)

    def on_event(self, event: SessionEvent) -> None:
        self._play(event)
        super().on_event(event)

    def _play(self, event: SessionEvent) -> None:
        match event:
            case MessageAdded(message):
                self._begin([message])
            case PathChanged(messages):
                self._begin(messages)
            case ReplyEnded():
                self.reply = None
            case _ if self.reply is not None and event.message_id == self.reply.message.id:
                self._go_on(self.reply, event)

    def _go_on(self, reply: Reply, event: SessionEvent) -> None:
        match event:
            case ReplyDelta(_, delta):
                reply.take(delta)
            case RetryScheduled(_, _, delay_s, failure):
                reply.schedule_retry(delay_s, failure)
            case RetryStarted():
                reply.begin_attempt()
            case ReplyStopping():
                reply.progress.stopping = True

    def _begin(self, messages: Iterable[Message]) -> None:
        for message in messages:
            if message.status is Status.RUNNING and (self.reply is None or self.reply.message.id != message.id):
                self.reply = Reply(message, self.clock)
