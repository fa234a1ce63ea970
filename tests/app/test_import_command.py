"""`desktop-chat import`: what it prints, stores and returns."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_chat.app.import_arguments import KINDS
from desktop_chat.app.single_instance import SingleInstance
from desktop_chat.core.importing import ImportKind
from desktop_chat.core.open_request import OpenRequest
from desktop_chat.services.imports.detection import reader_of
from desktop_chat.services.imports.import_files import open_files

CHAT = {
    "uuid": "c",
    "name": "Title\u202e\x1b[2J",
    "chat_messages": [
        {"uuid": "q", "sender": "human", "text": "Hi"},
        {"uuid": "a", "sender": "assistant", "text": "Hello"},
    ],
}


def run(data: Path, *words: str) -> tuple[int, str, str]:
    """Run the command; return its exit code, output and errors."""
    command = [sys.executable, "-m", "desktop_chat", "--data-dir", str(data), "import", *words]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, ended.stdout, ended.stderr


def stored(data: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(data / "history.db") as connection:
        return list(connection.execute("SELECT role, text FROM messages ORDER BY seq"))


def test_an_export_is_previewed_then_imported_then_known(tmp_path: Path) -> None:
    file, data = tmp_path / "conversations.json", tmp_path / "data"
    file.write_text(json.dumps([CHAT, "odd"]))
    assert run(data, "--dry-run", str(file)) == (
        3,
        "Title [2J (messages: 2)\nClaude. Would be added: 1; with new messages: 0; already here: 0; not read: 1.\n",
        "desktop-chat: conversations.json, 2: not in the expected form\n",
    )
    assert stored(data) == []
    code, out, _ = run(data, str(file))
    assert (code, out.splitlines()[-1]) == (
        3,
        "Claude. Added: 1; with new messages: 0; already here: 0; not read: 1.",
    )
    assert stored(data) == [("user", "Hi"), ("assistant", "Hello")]
    assert run(data, str(file))[1] == "Claude. Added: 0; with new messages: 0; already here: 1; not read: 1.\n"


def test_what_is_no_export_is_refused_with_a_remedy(tmp_path: Path) -> None:
    file = tmp_path / "notes.bin"
    file.write_text("words")
    code, out, errors = run(tmp_path / "data", str(file))
    assert (code, out) == (2, "")
    assert "not an export that can be imported" in errors


@pytest.mark.thorough
def test_a_kind_can_be_forced(tmp_path: Path) -> None:
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps([CHAT]))
    assert run(tmp_path / "data", "--from", "claude", str(file))[0] == 0
    assert run(tmp_path / "data", "--from", "chatgpt", str(file))[0] == 3


@pytest.mark.thorough
def test_beside_an_open_window_its_database_is_used_but_not_made(tmp_path: Path) -> None:
    file, data = tmp_path / "conversations.json", tmp_path / "data"
    file.write_text(json.dumps([CHAT]))
    data.mkdir(mode=0o700)
    holder = SingleInstance(data)
    assert holder.acquire()
    try:
        code, _, errors = run(data, str(file))
        assert (code, list(data.glob("history*"))) == (1, [])
        assert "just starting" in errors
        holder.release()
        run(data, "--dry-run", str(file))
        assert holder.acquire()
        assert run(data, str(file))[0] == 0
        assert len(stored(data)) == 2
    finally:
        holder.release()


@pytest.mark.thorough
def test_an_open_window_learns_of_what_came_and_of_nothing_else(tmp_path: Path, qtbot: QtBot) -> None:
    file, data = tmp_path / "conversations.json", tmp_path / "data"
    file.write_text(json.dumps([CHAT]))
    run(data, "--dry-run", str(file))
    window = SingleInstance(data)
    assert window.acquire()
    window.listen()
    heard: list[OpenRequest] = []
    window.received.connect(heard.append)
    codes: list[int] = []
    importing = [threading.Thread(target=lambda: codes.append(run(data, str(file))[0])) for _ in range(2)]
    for each in importing:  # the second finds nothing new, and so tells nothing
        each.start()
        qtbot.waitUntil(lambda each=each: not each.is_alive(), timeout=30_000)
        each.join()
    window.release()
    assert codes == [0, 0]
    assert heard == [OpenRequest(imported=True)]


def test_every_kind_that_can_be_named_has_a_reader(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text("{}")
    files = open_files(file)
    for kind in KINDS:
        assert reader_of(ImportKind(kind), files, lambda _: "") is not None
    files.close()
