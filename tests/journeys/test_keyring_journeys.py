"""The key is in the real Secret Service and in memory, and nowhere else; a keyring may be missing or unresponsive."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import key_search
import pytest
from desk import Desk, MakeDesk
from hostile_server import HostileServer
from key_search import KEY
from PySide6.QtCore import Qt

from desktop_chat import APP_ID
from desktop_chat.core.entities import Connection, Status
from desktop_chat.core.hosts import host_of
from desktop_chat.core.ports import KeyLocation, SecretState
from desktop_chat.services.secrets.keyring_secrets import KeyringSecrets
from desktop_chat.services.secrets.keys import KnownKeys


async def save_a_key(desk: Desk, server: HostileServer) -> str:
    """Type a connection into the welcome page and return its id."""
    desk.click("Enter API key...")
    desk.fill("Address", server.base_url)
    desk.fill("API key", KEY)
    desk.click("Save")
    await desk.until(lambda: desk.application.preferences.settings.connections, "the connection is saved")
    desk.press(Qt.Key.Key_Escape)
    return desk.application.preferences.settings.connections[0].id


@pytest.mark.real_keyring
async def test_the_key_is_only_in_the_secret_service(desk: Desk, server: HostileServer, data_dir: Path) -> None:
    import secretstorage  # noqa: PLC0415  (only on Linux)

    connection_id = await save_a_key(desk, server)
    for model in ("plain", "401-echo", "401-text-echo"):
        await desk.with_model(desk.application.preferences.settings.connections[0], model)
        desk.ask("hello")
        await desk.answered()
        assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
        assert not desk.sees_text(KEY)
    with secretstorage.dbus_init() as bus:
        items = secretstorage.search_items(bus, {"service": APP_ID, "username": connection_id})
        host = host_of(server.base_url)
        assert [item.get_secret().decode() for item in items] == [f"{host} {KEY}"]
    await desk.close()
    assert key_search.files_with_it(data_dir) == []
    assert (data_dir / "logs").exists()
    assert key_search.processes_with_it(os.getpid()) == []

    await desk.open()
    desk.ask("hello again")
    await desk.answered()
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}", "read back from the keyring"
    await desk.application.secrets.remove(connection_id)


async def asked_in_a_pipe(data_dir: Path, *words: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "desktop_chat", "--data-dir", str(data_dir), "ask", "--retries", "0", *words, "hi"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"LANG": "C.UTF-8"},
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.mark.real_keyring
async def test_a_key_of_an_earlier_version_is_sent_after_a_question(
    desk: Desk, server: HostileServer, data_dir: Path
) -> None:
    import secretstorage  # noqa: PLC0415  (only on Linux)

    connection = Connection("c-old", "Old", server.base_url, default_model="plain")
    attributes = {"application": "Python keyring library", "service": APP_ID, "username": connection.id}
    with secretstorage.dbus_init() as bus:
        secretstorage.get_default_collection(bus).create_item("of old", attributes, KEY.encode(), replace=True)
    desk.application.preferences.put_connection(connection)
    await desk.with_model(connection, "plain")
    desk.ask("hello")
    assert (await desk.answered()).failure is not None
    assert server.requests == []
    await desk.application._settings_saver.aclose()
    code, out, err = await asked_in_a_pipe(data_dir, "--connection", "Old")
    assert (code, out) == (1, "")
    assert "once in Desktop Chat's window" in err
    assert server.requests == []

    desk.tab.transcript.action_triggered.emit("allow_key", desk.tab.session.path[-1].id)
    await desk.until(lambda: desk.sees("Send key"), "the question")
    desk.screenshot("send-the-key")
    assert desk.sees_text(host_of(server.base_url).removeprefix("http://")), "it names the server"
    await desk.until(desk.find("Cancel").hasFocus, "the focus")
    desk.press(Qt.Key.Key_Return)
    await desk.until(lambda: not desk.sees("Send key"))
    assert server.requests == [], "Enter sends nothing"
    desk.tab.transcript.action_triggered.emit("allow_key", desk.tab.session.path[-1].id)
    await desk.until(lambda: desk.sees("Send key"), "the question again")
    desk.click("Send key")
    await desk.until(lambda: server.requests)
    assert (await desk.answered()).status is Status.COMPLETE
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    code, out, err = await asked_in_a_pipe(data_dir, "--connection", "Old")
    assert (code, out, err) == (0, "Hello\n", "")

    settings = data_dir / "settings.toml"
    settings.write_text(settings.read_text().replace("http://127.0.0.1", "http://evil.example"))
    code, out, err = await asked_in_a_pipe(data_dir, "--connection", "Old")
    assert (code, out) == (1, "")
    assert "belongs to another server" in err
    await desk.application.secrets.remove(connection.id)


async def test_a_key_of_the_environment_is_used_labelled_and_not_inherited(
    make_desk: MakeDesk, data_dir: Path, server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    (data_dir / "settings.toml").write_text('language = "en"\n')
    desk = make_desk()
    await desk.open(connection="Environment", model="plain")
    desk.ask("hello")
    assert (await desk.answered()).status is Status.COMPLETE
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    assert desk.sees_text("Environment")
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import os; print(dict(os.environ))", stdout=asyncio.subprocess.PIPE
    )
    assert not key_search.is_in((await child.communicate())[0])
    await desk.close()
    assert key_search.files_with_it(data_dir) == []
    assert "Environment" not in (data_dir / "settings.toml").read_text()


async def test_without_a_keyring_a_key_is_kept_for_the_session_and_a_bar_says_so(
    make_desk: MakeDesk, data_dir: Path, server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    (data_dir / "settings.toml").write_text('language = "en"\n')
    desk = make_desk()
    await desk.open()
    desk.click("Enter API key...")
    desk.fill("Address", server.base_url)
    desk.fill("API key", KEY)
    desk.click("Save")
    await desk.until(
        lambda: desk.sees("Keep until I quit") or desk.sees_text("until you quit"), "the session is offered"
    )
    desk.click("Keep until I quit")
    await desk.until(lambda: desk.application.preferences.settings.connections)
    (connection,) = desk.application.preferences.settings.connections
    assert await desk.application.secrets.place_of(connection.id) is KeyLocation.SESSION
    desk.press(Qt.Key.Key_Escape)
    await desk.with_model(connection, "plain")
    await desk.until(lambda: desk.sees_text("The key is kept only until you quit"), "the bar that stays")
    desk.ask("hello")
    assert (await desk.answered()).status is Status.COMPLETE
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    await desk.close()
    assert key_search.files_with_it(data_dir) == []


@pytest.mark.parametrize("habit", ["silent", "locked"])
async def test_an_unresponsive_or_locked_keyring_blocks_nothing(
    make_desk: MakeDesk, data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, habit: str
) -> None:
    bus = await asyncio.create_subprocess_exec(
        "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address", stdout=asyncio.subprocess.PIPE
    )
    assert bus.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", (await bus.stdout.readline()).decode().strip())
    program = Path(__file__).parents[1] / "services" / "odd_secret_service.py"
    service = await asyncio.create_subprocess_exec(sys.executable, str(program), habit, stdout=asyncio.subprocess.PIPE)
    assert service.stdout is not None
    await service.stdout.readline()
    (data_dir / "settings.toml").write_text(
        'language = "en"\ndefault_connection_id = "there"\ndefault_model = "m"\n'
        '[[connections]]\nid = "there"\nname = "There"\nbase_url = "https://models.example/v1"\n'
    )
    desk = make_desk(KeyringSecrets(KnownKeys(), waiting_after_s=0.05))
    await desk.open()
    desk.ask("hello")
    if habit == "silent":
        await desk.until(lambda: desk.application.secrets.status.state is SecretState.WAITING)
        await desk.until(lambda: desk.sees_text("Waiting for your keyring"), "the bar")
        desk.click("Cancel")
    reply = await desk.answered()
    assert reply.failure is not None
    assert reply.failure.code == {"silent": "keyring_timed_out", "locked": "keyring_locked"}[habit]
    assert desk.tab.session.path[0].text == "hello", "the question is kept"
    await desk.close()
    for process in (service, bus):
        process.kill()
        await process.wait()
