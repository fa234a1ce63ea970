"""Ties tasks and listeners to a widget, so that they never use it after its deletion.

What `destroyed` calls takes no argument: PySide would wrap the dying object, and to find its class, build all classes
that it knows below QObject, with their enumerations. The first tab to be closed took 15 ms longer for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop_chat.core.tasks import Tasks


def start_for(widget: QWidget, tasks: Tasks, coroutine: Coroutine[Any, Any, Any], name: str) -> Callable[[], None]:
    """Run `coroutine` as a task of `tasks`. It is cancelled by the returned function, or when the widget is
    destroyed."""
    task = tasks.start(coroutine, name)

    def cancel() -> None:
        task.cancel()

    def disconnect(_task: asyncio.Task[Any]) -> None:
        if isValid(widget):
            widget.destroyed.disconnect(cancel)

    widget.destroyed.connect(cancel)
    task.add_done_callback(disconnect)
    return cancel


def until_gone(owner: QObject, remove: Callable[[], None]) -> None:
    """Call `remove` when `owner` is destroyed: for listeners of objects that outlive it."""

    def end() -> None:
        remove()

    owner.destroyed.connect(end)
