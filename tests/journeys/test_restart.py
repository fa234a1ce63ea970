"""The window is restored as it was left: after closing it, and after the process was killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from desk import Desk, MakeDesk
from hostile_server import HostileServer
from PySide6.QtCore import QRect

from desktop_chat.core.entities import Connection, Status
from desktop_chat.core.workspace import ScrollPlace


async def test_tabs_order_position_drafts_and_window_are_restored(desk: Desk, connection: Connection) -> None:
    desk.window.setGeometry(QRect(120, 90, 1000, 700))
    first = await desk.with_model(connection, "plain")
    desk.ask("first question")
    await desk.answered(first)
    long = await desk.with_model(connection, "flood")
    desk.ask("second question")
    await desk.answered(long)
    long.transcript.restore_scroll_place(ScrollPlace(long.session.path[1].id, 0, 0.0))
    long.transcript.page.scroll_by(600)
    place = long.transcript.scroll_place()
    assert place is not None
    draft = await desk.with_model(connection, "plain")
    desk.type("half a thought")
    desk.window.tabs.activate(long.session.conversation_id)
    ids = desk.window.tabs.ids
    active = desk.window.tabs.current_id
    size = desk.window.size()
    await desk.close()

    await desk.open()
    assert desk.window.tabs.ids == [i for i in ids if i in desk.application.library]
    assert desk.window.tabs.current_id == active
    assert desk.window.size() == size
    await desk.until(lambda: desk.tab.transcript.scroll_place() == place, "the place in the long reply")
    assert desk.last.status is Status.COMPLETE
    desk.window.tabs.activate(draft.session.conversation_id)
    await desk.until(lambda: desk.tab.composer.text == "half a thought", "the draft")


class Child:
    """The application in its own process, which asks a question and prints what is shown."""

    def __init__(self, data_dir: Path, server: HostileServer) -> None:
        self._data_dir = data_dir
        (data_dir / "settings.toml").write_text(
            'language = "en"\ndefault_connection_id = "here"\ndefault_model = "slow-text"\n'
            f'[[connections]]\nid = "here"\nname = "Here"\nbase_url = "{server.base_url}"\n'
        )

    async def shows(self, characters: int) -> None:
        """Start, and wait until this much is shown."""
        program = Path(__file__).with_name("asking_child.py")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(program),
            str(self._data_dir),
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(program.parents[2])},
        )
        assert self._process.stdout is not None
        self._lines = [b"0 0"]
        while int(self._lines[-1].split()[1]) < characters:
            line = await self._process.stdout.readline()
            assert line, "the child ended by itself"
            self._lines.append(line)

    async def end(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; return how much was shown half a second before it was sent."""
        sent_at = time.monotonic()
        self._process.send_signal(number)
        assert self._process.stdout is not None
        lines = [*self._lines, *(await self._process.stdout.read()).splitlines()]
        async with asyncio.timeout(60):
            await self._process.wait()
        whole = [line.split() for line in lines if len(line.split()) == 2]
        return max(int(shown) for at, shown in whole if float(at) <= sent_at - 0.5)


async def test_a_kill_loses_no_conversation_and_at_most_half_a_second(
    make_desk: MakeDesk, data_dir: Path, server: HostileServer, caplog: pytest.LogCaptureFixture
) -> None:
    child = Child(data_dir, server)
    await child.shows(1_000)
    shown = await child.end(signal.SIGKILL)
    assert shown > 0
    with closing(sqlite3.connect(data_dir / "history.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    desk = make_desk()
    await desk.open()
    assert desk.last.status is Status.INTERRUPTED
    assert len(desk.last.text) >= shown


async def test_sigterm_while_streaming_stores_all_text_and_exits(
    make_desk: MakeDesk, data_dir: Path, server: HostileServer, caplog: pytest.LogCaptureFixture
) -> None:
    child = Child(data_dir, server)
    await child.shows(500)
    shown = await child.end(signal.SIGTERM)
    desk = make_desk()
    await desk.open()
    assert desk.last.status is Status.CANCELLED
    assert len(desk.last.text) >= max(500, shown)
