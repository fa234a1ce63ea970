"""`desktop-chat backup` and what `import` makes of it, as a person runs them."""

from __future__ import annotations

import os
import pty
import sqlite3
import subprocess
import sys
import time
from contextlib import aclosing, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from key_search import KEY, files_with_it, is_in
from store_samples import conversation, message

from desktop_chat.app.backup_arguments import parse_backup
from desktop_chat.app.export_process import ExportProcess
from desktop_chat.app.single_instance import SingleInstance
from desktop_chat.core.entities import Usage
from desktop_chat.core.exporting import BackupRequest
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.usage_ledger import UsageBy, UsageEntry, UsageOrigin
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.endpoint.caller_store import CallerStore, stored_callers
from desktop_chat.services.imports.import_files import open_files
from desktop_chat.services.paths import Paths
from desktop_chat.services.settings_file import stored_settings
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.services.sqlite.usage_store import UsageStore, stored_usage

PHRASE = "correct horse"
SETTINGS = (
    'zoom = 1.25\n[[connections]]\nid = "c"\nname = "Mine"\nbase_url = "https://models.example/v1"\n'
    f'headers = [{{ name = "Authorization", value = "Bearer {KEY}" }}]\n'
    '[[tool_servers]]\nname = "files"\ncommand = "files-server"\n'
)
SETTINGS_ADDED = (
    "Settings added: 1 connection, without the keys; enter these in the settings; 1 tool server, off until you switch "
    "them on; 1 other setting."
)


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A data folder with a conversation, and settings with a key in a header."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    trip = conversation(title="Trip")
    store = SqliteStore(folder / "history.db")
    await store.open()
    await store.write(WriteBatch((trip,), (message(trip, "Where?"),)))
    await store.aclose()
    (folder / "settings.toml").write_text(SETTINGS)
    await record(folder, 2)
    async with aclosing(CallerStore(folder / "endpoint.sqlite3")) as callers:
        await callers.note("curl", 1.8e9, "Mine", "m", Usage(1, 1))
    return folder


