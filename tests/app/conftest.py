"""Shared fixtures of the tests of the whole program."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from ask_terminal import Terminal
from fakes import MemorySecrets
from hostile_server import HostileServer
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from whole_program import Start

from desktop_chat.app.application import Application
from desktop_chat.app.arguments import Arguments
from desktop_chat.services.paths import Paths


@pytest.fixture
def terminal(tmp_path: Path, server: HostileServer) -> Terminal:
    """Runs `ask` beside a hostile server."""
    return Terminal(tmp_path / "data", server)


@pytest.fixture
async def start(qapp: QApplication, data_dir: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Start]:
    """Create the application like a real start; it is closed after the test."""
    made: list[Application] = []

    def one(**arguments: object) -> Application:
        paths = Paths(data_dir)
        paths.make_directories()
        made.append(Application(qapp, paths, Arguments(data_dir=data_dir, **arguments), secrets=MemorySecrets()))
        return made[-1]

    yield one
    for application in made:
        if not application._is_ending:
            await application.close()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
