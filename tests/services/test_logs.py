"""What the log contains and never contains, and that no bug is silent."""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_chat.services.logs import MAX_BYTES, Bug, CrashHandlers, LogFile
from desktop_chat.services.paths import Paths
from desktop_chat.services.secrets.keys import KnownKeys

pytestmark = pytest.mark.usefixtures("caplog")

KEY = "unusual-key-0123456789"


@pytest.fixture
def keys() -> KnownKeys:
    keys = KnownKeys()
    keys.add(KEY)
    return keys


@pytest.fixture
def log(paths: Paths, keys: KnownKeys) -> Iterator[Path]:
    file = LogFile(paths, keys)
    yield paths.log_file
    file.close()
    file.close()


@pytest.fixture
def bugs() -> list[Bug]:
    return []


@pytest.fixture
def handlers(paths: Paths, keys: KnownKeys, bugs: list[Bug]) -> Iterator[CrashHandlers]:
    was_enabled = faulthandler.is_enabled()
    handlers = CrashHandlers(paths, keys, bugs.append)
    yield handlers
    handlers.close()
    handlers.close()
    if was_enabled:
        faulthandler.enable(sys.__stderr__)


def raise_with(text: str) -> None:
    raise RuntimeError(text)


def test_keys_are_redacted_from_messages_arguments_and_tracebacks(log: Path) -> None:
    logger = logging.getLogger("desktop_chat.somewhere")
    logger.info("asked with %s", KEY)
    try:
        raise_with(f"refused: {KEY}")
    except RuntimeError:
        logger.exception("failed")
    logging.getLogger("elsewhere").warning("Authorization: Bearer abcdef123456")
    text = log.read_text()
    assert "asked with [redacted]" in text
    assert "RuntimeError: refused: [redacted]" in text
    assert KEY not in text
    assert "abcdef123456" not in text


def test_libraries_are_logged_from_warning_level(log: Path) -> None:
    logging.getLogger("httpx2").info("GET /v1/models")
    logging.getLogger("httpx2").warning("odd")
    assert "GET" not in log.read_text()
    assert "odd" in log.read_text()


def test_the_log_stays_small_and_private(log: Path) -> None:
    logger = logging.getLogger("desktop_chat.somewhere")
    for _ in range(60):
        logger.info("x" * (MAX_BYTES // 10))
    files = list(log.parent.glob("desktop-chat.log*"))
    assert len(files) == 4
    assert all(file.stat().st_size <= MAX_BYTES for file in files)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_an_unwritable_log_affects_nothing(paths: Paths, keys: KnownKeys, capfd: pytest.CaptureFixture[str]) -> None:
    paths.log_file.mkdir()
    file = LogFile(paths, keys)
    logging.getLogger("desktop_chat.somewhere").warning("unheard")
    file.close()
    assert capfd.readouterr().err == ""


def test_an_error_in_a_thread_is_logged_and_reported(log: Path, handlers: CrashHandlers, bugs: list[Bug]) -> None:
    thread = threading.Thread(target=raise_with, args=(f"with {KEY}",), name="busy")
    thread.start()
    thread.join()
    (bug,) = bugs
    assert bug.summary == "thread busy: RuntimeError"
    assert "with [redacted]" in bug.details
    assert "thread busy" in log.read_text()


async def test_an_error_in_the_loop_is_logged_and_reported(log: Path, handlers: CrashHandlers, bugs: list[Bug]) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handlers.handle_loop_exception)
    loop.call_soon(raise_with, "in a callback")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    (bug,) = bugs
    assert "in a callback" in bug.details


def test_an_error_in_a_destructor_is_reported(handlers: CrashHandlers, bugs: list[Bug]) -> None:
    class Falling:
        def __del__(self) -> None:
            raise_with("in a destructor")

    Falling()
    assert "in a destructor" in bugs[0].details


def test_the_same_bug_is_reported_once_and_logged_each_time(
    log: Path, handlers: CrashHandlers, bugs: list[Bug]
) -> None:
    for _ in range(3):
        try:
            raise_with("again")
        except RuntimeError as error:
            sys.excepthook(RuntimeError, error, error.__traceback__)
    assert len(bugs) == 1
    assert log.read_text().count("RuntimeError: again") == 3


async def test_an_error_without_an_exception_is_reported_too(handlers: CrashHandlers, bugs: list[Bug]) -> None:
    handlers.handle_loop_exception(asyncio.get_running_loop(), {"message": "odd state"})
    assert bugs[0].summary == "odd state"


def test_a_failing_report_is_logged(paths: Paths, keys: KnownKeys, log: Path) -> None:
    def fall(bug: Bug) -> None:
        raise_with("the dialog is broken")

    handlers = CrashHandlers(paths, keys, fall)
    try:
        handlers.report(RuntimeError("first"), "somewhere")
    finally:
        handlers.close()
    assert "the dialog is broken" in log.read_text()


def test_a_keyboard_interrupt_is_not_a_bug(
    handlers: CrashHandlers, bugs: list[Bug], capsys: pytest.CaptureFixture[str]
) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert bugs == []
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_a_crash_of_the_interpreter_is_in_the_next_log(paths: Paths, keys: KnownKeys, log: Path) -> None:
    script = (
        "import ctypes, sys; from pathlib import Path\n"
        "from desktop_chat.services.secrets.keys import KnownKeys; from desktop_chat.services.paths import Paths\n"
        "from desktop_chat.services.logs import CrashHandlers\n"
        "CrashHandlers(Paths(Path(sys.argv[1])), KnownKeys(), print)\n"
        "ctypes.string_at(0)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(paths.data_dir)], check=False, capture_output=True)
    assert ended.returncode != 0
    was_enabled = faulthandler.is_enabled()
    CrashHandlers(paths, keys, [].append).close()
    if was_enabled:
        faulthandler.enable(sys.__stderr__)
    assert "Segmentation fault" in log.read_text()
    assert paths.crash_file.read_text() == ""
