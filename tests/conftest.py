"""The foundation of all tests: a private place on disk, the right event loop, and guards against leaks.

After each test there may be no pending asyncio task, no running QTimer, no window, no thread that outlives it and no
log record of WARNING or above. A test that logs on purpose uses the `caplog` fixture. As in the application, garbage is
collected on the main thread only, after each test. Coroutines in tests/app, tests/ui
and tests/journeys, and those marked `qt_loop`, run on the project's Qt event loop; all others on asyncio's.
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import locale
import logging
import os
import shutil
import signal
import socket
import sys
import threading
import time
import weakref
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from pathlib import Path

import hypothesis
import pytest
import pytestqt.plugin
import shiboken6
from hostile_server import HostileServer
from hypothesis.internal.conjecture import providers
from PySide6.QtCore import QCoreApplication, QLocale, QTimer, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_chat.app.import_hook import restore_import
from desktop_chat.app.loop import QtEventLoop

restore_import()
gc.disable()
for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitExposed, QtBot.waitActive):
    assert wait.__kwdefaults__ is not None
    wait.__kwdefaults__["timeout"] = 60_000  # ms: a test waits for what happens, on the slowest machine too
TESTS = Path(__file__).parent
JOURNEYS = ("tests/journeys/", "tests/access/", "tests/packages/", "tests/web/")
MARKED_FOLDERS = {
    "journeys": pytest.mark.journey,
    "access": pytest.mark.access,
    "packages": pytest.mark.packages,
    "web": pytest.mark.web,
}
WEB_PROGRAMS = ("chromium", "nginx", "node")
WEB_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
DIST = TESTS.parent / "dist"
QT_LOOP_FOLDERS = ("app", "ui", "journeys")
THREAD_PATIENCE_S = 2.0
YOUNG_OBJECTS = 10_000
"""Number of new objects after which garbage is collected."""
OLD_COLLECTIONS = 20
"""Number of these collections after which all garbage is collected."""
THREADS_OF_THE_PROCESS = ("keyring", "load the SDK", "shared highlight")
"""Daemon threads that may outlive a test: one may wait for a keyring forever, one loads once, one serves all tests."""
NOT_FOR_TESTS = (
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_ORG_ID",
    "OPENAI_PROJECT_ID",
    "PYTHON_KEYRING_BACKEND",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "QT_SCALE_FACTOR",
    "QT_STYLE_OVERRIDE",
    "LANGUAGE",
)

if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if locale.getencoding().lower() not in {"utf-8", "utf8"}:  # Qt warns about any other encoding and then uses UTF-8
    os.environ["LC_ALL"] = "C.UTF-8"
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # under nohup or a script's "&"; children would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples everywhere, so that failures are reproducible; `nightly` looks for new ones.
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "same")
hypothesis.settings.register_profile("same", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("nightly", deadline=None, max_examples=2_000, print_blob=True)
hypothesis.settings.load_profile(PROFILE)
if PROFILE == "same":
    # Hypothesis takes examples from the constants of all modules that are loaded, which depends on the earlier tests.
    assert callable(providers._get_local_constants)
    providers._get_local_constants = lambda: providers._local_constants
LIMIT_S = 3_600 if PROFILE == "nightly" else 240
"""The time limit of a test, including its fixtures."""


# --- which tests run, and on which loop ---------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require-journeys",
        action="store_true",
        help="fail instead of skipping when there is no display or when no journey ran",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    required = config.getoption("--require-journeys")
    for item in items:
        if (folder := _folder(item)) in MARKED_FOLDERS:
            item.add_marker(MARKED_FOLDERS[folder])
        if item.get_closest_marker("timeout") is None:
            # From a thread, which kills the process: inside Qt's loop, no signal or exception would work.
            item.add_marker(pytest.mark.timeout(LIMIT_S, method="thread"))
        if not required and (reason := _reason_to_skip(item)):
            item.add_marker(pytest.mark.skip(reason=reason))


def _reason_to_skip(item: pytest.Item) -> str:
    has_display = bool(os.environ.get("DISPLAY"))
    lacks = {
        "access": not (has_display and shutil.which("orca"))
        and "needs a display and Orca: `make test-access` gives both",
        "packages": not (has_display and DIST.exists() and _is_root())
        and "needs a display, built packages and root: `make test-packages`",
        "web": any(shutil.which(program, path=WEB_PATH) is None for program in WEB_PROGRAMS)
        and "needs Chromium, Node.js and nginx: `make test-web` installs them",
        "journey": not has_display and "needs a display: `make test-journeys` or scripts/gui-session gives one",
        "real_keyring": not os.environ.get("REAL_KEYRING")
        and "needs a real Secret Service: scripts/gui-session --keyring",
    }
    return next((reason for name, reason in lacks.items() if reason and item.get_closest_marker(name)), "")


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    yield
    if session.config.getoption("--require-journeys") and session.exitstatus in {pytest.ExitCode.OK, 5}:
        reporter = session.config.pluginmanager.getplugin("terminalreporter")
        passed = [report.nodeid for report in reporter.stats.get("passed", []) if report.nodeid.startswith(JOURNEYS)]
        skipped = [report.nodeid for report in reporter.stats.get("skipped", [])]
        if not passed or skipped:
            reporter.write_line("Journeys are required: none may be skipped and at least one must run.", red=True)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Called by pytest-asyncio for each coroutine test."""
    return {"qt": _qt_loop} if _wants_qt_loop(item) else {"asyncio": asyncio.new_event_loop}


