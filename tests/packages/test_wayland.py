"""The installed program on native Wayland: Weston in a window of this session's screen, which has the keyboard."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from person import Person


@pytest.fixture
def wayland() -> Iterator[Path]:
    """A compositor; the path is that of its socket."""
    with tempfile.TemporaryDirectory(
        prefix="wayland-", dir="/tmp"
    ) as folder:  # a socket's path may have 107 characters
        socket = Path(folder, "socket")
        command = [
            "weston",
            "--use-pixman",
            "--socket",
            socket.name,
            "--width",
            "1000",
            "--height",
            "760",
            "--idle-time=0",
        ]
        weston = subprocess.Popen(
            command, env=os.environ | {"XDG_RUNTIME_DIR": folder}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 30
        while not socket.exists():
            assert time.monotonic() < deadline, "Weston does not start"
            time.sleep(0.1)
        yield socket
        weston.terminate()
        weston.wait(30)


@pytest.fixture
def wayland_person(installed: None, wayland: Path, tmp_path: Path) -> Iterator[Person]:
    """Somebody whose desktop is Wayland alone."""
    person = Person(tmp_path / "home", WAYLAND_DISPLAY=str(wayland), DISPLAY="", QT_QPA_PLATFORM="wayland")
    yield person
    person.leave()


def test_it_starts_shows_and_takes_letters(wayland_person: Person) -> None:
    person = wayland_person
    person.start("desktop-chat", "--demo")
    person.until_seen("Message")
    person.type("Show a table")
    person.until_seen("Show a table")
    person.key("Return")
    person.until(lambda: person.messages()[-1:] and person.messages()[-1][1] == "complete", "the reply")
    person.screenshot("wayland")
    role, _, text = person.messages()[-1]
    assert role == "assistant"
    assert "|" in text
