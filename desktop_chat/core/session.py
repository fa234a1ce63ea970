"""An open conversation with at most one running reply: the state that the transcript shows and the store persists."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from desktop_chat.core.call_collector import ids_of_calls
from desktop_chat.core.connections import Connections
from desktop_chat.core.conversation_state import ConversationState
from desktop_chat.core.entities import (
    NEXT_QUESTION,
    ChatOptions,
    Message,
    Role,
    Status,
    Summary,
    has_answer,
    new_id,
)
from desktop_chat.core.errors import ChatError
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
from desktop_chat.core.reply import Reply
from desktop_chat.core.settings import Preferences
from desktop_chat.core.summaries import place_of_summary, replaces_older
from desktop_chat.core.tasks import report_bug
from desktop_chat.core.turn import Turn, TurnParts
from desktop_chat.core.write_behind import WriteBehind

if TYPE_CHECKING:
    from desktop_chat.core.approvals import Approvals
    from desktop_chat.core.attachments import Attachment
    from desktop_chat.core.running_call import RunningCall
    from desktop_chat.core.tools import Approval, Toolbox

UNFINISHED = frozenset({Status.TRUNCATED, Status.INTERRUPTED, Status.CANCELLED})
"""Statuses from which a reply can be continued."""


class ChatSession(ConversationState):
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
        super().__init__(conversation_id, messages, library=library, providers=providers)
        self.events: Listeners[SessionEvent] = Listeners()
        self._write_behind = write_behind
        self._parts = TurnParts(providers, connections, preferences, blobs, toolbox, approvals)
        self._clock = clock
        self._reply: Reply | None = None
        self._turn: Turn | None = None
        self._stream: asyncio.Task[None] | None = None
        self._record: asyncio.Task[None] | None = None
        self._answers_next = False
        """Whether the question above the running summary is answered after it."""

    @property
    def running(self) -> bool:
        """True from `send` until ReplyEnded; from `summarise`, until the question above is answered too."""
        return self._reply is not None or self._answers_next

    @property
    def waiting_calls(self) -> list[RunningCall]:
        """The tool calls of the running reply that wait for approval."""
        return self._reply.waiting_calls() if self._reply is not None else []

    @property
    def reply(self) -> Reply | None:
        """The running reply, which can be read while it streams."""
        return self._reply

    def send(self, text: str, attachments: Sequence[Attachment] = (), *, summarising: bool = False) -> None:
        """Send a question. Both new messages exist when this returns. Does nothing if there is neither text nor an
        attachment, or a reply is running. With `summarising`, what is older is summarised first, if anything is."""
        if self.running or not (text.strip() or attachments):
            return
        parent_id = self._path[-1].id if self._path else None
        self._ask(text, tuple(attachments), parent_id, summarising=summarising)

    def edit_and_resend(
        self, message_id: str, text: str, attachments: Sequence[Attachment] | None = None, *, summarising: bool = False
    ) -> None:
        """Send another question in place of an earlier one, which stays as an alternative; with its attachments if
        `attachments` is None. `summarising`: see `send`."""
        kept = self._tree[message_id].attachments if attachments is None else tuple(attachments)
        if self.running or not (text.strip() or kept):
            return
        if message_id == self.conversation.options.sent_from_id:
            self._send_from(NEXT_QUESTION)
        above = self._tree.ancestors(message_id)
        self._show(above)
        self._ask(text, kept, above[-1].id if above else None, summarising=summarising)

    def regenerate(
        self,
        message_id: str,
        options: ChatOptions | None = None,
        exact_body: Mapping[str, Any] | None = None,
        *,
        summarising: bool = True,
    ) -> None:
        """Regenerate a reply; the old one stays as an alternative. `options` override the conversation's for this reply
        only; `exact_body` is sent as it is (see `Prompt`). In place of a summary comes another one, or, without
        `summarising`, the reply to the question above it."""
        above, message = self._tree.ancestors(message_id), self._tree[message_id]
        if self.running or not above or message.role is not Role.ASSISTANT:
            return
        self._show(above)
        again = message.summary if summarising else None
        summary = replace(again, in_use=True) if again is not None else None
        self._answer(options=options, exact_body=exact_body, summary=summary)

    def summarise(self, message_id: str = "") -> None:
        """Ask the model for a summary of the older messages, which later requests have in their place. It comes at the
        end of the path, or in the place of the reply `message_id`; if that answers a question, the question is then
        answered with the summary. Does nothing if a reply is running or nothing is older."""
        above = self._tree.ancestors(message_id) if message_id else self._path[: place_of_summary(self._path)]
        older = self._older(above)
        if self.running or not older:
            return
        if len(above) < len(self._path):
            self._show(above)
        self._answer(summary=Summary(older))

    def use_summary(self, message_id: str, *, in_use: bool) -> None:
        """Send a summary in place of the older messages, or these again. Does nothing while a reply is running."""
        message = self._tree[message_id]
        if self.running or message.summary is None:
            return
        changed = replace(message, summary=replace(message.summary, in_use=in_use))
        self._tree.put(changed)
        self._path = [changed if m.id == changed.id else m for m in self._path]
        self._write_behind.note_message(changed)
        self.events.emit(PathChanged(self.path))

    def shorten(self, message_id: str) -> None:
        """Regenerate a reply without the older half of the messages sent, and leave that half out from now on."""
        if self.running:
            return
        sent = self._sent_of(self._path)
        start = shorter_start(sent)
        if start:
            self._send_from(sent[start].id)
        self.regenerate(message_id)

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
        self._start(resumed, self._path[:-1], self.conversation.options)
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
        self._answers_next = False
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

    def _ask(self, text: str, attachments: tuple[Attachment, ...], parent_id: str | None, *, summarising: bool) -> None:
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
        older = self._older(self._path) if summarising else 0
        self._answer(question=question, summary=Summary(older) if older else None)

    def _answer(
        self,
        question: Message | None = None,
        options: ChatOptions | None = None,
        exact_body: Mapping[str, Any] | None = None,
        summary: Summary | None = None,
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
            summary=summary,
        )
        self._start(reply, self._path, options, exact_body)
        self._append(reply)
        words, attached = (question.text, question.attachments) if question else (None, ())
        self._library.record_message(self.conversation_id, reply.id, words, attached)

    def _start(
        self,
        message: Message,
        path: Sequence[Message],
        options: ChatOptions,
        exact_body: Mapping[str, Any] | None = None,
    ) -> None:
        """Start a reply below a path before its message is announced, so that listeners can read it at once."""
        above: Sequence[Message] | Callable[[], Sequence[Message]] = self._sent_of(path)
        if message.summary is not None:
            above, options = self._summary_request(path, message.summary, options)
            self._answers_next = path[-1].role is Role.USER
        is_taken = ids_of_calls(self._tree.messages())
        reply = self._reply = Reply(message, offers_tools=bool(options.tools), is_taken=is_taken)
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
        if message.summary is None:
            self._tools = tuple(reply.tools.values())
        self._reply = self._turn = self._stream = None  # a stopped stream would keep all that was sent
        self._answers_next &= replaces_older(message)
        self.events.emit(ReplyEnded(message))
        if self._answers_next:  # a listener may have stopped it
            self._answers_next = False
            self._answer()
        if error is not None and not isinstance(error, ChatError):
            asyncio.get_running_loop().call_exception_handler(
                {"message": "a reply ended by a bug", "exception": error, "task": stream}
            )

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
