"""The window as seen by a screen reader: through the accessibility bus, from another process."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SYSTEM_PYTHON = "/usr/bin/python3"
NAMES = ("Desktop Chat", "Message", "Send", "New tab", "Transcript", "Conversations", "Model")


async def screen_reader(*order: str) -> list[dict[str, Any]]:
    """Query the accessibility bus."""
    reader = await asyncio.create_subprocess_exec(
        SYSTEM_PYTHON,
        str(Path(__file__).with_name("atspi_walk.py")),
        *order,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaint = await reader.communicate()
    assert reader.returncode == 0, complaint.decode()
    return json.loads(said) if said.strip() else []


async def hears(words: str) -> None:
    """Wait until something has this name or text."""
    async with asyncio.timeout(20):
        while not any(words in node["name"] + node["text"] for node in await screen_reader("list")):  # noqa: ASYNC110  (another process)
            await asyncio.sleep(0.1)


@pytest.fixture
async def window(data_dir: Path) -> AsyncIterator[None]:
    """The program in its own process, with the demo and a question in its composer."""
    assert shutil.which("dbus-daemon"), "the session bus starts the accessibility bus"
    (data_dir / "settings.toml").write_text('language = "en"\n')
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "desktop_chat",
        "--data-dir",
        str(data_dir),
        "--demo",
        "Write something long",
        cwd=ROOT,
        env=os.environ | {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"},
    )
    yield
    process.terminate()
    await process.wait()


async def test_every_control_has_a_name_and_can_be_used(window: None) -> None:
    await hears("Write something long")
    await screen_reader("press", "Send")
    await hears("A long reply")
    await screen_reader("press", "Stop")
    await hears("Send")
    heard = {node["name"] for node in await screen_reader("list")}
    assert [name for name in NAMES if name not in heard] == []


async def test_a_provider_is_chosen_from_the_list(data_dir: Path) -> None:
    (data_dir / "settings.toml").write_text('language = "en"\n')
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "desktop_chat", "--data-dir", str(data_dir)),
        cwd=ROOT,
        env=os.environ | {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"},
    )
    try:
        await hears("Use an API key")
        await screen_reader("press", "Enter API key...")
        await hears("https://api.openai.com/v1")
        await screen_reader("press", "OpenAI")  # Qt names a combo box after its value; "Provider" is its label
        await hears("Search providers")
        await hears("OpenRouter, openrouter.ai")
    finally:
        process.terminate()
        await process.wait()
