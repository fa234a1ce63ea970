"""The general page: language, appearance, zoom, send key, notifications and updates."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from desktop_chat import NEWEST_VERSION_URL
from desktop_chat.core.settings import ZOOM_STEPS, Preferences
from desktop_chat.ui.commands import GLOBAL_KEY_TEXTS, key_text
from desktop_chat.ui.settings.setting_rows import PreferencesPage
from desktop_chat.ui.shortcut_text import shortcut_text
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.tray_host import has_tray


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
        self._add_attachment_rows()
        self._add_desktop_rows(has_autostart=has_autostart)
        self._add_quick_rows()
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

    def _add_attachment_rows(self) -> None:
        self.add_choice(
            "long_paste",
            lambda: tr("Long pasted text"),
            lambda: tr("More than 20,000 characters or 400 lines."),
            lambda: {"file": tr("Attach as a file"), "text": tr("Insert as text")},
        )
        self.add_choice(
            "image_size",
            lambda: tr("Attached images"),
            lambda: tr("Models rarely see more than 2,048 pixels of the longer side. Metadata is never sent."),
            lambda: {2048: tr("At most 2,048 pixels"), 0: tr("Original size")},
        )

    def _add_quick_rows(self) -> None:
        self.add_choice(
            "quick_key",
            lambda: tr("Quick question"),
            lambda: tr(
                "Asks in a small window from any program. You can also bind a key to the command {command} in the "
                "desktop's own keyboard settings.",
                command="desktop-chat --quick",
            ),
            lambda: {"off": tr("No shortcut"), **{key: shortcut_text(text) for key, text in GLOBAL_KEY_TEXTS.items()}},
        )
        self.add_choice(
            "tray",
            lambda: tr("Tray icon"),
            _tray_hint,
            lambda: {"off": tr("Don't show"), "icon": tr("Show"), "close": tr("Show, hide on close")},
        )

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
                lambda: tr("When you log in to your computer: in the tray if its icon is shown, or minimised."),
                lambda: {False: tr("Don't start"), True: tr("Start")},
            )


def _where_notifications_are_shown() -> str:
    if sys.platform == "linux":
        return tr("When a reply or a batch ends while you look at something else.")
    return tr(
        "When a reply or a batch ends while you look at something else. On this system, only the app's icon shows it."
    )


def _tray_hint() -> str:
    if has_tray():
        return tr("Shows running replies and recent conversations. If closing hides the window, replies continue.")
    return tr("This desktop has no tray, so nothing is shown, and closing the window quits.")
