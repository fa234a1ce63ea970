"""Two bad days at the real window: lost conversations are restored, and a kill is reported with what was kept."""

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
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import Connection, Status
from desktop_chat.ui.dialogs.crash import UnexpectedExitDialog
from desktop_chat.ui.dialogs.restore import RestoreDialog
from desktop_chat.ui.settings.settings_dialog import SettingsDialog


def shot(widget: object, name: str) -> None:
    """Save a screenshot of a window for those who want to see it."""
    folder = os.environ.get("JOURNEY_SCREENSHOTS")
    if folder:
        widget.grab().save(str(Path(folder) / f"{name}.png"))  # type: ignore[attr-defined]


async def test_permanently_deleted_conversations_are_restored_from_a_snapshot(
    desk: Desk, connection: Connection
) -> None:
    kept = await desk.with_model(connection, "plain")
    desk.ask("which trains go there?")
    await desk.answered(kept)
    lost = await desk.with_model(connection, "plain")
    desk.ask("a question that will be missed")
    await desk.answered(lost)
    lost_id = lost.session.conversation_id
    await desk.application.write_behind.flush()
    await desk.application._context.snapshots.take()
    await desk.application.library.delete([lost_id])
    await desk.until(lambda: lost_id not in desk.window.tabs.ids)
    assert not desk.sees_text("a question that will be missed")

    desk.window.open_settings("data")
    settings = desk.window.findChild(SettingsDialog)
    shot(settings, "data-page")
    desk.click("Restore...", settings)
    dialog = desk.window.findChild(RestoreDialog)
    await desk.until(dialog.restore_button.isEnabled)
    assert "1 conversation" in dialog.state.text()
    assert "2 message" in dialog.state.text()
    shot(dialog, "restore-before")
    desk.click("Restore", dialog)
    await desk.until(lambda: dialog.state.text().startswith("Added: 1 conversation"))
    shot(dialog, "restore-after")
    dialog.close()
    settings.close()
    assert lost_id in [c.id for c in desk.application.library.shown()]
    index = desk.window.sidebar.conversations.index_of(lost_id)
    assert index.isValid(), "the sidebar shows it at once"
    desk.window.tabs.open(lost_id)
    await desk.until(lambda: desk.tab.session is not None and len(desk.tab.session.path) == 2)
    assert desk.tab.session.path[0].text == "a question that will be missed"


class Child:
    """The application in its own process, which asks a question and prints what is shown."""

    def __init__(self, data_dir: Path, server: HostileServer) -> None:
        self._data_dir = data_dir
        (data_dir / "settings.toml").write_text(
            'language = "en"\ndefault_connection_id = "here"\ndefault_model = "slow-text"\n'
            f'[[connections]]\nid = "here"\nname = "Here"\nbase_url = "{server.base_url}"\n'
        )

    async def die_by(self, number: signal.Signals) -> int:
        """Start, wait for text on the screen, and send a signal. Returns how many characters must be kept: those shown
        half a second earlier."""
        program = Path(__file__).with_name("asking_child.py")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(program),
            str(self._data_dir),
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(program.parents[2])},
        )
        assert process.stdout is not None
        shown: list[tuple[float, int]] = []
        while not shown or shown[-1][1] < 400:
            line = await process.stdout.readline()
            assert line, "the child ended by itself"
            moment, characters = line.split()
            shown.append((float(moment), int(characters)))
        died_at = time.monotonic()
        process.send_signal(number)
        await process.stdout.read()
        async with asyncio.timeout(60):
            await process.wait()
        return max(characters for moment, characters in shown if moment <= died_at - 0.5)


async def test_a_kill_is_reported_with_the_replies_that_were_kept(
    make_desk: MakeDesk, data_dir: Path, server: HostileServer, caplog: pytest.LogCaptureFixture
) -> None:
    await Child(data_dir, server).die_by(signal.SIGKILL)
    desk = make_desk()
    await desk.open()
    await desk.until(lambda: desk.sees_text("Desktop Chat quit unexpectedly last time. 1 partial reply"))
    assert desk.last.status is Status.INTERRUPTED
    assert not desk.sees("Show report"), "a kill leaves none"
    shot(desk.window, "killed")
    desk.click("Close")
    await desk.close()
    desk = make_desk()
    await desk.open()
    assert not desk.sees_text("Desktop Chat quit unexpectedly"), "it is told once"
    await desk.close()
    with closing(sqlite3.connect(data_dir / "history.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_crash_in_c_code_leaves_a_report(
    make_desk: MakeDesk, data_dir: Path, server: HostileServer, caplog: pytest.LogCaptureFixture
) -> None:
    shown = await Child(data_dir, server).die_by(signal.SIGSEGV)
    assert shown
    desk = make_desk()
    await desk.open()
    desk.click("Show report")
    await desk.until(lambda: desk.window.findChildren(UnexpectedExitDialog))
    [dialog] = desk.window.findChildren(UnexpectedExitDialog)
    text = dialog.details.toPlainText()
    assert "Fatal Python error: Segmentation fault" in text
    assert "Desktop Chat" in text
    assert "database open" in text, "the end of the log"
    shot(dialog, "report")
    dialog.copy_button.click()
    assert QApplication.clipboard().text() == text
    dialog.close()
    await desk.open_anyway()
    assert desk.last.status is Status.INTERRUPTED
    assert len(desk.last.text) >= shown, "what was on the screen is kept"
