"""The general page: language, appearance, zoom, send key, notifications and updates."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from desktop_chat import NEWEST_VERSION_URL
from desktop_chat.core.settings import ZOOM_STEPS, Preferences
from desktop_chat.ui.commands import key_text
from desktop_chat.ui.settings.setting_rows import PreferencesPage
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr


class GeneralPage(PreferencesPage):
    """Each choice applies at once."""

    def __init__(self, preferences: Preferences, theme: Theme, *, has_autostart: bool) -> None:
        super().__init__(preferences, theme, lambda: tr("General"))
        self.add_choice(
            "language",
            lambda: tr("Language"),
            lambda: tr("The language of the app. Models reply in the language you write in."),
            lambda: {"system": tr("Match system"), "en": "English", "zh_CN": "简体中文"},
        )
        self.add_choice(
            "scheme",
            lambda: tr("Appearance"),
            lambda: tr("Light, dark, or matching your system."),
            lambda: {"system": tr("Match system"), "light": tr("Light"), "dark": tr("Dark")},
        )
        self.add_choice(
            "zoom",
            lambda: tr("Zoom"),
            lambda: tr("The size of text and everything else in the window."),
            lambda: {step: f"{step:.0%}" for step in sorted({*ZOOM_STEPS, preferences.settings.zoom})},
        )
        self.add_choice(
            "send_key",
            lambda: tr("Send with"),
            lambda: tr("The other key or {shortcut} starts a new line.", shortcut=key_text("break_line")),
            lambda: {choice: key_text("send", choice) for choice in ("enter", "ctrl_enter")},
        )
        self._add_desktop_rows(has_autostart=has_autostart)
        self.add_choice(
            "look_for_newer",
            lambda: tr("New versions"),
            lambda: tr(
                "Ask {host} at each start. Nothing about you is sent, and nothing is installed.",
                host=urlsplit(NEWEST_VERSION_URL).hostname,
            ),
            lambda: {False: tr("Don't check"), True: tr("Check")},
        )
        self.rows.addStretch()

    def _add_desktop_rows(self, *, has_autostart: bool) -> None:
        self.add_choice(
            "notifications",
            lambda: tr("Notifications"),
            _where_notifications_are_shown,
            lambda: {"all": tr("All replies"), "failed": tr("Failed replies"), "off": tr("Off")},
        )
        if sys.platform == "linux":
            self.add_choice(
                "notification_text",
                lambda: tr("Text in notifications"),
                lambda: tr("The beginning of a reply may also appear on the lock screen."),
                lambda: {False: tr("Don't show"), True: tr("Show")},
            )
        if has_autostart:
            self.add_choice(
                "autostart",
                lambda: tr("Start at login"),
                lambda: tr("Opens minimised when you log in to your computer."),
                lambda: {False: tr("Don't start"), True: tr("Start")},
            )


def _where_notifications_are_shown() -> str:
    if sys.platform == "linux":
        return tr("When a reply ends while you look at something else.")
    return tr("When a reply ends while you look at something else. On this system, only the app's icon shows it.")
