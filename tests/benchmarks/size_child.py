"""The real window with a history, in a fresh process: prints what its parts cost as JSON.

Usage: size_child.py DATA_DIR QUESTION, where QUESTION is sidebar, search, send, snapshot or delete. Times in ms: CPU of
the window's thread if not named otherwise. The history is changed.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1]), str(HERE.parent / "journeys")]

from desk import Desk  # noqa: E402
from make_history import LONG_ID, RARE  # noqa: E402
from PySide6.QtCore import QPoint, QPointF, Qt  # noqa: E402
from PySide6.QtGui import QWheelEvent  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from desktop_chat.app.loop import run  # noqa: E402
from desktop_chat.app.main_thread_gc import MainThreadGC  # noqa: E402
from desktop_chat.app.start import make_qt_application  # noqa: E402
from desktop_chat.ui.dialogs.trash import TrashDialog  # noqa: E402

WHEEL_STEPS, OPENED, SENT, DELETED = 200, 12, 4, 1_000
STREAMED_S = 1.0
SEARCHES = {
    "1 letter": "e",
    "2 letters": "qu",
    "3 letters": "the",
    "5 letters": "which",
    "5 rare letters": RARE[0],
    "1 Chinese character": "的",
    "2 Chinese characters": "我们",
    "3 Chinese characters": "因为我",
    "5 rare Chinese characters": RARE[1],
    "nothing": "zqxjvzqxjv",
}
Report = dict[str, float]


class Turns:
    """Notes the longest turn of the loop, in ms of the thread's CPU, until it is stopped."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._task = asyncio.create_task(self._watch(), name="watch the turns")

    async def _watch(self) -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.0005)
            self.longest = max(self.longest, (time.thread_time() - before) * 1_000)

    async def stop(self) -> float:
        self._task.cancel()
        await asyncio.wait({self._task})
        return self.longest


async def watched(work: Callable[[], Awaitable[object]]) -> float:
    """Return the longest turn while something is done, and shortly after."""
    turns = Turns()
    await asyncio.sleep(0.01)
    await work()
    await asyncio.sleep(0.3)
    return await turns.stop()


