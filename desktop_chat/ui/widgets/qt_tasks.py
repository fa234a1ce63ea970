"""Ties tasks and listeners to a widget, so that they never use it after its deletion."""

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

    def cancel(_gone: QObject | None = None) -> None:
        task.cancel()

    def disconnect(_task: asyncio.Task[Any]) -> None:
        if isValid(widget):
            widget.destroyed.disconnect(cancel)

    widget.destroyed.connect(cancel)
    task.add_done_callback(disconnect)
    return cancel


def until_gone(owner: QObject, remove: Callable[[], None]) -> None:
    """Call `remove` when `owner` is destroyed: for listeners of objects that outlive it."""

    def end(_gone: QObject) -> None:
        remove()

    owner.destroyed.connect(end)
