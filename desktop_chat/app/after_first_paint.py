"""Creates services that are not needed before the first paint, and imports them only then."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_chat import __version__
from desktop_chat.core.errors import ChatError

if TYPE_CHECKING:
    import ssl

    from desktop_chat.core.installation import Installation
    from desktop_chat.core.ports import LocalServers
    from desktop_chat.core.reports import NewerVersion
    from desktop_chat.core.settings import Preferences, Settings
    from desktop_chat.core.tasks import Tasks

logger = logging.getLogger(__name__)


def make_local_servers() -> LocalServers:
    """Return the finder of model servers on this computer."""
    from desktop_chat.services.local_servers import LocalServerFinder  # noqa: PLC0415

    return LocalServerFinder()


async def check_certificates(file: Path) -> str:
    """Implement `Context.check_certificates`."""
    from desktop_chat.services.certificates import check_certificates  # noqa: PLC0415

    return await check_certificates(file)


def find_installation() -> Installation:
    """Return how this copy of the application was installed."""
    from desktop_chat.services.find_installation import find_installation  # noqa: PLC0415

    return find_installation()


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
