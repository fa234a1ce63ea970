"""The real window with a history, in a fresh process: prints what its parts cost as JSON.

Usage: size_child.py DATA_DIR QUESTION, where QUESTION is one of QUESTIONS and DATA_DIR comes from `histories.copied`.
Times in ms: CPU of the window's thread if not named otherwise. The history is changed, but only "delete" makes it
smaller.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import statistics
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1]), str(HERE.parent / "journeys")]

from desk import Desk  # noqa: E402
from make_history import LONG_ID, RARE  # noqa: E402
from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QPoint, QPointF, Qt  # noqa: E402
from PySide6.QtGui import QWheelEvent  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402
from stage import PIECES  # noqa: E402

from desktop_chat.app.loop import run  # noqa: E402
from desktop_chat.app.main_thread_gc import MainThreadGC  # noqa: E402
from desktop_chat.app.start import make_qt_application  # noqa: E402
from desktop_chat.core.deltas import TextDelta  # noqa: E402
from desktop_chat.core.entities import ChatOptions, Connection, Conversation, Status  # noqa: E402
from desktop_chat.core.events import ReplyDelta  # noqa: E402
from desktop_chat.services.sqlite.sqlite_writes import put_conversation  # noqa: E402
from desktop_chat.ui.chat.send_guard import SEND  # noqa: E402
from desktop_chat.ui.dialogs.trash import TrashDialog  # noqa: E402

WHEEL_STEPS, TO_AND_FRO = 200, 20
OPENED, SENT, REPLIES, DELETED, IMPORTED = 12, 6, 5, 1_000, 10_000
UPSTREAM, SHORT = (str(HERE / "endpoint_child.py"), "upstream"), "20@1000-short"
"""A server, and its model that says little."""
FILTERED, SEARCHED = 7, 3
PASSES = 9
"""The first is not counted."""
KEY_S = 0.02
PATIENCE_S = 120
SEARCHES = {
    "1 letter": "e",
    "2 letters": "qu",
    "3 letters": "the",
    "5 letters": "which",
    "1 rare letter": RARE[0][:1],
    "2 rare letters": RARE[0][:2],
    "3 rare letters": RARE[0][:3],
    "5 rare letters": RARE[0],
    "1 Chinese character": "的",
    "2 Chinese characters": "我们",
    "3 Chinese characters": "因为我",
    "1 rare Chinese character": RARE[1][:1],
    "2 rare Chinese characters": RARE[1][:2],
    "3 rare Chinese characters": RARE[1][:3],
    "5 rare Chinese characters": RARE[1],
}
ABSENT = ("zqxjvzqxjv", "龘龢龘龢龘龢", "word")
"""All pieces of three letters of the last are common."""
Report = dict[str, float]


class Turns:
    """Reads the clocks in each turn of the loop: the longest turn, in ms of this thread's CPU and on the wall."""

    def __init__(self) -> None:
        self.cpu = self.wall = 0.0
        self._dispatcher = QAbstractEventDispatcher.instance()
        self._seen = (time.thread_time(), time.perf_counter())
        self._dispatcher.awake.connect(self._look)
        self._dispatcher.aboutToBlock.connect(self._look)

    def stop(self) -> None:
        self._dispatcher.awake.disconnect(self._look)
        self._dispatcher.aboutToBlock.disconnect(self._look)

    def _look(self) -> None:
        cpu, wall = time.thread_time(), time.perf_counter()
        took = (cpu - self._seen[0]) * 1_000
        if took > self.cpu:
            self.cpu, self.wall = took, (wall - self._seen[1]) * 1_000
        self._seen = (cpu, wall)


async def longest_turn(name: str, work: Callable[[], Awaitable[object]], report: Report) -> None:
    """Note the longest turn while something is done, and shortly after."""
    await asyncio.sleep(0.01)
    turns = Turns()
    await work()
    await asyncio.sleep(0.3)
    turns.stop()
    if turns.cpu > report.get(name, 0.0):
        report |= {name: turns.cpu, f"{name}, wall": turns.wall}


