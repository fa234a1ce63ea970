"""Settings of how long a reply may be silent and how often a request is tried."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QWidget

from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.ui.settings.setting_rows import Number, SettingsPage
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr


class StreamingPage(SettingsPage):
    """In force from the next message on."""

    def __init__(self, preferences: Preferences, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, lambda: tr("Streaming"), parent)
        self._preferences = preferences
        self.idle_limit, self.patience, self.retries = Number(5, 3600), Number(5, 36_000), Number(0, 10)
        self.add_row(
            lambda: tr("Give up after"),
            lambda: tr("How long a reply may stay silent before it is stopped. What has arrived is kept."),
            self.idle_limit,
        )
        self.add_row(
            lambda: tr("Keep-alive limit"),
            lambda: tr("How long a reply may send only keep-alive signals, or take when it is not streamed."),
            self.patience,
        )
        self.add_row(
            lambda: tr("Retries"),
            lambda: tr("How many times a request that fails before the reply begins is sent again."),
            self.retries,
        )
        self.rows.addStretch()
        self.idle_limit.valueChanged.connect(lambda value: preferences.update(idle_limit_s=float(value)))
        self.patience.valueChanged.connect(lambda value: preferences.update(patience_s=float(value)))
        self.retries.valueChanged.connect(lambda value: preferences.update(retries=value))
        self.destroyed.connect(preferences.changed.add(self._show))
        self.retranslate()

    def retranslate(self) -> None:
        super().retranslate()
        for seconds in (self.idle_limit, self.patience):
            seconds.setSuffix(tr(" s"))
        self._show(self._preferences.settings)

    def _show(self, settings: Settings) -> None:
        shown = (
            (self.idle_limit, settings.idle_limit_s),
            (self.patience, settings.patience_s),
            (self.retries, settings.retries),
        )
        for number, value in shown:
            with QSignalBlocker(number):
                number.setValue(round(value))
