"""An open conversation with at most one running reply: the state that the transcript shows and the store persists."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import (
    NEXT_QUESTION,
    ChatOptions,
    Conversation,
    Message,
    Role,
    Status,
    has_answer,
    new_id,
)
from desktop_chat.core.errors import ChatError, ContextTooLong
from desktop_chat.core.events import (
    MessageAdded,
    PathChanged,
    ReplyEnded,
    ReplyStopping,
    SessionEvent,
    ToolCallChanged,
)
from desktop_chat.core.library import Library
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import Blobs, Providers
from desktop_chat.core.prompt import shorter_start
from desktop_chat.core.prompt_size import (
    RequestSize,
    context_window_in,
    last_request,
    start_within,
    tokens_in,
    tokens_in_messages,
    tokens_in_tools,
    tokens_of,
)
from desktop_chat.core.reply import Reply
from desktop_chat.core.settings import Preferences
from desktop_chat.core.tasks import report_bug
from desktop_chat.core.tree import MessageTree
from desktop_chat.core.turn import Turn, TurnParts
from desktop_chat.core.write_behind import WriteBehind

if TYPE_CHECKING:
    from desktop_chat.core.approvals import Approvals
    from desktop_chat.core.attachments import Attachment
    from desktop_chat.core.running_call import RunningCall
    from desktop_chat.core.tools import Approval, Tool, Toolbox

UNFINISHED = frozenset({Status.TRUNCATED, Status.INTERRUPTED, Status.CANCELLED})
"""Statuses from which a reply can be continued."""


class ChatSession:
    """Sends questions; streams, stops and records replies.

    A reply has two tasks. "stream" reads from the provider and runs tools (see `Turn`), and can be cancelled at any
    time; "record" waits for it, determines the outcome and queues it for storage, and is never cancelled.
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
        blobs: Blobs,
        toolbox: Toolbox,
        approvals: Approvals,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.events: Listeners[SessionEvent] = Listeners()
        self.conversation_id = conversation_id
        self._library = library
        self._write_behind = write_behind
        self._parts = TurnParts(providers, connections, preferences, blobs, toolbox, approvals)
        self._clock = clock
        self._tree = MessageTree(messages)
        self._path = list(self._tree.path_to(self._tree.leaf_under(self.conversation.leaf_id)))
        self._tools: tuple[Tool, ...] = ()
        """The tools that the last reply was offered."""
        self._reply: Reply | None = None
        self._turn: Turn | None = None
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
    def waiting_calls(self) -> list[RunningCall]:
        """The tool calls of the running reply that wait for approval."""
        return self._reply.waiting_calls() if self._reply is not None else []

    @property
    def left_out(self) -> int:
        """How many messages at the beginning of the path are no longer sent."""
        return len(self._path) - len(self._sent_of(self._path))

    @property
    def context_window(self) -> int:
        """The model's context window in tokens: the smallest that the server reported when it refused a request in this
        conversation, else the one from its model list; 0 if unknown."""
        model = self.conversation.options.model
        refused = (m.failure for m in self._tree.messages() if m.failure is not None and m.model == model)
        said = (context_window_in(failure.detail) for failure in refused if failure.code == ContextTooLong.code)
        listed = self._parts.providers.context_window_of(self.conversation.options.connection_id, model)
        return min(filter(None, said), default=listed)

    @property
    def reply(self) -> Reply | None:
        """The running reply, which can be read while it streams."""
        return self._reply

    def alternatives(self, message_id: str) -> tuple[str, ...]:
        """Return the ids of a message and its alternatives, oldest first."""
        return self._tree.alternatives(message_id)

    def send(self, text: str, attachments: Sequence[Attachment] = ()) -> None:
        """Send a question. Both new messages exist when this returns. Does nothing if there is neither text nor an
        attachment, or a reply is running."""
        if self.running or not (text.strip() or attachments):
            return
        parent_id = self._path[-1].id if self._path else None
        self._ask(text, tuple(attachments), parent_id)

    def edit_and_resend(self, message_id: str, text: str, attachments: Sequence[Attachment] | None = None) -> None:
        """Send another question in place of an earlier one, which stays as an alternative; with its attachments if
        `attachments` is None."""
        kept = self._tree[message_id].attachments if attachments is None else tuple(attachments)
        if self.running or not (text.strip() or kept):
            return
        if message_id == self.conversation.options.sent_from_id:
            self._send_from(NEXT_QUESTION)
        above = self._tree.ancestors(message_id)
        self._show(above)
        self._ask(text, kept, above[-1].id if above else None)

    def regenerate(
        self, message_id: str, options: ChatOptions | None = None, exact_body: Mapping[str, Any] | None = None
    ) -> None:
        """Regenerate a reply; the old one stays as an alternative. `options` override the conversation's for this reply
        only; `exact_body` is sent as it is (see `Prompt`)."""
        above = self._tree.ancestors(message_id)
        if self.running or not above or self._tree[message_id].role is not Role.ASSISTANT:
            return
        self._show(above)
        self._answer(options=options, exact_body=exact_body)

    def shorten(self, message_id: str) -> None:
        """Regenerate a reply without the older half of the messages sent, and leave that half out from now on."""
        if self.running:
            return
        sent = self._sent_of(self._path)
        start = shorter_start(sent)
        if start:
            self._send_from(sent[start].id)
        self.regenerate(message_id)

    def request_size(self, text: str = "", *, at_id: str = "", attachments: Sequence[Attachment] = ()) -> RequestSize:
        """Return the size of the next request with this question, in place of the message `at_id` if given. Tools
        count once a reply was offered them."""
        options = self.conversation.options
        sent = self._sent_of(self._path)
        path = self._sent_of(self._tree.ancestors(at_id)) if at_id else sent
        if at_id and at_id == options.sent_from_id:
            path = []
        tokens = tokens_in((options.system_prompt, text)) + tokens_in_messages(path) + sum(map(tokens_of, attachments))
        tokens += tokens_in_tools(tool for tool in self._tools if tool.id in options.tools)
        before, counted = last_request(sent)
        return RequestSize(tokens, before, counted, self.context_window)

    def leave_out(self, size: RequestSize, most: int) -> None:
        """Leave out as many earlier messages as needed, now and in all later requests, to keep the request within
        `most` tokens if possible. The question itself is always sent."""
        sent = self._sent_of(self._path)
        question = size.tokens - tokens_in_messages(sent)
        start = start_within(sent, most - max(0, question))
        self._send_from(sent[start].id if start < len(sent) else NEXT_QUESTION)

    def go_on(self, message_id: str) -> None:
        """Let the model continue the last reply, which is incomplete; new text is appended to the same message."""
        message = self._tree[message_id]
        if self.running or message is not self._path[-1] or message.status not in UNFINISHED:
            return
        if not has_answer(message):
            return
        resumed = replace(message, status=Status.RUNNING, failure=None, finish_reason=None)
        self._path[-1] = resumed
        self._tree.put(resumed)
        self._write_behind.note_message(resumed)
        self._start(resumed, self._sent_of(self._path)[:-1], self.conversation.options)
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
        """Add restored messages, parents before children, and replace those that have changed in the store. New ones
        become alternatives, or are shown if they follow the end of the path and no reply is running."""
        running_id = self._reply.message.id if self._reply is not None else ""
        new = [m for m in messages if m.id != running_id and (m.id not in self._tree or self._tree[m.id] != m)]
        if not new:
            return
        for message in new:
            self._tree.put(message)
        self._path = [self._tree[message.id] for message in self._path]
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

    def decide(self, call_id: str, approval: Approval, words: str = "") -> None:
        """Answer a call of the running reply that waits for approval; `words` tell the model why it is refused. Does
        nothing for any other call."""
        if self._turn is not None:
            self._turn.decide(call_id, approval, words)

    async def aclose(self) -> None:
        """Stop the reply, and return when its outcome is queued for storage."""
        self.cancel()
        if self._record is not None:
            await asyncio.wait({self._record})

    def _ask(self, text: str, attachments: tuple[Attachment, ...], parent_id: str | None) -> None:
        question = Message(
            id=new_id(),
            conversation_id=self.conversation_id,
            parent_id=parent_id,
            role=Role.USER,
            text=text,
            status=Status.COMPLETE,
            created_at=self._clock(),
            attachments=attachments,
        )
        self._append(question)
        self._answer(question=question)

    def _answer(
        self,
        question: Message | None = None,
        options: ChatOptions | None = None,
        exact_body: Mapping[str, Any] | None = None,
    ) -> None:
        options = options or self.conversation.options
        connection = self._parts.connections.get(options.connection_id)
        if self.conversation.options.sent_from_id == NEXT_QUESTION:
            questions = (message.id for message in reversed(self._path) if message.role is Role.USER)
            self._send_from(next(questions, ""))
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
        self._start(reply, self._sent_of(self._path), options, exact_body)
        self._append(reply)
        words, attached = (question.text, question.attachments) if question else (None, ())
        self._library.record_message(self.conversation_id, reply.id, words, attached)

    def _start(
        self,
        message: Message,
        above: Sequence[Message],
        options: ChatOptions,
        exact_body: Mapping[str, Any] | None = None,
    ) -> None:
        """Start a reply before its message is announced, so that listeners can read it at once."""
        taken = {call.id for other in self._tree.messages() for call in other.tool_calls}
        reply = self._reply = Reply(message, offers_tools=bool(options.tools), is_taken=taken.__contains__)
        turn = self._turn = Turn(
            reply,
            above,
            options,
            self._parts,
            emit=self.events.emit,
            note=self._write_behind.note_message,
            exact_body=exact_body,
        )
        self._write_behind.follow(message.id, reply.take_unjournalled)
        name = self.conversation_id[:8]
        self._stream = asyncio.create_task(turn.run(), name=f"stream {name}")
        self._record = asyncio.create_task(self._run_record(reply, self._stream), name=f"record {name}")
        self._record.add_done_callback(report_bug)

    async def _run_record(self, reply: Reply, stream: asyncio.Task[None]) -> None:
        await asyncio.wait({stream})
        error = None if stream.cancelled() else stream.exception()
        # An error while a stopped stream closes is not worth reporting.
        stopped = stream.cancelled() or (reply.progress.stopping and isinstance(error, ChatError))
        # A finished reply was only waiting for its token counts, so stopping it loses no text.
        complete = stopped and reply.progress.finished
        stopped_calls = reply.stop_calls()
        message = reply.ended(None if complete else error, cancelled=stopped and not complete)
        self._tree.put(message)
        self._path = [message if m.id == message.id else m for m in self._path]
        self._write_behind.note_message(message)
        for call in stopped_calls:
            self.events.emit(ToolCallChanged(message.id, call.id))
        self._tools = tuple(reply.tools.values())
        self._reply = self._turn = None
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
