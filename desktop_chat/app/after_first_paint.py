"""Creates services that are not needed before the first paint, and imports them only then."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_chat import __version__
from desktop_chat.core.errors import ChatError, SettingsError

if TYPE_CHECKING:
    import ssl

    from desktop_chat.app.arguments import Arguments
    from desktop_chat.core.origin import Origin
    from desktop_chat.core.ports import LocalServers, Notifier
    from desktop_chat.core.settings import Preferences, Settings
    from desktop_chat.core.startup_reports import NewerVersion
    from desktop_chat.core.tasks import Tasks
    from desktop_chat.ui.context import Context
    from desktop_chat.ui.style.theme import Theme
    from desktop_chat.ui.window.main_window import MainWindow

logger = logging.getLogger(__name__)


def make_local_servers() -> LocalServers:
    """Return the finder of model servers on this computer."""
    from desktop_chat.services.local_servers import LocalServerFinder  # noqa: PLC0415

    return LocalServerFinder()


async def check_certificates(file: Path) -> str:
    """Implement `Context.check_certificates`."""
    from desktop_chat.services.certificates import check_certificates  # noqa: PLC0415

    return await check_certificates(file)


def find_origin() -> Origin:
    """Return where this copy of the application came from."""
    from desktop_chat.services.origin import find_origin  # noqa: PLC0415

    return find_origin()


def watch_motion(theme: Theme, tasks: Tasks) -> None:
    """Follow the desktop's settings for motion and contrast, and who hears announcements."""
    if sys.platform == "linux":  # elsewhere Qt provides all of this
        from desktop_chat.services.announcement_listeners import watch_listeners  # noqa: PLC0415
        from desktop_chat.services.desktop_motion import watch_motion  # noqa: PLC0415
        from desktop_chat.ui.widgets.announcements import set_announcements_heard  # noqa: PLC0415

        watching = watch_motion(theme.set_desktop_moves, theme.set_desktop_contrast)
        _ = tasks.start(watching, "watch the desktop's motion and contrast")
        _ = tasks.start(watch_listeners(set_announcements_heard), "watch who hears announcements")


def notify_of_replies(context: Context, window: MainWindow) -> None:
    """Have the desktop tell of replies that end unseen. Without a service for that, only the application icon does."""
    from desktop_chat.ui.window.reply_notifications import ReplyNotifications  # noqa: PLC0415

    def open_conversation(conversation_id: str, activation: str) -> None:
        allow_activation(activation)
        if conversation_id in context.library and context.library[conversation_id].trashed_at is None:
            context.navigator.open_conversation(conversation_id)
        window.come_forward()

    ReplyNotifications(context, window.tabs, _notifier(context.tasks, open_conversation))


def _notifier(tasks: Tasks, opened: Callable[[str, str], None]) -> Notifier | None:
    if sys.platform != "linux":
        return None
    from desktop_chat.services.desktop_notifications import DesktopNotifications  # noqa: PLC0415

    return DesktopNotifications(tasks, opened)


def follow_autostart(context: Context, arguments: Arguments, tell: Callable[[SettingsError], None]) -> None:
    """Write or remove the autostart entry when its setting changes, where there are such entries."""
    if context.find_origin().has_autostart:
        from desktop_chat.app.autostart import Autostart, entry_for  # noqa: PLC0415

        Autostart(entry_for(arguments), context.preferences, context.tasks, tell)


def allow_activation(token: str) -> None:
    """Let the window come to the front with a token that a Wayland desktop gave, if it did."""
    if token:
        os.putenv("XDG_ACTIVATION_TOKEN", token)  # Qt uses it for the next activation, and removes it


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
        from desktop_chat.core.origin import is_newer  # noqa: PLC0415
        from desktop_chat.core.startup_reports import NewerVersion  # noqa: PLC0415
        from desktop_chat.services.newest_version import NewestVersion  # noqa: PLC0415

        try:
            newest = await NewestVersion(self._ready).ask()
        except ChatError as error:
            logger.info("the newest version is not known: %s", error.code)
            return
        if is_newer(newest, __version__):
            self._tell(NewerVersion(newest))
