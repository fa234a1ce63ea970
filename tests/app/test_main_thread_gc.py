"""Garbage is collected on the main thread only, and all of it once the program is idle."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_chat.app import main_thread_gc
from desktop_chat.app.main_thread_gc import _MAX_OBJECTS, _MIN_OBJECTS, _MOST_YOUNG, _THAW_S, MainThreadGC

STARTED = """
import gc, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from desktop_chat.app.arguments import Arguments
from desktop_chat.app.main_thread_gc import MainThreadGC
from desktop_chat.app.shutdown import exit_now
from desktop_chat.app.single_instance import SingleInstance
from desktop_chat.app.start import start

def report_and_quit(_instance):
    print(gc.isenabled(), len(QCoreApplication.instance().findChildren(MainThreadGC)), flush=True)
    QTimer.singleShot(0, QCoreApplication.quit)

SingleInstance.listen = report_and_quit  # the last step of a start
exit_now(start(Arguments(data_dir=Path(sys.argv[1]), demo=True)))
"""


class Cyclic(QWidget):
    """A widget that only a garbage collection destroys; notes the thread on which that happens."""

    def __init__(self, died_on: list[threading.Thread]) -> None:
        super().__init__()
        self._myself = self
        self._died_on = died_on

    def __del__(self) -> None:
        self._died_on.append(threading.current_thread())


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[MainThreadGC]:
    gc.collect()
    gc.enable()  # as Python starts
    owner = QObject()
    yield MainThreadGC(owner)
    shiboken6.delete(owner)


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The process's CPU time so far, in seconds."""
    seconds = [1.0]
    monkeypatch.setattr(main_thread_gc.time, "process_time", lambda: seconds[0])
    return seconds


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The generations that were collected."""
    found: list[int] = []
    monkeypatch.setattr(main_thread_gc.gc, "collect", lambda generation=2: found.append(generation))
    return found


def allocate(monkeypatch: pytest.MonkeyPatch, objects: int, collections: int = 0) -> None:
    monkeypatch.setattr(main_thread_gc.gc, "get_count", lambda: (objects, collections, 0))


def test_a_widget_that_is_garbage_while_another_thread_allocates_dies_on_the_main_thread(
    collector: MainThreadGC, qtbot: QtBot
) -> None:
    died_on: list[threading.Thread] = []
    kept: list[list[int]] = []
    Cyclic(died_on)
    thread = threading.Thread(target=lambda: kept.extend([number] for number in range(100_000)))
    thread.start()
    thread.join()
    assert not died_on
    qtbot.waitUntil(lambda: bool(died_on))
    assert died_on == [threading.main_thread()]


def test_young_objects_are_collected_at_pythons_thresholds(
    collector: MainThreadGC, collected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    young, middle, _ = gc.get_threshold()
    allocate(monkeypatch, young)
    collector.look()
    assert collected == []
    allocate(monkeypatch, young + 1)
    collector.look()
    allocate(monkeypatch, young + 1, middle)
    collector.look_before_waiting()
    assert collected == [0, 1]


def test_the_middle_generation_is_left_until_the_loop_has_nothing_to_do(
    collector: MainThreadGC, collected: list[int], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    young, middle, _ = gc.get_threshold()
    allocate(monkeypatch, young + 1, middle)
    collector.look()
    assert collected == []
    qtbot.waitUntil(lambda: 1 in collected)
    collected.clear()
    allocate(monkeypatch, _MOST_YOUNG + 1, middle)
    collector.look()
    assert collected == [1], "a loop that never waits must not keep everything"


def test_a_full_collection_waits_until_idle(
    collector: MainThreadGC, collected: list[int], spent: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    allocate(monkeypatch, _MIN_OBJECTS + 1)
    collector.look()
    spent[0] += 1.0
    assert not collector.look_at_rest()
    assert collected == [0]
    assert collector.look_at_rest()
    assert collected == [0, 2]


def test_a_full_collection_does_not_wait_for_ever(
    collector: MainThreadGC, collected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    allocate(monkeypatch, _MAX_OBJECTS // 2 + 1)
    collector.look()
    collector.look()
    collector.look()
    assert collected == [0, 2, 0]


def test_nothing_wakes_the_program_up_if_there_is_little_garbage(
    collector: MainThreadGC, collected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    allocate(monkeypatch, _MIN_OBJECTS)
    collector.look()
    assert not collector._rest.isActive()
    allocate(monkeypatch, gc.get_threshold()[0] + 1)
    collector.look()
    assert collector._rest.isActive()
    collector.look_at_rest()
    assert not collector._rest.isActive()


class Knot:
    """Something in a reference cycle."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def frozen() -> Iterator[weakref.ref[Knot]]:
    """Garbage that was in use when a library was loaded, like a tab that was open then and has been closed."""
    knot = Knot()
    gc.freeze()
    left = weakref.ref(knot)
    del knot
    yield left
    gc.unfreeze()


def test_garbage_that_was_frozen_while_in_use_is_collected_when_the_user_is_elsewhere(
    collector: MainThreadGC, frozen: weakref.ref[Knot], spent: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = [Qt.ApplicationState.ApplicationActive]
    now = [main_thread_gc.time.monotonic()]
    monkeypatch.setattr(main_thread_gc, "QGuiApplication", StateOf(state))
    monkeypatch.setattr(main_thread_gc.time, "monotonic", lambda: now[0])
    now[0] += _THAW_S
    spent[0] = 0.0
    QGuiApplication.instance().applicationStateChanged.emit(state[0])
    assert not collector._rest.isActive()
    assert collector.look_at_rest()
    assert frozen() is not None
    state[0] = Qt.ApplicationState.ApplicationInactive
    QGuiApplication.instance().applicationStateChanged.emit(state[0])
    assert collector._rest.isActive()
    assert collector.look_at_rest()
    assert frozen() is None
    assert gc.get_freeze_count() > 0
    QGuiApplication.instance().applicationStateChanged.emit(state[0])
    assert not collector._rest.isActive(), "not again so soon"


class StateOf:
    """Stands for the application, in a state of our choice."""

    def __init__(self, state: list[Qt.ApplicationState]) -> None:
        self._state = state

    def applicationState(self) -> Qt.ApplicationState:  # noqa: N802
        return self._state[0]


def test_a_started_program_collects_on_its_main_thread_only(data_dir: Path) -> None:
    command = [sys.executable, "-c", STARTED, str(data_dir)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ran.stdout.split() == ["False", "1"], ran.stderr