async def sidebar(desk: Desk) -> Report:
    """A wheel step with its paint, and opening conversations from anywhere in the list."""
    view = desk.window._sidebar.conversations
    viewport, steps = view.viewport(), []
    for _ in range(WHEEL_STEPS):
        start = time.thread_time()
        wheel = QWheelEvent(
            QPointF(50, 200), QPointF(viewport.mapToGlobal(QPoint(50, 200))), QPoint(), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(viewport, wheel)
        viewport.repaint()
        steps.append((time.thread_time() - start) * 1_000)
        await asyncio.sleep(0)
    ids = [one.id for one in desk.application.library.shown() if one.id != LONG_ID]
    opened: list[float] = []
    turns: list[float] = []
    for conversation_id in random.Random(1).sample(ids, OPENED):
        start = time.thread_time()

        async def open_it(conversation_id: str = conversation_id) -> None:
            desk.window.tabs.open(conversation_id)
            await desk.until(lambda: desk.tab.session is not None and desk.window.tabs.current_id == conversation_id)

        turns.append(await watched(open_it))
        opened.append((time.thread_time() - start) * 1_000)
        desk.window.tabs.close_tab(conversation_id)
        await asyncio.sleep(0.1)
    return {"wheel": statistics.median(steps), "open": statistics.median(opened), "open turn": max(turns)}


async def search(desk: Desk) -> Report:
    """Each query typed into the field: on the wall to its first hits, and the longest turn until all are there."""
    bar = desk.window._sidebar
    report: Report = {}
    turns: list[float] = []
    for name, query in SEARCHES.items():
        took: list[float] = []

        async def find(query: str = query, took: list[float] = took) -> None:
            begun = time.perf_counter()
            bar._field.setText(query)
            await desk.until_quick(lambda: bar._search is not None and bar._query == query)
            searching = bar._search
            await desk.until_quick(lambda: searching.done() or (bar._model.searching and bar._model.rowCount() > 0))
            took.append((time.perf_counter() - begun) * 1_000)
            await desk.until_quick(searching.done)

        turns.append(await watched(find))
        report[name] = took[0]
        bar._field.setText("")
        await asyncio.sleep(0.2)
    return {**report, "turn": max(turns)}


async def send(desk: Desk) -> Report:
    """A message to its row, and a second of its reply, in an empty conversation and in the long one."""
    report: Report = {}
    options = desk.application.library[desk.tab.conversation_id].options
    for name in ("empty", "long"):
        if name == "long":
            desk.application.library.set_options(LONG_ID, options)
            desk.window.tabs.open(LONG_ID)
            await desk.until_quick(lambda: desk.window.tabs.current_id == LONG_ID and desk.tab.session is not None)
            await asyncio.sleep(1)
        tab, sent, answered = desk.tab, [], []
        for _ in range(SENT):
            start = time.thread_time()
            tab.session.send("the same question")
            tab.transcript.viewport().repaint()
            sent.append((time.thread_time() - start) * 1_000)
            await desk.speaking(tab)
            start = time.thread_time()
            await asyncio.sleep(STREAMED_S)
            answered.append((time.thread_time() - start) * 1_000)
            await desk.until_quick(lambda tab=tab: not tab.session.running)
        report |= {f"send {name}": statistics.median(sent), f"reply {name}": statistics.median(answered)}
    return report


async def snapshot(desk: Desk) -> Report:
    """The longest turn while snapshots are taken, what they take on disk, and how long quitting takes meanwhile."""
    snapshots = desk.application._context.snapshots
    first_turn = await watched(snapshots.take)
    file = desk.data_dir / "snapshots" / "snapshots.db"
    before = file.stat().st_size
    desk.tab.session.send("one more message")
    await desk.until_quick(lambda: not desk.tab.session.running)
    await desk.application.write_behind.flush()
    turn = await watched(snapshots.take)
    more = file.stat().st_size - before
    taking = asyncio.create_task(snapshots.take(), name="take")
    await asyncio.sleep(0.1)
    begun = time.perf_counter()
    await desk.application._lazy.end_copies()
    quitting = (time.perf_counter() - begun) * 1_000
    await asyncio.gather(taking, return_exceptions=True)
    return {"first turn": first_turn, "turn": turn, "bytes": before, "more": more, "quitting": quitting}


async def delete(desk: Desk) -> Report:
    """The longest turn while conversations are put into the trash, restored, and deleted for ever."""
    library = desk.application.library
    ids = [one.id for one in library.shown()][: min(DELETED, len(library.shown()) // 2)]

    async def trash() -> None:
        for conversation_id in ids:
            library.trash(conversation_id)
            await asyncio.sleep(0)

    report = {"trash": await watched(trash)}
    desk.window._dialogs.trash()
    dialog = desk.window.findChild(TrashDialog)
    await asyncio.sleep(0.3)
    dialog.list.selectAll()

    async def restore() -> None:
        dialog.restore_button.click()
        await desk.until_quick(lambda: not library.trashed())

    report["restore"] = await watched(restore)
    for conversation_id in ids:
        library.trash(conversation_id)
        await asyncio.sleep(0)

    dialog.empty_button.click()
    await desk.until_quick(lambda: desk.sees("Delete"))
    await asyncio.sleep(0.3)

    async def empty() -> None:
        desk.click("Delete")
        await desk.until_quick(lambda: not library.trashed())
        await asyncio.sleep(2)

    report["empty"] = await watched(empty)
    return report


class PatientDesk(Desk):
    """Looks as often as possible, for long enough."""

    async def until_quick(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(120):
            while not condition():  # noqa: ASYNC110 -- observes the screen, like a user
                await asyncio.sleep(0.001)


async def main(data_dir: Path, question: str) -> Report:
    desk = PatientDesk(app, data_dir)
    await desk.open()
    MainThreadGC(app)  # like the program
    await asyncio.sleep(2)
    report = await QUESTIONS[question](desk)
    await desk.close()
    return report


QUESTIONS = {"sidebar": sidebar, "search": search, "send": send, "snapshot": snapshot, "delete": delete}

if __name__ == "__main__":
    app = make_qt_application()
    app.setQuitOnLastWindowClosed(False)
    folder = Path(sys.argv[1])
    settings = 'language = "en"\nscheme = "light"\ndefault_connection_id = "demo"\nsnapshots = "never"\n'
    (folder / "settings.toml").write_text(settings)
    try:
        print(json.dumps(run(main(folder, sys.argv[2]), app)), flush=True)
    except BaseException:
        traceback.print_exc()  # the program itself would only log it
        raise
