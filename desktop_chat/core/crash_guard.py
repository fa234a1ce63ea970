"""Remembers the conversation in view, so that one that hung or crashed the application is not reopened automatically.

The record is written before a conversation is rendered and cleared on a clean exit; one left over describes the last
run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from desktop_chat.core.tasks import Tasks

SETTLED_S = 1.5
"""How long the window must keep running after opening a conversation until that counts as successful."""


@dataclass(frozen=True, slots=True)
class CrashGuardRecord:
    """What is kept on disk."""

    conversation_id: str = ""
    """The conversation in view; empty after a clean exit."""
    opening: bool = False
    """It was only just opened."""
    suspects: tuple[str, ...] = ()
    """Conversations on which earlier runs hung or crashed, and which were not opened since."""


class CrashGuard:
    """Tracks the suspects and keeps the record. `save` writes a record durably and never fails."""

    def __init__(
        self,
        left: CrashGuardRecord,
        save: Callable[[CrashGuardRecord], Coroutine[Any, Any, None]],
        *,
        has_crashed: bool = False,
    ) -> None:
        suspects = list(left.suspects)
        if left.conversation_id and (left.opening or has_crashed):
            suspects.append(left.conversation_id)
        self._record = CrashGuardRecord(suspects=tuple(dict.fromkeys(suspects)))
        self._save = save
        self._shown = ""
        """The conversation in view, even while the record is about another one that was just opened."""
        self._trusted: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks = Tasks()

    def is_suspect(self, conversation_id: str) -> bool:
        """Return whether a conversation should be opened only when the user asks for it."""
        return conversation_id in self._record.suspects and conversation_id not in self._trusted

    def trust(self, conversation_id: str) -> None:
        """Allow a suspect to be opened, at the user's request."""
        self._trusted.add(conversation_id)

    async def begin(self, conversation_id: str) -> None:
        """Record that a conversation is about to be rendered. Returns once that is on disk."""
        self._stop_timer()
        self._shown = conversation_id
        self._record = replace(self._record, conversation_id=conversation_id, opening=True)
        await self._save(self._record)

    def rendered(self, conversation_id: str) -> None:
        """Record that a conversation was rendered; it succeeded if the window keeps running for a while."""
        self._stop_timer()
        self._timer = asyncio.get_running_loop().call_later(SETTLED_S, self._settle, conversation_id)

    def show(self, conversation_id: str) -> None:
        """Record that a conversation that is already open is in view again."""
        self._shown = conversation_id
        if not self._record.opening and self._record.conversation_id != conversation_id:
            self._record = replace(self._record, conversation_id=conversation_id)
            _ = self._tasks.start(self._save(self._record), "note the tab")

    async def aclose(self) -> None:
        """Record a clean exit."""
        self._stop_timer()
        await self._tasks.aclose()
        self._record = CrashGuardRecord(suspects=self._record.suspects)
        await self._save(self._record)

    def _settle(self, conversation_id: str) -> None:
        if self._record.conversation_id != conversation_id:
            return
        suspects = tuple([suspect for suspect in self._record.suspects if suspect != conversation_id])
        self._record = CrashGuardRecord(self._shown, suspects=suspects)
        _ = self._tasks.start(self._save(self._record), "note the tab")

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
