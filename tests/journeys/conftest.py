"""Shared fixtures of journeys: a desk with the real window, and a model server whose models select its behaviour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from desk import Desk, MakeDesk
from hostile_server import HostileServer
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import Connection
from desktop_chat.core.ports import Secrets


@pytest.fixture
def connection(server: HostileServer) -> Connection:
    """The connection of that server; on loopback it needs no key."""
    return Connection("here", "Here", server.base_url)


@pytest.fixture
async def make_desk(qapp: QApplication, data_dir: Path) -> AsyncIterator[MakeDesk]:
    """Makes desks that are closed when the test ends, so that one that fails leaves nothing to those that follow: no
    window, no task and no words in another language."""
    locale = QLocale()
    made: list[Desk] = []

    def make(secrets: Secrets | None = None) -> Desk:
        made.append(Desk(qapp, data_dir, secrets))
        return made[-1]

    yield make
    for desk in reversed(made):
        await desk.close()
    QLocale.setDefault(locale)


@pytest.fixture
async def desk(make_desk: MakeDesk, data_dir: Path, caplog: pytest.LogCaptureFixture) -> Desk:
    """The application at its first start, in English."""
    return await opened(make_desk(), data_dir, "en")


@pytest.fixture
async def chinese_desk(make_desk: MakeDesk, data_dir: Path, caplog: pytest.LogCaptureFixture) -> Desk:
    """The application at its first start, in Chinese."""
    return await opened(make_desk(), data_dir, "zh_CN")


async def opened(desk: Desk, data_dir: Path, language: str) -> Desk:
    """Start the application in a language."""
    (data_dir / "settings.toml").write_text(f'language = "{language}"\nscheme = "light"\n')
    await desk.open()
    return desk
