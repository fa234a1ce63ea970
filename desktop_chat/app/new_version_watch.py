"""Checks once per run whether a newer version is available, if the user enabled that."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from desktop_chat import __version__
from desktop_chat.core.errors import ChatError

if TYPE_CHECKING:
    import ssl

    from desktop_chat.core.reports import NewerVersion
    from desktop_chat.core.settings import Preferences, Settings
    from desktop_chat.core.tasks import Tasks

logger = logging.getLogger(__name__)


class NewVersionWatch:
    """Checks for a newer version once per run, as soon as the setting allows it, and reports one to `tell`."""

    def __init__(
        self,
        preferences: Preferences,
        tasks: Tasks,
        ready: Callable[[], Awaitable[ssl.SSLContext]],
        tell: Callable[[NewerVersion], None],
    ) -> None:
        self._tasks = tasks
        self._ready = ready
        self._tell = tell
        self._has_checked = False
        preferences.changed.add(self._check_if_enabled)
        self._check_if_enabled(preferences.settings)

    def _check_if_enabled(self, settings: Settings) -> None:
        if settings.look_for_newer and not self._has_checked:
            self._has_checked = True
            _ = self._tasks.start(self._check(), "look for a newer version")

    async def _check(self) -> None:
        from desktop_chat.core.reports import NewerVersion  # noqa: PLC0415
        from desktop_chat.services.newest_version import NewestVersion, is_newer  # noqa: PLC0415

        try:
            newest = await NewestVersion(self._ready).ask()
        except ChatError as error:
            logger.info("the newest version is not known: %s", error.code)
            return
        if is_newer(newest, __version__):
            self._tell(NewerVersion(newest))
