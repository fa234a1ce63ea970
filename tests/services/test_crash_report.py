"""What a run that crashed in C code leaves behind, and how the next one reports it: once, and without keys."""

from __future__ import annotations

import faulthandler
import subprocess
import sys
from collections.abc import Iterator

import pytest

from desktop_chat import __version__
from desktop_chat.services.logs import REPORT_LINES, CrashHandlers
from desktop_chat.services.paths import Paths
from desktop_chat.services.secrets.keys import KnownKeys

pytestmark = pytest.mark.usefixtures("caplog")

KEY = "unusual-key-0123456789"


@pytest.fixture(autouse=True)
def faulthandler_stays() -> Iterator[None]:
    was_enabled = faulthandler.is_enabled()
    yield
    if was_enabled:
        faulthandler.enable(sys.__stderr__)


def report_of_next_start(paths: Paths) -> str:
    keys = KnownKeys()
    keys.add(KEY)
    handlers = CrashHandlers(paths, keys, [].append)
    handlers.close()
    return handlers.left_report


def test_a_clean_exit_leaves_nothing(paths: Paths) -> None:
    assert report_of_next_start(paths) == ""
    assert report_of_next_start(paths) == ""


def test_a_crash_is_reported_once(paths: Paths) -> None:
    script = (
        "import ctypes, sys; from pathlib import Path\n"
        "from desktop_chat.services.secrets.keys import KnownKeys; from desktop_chat.services.paths import Paths\n"
        "from desktop_chat.services.logs import CrashHandlers\n"
        "CrashHandlers(Paths(Path(sys.argv[1])), KnownKeys(), print)\n"
        "ctypes.string_at(0)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(paths.data_dir)], check=False, capture_output=True)
    assert ended.returncode != 0
    report = report_of_next_start(paths)
    assert "Segmentation fault" in report
    assert report.startswith(f"Desktop Chat {__version__}, Python {sys.version.split()[0]}, ")
    assert report_of_next_start(paths) == ""


def test_the_report_includes_the_end_of_the_log_and_no_key(paths: Paths) -> None:
    lines = [f"line {number} of the log with {KEY}" for number in range(5_000)]
    paths.log_file.write_text("\n".join(lines))
    paths.crash_file.write_text(f"Fatal Python error: Aborted {KEY}\n")
    report = report_of_next_start(paths)
    assert "Fatal Python error: Aborted" in report
    assert "line 4999 of the log" in report
    assert report.count("of the log") == REPORT_LINES
    assert KEY not in report


def test_a_huge_or_odd_file_is_handled(paths: Paths) -> None:
    paths.crash_file.write_bytes(b"\xff\x00" * 4_000_000)
    assert len(report_of_next_start(paths)) < 200_000
    paths.crash_file.unlink()
    paths.crash_file.mkdir()
    assert report_of_next_start(paths) == ""
