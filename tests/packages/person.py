"""Somebody who starts installed programs and uses them by keyboard, eyes and, for buttons, a screen reader's hands."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from desktop_chat import DOCUMENT_WORD, HIGHLIGHT_WORD

ATSPI = Path(__file__).parents[1] / "journeys/atspi_walk.py"
IMAGES = Path(__file__).parents[2] / "build/journeys"
HELPERS = {HIGHLIGHT_WORD.encode(), DOCUMENT_WORD.encode()}
"""What the processes have in their command line that a window starts for itself."""
PATIENCE_S = 40.0


class Person:
    """Has a home of their own. `as_user` runs their programs under another user id."""

    def __init__(self, home: Path, as_user: int = 0, **environment: str) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._run = Path(tempfile.mkdtemp(prefix="run-", dir="/tmp"))  # a socket's path may have 107 characters
        self.home = home
        self._as_user = as_user
        named = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        self._environment = named | {
            "HOME": str(home),
            "PATH": "/usr/local/bin:/usr/bin:/bin",  # not the environment of these tests, which has the program as well
            "XDG_RUNTIME_DIR": str(self._run),
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "LANG": "C.UTF-8",
        }
        self._environment |= environment
        self._started: list[subprocess.Popen[bytes]] = []
        if as_user:
            authority = home / ".Xauthority"
            authority.write_bytes(Path(os.environ["XAUTHORITY"]).read_bytes())
            self._environment |= {"XAUTHORITY": str(authority), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
            for path in (home, self._run, authority):
                os.chown(path, as_user, as_user)

    # --- programs ---------------------------------------------------------------------------------------------------

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(self._as(command), env=self._environment, capture_output=True, text=True, check=False,
                              timeout=PATIENCE_S * 3)  # fmt: skip

    def double_click(self, entry: str) -> None:
        """Start what a menu entry starts, as a desktop does; what it starts keeps its output."""
        words = self._as(("gtk-launch", entry))
        subprocess.run(words, env=self._environment, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE_S)

    def start(self, *command: str | Path) -> subprocess.Popen[bytes]:
        """Start a program that goes on."""
        process = subprocess.Popen(self._as(command), env=self._environment, stdin=subprocess.DEVNULL)
        self._started.append(process)
        return process

    def pids(self) -> list[int]:
        """Return the windows' processes of this person, however they were started."""
        return [pid for pid in _processes() if f"HOME={self.home}".encode() in _environ(pid)]

    def leave(self) -> None:
        """Close everything as the end of a session does, and wait for it."""
        for pid in self.pids():
            os.kill(pid, signal.SIGTERM)
        for process in self._started:
            process.wait(PATIENCE_S)
        self.until(lambda: not self.pids(), "the end of the program")
        shutil.rmtree(self._run, ignore_errors=True)

    def _as(self, command: tuple[str | Path, ...]) -> list[str]:
        user = str(self._as_user)
        other = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--"] if self._as_user else []
        return [*other, *map(str, command)]

    # --- looking ----------------------------------------------------------------------------------------------------

    def window(self) -> str:
        """Return the window's number once it is there."""
        found: list[str] = []

        def render_style() -> bool:
            pids = self.pids()
            seen = _x("search", "--onlyvisible", "--name", "^Desktop Chat$").split()
            found[:] = [window for window in seen if _x("getwindowpid", window).strip() in map(str, pids)]
            return bool(found)

        self.until(render_style, "a window")
        return found[0]

    def sees(self, words: str) -> bool:
        """Say whether something in the window is called so or says so."""
        return any(words in node["name"] + node["text"] for node in json.loads(self._reader("list") or "[]"))

    def reads(self, words: str) -> bool:
        """Say whether a text in view, such as a message, has these words."""
        return any(words in node["text"] for node in json.loads(self._reader("list") or "[]"))

    def until_seen(self, words: str) -> None:
        self.until(lambda: self.sees(words), words)

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Return when what is looked for is there."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"waited in vain for {what}; on the screen was {self.screenshot('waited-in-vain')}"
                )
            time.sleep(0.1)

    def screenshot(self, name: str) -> Path:
        """Save what is on the screen, for those who want to see it."""
        from PySide6.QtWidgets import QApplication  # noqa: PLC0415

        app = QApplication.instance() or QApplication([])
        file = IMAGES / f"packages-{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        app.primaryScreen().grabWindow(0).save(str(file))
        return file

    def messages(self, data: Path | None = None) -> list[tuple[str, str, str]]:
        """Return role, status and text of every stored message; none while the database is being created."""
        file = (data or self.home / ".local/share/desktop-chat") / "history.db"
        if not file.exists():
            return []
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'messages'").fetchall():
                return []
            return database.execute("SELECT role, status, text FROM messages ORDER BY seq").fetchall()

    # --- hands ------------------------------------------------------------------------------------------------------

    def press(self, name: str) -> None:
        """Press a button."""
        self._reader("press", name)

    def fill(self, name: str, text: str) -> None:
        """Type into a field, in place of what it holds."""
        _x("windowactivate", "--sync", self.window())
        self._reader("focus", name)
        _x("key", "--clearmodifiers", "ctrl+a")
        self.type(text)

    def type(self, text: str) -> None:
        _x("type", "--clearmodifiers", "--delay", "15", text)

    def key(self, *keys: str) -> None:
        _x("key", "--clearmodifiers", *keys)

    def _reader(self, *order: str) -> str:
        done = subprocess.run(["/usr/bin/python3", str(ATSPI), *order], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def _x(*words: str) -> str:
    return subprocess.run(["xdotool", *words], capture_output=True, text=True, check=False, timeout=60).stdout


def _processes() -> list[int]:
    """Return the processes of packaged programs."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"desktop-chat") and not HELPERS.intersection(words):
            found.append(int(folder.name))
    return found


def _environ(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
