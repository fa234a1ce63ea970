"""Shared fixtures of journeys: a desk with the real window, and a model server whose models select its behaviour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from desk import Desk
from hostile_server import HostileServer
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import Connection


@pytest.fixture
def connection(server: HostileServer) -> Connection:
    """The connection of that server; on loopback it needs no key."""
    return Connection("here", "Here", server.base_url)


@pytest.fixture
async def desk(qapp: QApplication, data_dir: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Desk]:
    """The application at its first start, in English."""
    (data_dir / "settings.toml").write_text('language = "en"\nscheme = "light"\n')
    desk = Desk(qapp, data_dir)
    await desk.open()
    yield desk
    await desk.close()


@pytest.fixture
async def chinese_desk(qapp: QApplication, data_dir: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Desk]:
    """The application at its first start, in Chinese."""
    locale = QLocale()
    (data_dir / "settings.toml").write_text('language = "zh_CN"\nscheme = "light"\n')
    desk = Desk(qapp, data_dir)
    await desk.open()
    yield desk
    desk.application.preferences.update(language="en")
    await desk.close()
    QLocale.setDefault(locale)