def _qt_loop() -> asyncio.AbstractEventLoop:
    application = QApplication.instance()
    assert isinstance(application, QApplication), "the qapp fixture comes before the loop"
    return QtEventLoop(application)


def _wants_qt_loop(item: pytest.Item) -> bool:
    return _folder(item) in QT_LOOP_FOLDERS or item.get_closest_marker("qt_loop") is not None


def _folder(item: pytest.Item) -> str:
    parts = item.path.relative_to(TESTS).parts if item.path.is_relative_to(TESTS) else ()
    return parts[0] if len(parts) > 1 else ""


_runners: list[asyncio.Runner] = []
"""The runner of the current test's loop, if that is Qt's, from before its other fixtures until after them."""


async def _handle_qt_events() -> None:
    QCoreApplication.processEvents()


def _process_events() -> None:
    """Handle Qt's events between the parts of a test, on its loop: a timer that starts a task would fail without."""
    if _runners:
        _runners[-1].run(_handle_qt_events())
    elif QCoreApplication.instance() is not None:
        QCoreApplication.processEvents()


assert callable(pytestqt.plugin._process_events)
pytestqt.plugin._process_events = _process_events


# --- places and settings ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def private_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests away from this user's settings, keys and proxies, and from any other folder."""
    place = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as world:
        for name in NOT_FOR_TESTS:
            world.delenv(name, raising=False)
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            world.setenv(name, str(place / name.lower()))
        if not os.environ.get("REAL_KEYRING"):
            world.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
            runtime = place / "run"
            runtime.mkdir(mode=0o700)
            world.setenv("XDG_RUNTIME_DIR", str(runtime))
        yield


@pytest.fixture(scope="session", autouse=True)
def clipboard_is_emptied() -> Iterator[None]:
    """Qt would free what a test left on the clipboard after Python has ended, and crash the process then."""
    yield
    if QApplication.instance() is not None:
        QApplication.clipboard().clear()


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["desktop-chat"]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty folder for all files of the program, for `--data-dir`."""
    place = tmp_path / "data"
    place.mkdir()
    return place


# --- guards -------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_pending_tasks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set up before all other fixtures of the test, and so torn down after them, while its loop is still open."""
    if _wants_qt_loop(request.node):
        request.getfixturevalue("qapp").setQuitOnLastWindowClosed(False)
    runner = None
    marker = request.node.get_closest_marker("asyncio")
    if marker is not None and not marker.kwargs:
        runner = request.getfixturevalue("_function_scoped_runner")
        if _wants_qt_loop(request.node):
            _runners.append(runner)
    yield
    _runners.clear()
    if runner is None or runner.get_loop().is_closed():
        return
    runner.run(asyncio.sleep(0))  # lets tasks that were just cancelled end
    pending = asyncio.all_tasks(runner.get_loop())
    if pending:
        names = "\n".join(f"  {task.get_name()}: {task.get_coro()}" for task in pending)
        pytest.fail(f"{len(pending)} task(s) still pending after the test:\n{names}", pytrace=False)


class _Records(logging.Handler):
    """Collects log messages of WARNING or above as text: a stored record would keep its exception alive."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"  {record.levelname} {record.name}: {self.format(record)}")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a worker process dump its stacks before its time is up: what kills it has no access to the terminal."""
    if not hasattr(item.config, "workerinput"):
        return (yield)
    timer = threading.Timer(0.95 * LIMIT_S, _say_where, (item,))
    timer.daemon = True
    timer.start()
    try:
        return (yield)
    finally:
        timer.cancel()


