"""Takes into the library what another process has added to the database: the import of this window, or one in a
terminal."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from desktop_chat.core.entities import Conversation
from desktop_chat.core.errors import StoreError
from desktop_chat.core.library import Library
from desktop_chat.core.tasks import Tasks

logger = logging.getLogger(__name__)

PAUSE_S = 2.0
"""Between two looks: any program of this user may ask for one, as often as it likes."""


class AddedBeside:
    """Reads the list of conversations again. `open_ids` returns those that a view shows, `index` has the new texts
    indexed."""

    def __init__(
        self,
        library: Library,
        tasks: Tasks,
        open_ids: Callable[[], Iterable[str]],
        index: Callable[[], None],
        pause_s: float = PAUSE_S,
    ) -> None:
        self._library = library
        self._tasks = tasks
        self._open_ids = open_ids
        self._index = index
        self._pause_s = pause_s
        self._due = False
        self._looking: asyncio.Task[None] | None = None

    async def show(self, grown_ids: Iterable[str]) -> tuple[Conversation, ...]:
        """Show what is new, and the new messages of the conversations in `grown_ids`; return those that are new.
        Raises StoreError."""
        come = await self._library.add_restored(grown_ids)
        self._index()
        return come

    def look(self) -> None:
        """Look for what is new, soon; what cannot be read now is shown at the next start."""
        self._due = True
        if self._looking is None or self._looking.done():
            self._looking = self._tasks.start(self._look(), "look for imported conversations")

    async def _look(self) -> None:
        while self._due:
            self._due = False
            try:
                await self.show(tuple(self._open_ids()))
            except StoreError as error:
                logger.warning("what was imported is shown at the next start: %s: %s", error.code, error.detail)
            await asyncio.sleep(self._pause_s)
