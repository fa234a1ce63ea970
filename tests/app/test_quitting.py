"""The program exits quickly and cleanly with the text stored, however it is told to and whatever hangs."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

CHILD = Path(__file__).with_name("quitting_child.py")
PATIENCE_S = 60.0
LOADING_NOTICE_S = 2.0
"""The promised time, multiplied for busy computers."""
BUSY = 2.5
OTHERS = ("ctrl+q", "quit", "exit", signal.SIGINT, signal.SIGHUP)
"""Ways to end it besides closing its window and a signal."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")


def ended(data_dir: Path, state: str, way: str | signal.Signals) -> tuple[int, str]:
    """Bring the program into a state and end it in a way; return its exit code and error output."""
    arguments = [way] if isinstance(way, str) else []
    process = subprocess.Popen(
        [sys.executable, str(CHILD), str(data_dir), state, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(CHILD.parents[2])},
    )
    impatient = threading.Timer(PATIENCE_S, process.kill)
    impatient.start()
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if line != "ready\n":
            process.kill()
        assert line == "ready\n", process.communicate()[1]
        impatient.cancel()
        told_at = time.monotonic()
        if not isinstance(way, str):
            process.send_signal(way)
        _, complaints = process.communicate(timeout=PATIENCE_S)
        assert time.monotonic() - told_at < LOADING_NOTICE_S * BUSY
    finally:
        impatient.cancel()
        process.kill()
        process.wait()
    return process.returncode, complaints


def replies(data_dir: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(data_dir / "history.db")) as database:
        query = "SELECT status, length(text) FROM messages WHERE role = 'assistant' ORDER BY seq"
        return database.execute(query).fetchall()


@pytest.mark.parametrize(
    "way", ["close", signal.SIGTERM, *(pytest.param(way, marks=pytest.mark.thorough) for way in OTHERS)]
)
def test_a_streaming_reply_is_stored_and_the_exit_is_clean(data_dir: Path, way: str | signal.Signals) -> None:
    assert ended(data_dir, "streaming", way) == (0, "")
    ((status, length),) = replies(data_dir)
    assert status == "cancelled"
    assert length >= 100


@pytest.mark.thorough
@pytest.mark.parametrize("state", ["name look-up", "keyring"])
def test_other_hanging_parts_cost_no_text(data_dir: Path, state: str) -> None:
    assert ended(data_dir, state, signal.SIGTERM) == (0, "")
    (streamed, hanging) = replies(data_dir)
    assert streamed[0] == "cancelled"
    assert streamed[1] >= 100
    assert hanging == ("cancelled", 0)


@pytest.mark.thorough
@pytest.mark.parametrize(("state", "way"), [("store", signal.SIGTERM), ("opening", "close")])
def test_a_hanging_store_does_not_delay_exit(data_dir: Path, state: str, way: str | signal.Signals) -> None:
    assert ended(data_dir, state, way) == (0, "")