def _say_where(item: pytest.Item) -> None:
    capture = item.config.pluginmanager.getplugin("capturemanager")
    capture.suspend_global_capture(in_=False)
    print(f"\n{item.nodeid} has nearly used up its time. It is here:", file=sys.__stderr__, flush=True)
    faulthandler.dump_traceback(file=sys.__stderr__)
    capture.resume_global_capture()


_before = pytest.StashKey[tuple[set[threading.Thread], set[QTimer], QLocale, _Records]]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    records = _Records()
    logging.getLogger().addHandler(records)
    item.stash[_before] = (set(threading.enumerate()), set(_running_timers()), QLocale(), records)
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    threads, timers, locale_before, records = item.stash[_before]
    try:
        result = yield
    finally:
        logging.getLogger().removeHandler(records)
        _undo_language(locale_before)
    left = [*_left_windows(), *_left_timers(timers), *_left_threads(threads)]
    _collect_garbage()
    if records.lines and "caplog" not in getattr(item, "fixturenames", ()):
        left += ["unexpected log records:", *records.lines]
    if left:
        pytest.fail("the test left behind:\n" + "\n".join(left), pytrace=False)
    return result


def _undo_language(before: QLocale) -> None:
    """Remove the test's translations: they would be used until they are garbage and this is collected."""
    while _translators:
        if shiboken6.isValid(translator := _translators.pop()):
            QCoreApplication.removeTranslator(translator)
    QLocale.setDefault(before)


def _collect_garbage() -> None:
    """Collect on the main thread, here alone: on another one, Qt could not destroy the widgets that are found."""
    gc.disable()  # a test may have switched it on
    young, _, old = gc.get_count()
    if young > YOUNG_OBJECTS:
        gc.collect(2 if old >= OLD_COLLECTIONS else 1)


def _left_threads(before: set[threading.Thread]) -> list[str]:
    deadline = time.monotonic() + THREAD_PATIENCE_S
    left = []
    for thread in set(threading.enumerate()) - before:
        if thread.daemon and thread.name in THREADS_OF_THE_PROCESS:
            continue
        if thread.is_alive():  # a thread that is registered but not started cannot be joined
            thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            left.append(f"{'daemon ' if thread.daemon else ''}thread {thread.name}")
    return left


def _left_windows() -> list[str]:
    """Return the visible top-level widgets; they are closed so that the next test starts clean."""
    left: list[str] = []
    if not isinstance(QApplication.instance(), QApplication):
        return left
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible():
            left.append(f"window {type(widget).__name__} {widget.windowTitle()!r}")
            widget.close()
            widget.deleteLater()
    return left


def _left_timers(before: set[QTimer]) -> list[str]:
    left = []
    for timer in _running_timers() - before:
        left.append(f"running timer {timer!r} of {timer.parent()!r}, every {timer.interval()} ms")
        timer.stop()
    return left


def _running_timers() -> set[QTimer]:
    return {timer for timer in _timers if shiboken6.isValid(timer) and timer.isActive()}


_timers: weakref.WeakSet[QTimer] = weakref.WeakSet()  # every QTimer created in Python: Qt cannot list them
_make_timer = QTimer.__init__


def _make_and_note_timer(self: QTimer, *arguments: object, **properties: object) -> None:
    _make_timer(self, *arguments, **properties)
    _timers.add(self)


QTimer.__init__ = _make_and_note_timer


_translators: weakref.WeakSet[QTranslator] = weakref.WeakSet()
_install_translator = QCoreApplication.installTranslator


def _install_and_note_translator(translator: QTranslator) -> bool:
    _translators.add(translator)
    return _install_translator(translator)


QCoreApplication.installTranslator = staticmethod(_install_and_note_translator)


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    """A model server on loopback; the model's name selects its behaviour."""
    server = HostileServer()
    await server.start()
    yield server
    await server.aclose()


@pytest.fixture
def lead_home(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the given host names resolve to this computer."""
    look_up = socket.getaddrinfo

    def lead(*names: str) -> None:
        def at_home(host: str | bytes | None, *args: object, **more: object) -> object:
            name = host.decode() if isinstance(host, bytes) else host
            return look_up("127.0.0.1" if name in names else host, *args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "getaddrinfo", at_home)

    return lead
