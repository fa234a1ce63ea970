"""Holds one key for the whole desktop, by the first way that the system offers."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable

from desktop_chat.core.global_keys import ShortcutError

logger = logging.getLogger(__name__)


async def hold_key(key: str, description: str, pressed: Callable[[], None]) -> None:
    """Call `pressed` each time `key` (one of GLOBAL_KEYS) is pressed anywhere, until cancelled. Raises ShortcutError.

    On Linux the desktop's portal comes first; it may ask the person, and they may choose another key there.
    """
    if sys.platform == "win32":
        from desktop_chat.services.shortcuts.windows_hotkey import hold_hotkey  # noqa: PLC0415  (its system alone)

        await hold_hotkey(key, pressed)
    elif sys.platform == "linux":
        await _hold_on_linux(key, description, pressed)
    else:
        raise ShortcutError("not on this system")


async def _hold_on_linux(key: str, description: str, pressed: Callable[[], None]) -> None:
    from desktop_chat.services.shortcuts.portal import PortalMissing, hold_by_portal  # noqa: PLC0415  (when wanted)
    from desktop_chat.services.shortcuts.x11_grab import hold_grab  # noqa: PLC0415  (when wanted)

    try:
        await hold_by_portal(key, description, pressed)
    except PortalMissing as error:
        logger.info("no portal for shortcuts: %s", error)
    if os.environ.get("WAYLAND_DISPLAY") or not os.environ.get("DISPLAY"):
        raise ShortcutError("the desktop has no portal for shortcuts")
    await hold_grab(key, pressed)
