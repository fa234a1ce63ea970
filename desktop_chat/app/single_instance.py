"""One window for one data directory: a second start hands its request to the first and ends.

The lock decides, the socket only carries: two starters that race could both listen, but only one can hold the lock.
What arrives is untrusted. It may fill a composer, nothing else; its size, its shape and its patience are bounded.
"""

from __future__ import annotations

import json
import logging
import os
import stat
import sys
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

logger = logging.getLogger(__name__)

MAX_REQUEST_BYTES = 1024 * 1024
MAX_NAME_LENGTH = 300
_PATIENCE_MS = 5000
_STEP_MS = 50
_MAX_GUESTS = 8
_ACCEPTED, _REFUSED = b"ok\n", b"no\n"


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """What a start asks for: a new tab with this in its composer, unsent."""

    prompt: str | None = None
    connection: str | None = None
    model: str | None = None


class BadRequest(ValueError):
    """What another process handed over is not a request."""


class SingleInstance(QObject):
    """Holds the data directory for this process, and listens for those who come later."""

    received = Signal(object)
    """An ``OpenRequest`` of a later start; also an empty one means: show the window."""

    def __init__(self, data_directory: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data_directory = data_directory
        self._lock = QLockFile(str(data_directory / "instance.lock"))
        self._lock.setStaleLockTime(0)  # old is not stale; the lock of a process that is gone is
        self._server: QLocalServer | None = None
        self._guests: set[_Guest] = set()

    def acquire(self) -> bool:
        """Whether this process is the one. A lock whose owner is gone is taken over."""
        return self._lock.isLocked() or self._lock.tryLock(0)

    def listen(self) -> None:
        """Take what later starts hand over, from now on; only for the one that holds the lock."""
        from PySide6.QtNetwork import QLocalServer  # noqa: PLC0415  (not before the first paint)

        try:
            address = address_of(self._data_directory)
        except OSError as error:
            logger.warning("a later start cannot hand over: %s", error)
            return
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)
        QLocalServer.removeServer(address)  # what a crash left; nobody else can be listening
        if not self._server.listen(address):
            logger.warning("a later start cannot hand over: %s", self._server.errorString())

    def hand_over(self, request: OpenRequest, patience_ms: int = _PATIENCE_MS) -> bool:
        """Give ``request`` to the process that holds the lock, and say whether it took it.

        Blocks, at most ``patience_ms``: the other may hold the lock already and not listen yet, or not listen any more.
        False means that the other is stuck, or that it has ended; then ``acquire`` succeeds.
        """
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
                return _delivered(socket, request, deadline)
            time.sleep(_STEP_MS / 1000)
        return False

    def stop_listening(self) -> None:
        """Take nothing more: a later start waits for the end of this one, and is the next. May be called twice."""
        if self._server is not None:
            self._server.close()
        for guest in list(self._guests):
            guest.dismiss()

    def release(self) -> None:
        """Stop listening and let the next start be the one."""
        self.stop_listening()
        self._lock.unlock()

    def _welcome(self) -> None:
        assert self._server is not None  # noqa: S101  (it called)
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            if len(self._guests) >= _MAX_GUESTS:
                socket.abort()
                socket.deleteLater()
                continue
            guest = _Guest(socket, self)
            guest.asked.connect(self.received)
            guest.left.connect(self._forget)
            self._guests.add(guest)

    def _forget(self, guest: _Guest) -> None:
        self._guests.discard(guest)
        guest.deleteLater()


class _Guest(QObject):
    """One later start: one line of JSON, one answer."""

    asked = Signal(object)
    left = Signal(object)

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self._socket = socket
        self._received = bytearray()
        socket.setParent(self)
        socket.setReadBufferSize(64 * 1024)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self._leave)
        self._patience = QTimer(self, singleShot=True)
        self._patience.timeout.connect(self.dismiss)
        self._patience.start(_PATIENCE_MS)
        self._read()

    def dismiss(self) -> None:
        """End the conversation now."""
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
            logger.warning("refused what another process handed over: %s", error)
            self._part_with(_REFUSED)
        else:
            self._part_with(_ACCEPTED)
            self.asked.emit(request)

    def _part_with(self, answer: bytes) -> None:
        self._socket.write(answer)
        self._socket.flush()  # whoever listens to us may end this process
        self._socket.disconnectFromServer()

    def _leave(self) -> None:
        self._patience.stop()
        self.left.emit(self)


def parse_request(line: bytes) -> OpenRequest:
    """The request in one line of JSON. Raises ``BadRequest`` unless it has exactly that shape."""
    if len(line) > MAX_REQUEST_BYTES:
        raise BadRequest("too long")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRequest("not JSON") from error
    names = [field.name for field in fields(OpenRequest)]
    if not isinstance(value, dict) or not set(value) <= set(names):
        raise BadRequest("not an object of known members")
    if not all(_is_text(value.get(name), name) for name in names):
        raise BadRequest("a member is not a text")
    return OpenRequest(**value)


def _is_text(value: object, name: str) -> bool:
    if value is None:
        return True
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        return False
    return name == "prompt" or (len(value) <= MAX_NAME_LENGTH and value.isprintable())


def _delivered(socket: QLocalSocket, request: OpenRequest, deadline: float) -> bool:
    line = json.dumps(asdict(request)).encode() + b"\n"
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
    """Where the holder of a data directory listens: a path only this person can reach; on Windows, a pipe's name."""
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
        raise PermissionError(f"{folder} belongs to somebody else, or others can write to it")
    return folder


def _is_private(folder: Path) -> bool:
    try:
        state = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o077