@contextmanager
def cpu(into: list[float]) -> Iterator[None]:
    start = time.thread_time()
    yield
    into.append((time.thread_time() - start) * 1_000)


def paint(desk: Desk) -> None:
    """Paint what has changed, at once."""
    QApplication.sendPostedEvents(desk.window, QEvent.Type.UpdateRequest)


async def sidebar(desk: PatientDesk) -> Report:
    """A wheel step with its paint, a filter that is set and cleared, and opening conversations from anywhere."""
    view, report = desk.window._sidebar.conversations, Report()
    steps: list[float] = []
    for number in range(WHEEL_STEPS):
        with cpu(steps):
            turn_wheel(view.viewport(), -120 if number // TO_AND_FRO % 2 == 0 else 120)
            paint(desk)
        await asyncio.sleep(0)
    filtered: list[float] = []
    for _ in range(FILTERED):
        with cpu(filtered):
            await desk.search(ABSENT[0])
            paint(desk)
            await desk.search("")
            paint(desk)
    ids = [one.id for one in desk.application.library.shown() if one.id != LONG_ID]
    opened: list[float] = []
    for conversation_id in [*random.Random(1).sample(ids, OPENED), *([LONG_ID] if LONG_ID not in ids else [])]:
        with cpu(opened):
            await longest_turn("open turn", partial(desk.show, conversation_id), report)
        desk.window.tabs.close_tab(conversation_id)
        await asyncio.sleep(0.1)
    medians = {"wheel": steps, "filter": filtered, "open": opened[:OPENED]}
    return report | {name: statistics.median(taken) for name, taken in medians.items()}


def turn_wheel(viewport: QWidget, delta: int) -> None:
    wheel = QWheelEvent(
        QPointF(50, 200), QPointF(viewport.mapToGlobal(QPoint(50, 200))), QPoint(), QPoint(0, delta),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, wheel)


async def search(desk: PatientDesk) -> Report:
    """Each query put into the field: on the wall, and in CPU of all threads, to its first hits or the hint that there
    are none; and the longest turn until all are there. Meanwhile somebody types into the composer."""
    report, longest = Report(), Report()
    typing = asyncio.create_task(type_on(desk), name="type")
    queries = {
        "the first of a run": "because",
        **SEARCHES,
        **{f"none {number}": one for number, one in enumerate(ABSENT)},
    }
    for name, query in queries.items():
        took: list[tuple[float, float]] = []

        async def first_hits(query: str = query, took: list[tuple[float, float]] = took) -> None:
            took.append(await desk.search(query, whole=True))

        for _ in range(SEARCHED if report else 1):
            await longest_turn("turn", first_hits, longest)
            await desk.search("")
        report |= {name: statistics.median(wall for wall, _ in took)}
        report |= {f"{name}, CPU": statistics.median(spent for _, spent in took)}
    typing.cancel()
    await asyncio.wait({typing})
    return report | longest


async def type_on(desk: Desk) -> None:
    edit = desk.tab.composer.edit
    for letter in cycle("typing while it searches "):
        QTest.keyClick(edit, letter)
        await asyncio.sleep(KEY_S)


async def send(desk: PatientDesk) -> Report:
    """A message to its row, and a frame of its reply, in the long conversation and in an empty one.

    No text comes but that of the frames, so that each frame is the same in both, however busy the machine is."""
    desk.application._demo._speed = 0.001
    desk.application.library.set_options(LONG_ID, desk.tab.session.conversation.options)
    await desk.show(LONG_ID)
    await desk.new_tab()
    tabs = {"": LONG_ID, " empty": desk.tab.conversation_id}
    report = Report()
    for name, conversation_id in tabs.items():
        await desk.show(conversation_id)
        await asyncio.sleep(1)
        sent: list[float] = []
        for number in range(SENT):
            with cpu(sent):
                desk.tab.session.send("the same question")
                paint(desk)
            await asyncio.sleep(0.5)
            if number < SENT - 1:
                desk.tab.session.cancel()
                await desk.until_quick(lambda: not desk.tab.session.running)
        report[f"send{name}"] = statistics.median(sent[1:])
    frames = await frames_of(desk, tabs.values())
    return report | {f"frame{name}": frames[conversation_id] for name, conversation_id in tabs.items()}


async def reply(desk: PatientDesk) -> Report:
    """The longest turn from Enter to the end of a short reply in the long conversation, all of which is sent to a
    server on this computer. What loading the SDK takes is not counted, only what the requests do."""
    report, pipe = Report(), asyncio.subprocess.PIPE
    server = await asyncio.create_subprocess_exec(
        sys.executable, *UPSTREAM, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
    )
    connection = Connection("here", "Here", f"http://127.0.0.1:{int(await server.stdout.readline())}/v1")
    desk.use(connection, SHORT)
    for conversation_id in (desk.tab.conversation_id, LONG_ID):
        desk.application.library.set_options(conversation_id, ChatOptions("here", SHORT))
    desk.type("a first question")
    await press_enter(desk)
    await desk.show(LONG_ID)
    await asyncio.sleep(3)
    for _ in range(REPLIES):
        desk.type("one more question")
        await longest_turn("turn", partial(press_enter, desk), report)
    assert desk.tab.session.path[-1].status is Status.COMPLETE
    await server.communicate(b"")
    return report | {"bytes": desk.application.providers.exchanges_of(desk.tab.session.path[-1].id)[0].sent}


async def press_enter(desk: PatientDesk) -> None:
    """Send what was typed, confirm it if the window asks, and wait for the answer."""
    tab, guard = desk.tab, desk.tab.page.presenter.size_guard
    QTest.keyClick(tab.composer.edit, Qt.Key.Key_Return)
    if guard.asks:
        await asyncio.sleep(0.5)
        guard.bar.action_triggered.emit(SEND)
    await desk.until_quick(lambda: not tab.session.running)


async def stream(desk: PatientDesk) -> Report:
    """A frame of streaming in a new conversation."""
    desk.application._demo._speed = 0.001
    desk.tab.session.send("the same question")
    await asyncio.sleep(2)
    return {"frame": (await frames_of(desk, [desk.tab.conversation_id]))[desk.tab.conversation_id]}


async def frames_of(desk: PatientDesk, conversation_ids: Iterable[str]) -> dict[str, float]:
    """Return what a frame costs in conversations with a running reply, which say a section of text in turns, two tokens
    at a time, each painted at once."""
    passes: dict[str, list[float]] = {conversation_id: [] for conversation_id in conversation_ids}
    for _ in range(PASSES):
        for conversation_id, means in passes.items():
            await desk.show(conversation_id)
            await asyncio.sleep(0.2)
            session, model, frames = desk.tab.session, desk.tab.transcript.model, []
            for piece in PIECES:
                delta = TextDelta(piece)
                with cpu(frames):
                    session.reply.take(delta)
                    session.events.emit(ReplyDelta(session.reply.message.id, delta))
                    model.tell()
                    paint(desk)
                await asyncio.sleep(0)
            means.append(statistics.mean(frames))
    return {conversation_id: statistics.median(means[1:]) for conversation_id, means in passes.items()}


async def snapshot(desk: PatientDesk) -> Report:
    """The longest turn while snapshots are taken, what they take on disk, and how long quitting takes meanwhile."""
    snapshots, report = desk.application._context.snapshots, Report()
    await longest_turn("first turn", snapshots.take, report)
    file = desk.data_dir / "snapshots" / "snapshots.db"
    before = file.stat().st_size
    desk.tab.session.send("one more message")
    await desk.until_quick(lambda: not desk.tab.session.running)
    await desk.application.write_behind.flush()
    await longest_turn("turn", snapshots.take, report)
    more = file.stat().st_size - before
    taking = asyncio.create_task(snapshots.take(), name="take")
    await asyncio.sleep(0.1)
    begun = time.perf_counter()
    await desk.application._lazy.end_copies()
    quitting = (time.perf_counter() - begun) * 1_000
    await asyncio.gather(taking, return_exceptions=True)
    return report | {"bytes": before, "more": more, "quitting": quitting}


async def added(desk: PatientDesk) -> Report:
    """The longest turn while conversations appear that another process has imported, not counting how they are read."""
    library, report = desk.application.library, Report()
    now = time.time()
    with closing(sqlite3.connect(desk.data_dir / "history.db", timeout=60)) as connection, connection:
        for number in range(IMPORTED):
            at = now - number * 3_000.0
            put_conversation(
                connection, Conversation(f"imported{number}", "Imported", created_at=at, updated_at=at, leaf_id="m")
            )
    await longest_turn("added", library.add_restored, report)
    await library.delete([f"imported{number}" for number in range(IMPORTED)])
    return report


async def delete(desk: PatientDesk) -> Report:
    """The longest turn while conversations are put into the trash, restored, and deleted for ever."""
    library, report = desk.application.library, Report()
    ids = [one.id for one in library.shown() if one.id != LONG_ID]
    ids = ids[: min(DELETED, len(ids) // 2)]

    async def trash() -> None:
        for conversation_id in ids:
            desk.window._sidebar.trash_requested.emit(conversation_id)
            await asyncio.sleep(0)

    def are_back() -> bool:
        return all(library[conversation_id].trashed_at is None for conversation_id in ids)

    await longest_turn("trash", trash, report)
    desk.window._dialogs.trash()
    dialog = desk.window.findChild(TrashDialog)
    await asyncio.sleep(0.3)

    async def restore() -> None:
        dialog.list.selectAll()
        dialog.restore_button.click()
        await desk.until_quick(are_back)

    await longest_turn("restore", restore, report)
    for conversation_id in ids:
        library.trash(conversation_id)
        await asyncio.sleep(0)
    dialog.empty_button.click()
    await desk.until_quick(lambda: desk.sees("Delete"))
    await asyncio.sleep(0.3)

    async def empty() -> None:
        desk.click("Delete")
        await desk.until_quick(lambda: not any(conversation_id in library for conversation_id in ids))
        await asyncio.sleep(2)

    await longest_turn("empty", empty, report)
    return report


class PatientDesk(Desk):
    """Looks as often as possible, for long enough."""

    async def until_quick(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():  # noqa: ASYNC110 -- observes the screen, like a user
                await asyncio.sleep(0.001)

    async def show(self, conversation_id: str) -> None:
        self.window.tabs.open(conversation_id)
        await self.until_quick(lambda: self.window.tabs.current_id == conversation_id and self.tab.session is not None)

    async def search(self, query: str, *, whole: bool = False) -> tuple[float, float]:
        """Put a query into the search field; return how many ms its first hits took, or the hint that there are none,
        on the wall and in CPU. With `whole`, return once all hits are there."""
        bar = self.window._sidebar
        wall, spent = time.perf_counter(), time.process_time()
        bar._field.setText(query)
        await self.until_quick(lambda: bar._model.searching == bool(query) and bar._query == query)
        took = (time.perf_counter() - wall) * 1_000, (time.process_time() - spent) * 1_000
        if whole:
            await self.until_quick(bar._search.done)
        return took


async def main(data_dir: Path, question: str) -> Report:
    desk = PatientDesk(app, data_dir)
    await desk.open()
    MainThreadGC(app)  # like the program
    await asyncio.sleep(2)
    report = await QUESTIONS[question](desk)
    await desk.close()
    return report


QUESTIONS = {asked.__name__: asked for asked in (sidebar, search, send, reply, stream, snapshot, added, delete)}

if __name__ == "__main__":
    app = make_qt_application()
    app.setQuitOnLastWindowClosed(False)
    try:
        print(json.dumps(run(main(Path(sys.argv[1]), sys.argv[2]), app)), flush=True)
    except BaseException:
        traceback.print_exc()  # the program itself would only log it
        raise
