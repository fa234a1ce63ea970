"""Holds a key on Windows by RegisterHotKey, whose messages arrive on the thread that asked for it."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable

from desktop_chat.core.global_keys import ShortcutError

_MODIFIERS = {"alt": 1, "ctrl": 2, "shift": 4}
_NO_REPEAT = 0x4000
_KEYS = {"space": 0x20, "q": ord("Q"), "a": ord("A")}
_HOTKEY, _QUIT = 0x0312, 0x0012


async def hold_hotkey(key: str, pressed: Callable[[], None]) -> None:
    """Do what `hold_key` promises. Raises ShortcutError."""
    loop = asyncio.get_running_loop()
    thread = _HotkeyThread(key, lambda: loop.call_soon_threadsafe(pressed))
    thread.start()
    try:
        if not await asyncio.to_thread(thread.is_held):
            raise ShortcutError("another program holds the key", is_taken=True)
        await asyncio.Event().wait()
    finally:
        thread.end()


class _HotkeyThread(threading.Thread):
    """Registers the key, and waits for its messages. A daemon: the system takes the key back when the process ends."""

    def __init__(self, key: str, pressed: Callable[[], object]) -> None:
        super().__init__(name="hotkey", daemon=True)
        *names, last = key.split("_")
        self._modifiers = sum(_MODIFIERS[name] for name in names) | _NO_REPEAT
        self._key = _KEYS[last]
        self._pressed = pressed
        self._is_settled = threading.Event()
        self._is_held = False
        self._id = 0

    def is_held(self) -> bool:
        """Wait until the system answered; return whether the key is ours."""
        self._is_settled.wait()
        return self._is_held

    def end(self) -> None:
        """Let go of the key."""
        if sys.platform == "win32":
            import ctypes  # noqa: PLC0415  (here alone)

            self._is_settled.wait()
            ctypes.windll.user32.PostThreadMessageW(self._id, _QUIT, 0, 0)

    def run(self) -> None:
        if sys.platform == "win32":
            import ctypes  # noqa: PLC0415  (here alone)
            from ctypes import wintypes  # noqa: PLC0415  (likewise)

            user, message = ctypes.windll.user32, wintypes.MSG()
            self._id = ctypes.windll.kernel32.GetCurrentThreadId()
            self._is_held = bool(user.RegisterHotKey(None, 1, self._modifiers, self._key))
            self._is_settled.set()
            while self._is_held and user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
                if message.message == _HOTKEY:
                    self._pressed()
            user.UnregisterHotKey(None, 1)