def used(number: int) -> UsageEntry:
    at = datetime(2026, 11, 30, tzinfo=UTC) + timedelta(seconds=number // 2)  # two at each moment
    return UsageEntry(at, UsageOrigin.BATCH, "c", "Mine", "https://models.example:443", "m", Usage(number, 1), None)


async def record(folder: Path, count: int) -> None:
    async with aclosing(UsageStore(folder / "usage.sqlite3")) as ledger:
        for number in range(count):
            ledger.record(used(number))


def command(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "desktop_chat", "--data-dir", str(folder), *words]


def run(folder: Path, *words: str, typed: bytes = b"") -> tuple[int, str, str]:
    """Run a command; return its exit code, output and errors."""
    environment = {**os.environ, "LC_ALL": "en"}
    ended = subprocess.run(
        command(folder, *words), capture_output=True, input=typed, timeout=60, check=False, env=environment
    )
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def test_everything_is_taken_to_another_computer(tmp_path: Path, data: Path) -> None:
    file = tmp_path / "all.zip"
    code, _, said = run(data, "backup", str(file))
    done = f"desktop-chat: 1 conversation, the settings and the usage were backed up to {file}.\n"
    assert (code, said) == (0, done)
    elsewhere = tmp_path / "elsewhere"
    code, out, said = run(elsewhere, "import", str(file))
    assert (code, said) == (0, "")
    assert out.splitlines() == [
        SETTINGS_ADDED,
        "Trip (messages: 1)",
        "Usage added: 2 requests; 1 caller of the local endpoint.",
        "Desktop Chat. Added: 1; with new messages: 0; already here: 0; not read: 0.",
    ]
    found = stored_settings(elsewhere / "settings.toml")
    assert (found.zoom, found.connections[0].id, found.tool_servers[0].enabled) == (1.25, "c", False)
    assert run(elsewhere, "import", str(file))[1].splitlines() == [
        "Desktop Chat. Added: 0; with new messages: 0; already here: 1; not read: 0."
    ]
    assert list(stored_usage(elsewhere / "usage.sqlite3")) == [used(0), used(1)]
    assert [caller.name for caller in stored_callers(elsewhere / "endpoint.sqlite3")] == ["curl"]
    (data / "settings.toml").unlink()
    assert files_with_it(tmp_path) == []


@pytest.mark.thorough
def test_a_preview_adds_no_settings(tmp_path: Path, data: Path) -> None:
    file = tmp_path / "all.zip"
    assert run(data, "backup", str(file))[0] == 0
    code, out, _ = run(tmp_path / "elsewhere", "import", "--dry-run", str(file))
    assert (code, out.splitlines()[0][:27]) == (0, "Settings that would be adde")
    assert "Usage that would be added: 2 requests; 1 caller" in out
    assert list(stored_usage(tmp_path / "elsewhere" / "usage.sqlite3")) == []
    assert stored_settings(tmp_path / "elsewhere" / "settings.toml").connections == ()


@pytest.mark.thorough
def test_settings_that_cannot_be_read_or_are_in_use_stay_as_they_are(tmp_path: Path, data: Path) -> None:
    file, elsewhere = tmp_path / "all.zip", tmp_path / "elsewhere"
    assert run(data, "backup", str(file))[0] == 0
    elsewhere.mkdir(mode=0o700)
    (elsewhere / "settings.toml").write_text("zoom = = 1")
    code, out, said = run(elsewhere, "import", str(file))
    assert (code, "Settings added" in out, "cannot be read (settings.toml" in said) == (0, False, True)
    assert (elsewhere / "settings.toml").read_text() == "zoom = = 1"
    (elsewhere / "settings.toml").unlink()
    window = SingleInstance(elsewhere)
    assert window.acquire()
    try:
        code, _, said = run(elsewhere, "import", str(file))
    finally:
        window.release()
    assert (code, "while Desktop Chat is open" in said) == (0, True)
    assert not (elsewhere / "settings.toml").exists()


@pytest.mark.thorough
def test_with_a_passphrase_from_a_file_or_standard_input(tmp_path: Path, data: Path) -> None:
    file, phrase = tmp_path / "all.zip.age", tmp_path / "phrase"
    phrase.write_text(f"{PHRASE}\nnot this line\n")
    code, _, said = run(data, "backup", "--passphrase-file", str(phrase), str(file))
    assert (code, "encrypted" in said) == (0, True)
    assert b"Trip" not in file.read_bytes()
    elsewhere = tmp_path / "elsewhere"
    code, out, said = run(elsewhere, "import", str(file))
    assert (code, out) == (2, "")
    assert "--passphrase-file FILE" in said
    code, out, said = run(elsewhere, "import", "--passphrase-file", "-", str(file), typed=b"wrong horse\n")
    assert (code, out) == (2, "")
    assert "not the passphrase" in said
    assert run(elsewhere, "import", "--passphrase-file", "-", str(file), typed=f"{PHRASE}\n".encode())[0] == 0


@pytest.mark.thorough
def test_a_passphrase_is_typed_on_the_terminal_and_not_shown(tmp_path: Path, data: Path) -> None:
    file = tmp_path / "all.zip.age"
    code, shown = typed_at_a_terminal(command(data, "backup", "--encrypt", str(file)), PHRASE, PHRASE)
    assert code == 0, shown
    assert PHRASE not in shown
    code, shown = typed_at_a_terminal(command(tmp_path / "elsewhere", "import", str(file)), PHRASE)
    assert code == 0, shown
    assert "Trip (messages: 1)" in shown
    code, shown = typed_at_a_terminal(command(data, "backup", "--encrypt", str(file)), PHRASE, "another one")
    assert (code, "not the same" in shown) == (2, True)


def typed_at_a_terminal(words: list[str], *lines: str) -> tuple[int, str]:
    """Run a command in a terminal, answer each question with a line, and return the exit code and what was shown."""
    child, screen = pty.fork()
    if child == 0:
        os.environ["LC_ALL"] = "en"
        os.execv(words[0], words)  # this becomes the command
    shown = b""
    for line in lines:
        before = len(shown)
        while b": " not in shown[before:]:
            shown += os.read(screen, 1024)
        os.write(screen, f"{line}\n".encode())
    while True:
        try:
            shown += (part := os.read(screen, 1024))
        except OSError:
            break
        if not part:
            break
    os.close(screen)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--encrypt"], "no terminal"),
        (["--passphrase-file", "-"], "no passphrase"),
        (["--passphrase-file", "missing"], "could not be read from missing"),
    ],
)
def test_without_a_usable_passphrase_nothing_is_written(
    tmp_path: Path, data: Path, words: list[str], reason: str
) -> None:
    code, _, said = run(data, "backup", *words, str(tmp_path / "all.zip"))
    assert code == 2
    assert reason in said
    assert not (tmp_path / "all.zip").exists()


