"""The local endpoint from the window: switched on, asked by real clients, watched, stopped, blocked; and its end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from desk import Desk, MakeDesk
from hostile_server import HostileServer
from openai import APIError, APIStatusError, AsyncOpenAI
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop_chat.core.entities import FROM_ENDPOINT, Connection, Status
from desktop_chat.core.hosts import host_of
from desktop_chat.core.local_endpoint import EndpointState
from desktop_chat.ui.settings.endpoint_page import EndpointPage
from desktop_chat.ui.settings.setting_rows import Choice
from desktop_chat.ui.settings.settings_dialog import SettingsDialog


async def open_page(desk: Desk) -> EndpointPage:
    """Open the settings at the endpoint."""
    desk.window.open_settings("endpoint")
    [dialog] = desk.window.findChildren(SettingsDialog)
    dialog.resize(900, 760)
    await desk.until(dialog.endpoint.isVisible)
    return dialog.endpoint


async def switch_on(desk: Desk, page: EndpointPage) -> tuple[str, str]:
    """Choose On with the keyboard; return what the two Copy buttons copy."""
    choice = desk.find("Serve models to this computer", Choice, page)
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_End)
    await desk.until(page.copy_token.isEnabled, "the endpoint")
    copied = []
    for button in ("Copy address", "Copy token"):
        desk.click(button, page)
        copied.append(QGuiApplication.clipboard().text())
    return copied[0], copied[1]


def serving_pids(data_dir: Path) -> list[int]:
    """Return the processes that serve this folder's endpoint."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--controlled" in words and str(data_dir).encode() in words:
            found.append(int(place.name))
    return found


def words_of(page: EndpointPage) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


