"""A real Orca and what it says: its voice is a speech server that records each sentence."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from speech_server import SpeechServer

PATIENCE_S = 30.0
"""How long to wait before giving up. Does not affect any measurement."""


class Orca:
    """The screen reader on this session's display."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._speech = SpeechServer(place / "speech")
        self._mark = 0

    async def start(self) -> None:
        """Start it, and wait until it speaks."""
        program = shutil.which("orca")
        assert program, "Orca is not installed; 'make test-access' adds it where it may"
        self._place.mkdir(parents=True, exist_ok=True)
        await self._speech.start()
        self._process = await asyncio.create_subprocess_exec(
            *(program, "--user-prefs", str(self._place / "settings"), "--disable", "braille"),
            env=os.environ | {"SPEECHD_ADDRESS": self._speech.address, "LC_ALL": "C.UTF-8", "LANGUAGE": "en"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await self.hears("Screen reader on")

    async def stop(self) -> None:
        """Stop it."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._speech.aclose()

    async def press(self, *keys: str) -> None:
        """Press keys on the real keyboard, after clearing what was spoken before."""
        self.listen()
        await _do("key", "--clearmodifiers", *keys)

    async def type(self, text: str) -> None:
        """Type a text on the real keyboard."""
        self.listen()
        await _do("type", "--delay", "20", text)

    def listen(self) -> None:
        """Clear what was spoken so far."""
        self._mark = len(self._speech.spoken)

    @property
    def spoken(self) -> list[str]:
        """Return what was spoken since `listen`."""
        return self._speech.spoken[self._mark :]

    async def hears(self, *words: str) -> list[str]:
        """Wait until all these words were spoken in this order; return what was spoken."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not _in_order(words, self.spoken):  # noqa: ASYNC110  (another process)
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"waited in vain for {words}; what was spoken: {self.spoken}") from None
        return self.spoken


async def _do(*order: str) -> None:
    process = await asyncio.create_subprocess_exec("xdotool", *order)
    assert await process.wait() == 0, f"xdotool could not {order[0]}"


def _in_order(words: tuple[str, ...], spoken: list[str]) -> bool:
    rest = iter(spoken)
    return all(any(word in sentence for sentence in rest) for word in words)
