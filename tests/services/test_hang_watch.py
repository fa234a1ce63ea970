"""A hanging window is recorded with the stacks of all threads; a stopped or responsive one is not."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_chat.services.hang_watch import HangWatch
from desktop_chat.services.logs import CrashHandlers
from desktop_chat.services.paths import Paths
from desktop_chat.services.secrets.keys import KnownKeys

CHILD = Path(__file__).with_name("hanging_child.py")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="there are no stopped processes on Windows")


def run(how: str, crash_file: Path) -> tuple[str, str]:
    """Return the log, and what is left in the crash file after the window recovered."""
    command = [sys.executable, str(CHILD), how, str(crash_file)]
    *logged, told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return "\n".join(logged), json.loads(told)["left"]


@pytest.mark.parametrize(("how", "function"), [("spin", "in spin"), ("sleep", "in main")])
def test_a_hang_that_ends_is_logged_with_its_stacks(how: str, function: str, tmp_path: Path) -> None:
    logged, left = run(how, tmp_path / "crash.log")
    assert logged.startswith("the window was unresponsive for ")
    assert function in logged
    assert left == ""


@pytest.mark.parametrize("how", ["turn", pytest.param("stop", marks=POSIX)])
def test_what_is_not_a_hang(how: str, tmp_path: Path) -> None:
    assert run(how, tmp_path / "crash.log") == ("", "")


def test_a_hang_that_is_killed_is_reported_at_the_next_start(data_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    paths = Paths(data_dir)
    paths.make_directories()
    with subprocess.Popen([sys.executable, str(CHILD), "spin and die", str(paths.crash_file)]) as child:
        while not paths.crash_file.exists() or "in spin" not in paths.crash_file.read_text():
            assert child.poll() is None
        child.kill()
    handlers = CrashHandlers(paths, KnownKeys(), lambda _bug: None)
    try:
        assert "hanging_child.py" in handlers.left_report
    finally:
        handlers.close()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[HangWatch, Path]]:
    """A watch in this process, with a crash file that already has some content."""
    file = tmp_path / "crash.log"
    with file.open("w+", encoding="utf-8") as stream:
        stream.write("before\n")
        stream.flush()
        watch = HangWatch(stream, limit_s=0.05)
        yield watch, file
        watch.close()
        watch.close()


def written(file: Path) -> None:
    """Hang until it was recorded."""
    while "Timeout" not in file.read_text():
        pass


def test_existing_content_of_the_file_is_kept(
    watched: tuple[HangWatch, Path], caplog: pytest.LogCaptureFixture
) -> None:
    watch, file = watched
    written(file)
    watch.beat()
    assert file.read_text() == "before\n"
    assert "the window was unresponsive" in caplog.text
    assert "test_hang_watch.py" in caplog.text


@POSIX
def test_a_stopped_process_did_not_hang(watched: tuple[HangWatch, Path], caplog: pytest.LogCaptureFixture) -> None:
    watch, file = watched
    written(file)
    signal.raise_signal(signal.SIGCONT)
    watch.close()
    assert file.read_text() == "before\n"
    assert caplog.text == ""
    assert signal.getsignal(signal.SIGCONT) is signal.SIG_DFL


def test_a_suspended_computer_did_not_hang(watched: tuple[HangWatch, Path], caplog: pytest.LogCaptureFixture) -> None:
    """Its clock stood still, although the watching thread's time was up."""
    watch, file = watched
    written(file)
    watch._limit_s = 60.0
    watch.close()
    assert (file.read_text(), caplog.text) == ("before\n", "")