async def test_a_program_is_answered_watched_stopped_and_blocked(
    desk: Desk, connection: Connection, data_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    page = await open_page(desk)
    url, token = await switch_on(desk, page)
    desk.use(connection, "plain")
    desk.application.preferences.update(endpoint_record=True)
    settings = data_dir / "settings.toml"
    await desk.until(lambda: "endpoint_record = true" in settings.read_text(), "the settings are saved")
    [pid] = serving_pids(data_dir)
    named = {"X-Caller": "My script"}
    async with AsyncOpenAI(base_url=f"{url}/v1", api_key=token, max_retries=0, default_headers=named) as client:
        question = {"role": "user", "content": "Is anybody there?"}
        whole = await client.chat.completions.create(model="plain", messages=[question], stream=True)
        assert "".join([chunk.choices[0].delta.content or "" async for chunk in whole if chunk.choices])
        await desk.until(lambda: "My script" in page.callers.shown.buttons, "the caller")

        stream = await client.chat.completions.create(
            model="steady-text", messages=[{"role": "user", "content": "Never end."}], stream=True
        )
        parts = []
        async for chunk in stream:
            if chunk.choices:
                parts.append(chunk.choices[0].delta.content or "")
            if len(parts) == 2:
                break
        await desk.until(lambda: page.streams.shown.buttons, "the running stream")
        assert "My script: steady-text" in words_of(page)
        await desk.until(lambda: page.streams.shown.buttons, "laid out")
        page.streams.shown.buttons[next(iter(page.streams.shown.buttons))].setFocus()
        QApplication.processEvents()
        desk.screenshot("endpoint-running")
        next(iter(page.streams.shown.buttons.values())).click()
        with suppress(APIError):  # it is told so, or cut off, depending on where the stream was
            async for _ in stream:
                pass
        await desk.until(lambda: not page.streams.shown.buttons, "the end of the stream")

        page.callers.shown.buttons["My script"].click()
        await desk.until(lambda: page.callers.shown.buttons["My script"].text() == "Unblock")
        with pytest.raises(APIStatusError) as refused:
            await client.chat.completions.create(model="plain", messages=[question], stream=True)
        assert refused.value.status_code == 403
        page.callers.shown.buttons["My script"].click()
        await desk.until(lambda: page.callers.shown.buttons["My script"].text() == "Block")
        assert (await client.models.list()).data, "served again"

    kept = [known for known in desk.application.library.shown() if known.origin == FROM_ENDPOINT]
    assert {known.title for known in kept} == {"Is anybody there?", "Never end"}
    whole_one = next(known for known in kept if known.title == "Is anybody there?")
    reply = (await desk.application.write_behind.messages(whole_one.id))[-1]
    assert (reply.text, reply.status) == ("Hello", Status.COMPLETE)
    stopped = next(known for known in kept if known.title == "Never end")
    messages = await desk.application.write_behind.messages(stopped.id)
    assert messages[-1].text.startswith("".join(parts) or "word0")
    assert messages[-1].status is Status.CANCELLED

    for dialog in desk.window.findChildren(SettingsDialog):
        dialog.close()
    answered = next(known for known in kept if known.title == "Is anybody there?")
    desk.window.sidebar.conversations.open_folder(True)
    desk.window.sidebar.conversations.opened.emit(answered.id)
    await desk.until(lambda: desk.tab.session and desk.tab.session.conversation_id == answered.id)
    desk.ask("And now?")
    assert (await desk.answered()).status is Status.COMPLETE
    assert len(desk.tab.session.path) == 4
    desk.screenshot("endpoint-conversations")

    await desk.close()
    await desk.until(lambda: not serving_pids(data_dir), f"the end of {pid}")
    assert token not in (data_dir / "logs" / "desktop-chat.log").read_text()
    assert token not in (data_dir / "settings.toml").read_text()
    assert token not in "".join(capfd.readouterr())


@pytest.mark.real_keyring
async def test_a_changed_and_a_removed_key_are_used_no_longer(
    desk: Desk, connection: Connection, server: HostileServer
) -> None:
    """The endpoint has read the key a moment before, and keeps it for a while."""
    host, secrets = host_of(connection.base_url), desk.application.secrets
    desk.use(connection, "plain")
    page = await open_page(desk)
    url, token = await switch_on(desk, page)
    sent = []
    async with AsyncOpenAI(base_url=f"{url}/v1", api_key=token, max_retries=0) as client:
        for key in ("sk-first-0123456789", "sk-second-0123456789", ""):
            await (secrets.put(connection.id, key, host) if key else secrets.remove(connection.id))
            for _ in range(2):
                await client.chat.completions.create(model="plain", messages=[{"role": "user", "content": "hi"}])
                sent.append(server.requests[-1].headers.get("authorization"))
    assert sent[:4] == ["Bearer sk-first-0123456789"] * 2 + ["Bearer sk-second-0123456789"] * 2
    assert not any(value and "sk-" in value for value in sent[4:])


async def test_a_taken_port_is_a_sentence_and_another_port(desk: Desk, connection: Connection) -> None:
    taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    desk.use(connection, "plain")
    desk.application.preferences.update(endpoint_port=port, endpoint=True)
    page = await open_page(desk)
    await desk.until(page.other_port.isVisible, "the failure")
    assert str(port) in page.problem.text()
    desk.screenshot("endpoint-port-taken")
    desk.click("Use another port", page)
    await desk.until(lambda: desk.application._context.endpoint.status.state is EndpointState.RUNNING)
    assert desk.application.preferences.settings.endpoint_port not in {0, port}
    assert not page.problem.isVisible()
    taken.close()
    await taken.wait_closed()


async def test_it_starts_with_the_window_and_ends_when_that_is_killed(data_dir: Path) -> None:
    settings = data_dir / "settings.toml"
    settings.write_text("endpoint = true\n")
    window = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "desktop_chat", "--data-dir", str(data_dir), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(30):
            while not tomllib.loads(settings.read_text()).get("endpoint_port"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert len(serving_pids(data_dir)) == 1
    finally:
        os.kill(window.pid, signal.SIGKILL)
        await window.wait()
    async with asyncio.timeout(10):
        while serving_pids(data_dir):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_the_page_looks_right_in_both_languages_and_schemes(
    make_desk: MakeDesk, connection: Connection, data_dir: Path
) -> None:
    (data_dir / "settings.toml").write_text("")
    desk = make_desk()
    await desk.open()
    desk.use(connection, "plain")
    page = await open_page(desk)
    desk.application.preferences.update(endpoint=True)
    await desk.until(page.copy_token.isEnabled)
    for language, scheme in (("en", "light"), ("zh_CN", "dark")):
        desk.application.preferences.update(language=language, scheme=scheme)
        for width in (700, 1_600):
            page.window().resize(width, 900)
            QApplication.processEvents()
            assert page.width() <= page.parentWidget().width(), "nothing is cut off at the right"
            desk.screenshot(f"endpoint-{language}-{scheme}-{width}")
