"""Keeps recorded requests on disk while the user wants that, and removes them with their conversations."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationsRemoved, LibraryEvent
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tasks import Tasks

if TYPE_CHECKING:
    from desktop_chat.core.exchanges import Exchange, ExchangeLog
    from desktop_chat.services.exchange_files import ExchangeFiles


class RequestKeeping:
    """Owns the files; nothing is loaded while nothing is kept."""

    def __init__(self, folder: Path, preferences: Preferences) -> None:
        self._folder = folder
        self._preferences = preferences
        self._tasks = Tasks()
        self._stop_following: list[Callable[[], None]] = []

    def start(self, log: ExchangeLog, library: Library) -> None:
        """Keep what ends from now on. Removes what is too old, or everything if nothing is to be kept any more."""
        self._stop_following = [
            log.ended.add(self._keep),
            library.events.add(self._follow_library),
            self._preferences.changed.add(self._follow_settings),
        ]
        self._follow_settings(self._preferences.settings)
        if self._has_any():
            _ = self._tasks.start(self._files.prune(), "remove old requests")

    async def read(self, conversation_id: str, reply_id: str) -> list[Exchange]:
        """Return what was kept for a reply, oldest first."""
        return await self._files.read(conversation_id, reply_id) if self._has_any() else []

    async def aclose(self) -> None:
        """Finish what was begun: a request that ended just before the program did is kept, too."""
        for stop in self._stop_following:
            stop()
        await self._tasks.finish()
        if "_files" in self.__dict__:
            self._files.end()

    def _keep(self, exchange: Exchange) -> None:
        if self._preferences.settings.keep_requests and exchange.reply_id:
            _ = self._tasks.start(self._files.keep(exchange), "keep a request")

    def _follow_library(self, event: LibraryEvent) -> None:
        if isinstance(event, ConversationsRemoved) and self._has_any():
            _ = self._tasks.start(self._files.forget(event.conversation_ids), "remove requests")

    def _follow_settings(self, settings: Settings) -> None:
        if not settings.keep_requests and self._has_any():
            _ = self._tasks.start(self._files.clear(), "remove requests")

    def _has_any(self) -> bool:
        return self._folder.is_dir()

    @cached_property
    def _files(self) -> ExchangeFiles:
        from desktop_chat.services.exchange_files import ExchangeFiles  # noqa: PLC0415  (not at startup)

        return ExchangeFiles(self._folder)
