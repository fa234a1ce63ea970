"""Ties tasks and listeners to the widget they work for, so that they never touch a widget that is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop_chat.core.tasks import Tasks


def start_for(widget: QWidget, tasks: Tasks, coroutine: Coroutine[Any, Any, Any], name: str) -> Callable[[], None]:
    """Run ``coroutine`` as a task of ``tasks``. The returned function cancels it, and so does the widget's end."""
    task = tasks.start(coroutine, name)

    def cancel(_gone: QObject) -> None:
        task.cancel()

    def let_go(_task: asyncio.Task[Any]) -> None:
        if isValid(widget):
            widget.destroyed.disconnect(cancel)

    widget.destroyed.connect(cancel)
    task.add_done_callback(let_go)

    def give_up() -> None:
        task.cancel()

    return give_up


def until_gone(owner: QObject, remove: Callable[[], None]) -> None:
    """Call ``remove`` when ``owner`` is destroyed: for listeners of things that outlive it."""

    def end(_gone: QObject) -> None:
        remove()

    owner.destroyed.connect(end)
