"""Reading settings reach the window at startup and with every change, and the desktop's settings are followed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from fakes import MemorySecrets
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from desktop_chat.app.application import Application
from desktop_chat.app.arguments import Arguments
from desktop_chat.services.desktop import desktop_motion
from desktop_chat.services.paths import Paths

SETTINGS = """
reading_width = 960
text_font = "DejaVu Serif"
code_font = "missing"
smooth_scrolling = "on"
wrap_code = true
wrap_tables = false
show_timings = true
"""


@pytest.fixture
async def application(
    qapp: QApplication, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Application]:
    paths = Paths(data_dir)
    paths.make_directories()
    paths.settings_file.write_text(SETTINGS)
    made = Application(qapp, paths, Arguments(data_dir=data_dir), secrets=MemorySecrets())
    yield made
    await made.close()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


async def test_the_reading_settings_are_applied(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    say: list[Callable[[bool], None]] = []

    async def listen(tell: Callable[[bool], None], *_tell_others: Callable[[bool], None]) -> None:
        say.append(tell)
        await asyncio.Event().wait()

    monkeypatch.setattr(desktop_motion, "watch_motion", listen)
    theme = application._theme
    assert theme.column == 960
    assert theme.text_font().families()[0] == "DejaVu Serif"
    assert "missing" not in theme.code_font().families()
    assert (theme.wraps_code, theme.wraps_tables, theme.moves) == (True, False, True)
    assert theme.shows_timings
    await application.open()
    application.preferences.update(reading_width=640, wrap_code=False, smooth_scrolling="system", text_font="")
    assert theme.column == 640
    assert (theme.wraps_code, theme.moves) == (False, True)
    assert theme.text_font().families() == theme.ui_font().families()
    for tell in say:
        tell(False)
    assert theme.moves is not bool(say)
