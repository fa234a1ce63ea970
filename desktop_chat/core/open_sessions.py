"""Owns the open conversations: one session each, shared by its views and kept while a reply is running."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_chat.core.approvals import Approvals
from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Message, Status
from desktop_chat.core.errors import StoreError
from desktop_chat.core.events import ReplyDelta, ReplyEnded, SessionEvent, ToolCallChanged
from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationGrown, ConversationsRemoved, LibraryEvent
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import Blobs, Providers
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Preferences
from desktop_chat.core.tasks import Tasks
from desktop_chat.core.tools import Toolbox
from desktop_chat.core.write_behind import WriteBehind

if TYPE_CHECKING:  # few replies have calls
    from desktop_chat.core.running_call import RunningCall

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Open:
    """One open conversation."""

    conversation_id: str
    views: int = 0
    reading: asyncio.Task[ChatSession] | None = None
    session: ChatSession | None = None


class OpenSessions:
    """Opens each conversation once and keeps its session while a view shows it or a reply is running."""

    def __init__(
        self,
        *,
        library: Library,
        write_behind: WriteBehind,
        providers: Providers,
        connections: Connections,
        preferences: Preferences,
        blobs: Blobs,
        toolbox: Toolbox,
        approvals: Approvals,
    ) -> None:
        self._library = library
        self._write_behind = write_behind
        self._providers = providers
        self._connections = connections
        self._preferences = preferences
        self._blobs = blobs
        self._toolbox = toolbox
        self._approvals = approvals
        self._open: dict[str, _Open] = {}
        self.ended: Listeners[Message] = Listeners()
        """Told of each reply that has ended, in any conversation."""
        self.asking: Listeners[tuple[str, RunningCall]] = Listeners()
        """Told of each tool call that waits for approval, with the id of its conversation."""
        self.replying: Listeners[int] = Listeners()
        """Told how many replies are running, at each change."""
        self._replies = 0
        self._tasks = Tasks()
        self._unfollow = library.events.add(self._on_library_event)

    def view(self, conversation_id: str) -> SessionView:
        """Register a view of a conversation, which stays open until the view is closed."""
        opened = self._open.setdefault(conversation_id, _Open(conversation_id))
        opened.views += 1
        return SessionView(self, opened)

    @property
    def replies(self) -> int:
        """How many replies are running."""
        return self._replies

    @property
    def ids(self) -> tuple[str, ...]:
        """The open conversations."""
        return tuple(self._open)

    async def aclose(self) -> None:
        """Stop all replies, and return when what has arrived is queued for storage."""
        self._unfollow()
        endings = [opened.session.aclose() for opened in self._open.values() if opened.session is not None]
        results = await asyncio.gather(*endings, return_exceptions=True)
        reading = [opened.reading for opened in self._open.values() if opened.reading is not None]
        for task in reading:
            task.cancel()
        if reading:
            await asyncio.wait(reading)
        await self._tasks.aclose()
        for error in (result for result in results if isinstance(result, Exception)):
            raise error  # a bug in one session, raised once all others have ended

    async def session_of(self, opened: _Open) -> ChatSession:
        """Return the session of an open conversation; concurrent callers share one read."""
        if opened.session is not None:
            return opened.session
        if opened.reading is None:
            opened.reading = asyncio.create_task(self._read(opened), name=f"read {opened.conversation_id[:8]}")
            opened.reading.add_done_callback(_retrieve_exception)
        reading = opened.reading
        await asyncio.wait({reading})
        return reading.result()

    def release(self, opened: _Open) -> None:
        """Unregister one view of a conversation."""
        opened.views -= 1
        self._forget_if_idle(opened)

    async def _read(self, opened: _Open) -> ChatSession:
        try:
            messages = await self._write_behind.messages(opened.conversation_id)
        finally:
            opened.reading = None
        opened.session = ChatSession(
            opened.conversation_id,
            _ended(messages),
            library=self._library,
            write_behind=self._write_behind,
            providers=self._providers,
            connections=self._connections,
            preferences=self._preferences,
            blobs=self._blobs,
            toolbox=self._toolbox,
            approvals=self._approvals,
        )

        def follow(event: SessionEvent) -> None:
            if not isinstance(event, ReplyDelta):
                self._count_replies()
            if isinstance(event, ToolCallChanged) and opened.session is not None:
                for call in opened.session.waiting_calls:
                    if call.id == event.call_id:
                        self.asking.emit((opened.conversation_id, call))
            if isinstance(event, ReplyEnded):
                self.ended.emit(event.message)
                self._forget_if_idle(opened)

        opened.session.events.add(follow)
        return opened.session

    def _forget_if_idle(self, opened: _Open) -> None:
        if opened.views or (opened.session is not None and opened.session.running):
            return
        if opened.reading is not None:
            opened.reading.cancel()
        del self._open[opened.conversation_id]
        self._library.discard_if_blank(opened.conversation_id)

    def _count_replies(self) -> None:
        count = sum(opened.session is not None and opened.session.running for opened in self._open.values())
        if count != self._replies:
            self._replies = count
            self.replying.emit(count)

    def _on_library_event(self, event: LibraryEvent) -> None:
        match event:
            case ConversationGrown(conversation_id) if conversation_id in self._open:
                _ = self._tasks.start(self._add_restored(self._open[conversation_id]), "take in what was restored")
            case ConversationsRemoved(conversation_ids):
                for opened in [self._open[known] for known in conversation_ids if known in self._open]:
                    if opened.session is not None:
                        opened.session.cancel()

    async def _add_restored(self, opened: _Open) -> None:
        """Add newly stored messages to an open conversation."""
        try:
            session = await self.session_of(opened)
            messages = await self._write_behind.messages(opened.conversation_id)
        except StoreError as error:
            logger.warning("what was restored is shown at the next start: %s: %s", error.code, error.detail)
        else:
            session.add_restored(_ended(messages))


class SessionView:
    """A tab's, or another view's, handle on a conversation that it shows."""

    def __init__(self, owner: OpenSessions, opened: _Open) -> None:
        self._owner = owner
        self._opened = opened
        self._is_closed = False

    async def load(self) -> ChatSession:
        """Return the session once its messages are loaded. Raises StoreError; the caller may try again."""
        return await self._owner.session_of(self._opened)

    def close(self) -> None:
        """Stop showing the conversation; a running reply continues. May be called twice."""
        if not self._is_closed:
            self._is_closed = True
            self._owner.release(self._opened)


def _ended(messages: list[Message]) -> list[Message]:
    """Return the messages without a reply that no session runs: a caller of the local endpoint is being answered. It is
    shown when it has ended."""
    return [message for message in messages if message.status is not Status.RUNNING]


def _retrieve_exception(reading: asyncio.Task[ChatSession]) -> None:
    """Mark a failed read's exception as retrieved: its waiters handle it, and there may be none left."""
    if not reading.cancelled():
        reading.exception()
