"""Two starts, one window: with real processes, a real lock and a real socket."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtNetwork import QLocalSocket

from desktop_chat.app.single_instance import (
    MAX_REQUEST_BYTES,
    BadRequest,
    SingleInstance,
    address_of,
    parse_request,
)
from desktop_chat.core.open_request import OpenRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

STARTER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from PySide6.QtCore import QCoreApplication
    from desktop_chat.app.single_instance import SingleInstance
    from desktop_chat.core.open_request import OpenRequest

    app = QCoreApplication([])
    instance = SingleInstance(Path(sys.argv[1]))
    sys.stdin.readline()
    if instance.acquire():
        def show(request):
            print("received", request.prompt, flush=True)
            instance.release()
            app.quit()
        instance.received.connect(show)
        instance.listen()
        print("first", flush=True)
        app.exec()
    else:
        print("handed over" if instance.hand_over(OpenRequest(prompt=sys.argv[2])) else "nobody", flush=True)
""")


@pytest.fixture(autouse=True)
def _runtime(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("run")
    folder.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))


@pytest.fixture
def first(tmp_path: Path, qtbot: QtBot) -> Iterator[SingleInstance]:
    instance = SingleInstance(tmp_path)
    assert instance.acquire()
    instance.listen()
    yield instance
    instance.release()


def start(folder: Path, prompt: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, str(folder), prompt],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )


def test_of_two_racing_starts_one_hands_over_to_the_other(tmp_path: Path) -> None:
    starters = {name: start(tmp_path, name) for name in ("red", "blue")}
    for process in starters.values():
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = {name: process.communicate(timeout=60)[0].splitlines() for name, process in starters.items()}
    winner = next(name for name, lines in told.items() if lines[0] == "first")
    loser = "blue" if winner == "red" else "red"
    assert told[loser] == ["handed over"]
    assert told[winner] == ["first", f"received {loser}"]


def test_the_lock_of_a_killed_process_is_taken_over(tmp_path: Path, qtbot: QtBot) -> None:
    killed = start(tmp_path, "")
    with killed:
        assert killed.stdin is not None
        assert killed.stdout is not None
        killed.stdin.write("go\n")
        killed.stdin.flush()
        assert killed.stdout.readline() == "first\n"
        killed.kill()
    instance = SingleInstance(tmp_path)
    assert instance.acquire()
    instance.listen()
    assert _answer_to(tmp_path, b'{"prompt": "hi"}\n', qtbot) == b"ok\n"
    instance.release()


def test_a_second_instance_cannot_take_the_lock(first: SingleInstance, tmp_path: Path) -> None:
    assert not SingleInstance(tmp_path).acquire()


def test_another_data_directory_is_another_instance(first: SingleInstance, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = SingleInstance(tmp_path / "other")
    assert other.acquire()
    other.release()


def test_without_a_listener_nothing_is_handed_over(tmp_path: Path) -> None:
    assert not SingleInstance(tmp_path).hand_over(OpenRequest(), patience_ms=1)


def test_where_nobody_listens_no_network_is_loaded(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path

from desktop_chat.app.single_instance import SingleInstance
from desktop_chat.core.open_request import OpenRequest

print(SingleInstance(Path(sys.argv[1])).hand_over(OpenRequest()), "PySide6.QtNetwork" in sys.modules)
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() == ["False", "False"]


def test_a_request_arrives_complete(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    wanted = OpenRequest(prompt="你好\n" * 20_000, connection="OpenAI", model="gpt-5.5")
    with qtbot.waitSignal(first.received) as arrived:
        line = json.dumps({"prompt": wanted.prompt, "connection": "OpenAI", "model": "gpt-5.5"})
        assert _answer_to(tmp_path, line.encode() + b"\n", qtbot) == b"ok\n"
    assert arrived.args == [wanted]


@pytest.mark.parametrize(
    "line",
    [
        b"hello",
        b"[" * 5000,
        b"[]",
        b'{"prompt": 1}',
        b'{"prompt": "a", "send": true}',
        b'{"prompt": "a", "from_link": 1}',
        b'{"imported": "/tmp/file"}',
        b'{"prompt": "a", "is_cut": null}',
        b'{"activation": "two\\nlines"}',
        b'{"model": "two\\nlines"}',
        b'{"connection": "%s"}' % (b"x" * 301),
        b'{"prompt": "nul \\u0000"}',
        b'{"prompt": "half \\ud800"}',
        b'{"prompt": "\xff"}',
    ],
)
def test_invalid_requests_are_rejected(
    line: bytes, first: SingleInstance, tmp_path: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(BadRequest):
        parse_request(line)
    with qtbot.assertNotEmitted(first.received):
        assert _answer_to(tmp_path, line + b"\n", qtbot) == b"no\n"
    assert "rejected" in caplog.text


def test_an_endless_request_is_cut_off(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(first.received):
        assert _answer_to(tmp_path, b"x" * (MAX_REQUEST_BYTES + 200_000), qtbot) == b""


def test_silent_connections_do_not_accumulate(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    sockets = [QLocalSocket() for _ in range(20)]
    for socket in sockets:
        socket.connectToServer(address_of(tmp_path))
    qtbot.waitUntil(lambda: sum(s.state() == QLocalSocket.LocalSocketState.ConnectedState for s in sockets) <= 8)
    for socket in sockets:
        socket.abort()
    qtbot.waitUntil(lambda: not first._clients)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no folder")
def test_without_a_private_runtime_folder_it_creates_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(shared))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = Path(address_of(tmp_path)).parent
    assert folder.parent == tmp_path
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o755)
    with pytest.raises(PermissionError):
        address_of(tmp_path)


def test_a_start_during_shutdown_becomes_the_next_instance(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    first.stop_listening()
    next_one = SingleInstance(tmp_path)
    releasing = threading.Timer(0.3, first._lock.unlock)
    releasing.start()
    assert not next_one.hand_over(OpenRequest("hi"), patience_ms=60_000)
    assert next_one.acquire()
    releasing.join()
    next_one.release()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no folder")
def test_a_folder_owned_by_someone_else_only_prevents_handing_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / f"desktop-chat-{os.getuid()}").mkdir(mode=0o777)
    (tmp_path / f"desktop-chat-{os.getuid()}").chmod(0o777)
    instance = SingleInstance(tmp_path)
    assert instance.acquire()
    instance.listen()
    assert "cannot accept requests" in caplog.text
    assert not SingleInstance(tmp_path).hand_over(OpenRequest("hi"))
    instance.release()


def _answer_to(data_directory: Path, line: bytes, qtbot: QtBot) -> bytes:
    socket = QLocalSocket()
    socket.connectToServer(address_of(data_directory))
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.ConnectedState)
    socket.write(line)
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    return bytes(socket.readAll().data())
