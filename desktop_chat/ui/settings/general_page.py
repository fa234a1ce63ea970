"""Settings of the window as a whole: language, appearance, size, and the key that sends."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop_chat.core.settings import ZOOM_STEPS, Preferences, Settings
from desktop_chat.ui.commands import key_text
from desktop_chat.ui.settings.setting_rows import Choice, SettingsPage
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr


class GeneralPage(SettingsPage):
    """Each choice is in force at once."""

    def __init__(self, preferences: Preferences, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, lambda: tr("General"), parent)
        self._preferences = preferences
        self.language, self.scheme, self.zoom, self.send_key = Choice(), Choice(), Choice(), Choice()
        self.add_row(
            lambda: tr("Language"),
            lambda: tr("The window's language. Models answer in the language you write."),
            self.language,
        )
        self.add_row(lambda: tr("Appearance"), lambda: tr("Light, dark, or the same as your system."), self.scheme)
        self.add_row(lambda: tr("Zoom"), lambda: tr("The size of text and everything around it."), self.zoom)
        self.add_row(
            lambda: tr("Send with"),
            lambda: tr("The other key, or {shortcut}, starts a new line.", shortcut=key_text("break_line")),
            self.send_key,
        )
        self.rows.addStretch()
        self.language.chosen.connect(lambda value: preferences.update(language=value))
        self.scheme.chosen.connect(lambda value: preferences.update(scheme=value))
        self.zoom.chosen.connect(lambda value: preferences.update(zoom=value))
        self.send_key.chosen.connect(lambda value: preferences.update(send_key=value))
        self.destroyed.connect(preferences.changed.add(self._show))
        self._show(preferences.settings)

    def retranslate(self) -> None:
        super().retranslate()
        self._show(self._preferences.settings)

    def _show(self, settings: Settings) -> None:
        self.language.set_choices(
            [("system", tr("Match system")), ("en", "English"), ("zh_CN", "简体中文")], settings.language
        )
        self.scheme.set_choices(
            [("system", tr("Match system")), ("light", tr("Light")), ("dark", tr("Dark"))], settings.scheme
        )
        steps = sorted({*ZOOM_STEPS, settings.zoom})
        self.zoom.set_choices([(step, f"{step:.0%}") for step in steps], settings.zoom)
        self.send_key.set_choices(
            [(choice, key_text("send", choice)) for choice in ("enter", "ctrl_enter")], settings.send_key
        )
