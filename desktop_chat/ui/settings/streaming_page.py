"""The streaming page: time limits, retries, and what happens when a conversation is too long."""

from __future__ import annotations

from desktop_chat.core.settings import Preferences
from desktop_chat.ui.settings.setting_rows import PreferencesPage
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr


class StreamingPage(PreferencesPage):
    """Changes take effect with the next message."""

    def __init__(self, preferences: Preferences, theme: Theme) -> None:
        super().__init__(preferences, theme, lambda: tr("Streaming"))
        self.add_number(
            "idle_limit_s",
            lambda: tr("Give up after"),
            lambda: tr("How long a reply may stay silent before it is stopped. What has arrived is kept."),
            lambda: tr(" s"),
        )
        self.add_number(
            "patience_s",
            lambda: tr("Keep-alive limit"),
            lambda: tr(
                "How long a server may send only keep-alive signals, or take to send a reply that is not streamed."
            ),
            lambda: tr(" s"),
        )
        self.add_number(
            "retries",
            lambda: tr("Retries"),
            lambda: tr("How many times to retry a request that fails before the reply begins."),
        )
        self.add_choice(
            "summarise_automatically",
            lambda: tr("When a conversation no longer fits"),
            lambda: tr(
                "What happens before a message is sent that would exceed the model's context window. A summary is "
                "written by the model, stays visible, and is undone with one click."
            ),
            lambda: {False: tr("Ask"), True: tr("Summarise earlier messages")},
        )
        self.rows.addStretch()
