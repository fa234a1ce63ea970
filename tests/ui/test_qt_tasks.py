"""What is tied to a widget ends with it, and costs nothing then."""

from __future__ import annotations

import subprocess
import sys

CHILD = """
import asyncio
import enum

from PySide6.QtCore import QCoreApplication, QEvent, QObject

from desktop_chat.core.tasks import Tasks
from desktop_chat.ui.widgets.qt_tasks import start_for, until_gone

app = QCoreApplication([])
built, gone, create = [], [], enum.EnumType._create_


def note(cls, name, *arguments, **options):
    built.append(name)
    return create(cls, name, *arguments, **options)


async def main():
    owner = QObject(app)
    until_gone(owner, lambda: gone.append("listener"))
    start_for(owner, Tasks(), asyncio.sleep(3_600), "wait")
    await asyncio.sleep(0)
    owner.deleteLater()
    del owner
    enum.EnumType._create_ = note
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    (task,) = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait([task])
    print(gone, task.cancelled(), built)


asyncio.run(main())
"""


def test_the_end_of_an_object_builds_no_classes_of_qt() -> None:
    """PySide builds enumerations of its classes when they are first needed: all of them to name an unknown object."""
    told = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "['listener'] True []"
