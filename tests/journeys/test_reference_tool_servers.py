"""The reference tool servers, pasted into the settings of the whole application: over stdio and over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from desk import Desk
from key_search import processes_with_it
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_chat.core.tool_servers import ServerState
from desktop_chat.core.tools import ToolResult
from desktop_chat.ui.chat.tool_picker import ToolPicker
from desktop_chat.ui.chat.tool_rows import ToolRowKind
from desktop_chat.ui.settings.settings_dialog import SettingsDialog
from desktop_chat.ui.settings.tool_server_paste import ToolServerPaste
from scripts.tool_servers import FOLDER, install

PROGRAMS = FOLDER / "node_modules" / ".bin"

pytestmark = pytest.mark.timeout(420)


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    assert install(), "npm installs the reference servers; see scripts/tool_servers.py"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "plan.txt").write_text("Buy milk.", encoding="utf-8")
    return folder


def node_options() -> dict[str, str]:
    """Return what lets the server run on Node 18, which Debian 12 has: a global that it offers only on request."""
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return {"NODE_OPTIONS": "--experimental-global-webcrypto"} if version.startswith("v18.") else {}


@pytest.fixture
async def everything_url() -> AsyncIterator[str]:
    """server-everything over streamable HTTP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), **node_options()}
    process = await asyncio.create_subprocess_exec(
        str(PROGRAMS / "mcp-server-everything"),
        "streamableHttp",
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(60):
        while not await _listens(port):  # noqa: ASYNC110 -- nothing tells
            await asyncio.sleep(0.05)
    yield f"http://127.0.0.1:{port}/mcp"
    process.terminate()
    await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def paste(desk: Desk, **servers: object) -> None:
    """Add servers as a person does who found their configuration on a page."""
    desk.window.open_settings("tools")
    (dialog,) = desk.window.findChildren(SettingsDialog)
    dialog.tools.list.paste_button.click()
    form = dialog.tools.form
    assert isinstance(form, ToolServerPaste)
    form.text.setPlainText("// from a page\n" + json.dumps({"mcpServers": servers}))
    form.add_button.click()
    await desk.until(lambda: dialog.tools.form is None, "the pasted servers")
    dialog.close()


async def call(desk: Desk, server: str, name: str, **arguments: object) -> ToolResult:
    toolbox = desk.application._context.toolbox
    (tool,) = await toolbox.find((f"{server}/{name}",))
    assert await toolbox.check(tool, arguments) == ""
    return await toolbox.call(tool, arguments)


async def test_the_reference_servers_answer_and_end_with_the_application(
    desk: Desk, notes: Path, everything_url: str
) -> None:
    await paste(
        desk,
        files={"command": str(PROGRAMS / "mcp-server-filesystem"), "args": [str(notes)]},
        everything={"command": str(PROGRAMS / "mcp-server-everything"), "env": {"GREETING": "hello there"}},
        web={"type": "http", "url": everything_url},
        time={"command": sys.executable, "args": ["-X", f"of={notes}", "-m", "mcp_server_time"]},
    )
    assert "Buy milk." in (await call(desk, "files", "read_text_file", path=str(notes / "plan.txt"))).text
    outside = await call(desk, "files", "read_text_file", path="/etc/hostname")
    assert outside.is_error
    assert "Europe/Berlin" in (await call(desk, "time", "get_current_time", timezone="Europe/Berlin")).text
    for server in ("everything", "web"):
        assert "hi!" in (await call(desk, server, "echo", message="hi!")).text
        image = await call(desk, server, "get-tiny-image")
        assert [found.media_type for found in image.images] == ["image/png"]
        assert "42" in (await call(desk, server, "get-sum", a=40, b=2)).text
    environment = (await call(desk, "everything", "get-env")).text
    assert "hello there" in environment
    assert "OPENAI" not in environment
    assert processes_with_it(os.getpid()) == []
    await desk.close()
    assert [line for line in command_lines() if str(notes) in line] == []


async def test_tools_are_chosen_below_the_message_and_kept_with_the_conversation(desk: Desk, notes: Path) -> None:
    await paste(desk, files={"command": str(PROGRAMS / "mcp-server-filesystem"), "args": [str(notes)]})
    desk.tab.composer.tools_button.click()
    await desk.until(lambda: desk.window.findChildren(ToolPicker), "the picker")
    (picker,) = desk.window.findChildren(ToolPicker)
    await desk.until(
        lambda: any(row.kind is ToolRowKind.TOOL and row.server == "files" for row in picker.rows()),
        "the server's tools",
    )
    QTest.keyClicks(picker.search, "read_text")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    desk.screenshot("tool-picker")
    QTest.keyClick(picker.search, Qt.Key.Key_Escape)
    assert desk.tab.composer.tools_button.text() == "1"
    session = desk.tab.session
    assert session is not None
    assert session.conversation.options.tools == ("files/read_text_file",)
    servers = desk.application._context.toolbox.servers
    assert servers.status("files").state is ServerState.READY


def command_lines() -> list[str]:
    """Return the command lines of all processes."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue  # it has ended
    return found
