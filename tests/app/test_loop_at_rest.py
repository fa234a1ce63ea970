"""A loop that is not running runs nothing, even while someone else processes Qt's events."""

from __future__ import annotations

import asyncio

from PySide6.QtWidgets import QApplication

from desktop_chat.app.loop import QtEventLoop


def test_callbacks_due_between_two_runs_wait_for_the_next(qapp: QApplication) -> None:
    loop = QtEventLoop(qapp)
    ran: list[str] = []
    try:
        loop.call_soon(ran.append, "soon")
        loop.call_later(0.001, ran.append, "later")
        for _ in range(5):
            qapp.processEvents()
        assert ran == []
        loop.run_until_complete(asyncio.sleep(0.01))
        assert ran == ["soon", "later"]
    finally:
        loop.close()
