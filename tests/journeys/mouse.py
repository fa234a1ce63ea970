"""A real mouse: the pointer of the X server, moved and pressed from outside the program."""

from __future__ import annotations

import asyncio
import subprocess

from desk import PATIENCE_S
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

WHEEL_UP, WHEEL_DOWN = "4", "5"


class Mouse:
    """Points at positions in a widget."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget

    async def double_click(self, at: QPoint) -> None:
        await self._do(*self._to(at), "click", "--repeat", "2", "--delay", "60", "1")

    async def triple_click(self, at: QPoint) -> None:
        await self._do(*self._to(at), "click", "--repeat", "3", "--delay", "60", "1")

    async def click(self, at: QPoint, *, shift: bool = False) -> None:
        pressed = ["click", "1"]
        await self._do(*self._to(at), *(["keydown", "shift", *pressed, "keyup", "shift"] if shift else pressed))

    async def press(self, at: QPoint) -> None:
        """Press the button, and keep it pressed."""
        await self._do(*self._to(at), "sleep", "0.1", "mousedown", "1")

    async def move(self, *stops: QPoint) -> None:
        """Move to some positions, not too fast."""
        for stop in stops:
            await self._do(*self._to(stop), "sleep", "0.1")

    async def let_go(self) -> None:
        await self._do("sleep", "0.1", "mouseup", "1")

    async def point_at_it(self) -> None:
        """Move to the middle of the widget; return when the application knows."""
        await self._do(*self._to(self._widget.rect().center()))
        async with asyncio.timeout(PATIENCE_S):
            while not (self._widget.underMouse() and self._widget.isActiveWindow()):  # noqa: ASYNC110  (observes)
                await asyncio.sleep(0.01)

    async def turn_wheel(self, notches: int, *, ctrl: bool = False) -> None:
        """Turn the wheel where the pointer is: up, or down when negative."""
        turned = ["click", "--repeat", str(abs(notches)), "--delay", "20", WHEEL_UP if notches > 0 else WHEEL_DOWN]
        await self._do(*(["keydown", "ctrl", *turned, "keyup", "ctrl"] if ctrl else turned))

    def on(self, widget: QWidget) -> Mouse:
        """Return the same mouse for another widget."""
        return Mouse(widget)

    def _to(self, at: QPoint) -> list[str]:
        spot = self._widget.mapToGlobal(at) * self._widget.devicePixelRatio()
        return ["mousemove", str(spot.x()), str(spot.y())]  # with --sync, it would wait for a move if it is there

    @staticmethod
    async def _do(*words: str) -> None:
        await asyncio.to_thread(subprocess.run, ["xdotool", *words], check=True, timeout=20)
