"""Shared fixtures of screen reader journeys: Orca, and the program in a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from screen_reader import Orca

ROOT = Path(__file__).parents[2]
Start = Callable[..., Awaitable[None]]


@pytest.fixture
async def orca(tmp_path: Path) -> AsyncIterator[Orca]:
    """The screen reader, started before there is a window."""
    orca = Orca(tmp_path / "orca")
    await orca.start()
    yield orca
    await orca.stop()


@pytest.fixture
async def start(orca: Orca, data_dir: Path) -> AsyncIterator[Start]:
    """Starts the program in a language, with the demo or a server; ends it after the test."""
    started: list[asyncio.subprocess.Process] = []

    async def begin(language: str = "en", base_url: str = "") -> None:
        (data_dir / "settings.toml").write_text(f'language = "{language}"\nscheme = "light"\n')
        command = (sys.executable, "-m", "desktop_chat", "--data-dir", str(data_dir))
        given = ("--model", "m") if base_url else ("--demo",)
        server = {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "none"} if base_url else {}
        started.append(await asyncio.create_subprocess_exec(*command, *given, cwd=ROOT, env=os.environ | server))

    yield begin
    for process in started:
        process.terminate()
        await process.wait()
