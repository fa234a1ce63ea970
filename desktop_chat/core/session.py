"""An open conversation with at most one running reply: the state that the transcript shows and the store persists."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import count

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import NEXT_QUESTION, ChatOptions, Conversation, Message, Role, Status, new_id
from desktop_chat.core.errors import ChatError, ContextTooLong, NoConnection, NoModel, ProviderError
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
from desktop_chat.core.library import Library
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import Providers
from desktop_chat.core.prompt import Prompt, build_prompt, shorter_start
from desktop_chat.core.prompt_size import RequestSize, context_window_in, last_request, start_within, tokens_in
from desktop_chat.core.reply import Reply
from desktop_chat.core.retry import retry_delay
from desktop_chat.core.settings import Preferences
from desktop_chat.core.tasks import report_bug
from desktop_chat.core.tree import MessageTree
from desktop_chat.core.write_behind import WriteBehind

UNFINISHED = frozenset({Status.TRUNCATED, Status.INTERRUPTED, Status.CANCELLED})
"""Statuses from which a reply can be continued."""


class ChatSession:
    """Sends questions; streams, stops and records replies.

    A reply has two tasks. "stream" reads from the provider and can be cancelled at any time; "record" waits for it,
    determines the outcome and queues it for storage, and is never cancelled.
    """

    def __init__(
        self,
        conversation_id: str,
        messages: Iterable[Message],
        *,
        library: Library,
        write_behind: WriteBehind,
        providers: Providers,
        connections: Connections,
        preferences: Preferences,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.events: Listeners[SessionEvent] = Listeners()
        self.conversation_id = conversation_id
        self._library = library
        self._write_behind = write_behind
        self._providers = providers
        self._connections = connections
        self._preferences = preferences
        self._clock = clock
        self._tree = MessageTree(messages)
        self._path = list(self._tree.path_to(self._tree.leaf_under(self.conversation.leaf_id)))
        self._reply: Reply | None = None
        self._stream: asyncio.Task[None] | None = None
        self._record: asyncio.Task[None] | None = None

    @property
    def conversation(self) -> Conversation:
        """The conversation's current state in the library."""
        return self._library[self.conversation_id]

    @property
    def path(self) -> tuple[Message, ...]:
        """The messages shown, first to last. A running reply is included as it was at its start, without its new
        text."""
        return tuple(self._path)

    @property
    def running(self) -> bool:
        """True from `send` until ReplyEnded."""
        return self._reply is not None

    @property
    def left_out(self) -> int:
        """How many messages at the beginning of the path are no longer sent."""
        return len(self._path) - len(self._sent_of(self._path))

    @property
    def reply(self) -> Reply | None:
        """The running reply, which can be read while it streams."""
        return self._reply

    def alternatives(self, message_id: str) -> tuple[str, ...]:
        """Return the ids of a message and its alternatives, oldest first."""
        return self._tree.alternatives(message_id)

    def send(self, text: str) -> None:
        """Send `text` as a question. Both new messages exist when this returns. Does nothing if `text` is blank or a
        reply is running."""
        if not text.strip() or self.running:
            return
        parent_id = self._path[-1].id if self._path else None
        self._ask(text, parent_id)

    def edit_and_resend(self, message_id: str, text: str) -> None:
        """Send `text` in place of an earlier question, which stays as an alternative."""
        if not text.strip() or self.running:
            return
        if message_id == self.conversation.options.sent_from_id:
            self._send_from(NEXT_QUESTION)
        above = self._tree.ancestors(message_id)
        self._show(above)
        self._ask(text, above[-1].id if above else None)

    def regenerate(self, message_id: str, options: ChatOptions | None = None) -> None:
        """Regenerate a reply; the old one stays as an alternative. `options` override the conversation's for this reply
        only."""
        above = self._tree.ancestors(message_id)
        if self.running or not above or self._tree[message_id].role is not Role.ASSISTANT:
            return
        self._show(above)
        self._answer(options=options)

    def shorten(self, message_id: str) -> None:
        """Regenerate a reply without the older half of the messages sent, and leave that half out from now on."""
        if self.running:
            return
        sent = self._sent_of(self._path)
        start = shorter_start(sent)
        if start:
            self._send_from(sent[start].id)
        self.regenerate(message_id)

    def request_size(self, text: str = "", *, at_id: str = "") -> RequestSize:
        """Return the size of the next request with `text` as its question, in place of the message `at_id` if given."""
        options = self.conversation.options
        sent = self._sent_of(self._path)
        path = self._sent_of(self._tree.ancestors(at_id)) if at_id else sent
        if at_id and at_id == options.sent_from_id:
            path = []
        tokens = tokens_in((options.system_prompt, *(message.text for message in path), text))
        before, counted = last_request(sent)
        return RequestSize(tokens, before, counted, self._window(options.model))

    def leave_out(self, size: RequestSize, most: int) -> None:
        """Leave out as many earlier messages as needed, now and in all later requests, to keep the request within
        `most` tokens if possible. The question itself is always sent."""
        sent = self._sent_of(self._path)
        question = size.tokens - tokens_in(message.text for message in sent)
        start = start_within(sent, most - max(0, question))
        self._send_from(sent[start].id if start < len(sent) else NEXT_QUESTION)

    def _window(self, model: str) -> int:
        """Return the model's context window in tokens: the smallest that the server reported when it refused a request
        in this conversation, else the one from its model list; 0 if unknown."""
        refused = (m.failure for m in self._tree.messages() if m.failure is not None and m.model == model)
        said = (context_window_in(failure.detail) for failure in refused if failure.code == ContextTooLong.code)
        listed = self._providers.context_window_of(self.conversation.options.connection_id, model)
        return min(filter(None, said), default=listed)

    def go_on(self, message_id: str) -> None:
        """Let the model continue the last reply, which is incomplete; new text is appended to the same message."""
        message = self._tree[message_id]
        if self.running or message is not self._path[-1] or message.status not in UNFINISHED or not message.text:
            return
        resumed = replace(message, status=Status.RUNNING, failure=None, finish_reason=None)
        options = self.conversation.options
        prompt = self._prompt(options, going_on=True)
        self._path[-1] = resumed
        self._tree.put(resumed)
        self._write_behind.note_message(resumed)
        self._start(Reply(resumed), prompt, options.connection_id)
        self.events.emit(PathChanged(self.path))

    def show_alternative(self, message_id: str) -> None:
        """Show the newest path through `message_id`. Does nothing while a reply is running."""
        if not self.running and message_id in self._tree:
            self._show_newest_under(message_id)

    def delete(self, message_id: str) -> tuple[Message, ...]:
        """Remove a message and everything that follows it, in all versions. Another version is shown in its place, or
        the path ends above it. Returns the removed messages for `undelete`; none while a reply is running."""
        if self.running or message_id not in self._tree:
            return ()
        above = self._tree.ancestors(message_id)
        removed = self._tree.remove(message_id)
        self._write_behind.note_deleted(tuple(message.id for message in removed))
        self._show_newest_under(above[-1].id if above else None)
        return removed

    def undelete(self, messages: tuple[Message, ...]) -> None:
        """Bring back what `delete` removed, and show it. Does nothing while a reply is running."""
        if self.running or not messages:
            return
        for message in messages:
            self._tree.put(message)
            self._write_behind.note_message(message)
        self._show_newest_under(messages[0].id)

    def add_restored(self, messages: Iterable[Message]) -> None:
        """Add restored messages, parents before children; existing ones stay unchanged. New ones become alternatives,
        or are shown if they follow the end of the path and no reply is running."""
        new = [message for message in messages if message.id not in self._tree]
        if not new:
            return
        for message in new:
            self._tree.put(message)
        end_id = self._path[-1].id if self._path else None
        leaf_id = end_id if self.running else self._tree.leaf_under(end_id)
        if leaf_id is not None and leaf_id != end_id:
            self._path = list(self._tree.path_to(leaf_id))
            self._library.show_path(self.conversation_id, leaf_id)
        self.events.emit(PathChanged(self.path))

    def cancel(self) -> None:
        """Stop the running reply and keep what has arrived. Returns at once; ReplyEnded follows."""
        if self._reply is not None and self._stream is not None and not self._stream.done():
            self._reply.progress.stopping = True
            self._stream.cancel()
            self.events.emit(ReplyStopping(self._reply.message.id))

    async def aclose(self) -> None:
        """Stop the reply, and return when its outcome is queued for storage."""
        self.cancel()
        if self._record is not None:
            await asyncio.wait({self._record})

    def _ask(self, text: str, parent_id: str | None) -> None:
        question = Message(
            id=new_id(),
            conversation_id=self.conversation_id,
            parent_id=parent_id,
            role=Role.USER,
            text=text,
            status=Status.COMPLETE,
            created_at=self._clock(),
        )
        self._append(question)
        self._answer(question=text)

    def _answer(self, question: str | None = None, options: ChatOptions | None = None) -> None:
        options = options or self.conversation.options
        connection = self._connections.get(options.connection_id)
        if self.conversation.options.sent_from_id == NEXT_QUESTION:
            questions = (message.id for message in reversed(self._path) if message.role is Role.USER)
            self._send_from(next(questions, ""))
        prompt = self._prompt(options)
        reply = Message(
            id=new_id(),
            conversation_id=self.conversation_id,
            parent_id=self._path[-1].id,
            role=Role.ASSISTANT,
            text="",
            status=Status.RUNNING,
            created_at=self._clock(),
            connection_name=connection.name if connection else "",
            model=options.model,
        )
        self._start(Reply(reply), prompt, options.connection_id)
        self._append(reply)
        self._library.record_message(self.conversation_id, reply.id, question)

    def _prompt(self, options: ChatOptions, *, going_on: bool = False) -> Prompt:
        settings = self._preferences.settings
        return build_prompt(
            self._sent_of(self._path),
            options,
            idle_limit_s=settings.idle_limit_s,
            patience_s=settings.patience_s,
            going_on=going_on,
        )

    def _start(self, reply: Reply, prompt: Prompt, connection_id: str) -> None:
        """Start a reply before its message is announced, so that listeners can read it at once."""
        self._reply = reply
        self._write_behind.follow(reply.message.id, reply.take_unjournalled)
        name = self.conversation_id[:8]
        self._stream = asyncio.create_task(self._run_stream(reply, prompt, connection_id), name=f"stream {name}")
        self._record = asyncio.create_task(self._run_record(reply, self._stream), name=f"record {name}")
        self._record.add_done_callback(report_bug)

    async def _run_stream(self, reply: Reply, prompt: Prompt, connection_id: str) -> None:
        for attempt in count(1):
            try:
                await self._stream_once(reply, prompt, connection_id)
            except ProviderError as error:
                settings = self._preferences.settings
                delay = retry_delay(error, attempt, settings.retries, settings.idle_limit_s)
                if delay is None or reply.has_content:
                    raise
                reply.schedule_retry(delay, error.failure())
                self.events.emit(RetryScheduled(reply.message.id, attempt, delay, error.failure()))
                await asyncio.sleep(delay)
                reply.begin_attempt()
                self.events.emit(RetryStarted(reply.message.id))
            else:
                return

    async def _stream_once(self, reply: Reply, prompt: Prompt, connection_id: str) -> None:
        if self._connections.get(connection_id) is None:
            raise NoConnection
        if not prompt.model:
            raise NoModel
        provider = await self._providers.provider_for(connection_id)
        async with aclosing(provider.stream(prompt)) as deltas:
            async for delta in deltas:
                reply.take(delta)
                self.events.emit(ReplyDelta(reply.message.id, delta))

    async def _run_record(self, reply: Reply, stream: asyncio.Task[None]) -> None:
        await asyncio.wait({stream})
        error = None if stream.cancelled() else stream.exception()
        # An error while a stopped stream closes is not worth reporting.
        stopped = stream.cancelled() or (reply.progress.stopping and isinstance(error, ChatError))
        # A finished reply was only waiting for its token counts, so stopping it loses no text.
        complete = stopped and reply.progress.finished
        message = reply.ended(None if complete else error, cancelled=stopped and not complete)
        self._tree.put(message)
        self._path = [message if m.id == message.id else m for m in self._path]
        self._write_behind.note_message(message)
        self._reply = None
        self.events.emit(ReplyEnded(message))
        if error is not None and not isinstance(error, ChatError):
            asyncio.get_running_loop().call_exception_handler(
                {"message": "a reply ended by a bug", "exception": error, "task": stream}
            )

    def _sent_of(self, path: Sequence[Message]) -> Sequence[Message]:
        """Return the part of a path that is sent: all of it unless it was shortened."""
        first = self.conversation.options.sent_from_id
        if first == NEXT_QUESTION:
            return ()
        start = next((index for index, message in enumerate(path) if message.id == first), 0) if first else 0
        return path[start:]

    def _send_from(self, message_id: str) -> None:
        options = replace(self.conversation.options, sent_from_id=message_id)
        self._library.set_options(self.conversation_id, options)

    def _show_newest_under(self, message_id: str | None) -> None:
        leaf_id = self._tree.leaf_under(message_id)
        self._show(self._tree.path_to(leaf_id) if leaf_id is not None else ())
        self._library.show_path(self.conversation_id, leaf_id)

    def _append(self, message: Message) -> None:
        self._tree.put(message)
        self._path.append(message)
        self._write_behind.note_message(message)
        self.events.emit(MessageAdded(message))

    def _show(self, path: Iterable[Message]) -> None:
        self._path = list(path)
        self.events.emit(PathChanged(self.path))
