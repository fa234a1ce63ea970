"""Remembers which conversation is shown: one that a run hung or died on is not opened by itself at the next start.

Written before a conversation is rendered, and cleared at an orderly end: what is left of it tells of the last run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from desktop_chat.core.tasks import Tasks

SETTLED_S = 1.5
"""How long the window has to go on after a conversation was opened, until that counts as having gone well."""


@dataclass(frozen=True, slots=True)
class CrashGuardRecord:
    """What is kept on disk."""

    conversation_id: str = ""
    """The one that is shown; empty after an orderly end."""
    opening: bool = False
    """It was not shown for long yet."""
    suspects: tuple[str, ...] = ()
    """Conversations that earlier runs hung or died on, and that nobody has opened since."""


class CrashGuard:
    """Knows the suspects, and keeps the record. `save` writes a record durably and never fails."""

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
        """The conversation in view, also while the record is about another one that was opened a moment ago."""
        self._trusted: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks = Tasks()

    def is_suspect(self, conversation_id: str) -> bool:
        """Say whether a conversation is to be opened only when a person asks for it."""
        return conversation_id in self._record.suspects and conversation_id not in self._trusted

    def trust(self, conversation_id: str) -> None:
        """Open it after all: the person wants to."""
        self._trusted.add(conversation_id)

    async def begin(self, conversation_id: str) -> None:
        """Note that a conversation is about to be rendered. Returns when that is on the disk."""
        self._stop_timer()
        self._shown = conversation_id
        self._record = replace(self._record, conversation_id=conversation_id, opening=True)
        await self._save(self._record)

    def rendered(self, conversation_id: str) -> None:
        """Note that a conversation was rendered; it went well if the window goes on for a while."""
        self._stop_timer()
        self._timer = asyncio.get_running_loop().call_later(SETTLED_S, self._settle, conversation_id)

    def show(self, conversation_id: str) -> None:
        """Note that a conversation that was opened before is shown again."""
        self._shown = conversation_id
        if not self._record.opening and self._record.conversation_id != conversation_id:
            self._record = replace(self._record, conversation_id=conversation_id)
            _ = self._tasks.start(self._save(self._record), "note the tab")

    async def aclose(self) -> None:
        """Note that the end was orderly."""
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
