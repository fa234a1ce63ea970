"""Ensures one window per data directory: a second start passes its request to the first and exits.

The lock decides, the socket only carries requests: two racing starts could both listen, but only one can hold the lock.
Requests are untrusted. They can only fill a composer, or have the window read its own database again; their size,
format and duration are limited.
"""

from __future__ import annotations

import json
import logging
import os
import stat
import sys
import time
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from desktop_chat.core.open_request import OpenRequest, is_name

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

logger = logging.getLogger(__name__)

MAX_REQUEST_BYTES = 1024 * 1024
_TIMEOUT_MS = 5000
_STEP_MS = 50
_MAX_CLIENTS = 8
_ACCEPTED, _REFUSED = b"ok\n", b"no\n"
_FLAGS = frozenset({"from_link", "is_cut", "imported"})
"""The members of a request that are not text."""


class BadRequest(ValueError):
    """Another process sent an invalid request."""


class SingleInstance(QObject):
    """Holds the data directory for this process, and listens for later starts."""

    received = Signal(object)
    """An `OpenRequest` of a later start; an empty one asks to show the window."""

    def __init__(self, data_directory: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data_directory = data_directory
        self._lock = QLockFile(str(data_directory / "instance.lock"))
        self._lock.setStaleLockTime(0)  # only a lock whose process is gone is stale, whatever its age
        self._server: QLocalServer | None = None
        self._clients: set[_Client] = set()

    def acquire(self) -> bool:
        """Take the lock; return whether this process holds it. A lock whose owner is gone is taken over."""
        return self._lock.isLocked() or self._lock.tryLock(0)

    def listen(self) -> None:
        """Accept requests of later starts; only for the process that holds the lock."""
        from PySide6.QtNetwork import QLocalServer  # noqa: PLC0415  (after the first paint)

        try:
            address = address_of(self._data_directory)
        except OSError as error:
            logger.warning("cannot accept requests of later starts: %s", error)
            return
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        QLocalServer.removeServer(address)  # left over from a crash; nobody else can be listening
        if not self._server.listen(address):
            logger.warning("cannot accept requests of later starts: %s", self._server.errorString())

    def hand_over(self, request: OpenRequest, patience_ms: int = _TIMEOUT_MS) -> bool:
        """Send `request` to the process that holds the lock; return whether it accepted.

        Blocks for at most `patience_ms`: the other process may hold the lock but not listen yet, or no longer. False
        means that it is stuck or has exited; in the latter case `acquire` succeeds.
        """
        if self.acquire():
            return False  # nobody to ask, as for most imports: without loading a part of Qt
        from PySide6.QtNetwork import QLocalSocket  # noqa: PLC0415

        try:
            address = address_of(self._data_directory)
        except OSError:
            return False
        deadline = time.monotonic() + patience_ms / 1000
        while time.monotonic() < deadline and not self.acquire():
            socket = QLocalSocket()
            socket.connectToServer(address)
            if socket.waitForConnected(_STEP_MS):
                return _deliver(socket, request, deadline)
            time.sleep(_STEP_MS / 1000)
        return False

    def stop_listening(self) -> None:
        """Accept no more requests: a later start waits until this process exits. May be called twice."""
        if self._server is not None:
            self._server.close()
        for client in list(self._clients):
            client.dismiss()

    def release(self) -> None:
        """Stop listening and release the lock."""
        self.stop_listening()
        self._lock.unlock()

    def _accept(self) -> None:
        assert self._server is not None  # noqa: S101  (it emitted the signal)
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            if len(self._clients) >= _MAX_CLIENTS:
                socket.abort()
                socket.deleteLater()
                continue
            client = _Client(socket, self)
            client.requested.connect(self.received)
            client.closed.connect(self._remove)
            self._clients.add(client)

    def _remove(self, client: _Client) -> None:
        self._clients.discard(client)
        client.deleteLater()


class _Client(QObject):
    """A connected later start: receives one line of JSON, sends one answer."""

    requested = Signal(object)
    closed = Signal(object)

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self._socket = socket
        self._received = bytearray()
        socket.setParent(self)
        socket.setReadBufferSize(64 * 1024)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self._on_disconnected)
        self._timeout = QTimer(self, singleShot=True)
        self._timeout.timeout.connect(self.dismiss)
        self._timeout.start(_TIMEOUT_MS)
        self._read()

    def dismiss(self) -> None:
        """Close the connection now."""
        self._socket.abort()

    def _read(self) -> None:
        while self._socket.bytesAvailable():
            self._received += self._socket.readAll().data()
            if b"\n" in self._received:
                self._answer()
                return
            if len(self._received) > MAX_REQUEST_BYTES:
                self.dismiss()
                return

    def _answer(self) -> None:
        self._socket.readyRead.disconnect(self._read)
        try:
            request = parse_request(bytes(self._received.split(b"\n", 1)[0]))
        except BadRequest as error:
            logger.warning("rejected a request of another process: %s", error)
            self._close_with(_REFUSED)
        else:
            self._close_with(_ACCEPTED)
            self.requested.emit(request)

    def _close_with(self, answer: bytes) -> None:
        self._socket.write(answer)
        self._socket.flush()  # a receiver of the request may end this process
        self._socket.disconnectFromServer()

    def _on_disconnected(self) -> None:
        self._timeout.stop()
        self.closed.emit(self)


def parse_request(line: bytes) -> OpenRequest:
    """Parse a request from one line of JSON. Raises `BadRequest` for anything else."""
    if len(line) > MAX_REQUEST_BYTES:
        raise BadRequest("too long")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRequest("not JSON") from error
    names = [field.name for field in fields(OpenRequest)]
    if not isinstance(value, dict) or not set(value) <= set(names):
        raise BadRequest("not an object with the known members")
    if not all(_is_valid(content, name) for name, content in value.items()):
        raise BadRequest("a member has a wrong value")
    return OpenRequest(**value)


def _is_valid(value: object, name: str) -> bool:
    if name in _FLAGS:
        return isinstance(value, bool)
    if value is None:
        return True
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        return False
    return name == "prompt" or not value or is_name(value)


def _deliver(socket: QLocalSocket, request: OpenRequest, deadline: float) -> bool:
    # Without what is not asked for: a window of an earlier version refuses members that it does not know.
    asked = {name: value for name, value in asdict(request).items() if value != getattr(OpenRequest(), name)}
    line = json.dumps(asked).encode() + b"\n"
    socket.write(line)
    answer = b""
    while not answer.endswith(b"\n") and (left := int((deadline - time.monotonic()) * 1000)) > 0:
        if socket.bytesToWrite():
            socket.waitForBytesWritten(left)
        if not socket.bytesAvailable() and not socket.waitForReadyRead(left):
            break
        answer += socket.readAll().data()
    return answer == _ACCEPTED


def address_of(data_directory: Path) -> str:
    """Return where the holder of a data directory listens: a path that only this user can access, or a Windows pipe."""
    import hashlib  # noqa: PLC0415

    key = hashlib.sha256(str(data_directory.resolve()).encode()).hexdigest()[:16]
    name = f"desktop-chat-{key}"
    return name if sys.platform == "win32" else str(_private_folder() / f"{name}.sock")


def _private_folder() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and _is_private(Path(runtime)):
        return Path(runtime)
    import tempfile  # noqa: PLC0415

    folder = Path(tempfile.gettempdir()) / f"desktop-chat-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_private(folder):
        raise PermissionError(f"{folder} belongs to someone else, or others can write to it")
    return folder


def _is_private(folder: Path) -> bool:
    try:
        state = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o077
