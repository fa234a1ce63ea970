"""What leads to the program while its windows are hidden: the icon in the tray, and the key for quick questions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from desktop_chat.core.global_keys import ShortcutError
from desktop_chat.core.settings import Settings
from desktop_chat.ui.commands import words_of
from desktop_chat.ui.context import Context
from desktop_chat.ui.window.main_window import MainWindow
from desktop_chat.ui.window.tray import Tray

logger = logging.getLogger(__name__)

TRAY_LIMIT_S = 10.0
"""How long a desktop that is just starting may take to have a tray."""
_LOOK_S = 0.5


class Background:
    """Shows the icon and holds the key as long as the settings say so. Ends with the context's tasks."""

    def __init__(self, context: Context, main: MainWindow, ask: Callable[[], None]) -> None:
        self._context = context
        self._main = main
        self._ask = ask
        self._key = "off"
        self._holding: asyncio.Task[None] | None = None
        self._tray = Tray(context, main)
        self._tray.activated.connect(main.come_forward)
        self._tray.new_requested.connect(lambda: main.begin_conversation(""))
        self._tray.quick_requested.connect(ask)
        self._tray.quit_requested.connect(main.close_requested)
        main.hides_instead = lambda: self._tray.keeps_window
        context.preferences.changed.add(self._hold_key)
        self._hold_key(context.preferences.settings)

    def stay_in_tray(self) -> None:
        """Leave the window hidden if the icon leads to it. If there is no tray even after a while, minimise it."""
        if not self._tray.look_for_tray():
            _ = self._context.tasks.start(self._wait_for_tray(), "wait for the tray")

    async def _wait_for_tray(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(TRAY_LIMIT_S):
                while not self._tray.look_for_tray():  # noqa: ASYNC110  (nothing tells of it on every desktop)
                    await asyncio.sleep(_LOOK_S)
                return
        if not self._main.isVisible():
            self._main.showMinimized()

    def _hold_key(self, settings: Settings) -> None:
        if settings.quick_key == self._key:
            return
        self._key = settings.quick_key
        if self._holding is not None:
            self._holding.cancel()
            self._holding = None
        if settings.quick_key != "off":
            self._holding = self._context.tasks.start(self._hold(settings.quick_key), "hold the key")

    async def _hold(self, key: str) -> None:
        from desktop_chat.services.shortcuts.global_shortcut import hold_key  # noqa: PLC0415  (few people want it)

        try:
            await hold_key(key, words_of("quick_question"), self._ask)
        except ShortcutError as error:
            logger.info("no key for quick questions: %s", error)
            self._main.tell(error.refused)

    def can_be_called(self) -> bool:
        """Return whether something leads back to the program when none of its windows is visible."""
        return self._tray.is_shown or (self._holding is not None and not self._holding.done())