def test_a_short_passphrase_and_wrong_words_are_refused(tmp_path: Path, data: Path) -> None:
    code, _, said = run(data, "backup", "--passphrase-file", "-", str(tmp_path / "all.zip"), typed=b"short\n")
    assert (code, "at least 8 characters" in said) == (2, True)
    with pytest.raises(SystemExit):
        parse_backup([])
    with pytest.raises(SystemExit):
        parse_backup(["--passphrase", PHRASE, "out.zip"])


def test_no_backup_goes_where_one_is(tmp_path: Path, data: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(b"old")
    code, _, said = run(data, "backup", str(file))
    assert (code, "already exists" in said, file.read_bytes()) == (1, True, b"old")
    assert run(data, "backup", "--replace", str(file))[0] == 0


@pytest.mark.thorough
async def test_a_killed_import_leaves_a_ledger_that_the_next_one_completes(tmp_path: Path, data: Path) -> None:
    count = 20_000
    (data / "usage.sqlite3").unlink()
    await record(data, count)
    file, elsewhere = tmp_path / "all.zip", tmp_path / "elsewhere"
    assert run(data, "backup", str(file))[0] == 0
    kill_once_entries_come(elsewhere, file)
    came = entries_in(elsewhere)
    assert 0 < came <= count
    assert came % 2 == 0, "what is compared together comes together"
    code, out, _ = run(elsewhere, "import", str(file))
    assert code == 0
    assert came == count or f"Usage added: {count - came} requests" in out
    async with aclosing(UsageStore(elsewhere / "usage.sqlite3")) as ledger:
        [total] = await ledger.sums(None, None, UsageBy.ORIGIN)
    assert (total.requests, total.prompt_tokens) == (count, count * (count - 1) // 2)


def kill_once_entries_come(folder: Path, file: Path) -> None:
    importing = subprocess.Popen(command(folder, "import", str(file)), stdout=subprocess.DEVNULL)
    while importing.poll() is None and not entries_in(folder):
        time.sleep(0.005)
    importing.kill()
    importing.wait()


def entries_in(folder: Path) -> int:
    file = folder / "usage.sqlite3"
    if not file.exists():
        return 0
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(file)) as ledger:  # there is no table yet
        return int(ledger.execute("SELECT count(*) FROM entries").fetchone()[0])
    return 0


async def test_the_window_backs_up_in_another_process(tmp_path: Path, data: Path) -> None:
    store = SqliteStore(data / "history.db")
    await store.open()
    write_behind = WriteBehind(store)
    exporter = ExportProcess(Paths(data), write_behind)
    told: list[tuple[int, int]] = []
    request = BackupRequest(tmp_path / "all.zip.age", PHRASE)
    result = await exporter.back_up(request, lambda *now: told.append(now))
    assert (result.conversations, told[-1]) == (1, (1, 1))
    files = open_files(request.target, PHRASE)
    assert "conversations.json" in files.names
    assert not is_in(files.content("backup.json") or b"")
    files.close()
    await write_behind.aclose()
    await store.aclose()
