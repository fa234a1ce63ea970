"""A screen reader keeps querying while tabs open and close: nothing is deleted while it may still ask for it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

TABS = int(os.environ.get("LIFETIME_TABS", "5"))
HERE = Path(__file__).parent
HARMLESS = (
    "qt.accessibility.atspi: AtSpiAdaptor::applicationInterface",
    "qt.accessibility.atspi: Could not find",
    "QTextCursor::setPosition: Position",
)
"""Qt's warnings about queries that it does not answer, or about things that were closed or shortened."""
SYSTEM_PYTHON = "/usr/bin/python3"


async def names(order: str) -> list[str]:
    """Walk the application in another process; ends when the application does."""
    reader = await asyncio.create_subprocess_exec(
        SYSTEM_PYTHON,
        str(HERE / "atspi_walk.py"),
        order,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    listed, _ = await reader.communicate()
    return [node["name"] for node in json.loads(listed)] if listed.strip() else []


async def test_tabs_may_close_while_a_screen_reader_reads_them(data_dir: Path) -> None:
    (data_dir / "settings.toml").write_text('language = "en"\n')
    window = await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / "tabs_child.py"),
        str(data_dir),
        str(TABS),
        cwd=HERE.parent.parent,
        env=os.environ | {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "MALLOC_PERTURB_": "165", "PYTHONPATH": "."},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    ended = asyncio.create_task(window.communicate(), name="window")
    pestering = asyncio.create_task(names("pester"), name="pester")
    read: list[str] = []
    while not ended.done():
        read += await names("list")
    said, complaint = await ended
    read += await pestering
    complaints = [line for line in complaint.decode().splitlines() if not line.startswith(HARMLESS)]
    assert (window.returncode, complaints) == (0, [])
    assert said.split() == [b"done"]
    assert any("Write something long" in name for name in read)
