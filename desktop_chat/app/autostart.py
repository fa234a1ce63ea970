"""Keeps the autostart entry as the settings want it, and the setting as the desktop's own tools leave the entry."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from desktop_chat import APP_ID
from desktop_chat.app.arguments import Arguments
from desktop_chat.app.install_launcher import own_command
from desktop_chat.core.errors import SettingsError
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tasks import Tasks
from desktop_chat.services.autostart import AutostartEntry
from desktop_chat.services.paths import autostart_file

logger = logging.getLogger(__name__)


class Autostart:
    """Follows the setting until the end. What cannot be written is reported, and the setting goes back."""

    def __init__(
        self, entry: AutostartEntry, preferences: Preferences, tasks: Tasks, tell: Callable[[SettingsError], None]
    ) -> None:
        self._entry = entry
        self._preferences = preferences
        self._tasks = tasks
        self._tell = tell
        self._lock = asyncio.Lock()
        self._is_on = entry.exists
        preferences.update(autostart=self._is_on)
        preferences.changed.add(self._follow)

    def _follow(self, settings: Settings) -> None:
        if settings.autostart != self._is_on:
            self._is_on = settings.autostart
            _ = self._tasks.start(self._apply(), "change the autostart entry")

    async def _apply(self) -> None:
        async with self._lock:
            try:
                await asyncio.to_thread(self._entry.write if self._is_on else self._entry.remove)
            except OSError as error:
                logger.warning("could not change the autostart entry: %r", error)
                self._tell(SettingsError(f"{error.filename}: {error.strerror}"))
                self._is_on = self._entry.exists
                self._preferences.update(autostart=self._is_on)


def entry_for(arguments: Arguments) -> AutostartEntry:
    """Return the entry that starts this copy of the application, hidden and with the same data."""
    data = [] if arguments.data_dir is None else ["--data-dir", str(arguments.data_dir)]
    return AutostartEntry(autostart_file(APP_ID), [*own_command(), "--hidden", *data])
