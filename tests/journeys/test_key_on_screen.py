"""A planted key goes through the window: failures, dialogs, copies, bugs, kills and children show it nowhere."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import key_search
import pytest
from desk import Desk, MakeDesk
from fakes import MemorySecrets
from hostile_server import MODES, HostileServer
from key_search import KEY
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QTextEdit, QWidget
from shown_words import words_on_screen

from desktop_chat.app.export_rendering import rendered
from desktop_chat.core.entities import Connection
from desktop_chat.core.exporting import ExportedConversation, ExportFormat
from desktop_chat.ui.dialogs.crash import CrashDialog

ECHOES = [mode for mode in MODES if "echo" in mode and not mode.startswith("r-")]


@pytest.fixture
async def desk(make_desk: MakeDesk, data_dir: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Desk]:
    """The application with the planted key in its keyring, and full logging."""
    (data_dir / "settings.toml").write_text('language = "en"\nscheme = "light"\nretries = 0\n')
    secrets = MemorySecrets()
    secrets.keys["here"] = KEY
    desk = make_desk(secrets)
    await desk.open()
    names = ("", "openai", "httpx2", "httpcore2", "desktop_chat")
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield desk
    await desk.close()
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def texts_of_widgets() -> Iterator[str]:
    """Return all texts of all widgets, visible or not."""
    yield from words_on_screen()
    for widget in QApplication.allWidgets():
        yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle())
        yield from _typed_in(widget)
    yield QApplication.clipboard().text()


def _typed_in(widget: QWidget) -> Iterator[str]:
    match widget:
        case QPlainTextEdit() | QTextEdit():
            yield widget.toPlainText()
        case QLineEdit():
            yield widget.text()


def heard_in(node: QAccessibleInterface | None, depth: int = 0) -> Iterator[str]:
    """Return what a screen reader gets from a node and its descendants."""
    if node is None or not node.isValid() or depth > 30:
        return
    for what in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value, QAccessible.Text.Help):
        yield node.text(what)
    for index in range(min(node.childCount(), 200)):
        yield from heard_in(node.child(index), depth + 1)


def finds(desk: Desk) -> list[str]:
    """Return where the key can be found now; nowhere, if all is well."""
    session = desk.tab.session
    shown = ExportedConversation(session.conversation, tuple(session.path))
    copy = rendered(shown, ExportFormat.MARKDOWN, lambda _: None)
    return [
        *key_search.words_with_it(texts_of_widgets()),
        *key_search.words_with_it(heard_in(QAccessible.queryAccessibleInterface(desk.window))),
        *key_search.words_with_it([copy, repr(session.path), repr(desk.application.preferences.settings)]),
        *key_search.files_with_it(desk.data_dir),
        *key_search.processes_with_it(os.getpid()),
    ]


async def test_no_failure_shows_stores_or_copies_the_key(
    desk: Desk, connection: Connection, server: HostileServer
) -> None:
    for mode in ECHOES:
        await desk.with_model(connection, mode)
        desk.ask("hello")
        reply = await desk.answered()
        assert reply.failure is not None, mode
        assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
        if reply.failure.detail:
            await desk.until(lambda: desk.spots_of("details"), "the remedies")
            desk.click_beside("details")
            await desk.until(lambda: desk.sees("Copy", QPushButton), "the details")
            desk.click("Copy")
            words = f"{reply.failure.code}\n\n{reply.failure.detail}"
            await desk.until(lambda words=words: QApplication.clipboard().text() == words, "the copy")
            assert not key_search.is_in(words), mode
    await desk.application.write_behind.flush()
    assert finds(desk) == []


async def test_a_bug_while_holding_the_key_does_not_show_it(desk: Desk, connection: Connection) -> None:
    await desk.with_model(connection, "plain")

    async def fall() -> None:
        held = {"authorization": f"Bearer {KEY}"}
        raise RuntimeError(f"cannot send {held}")

    desk.ask("hello")
    await desk.answered()
    falling = asyncio.get_running_loop().create_task(fall(), name=f"send {KEY}")
    await asyncio.wait({falling})
    asyncio.get_running_loop().call_exception_handler(
        {"message": f"while sending {KEY}", "exception": falling.exception(), "task": falling}
    )
    await desk.until(lambda: desk.window.findChildren(CrashDialog), "the dialog")
    desk.click("Copy details")
    assert "[redacted]" in QApplication.clipboard().text()
    assert finds(desk) == []
    desk.click("Close", desk.window.findChildren(CrashDialog)[0])


async def test_programs_opened_by_the_desktop_inherit_no_key(
    make_desk: MakeDesk,
    data_dir: Path,
    server: HostileServer,
    told: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    (data_dir / "settings.toml").write_text('language = "en"\n')
    desk = make_desk()
    await desk.open(connection="Environment", model="401-echo")
    desk.ask("hello")
    await desk.answered()
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    desk.window.show_crash("nothing in it")
    await desk.until(lambda: desk.sees("Open log folder"), "the dialog")
    desk.click("Open log folder")
    await desk.until(told.exists, "the desktop to be asked")
    await desk.until(lambda: "logs" in told.read_text(), "its words")
    assert [*key_search.files_with_it(told.parent), *finds(desk)] == []
    desk.click("Close", desk.window.findChildren(CrashDialog)[0])


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Path:
    """Shadow the desktop's own programs by ones that record how they were started."""
    folder, told = tmp_path / "bin", tmp_path / "told"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    for name in ("xdg-open", "gio", "kde-open", "gnome-open"):
        program = folder / name
        program.write_text(f'#!/bin/sh\n{{ env; echo "$0 $*"; }} > {told}.new\nmv {told}.new {told}\n')
        program.chmod(0o755)
    return told


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT], ids=["kill", "segv", "abort"])
async def test_a_process_killed_while_streaming_leaves_no_key(
    make_desk: MakeDesk,
    data_dir: Path,
    server: HostileServer,
    number: signal.Signals,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (data_dir / "settings.toml").write_text(
        'language = "en"\ndefault_connection_id = "here"\ndefault_model = "slow-text"\n'
        f'[[connections]]\nid = "here"\nname = "Here"\nbase_url = "{server.base_url}"\n'
    )
    program = Path(__file__).with_name("keyed_child.py")
    root = program.parents[2]
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, str(program), str(data_dir)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": f"{root}:{root / 'tests'}:{root / 'tests' / 'services'}"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(f"{KEY}\n".encode())
    assert await child.stdout.readline() == b"speaking\n"
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    assert key_search.processes_with_it(child.pid) == []
    child.send_signal(number)
    _, complaints = await child.communicate()
    assert not key_search.is_in(complaints)
    assert key_search.files_with_it(data_dir) == []
    desk = make_desk(MemorySecrets())
    await desk.open()
    if number != signal.SIGKILL:  # a crash: the conversation in view is not opened automatically
        await desk.open_anyway()
    assert "word1" in desk.last.text
    assert finds(desk) == []
