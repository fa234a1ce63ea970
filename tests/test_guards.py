"""The guards in conftest.py work: each kind of leak fails its test, and a clean test passes."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parent.parent
PATHS = (ROOT, ROOT / "tests", ROOT / "tests/services")
"""pytest's settings from pyproject.toml."""

LEAKS = """
import asyncio, gc, logging, threading
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from desktop_chat.ui.languages import Languages
from desktop_chat.ui.text.translation import tr

kept = []
release = threading.Event()

async def test_clean():
    await asyncio.create_task(asyncio.sleep(0))

async def test_plain_loop():
    assert type(asyncio.get_running_loop()).__name__ != "QtEventLoop"

@pytest.mark.qt_loop
async def test_qt_loop():
    await asyncio.sleep(0.01)
    assert type(asyncio.get_running_loop()).__name__ == "QtEventLoop"

async def test_leaks_task():
    kept.append(asyncio.create_task(asyncio.sleep(60), name="forgotten"))

@pytest.mark.qt_loop
async def test_leaks_task_on_qt_loop():
    kept.append(asyncio.create_task(asyncio.sleep(60), name="forgotten"))

@pytest.fixture
def late():
    # like a window's timer that starts a task, and is due after the test and before its fixtures end
    started = []
    timer = QTimer(singleShot=True, interval=0)
    timer.timeout.connect(lambda: started.append(asyncio.create_task(asyncio.sleep(0))))
    timer.start(0)
    yield timer
    timer.stop()
    assert started

@pytest.mark.qt_loop
async def test_ends_before_a_timer_starts_a_task(late):
    late.start(0)

def test_leaks_record():
    logging.getLogger("somewhere").warning("odd")

def test_means_to_log(caplog):
    logging.getLogger("somewhere").warning("odd")

def test_leaks_thread():
    threading.Thread(target=release.wait, args=(10,)).start()

def test_leaks_daemon():
    threading.Thread(target=release.wait, args=(10,), daemon=True).start()

def test_leaks_window(qapp):
    kept.append(QWidget())
    kept[-1].show()

def test_leaves_a_language_and_garbage_collection(qapp):
    kept.append(Languages(qapp))
    kept[-1].set_language("zh_CN")
    gc.enable()
    assert tr("Today") != "Today"

def test_has_neither_of_them(qapp):
    assert tr("Today") == "Today"
    assert not gc.isenabled()

def test_leaks_timer(qapp):
    kept.append(QTimer(interval=60_000))
    kept[-1].start()

def test_is_clean_after_leaks(qapp):
    release.set()
"""


HANGING = """
from PySide6.QtCore import QEventLoop

def hang_here():
    QEventLoop().exec()

def test_hangs(qapp):
    hang_here()
"""

INTERRUPTED = """
import signal, subprocess, sys

def test_a_child_can_be_interrupted():
    child = subprocess.Popen([sys.executable, "-c", "print(1, flush=True); input()"], stdin=-1, stdout=-1, stderr=-1)
    child.stdout.readline()
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=20)
    assert child.returncode == -signal.SIGINT
"""


def run_pytest(place: Path, tests: str, *options: str, ignoring_interrupts: bool = False, limit_s: str = "240") -> str:
    """Run a test file with this project's conftest.py and settings; return pytest's output."""
    conftest = (ROOT / "tests/conftest.py").read_text(encoding="utf-8")
    conftest = conftest.replace("THREAD_PATIENCE_S = 2.0", "THREAD_PATIENCE_S = 0.1").replace(
        "else 240", f"else {limit_s}"
    )
    (place / "conftest.py").write_text(conftest)
    (place / "test_some.py").write_text(tests)
    shutil.copy(ROOT / "pyproject.toml", place)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "test_some.py"],
        cwd=place,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(map(str, PATHS))},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=ignore_interrupts if ignoring_interrupts else None,
    )
    return done.stdout + done.stderr


def ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def test_each_leak_fails_its_test_and_no_other(tmp_path: Path) -> None:
    printed = run_pytest(tmp_path, LEAKS)
    failed = set(re.findall(r"^ERROR test_some\.py::test_leaks_(\w+)", printed, re.MULTILINE))
    assert failed == {"task", "task_on_qt_loop", "record", "thread", "daemon", "window", "timer"}, printed
    assert "15 passed, 7 errors" in printed


@pytest.mark.thorough
@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["one process", "a process among several"])
def test_a_hanging_test_ends_and_prints_its_stacks(tmp_path: Path, options: tuple[str, ...]) -> None:
    """Even inside Qt's loop, where no signal is handled."""
    begun = time.monotonic()
    printed = run_pytest(tmp_path, HANGING, *options, limit_s="3")
    assert "hang_here" in printed, printed
    assert "crashed while running 'test_some.py::test_hangs'" in printed or "Timeout" in printed, printed
    assert time.monotonic() - begun < 50


def test_children_can_be_interrupted_although_the_tests_cannot(tmp_path: Path) -> None:
    """Like under nohup, or after the "&" of a script."""
    printed = run_pytest(tmp_path, INTERRUPTED, ignoring_interrupts=True)
    assert "1 passed" in printed, printed


def test_loaded_modules_do_not_change_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    @settings(max_examples=200)
    @given(st.text())
    def look(text: str) -> None:
        seen.append(text)

    look()
    first, seen = seen, []
    (tmp_path / "words.py").write_text("\n".join(f"WORD_{number} = 'some word {number}'" for number in range(99)))
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("words")
    look()
    assert seen == first
