"""The key for quick questions: held on a real X server, and on Windows through a stand-in for its library."""

from __future__ import annotations

import asyncio
import ctypes
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from desktop_chat.core.global_keys import ShortcutError
from desktop_chat.services.shortcuts.windows_hotkey import hold_hotkey
from desktop_chat.services.shortcuts.x11_grab import hold_grab

needs_x = pytest.mark.skipif(
    shutil.which("Xvfb") is None or shutil.which("xdotool") is None, reason="needs Xvfb and xdotool"
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """An X server of this test's own."""
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-nolisten", "tcp", "-noreset"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    monkeypatch.setenv("DISPLAY", f":{process.stdout.readline().strip()}")
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


async def press(keys: str) -> None:
    process = await asyncio.create_subprocess_exec("xdotool", "key", keys)
    assert await process.wait() == 0


async def refusal_of(key: str) -> ShortcutError:
    with pytest.raises(ShortcutError) as caught:
        await hold_grab(key, lambda: None)
    return caught.value


@needs_x
async def test_a_press_anywhere_is_reported_and_the_key_is_ours_until_the_end(server: subprocess.Popen[str]) -> None:
    pressed = asyncio.Event()
    holder = asyncio.create_task(hold_grab("ctrl_alt_space", pressed.set))
    while not pressed.is_set():  # the grab comes with the first turns of the loop
        await press("ctrl+alt+space")
    assert (await refusal_of("ctrl_alt_space")).refused.is_taken
    holder.cancel()
    await asyncio.wait({holder})
    other = asyncio.create_task(hold_grab("ctrl_alt_space", pressed.set))
    pressed.clear()
    while not pressed.is_set():
        await press("ctrl+alt+space")
    server.kill()
    with pytest.raises(ShortcutError, match="lost the X server"):
        await other


@needs_x
async def test_without_a_server_there_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":9999")
    assert not (await refusal_of("ctrl_alt_space")).refused.is_taken


class User32:
    """Takes the calls that the hot key makes; a message is what is put into `messages`."""

    def __init__(self, *, is_free: bool) -> None:
        self.messages: queue.Queue[int] = queue.Queue()
        self.registered: list[tuple[int, int]] = []
        self._is_free = is_free

    def RegisterHotKey(self, _window: object, _id: int, modifiers: int, key: int) -> bool:  # noqa: N802
        self.registered.append((modifiers, key))
        return self._is_free

    def UnregisterHotKey(self, _window: object, _id: int) -> None:  # noqa: N802
        self.registered.clear()

    def GetMessageW(self, message: object, *_others: object) -> int:  # noqa: N802
        message._obj.message = self.messages.get()
        return message._obj.message != 0x0012

    def PostThreadMessageW(self, _thread: int, message: int, *_others: int) -> None:  # noqa: N802
        self.messages.put(message)


def pretend_windows(monkeypatch: pytest.MonkeyPatch, user: User32) -> None:
    kernel = SimpleNamespace(GetCurrentThreadId=lambda: 1)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(user32=user, kernel32=kernel), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")


async def ended() -> None:
    """Wait for the thread that asked for the key."""
    for thread in threading.enumerate():
        if thread.name == "hotkey":
            await asyncio.to_thread(thread.join)


async def test_windows_reports_each_press_and_gets_the_key_back(monkeypatch: pytest.MonkeyPatch) -> None:
    user, pressed = User32(is_free=True), asyncio.Event()
    pretend_windows(monkeypatch, user)
    holder = asyncio.create_task(hold_hotkey("ctrl_alt_space", pressed.set))
    user.messages.put(0x0312)
    await pressed.wait()
    assert user.registered == [(0x4000 | 2 | 1, 0x20)]
    holder.cancel()
    await asyncio.wait({holder})
    await ended()
    assert user.registered == []


async def test_windows_says_that_another_program_holds_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_windows(monkeypatch, User32(is_free=False))
    with pytest.raises(ShortcutError) as caught:
        await hold_hotkey("ctrl_alt_space", lambda: None)
    assert caught.value.refused.is_taken
    await ended()
