"""Connects the window to the desktop session: motion, contrast, notifications, activation, autostart.

What it needs is imported when it is called, because nothing of it is needed before the first paint.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_chat.app.arguments import Arguments
    from desktop_chat.core.errors import SettingsError
    from desktop_chat.core.ports import Notification, Notifier
    from desktop_chat.core.settings import Settings
    from desktop_chat.core.tasks import Tasks
    from desktop_chat.ui.context import Context
    from desktop_chat.ui.style.theme import Theme
    from desktop_chat.ui.window.main_window import MainWindow


def watch_motion(theme: Theme, tasks: Tasks) -> None:
    """Follow the desktop's settings for motion, contrast and colours, and who hears announcements."""
    if sys.platform == "linux":  # elsewhere Qt provides all of this
        from desktop_chat.services.desktop.announcement_listeners import watch_listeners  # noqa: PLC0415
        from desktop_chat.services.desktop.desktop_motion import watch_motion  # noqa: PLC0415
        from desktop_chat.ui.widgets.announcements import set_announcements_heard  # noqa: PLC0415

        watching = watch_motion(theme.set_desktop_moves, theme.set_desktop_contrast, theme.set_desktop_dark)
        _ = tasks.start(watching, "watch the desktop's motion and colours")
        _ = tasks.start(watch_listeners(set_announcements_heard), "watch who hears announcements")


def notify_of_replies(context: Context, window: MainWindow) -> None:
    """Have the desktop tell of replies and batches that end unseen. Without a service for that, only the application
    icon does."""
    from desktop_chat.ui.window.reply_notifications import ReplyNotifications  # noqa: PLC0415

    def open_message(notification: Notification, activation: str) -> None:
        allow_activation(activation)
        conversation_id = notification.conversation_id
        if conversation_id in context.library and context.library[conversation_id].trashed_at is None:
            context.navigator.open_conversation(conversation_id, notification.message_id)
        elif conversation_id in window.tabs.ids:  # a batch
            window.tabs.activate(conversation_id)
        window.come_forward()

    ReplyNotifications(context, window.tabs, _notifier(context.tasks, open_message))


def follow_autostart(context: Context, arguments: Arguments, tell: Callable[[SettingsError], None]) -> None:
    """Write or remove the autostart entry when its setting changes, where there are such entries."""
    if context.find_installation().has_autostart:
        from desktop_chat.app.autostart import Autostart, entry_for  # noqa: PLC0415

        Autostart(entry_for(arguments), context.preferences, context.tasks, tell)


def follow_endpoint(context: Context, window: MainWindow, *, alone: bool) -> None:
    """Make the local endpoint when it is on; from then on it follows its setting. `alone`: the quick window was started
    alone, so only once the main window is shown."""

    def follow(_settings: Settings | None = None) -> None:
        if context.preferences.settings.endpoint and (window.isVisible() or not alone):
            from desktop_chat.ui.sidebar.endpoint_mark import EndpointMark  # noqa: PLC0415

            window.workspace_changed.disconnect(follow)
            remove()
            window.sidebar.add_mark(EndpointMark(context, window.sidebar))

    remove = context.preferences.changed.add(follow)
    window.workspace_changed.connect(follow)
    follow()


def allow_activation(token: str) -> None:
    """Let the window come to the front with a token that a Wayland desktop gave, if it did."""
    if token:
        os.putenv("XDG_ACTIVATION_TOKEN", token)  # Qt uses it for the next activation, and removes it


def _notifier(tasks: Tasks, opened: Callable[[Notification, str], None]) -> Notifier | None:
    if sys.platform != "linux":
        return None
    from desktop_chat.services.desktop.notifications import DesktopNotifications  # noqa: PLC0415

    return DesktopNotifications(tasks, opened)
