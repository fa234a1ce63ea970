"""The guards of conftest.py bite: each kind of leak fails its test, and a clean test passes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

LEAKS = """
import asyncio, logging, threading
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

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

def test_leaks_record():
    logging.getLogger("somewhere").warning("odd")

def test_means_to_log(caplog):
    logging.getLogger("somewhere").warning("odd")

def test_leaks_thread():
    threading.Thread(target=release.wait, args=(10,)).start()

def test_leaks_window(qapp):
    kept.append(QWidget())
    kept[-1].show()

def test_leaks_timer(qapp):
    kept.append(QTimer(interval=60_000))
    kept[-1].start()

def test_is_clean_after_leaks(qapp):
    release.set()
"""


def test_each_leak_fails_its_test_and_no_other(tmp_path: Path) -> None:
    conftest = (ROOT / "tests/conftest.py").read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(conftest.replace("THREAD_PATIENCE_S = 2.0", "THREAD_PATIENCE_S = 0.1"))
    (tmp_path / "test_leaks.py").write_text(LEAKS)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_leaks.py"],
        cwd=tmp_path,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    failed = set(re.findall(r"^ERROR test_leaks\.py::test_leaks_(\w+)", done.stdout, re.MULTILINE))
    assert failed == {"task", "task_on_qt_loop", "record", "thread", "window", "timer"}, done.stdout
    assert "11 passed, 6 errors" in done.stdout
