"""`desktop-chat ask` with images, documents and tools, as a real process against a real server."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import struct
import sys
import textwrap
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from ask_terminal import Terminal
from hostile_dialects import DONE, end
from hostile_parts import call, calls
from hostile_peer import Peer, mode
from hostile_refusals import hello
from hostile_server import HostileServer

CALCULATION = '{"expression": "6 * 7"}'
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1<<
/Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 44>>stream
BT /F1 18 Tf 20 100 Td (Hello from PDF) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
"""
SERVER = """
    import json, sys
    def send(**message):
        print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if asked.get("method") == "initialize":
            version = asked["params"]["protocolVersion"]
            send(id=asked["id"], result={"protocolVersion": version, "capabilities": {"tools": {}},
                                         "serverInfo": {"name": "counter", "version": "1"}})
        elif asked.get("method") == "tools/list":
            send(id=asked["id"], result={"tools": [{"name": "count", "description": "Counts letters.",
                 "inputSchema": {"type": "object", "properties": {"word": {"type": "string"}}}}]})
        elif asked.get("method") == "tools/call":
            word = asked["params"]["arguments"].get("word", "")
            send(id=asked["id"], result={"content": [{"type": "text", "text": f"{len(word)} letters"}]})
        elif "id" in asked:
            send(id=asked["id"], error={"code": -32601, "message": "unknown"})
"""


@mode("ask-calculates")
async def _calculates(peer: Peer) -> None:
    await _call_once(peer, "calculate", CALCULATION)


@mode("ask-counts")
async def _counts(peer: Peer) -> None:
    await _call_once(peer, "counter_count", '{"word": "seven"}')


async def _call_once(peer: Peer, name: str, arguments: str) -> None:
    """Call a tool, and end with "Hello" once there is its result."""
    if any(message["role"] == "tool" for message in peer.request.body["messages"]):
        await hello(peer)
        return
    await peer.head(kind="text/event-stream")
    half = len(arguments) // 2
    for step in (
        calls(call("", name, index=0, id="c1")),
        calls(call(arguments[:half], index=0)),
        calls(call(arguments[half:], index=0)),
        *end("tool_calls"),
        DONE,
    ):
        await peer.send(step)


@pytest.fixture
def terminal(tmp_path: Path, server: HostileServer) -> Terminal:
    return Terminal(tmp_path / "data", server)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The configuration of a tool server that counts letters."""
    program = tmp_path / "counter.py"
    program.write_text(textwrap.dedent(SERVER))
    file = tmp_path / "mcp.json"
    file.write_text(json.dumps({"mcpServers": {"counter": {"command": sys.executable, "args": [str(program)]}}}))
    return file


def result_in(terminal: Terminal) -> Any:
    """Return what the model got as the tool's result."""
    (answer,) = [message for message in terminal.server.requests[-1].body["messages"] if message["role"] == "tool"]
    return answer["content"]


def png() -> bytes:
    """Return an image of one red pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.thorough
async def test_an_image_and_a_document_are_attached(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "red.png").write_bytes(png())
    (tmp_path / "paper.pdf").write_bytes(PDF)
    (tmp_path / "note.md").write_text("a note\n")
    files = [word for name in ("red.png", "paper.pdf", "note.md") for word in ("--file", str(tmp_path / name))]
    told = await terminal.ask("plain", *files, "What is it?")
    assert (told.code, told.out, told.err) == (0, "Hello\n", "")
    image, text = terminal.server.requests[0].body["messages"][0]["content"]
    assert image["image_url"]["url"].startswith("data:image/png;base64,")
    assert "paper.pdf" in text["text"]
    assert "Hello from PDF" in text["text"]
    assert text["text"].endswith("note.md\n```\na note\n```\n\nWhat is it?")


@pytest.mark.thorough
async def test_a_broken_document_is_a_sentence_and_nothing_is_sent(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(PDF[:200].replace(b"/Type", b"/Tope"))
    told = await terminal.ask("plain", "--file", str(tmp_path / "broken.pdf"), "What is it?")
    assert told.code == 2
    assert "damaged" in told.err
    assert terminal.server.requests == []


async def test_without_approval_every_call_is_refused(terminal: Terminal) -> None:
    told = await terminal.ask("ask-calculates", "--tool", "calculate", "6 * 7?")
    assert (told.code, told.out) == (0, "Hello\n")
    assert "--approve all" in told.err
    assert "refused" in result_in(terminal)


async def test_an_approved_call_runs_and_is_told_as_json(terminal: Terminal) -> None:
    told = await terminal.ask("ask-calculates", "--tool", "calculate", "--approve", "all", "--json", "6 * 7?")
    called, result, delta, outcome = told.lines
    assert called == {"type": "tool_call", "id": "c1", "name": "calculate", "arguments": CALCULATION}
    assert result == {"type": "tool_result", "id": "c1", "status": "done", "text": "42"}
    assert delta == {"type": "delta", "text": "Hello"}
    assert (outcome["status"], outcome["text"]) == ("complete", "Hello")
    assert result_in(terminal) == "42"


@pytest.mark.thorough
async def test_the_tools_of_a_server_are_offered_under_its_name(terminal: Terminal, config: Path) -> None:
    told = await terminal.ask("ask-counts", "--mcp-config", str(config), "--approve", "all", "How long?")
    assert (told.code, told.out) == (0, "Hello\n")
    (tool,) = terminal.server.requests[0].body["tools"]
    assert tool["function"]["name"] == "counter_count"
    assert result_in(terminal) == "5 letters"


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not JSON", "not JSON"),
        ("{}", "no tool server"),
        ('{"mcpServers": {"x": {"command": ""}}}', "neither a command nor an address"),
        ('{"mcpServers": {"x": {"command": "x", "env": {"TOKEN": ""}}}}', "TOKEN of x has no value"),
    ],
)
async def test_a_configuration_that_cannot_be_used_is_explained(
    terminal: Terminal, tmp_path: Path, content: str, words: str
) -> None:
    (tmp_path / "mcp.json").write_text(content)
    told = await terminal.ask("plain", "--mcp-config", str(tmp_path / "mcp.json"), "hi")
    assert told.code == 2
    assert words in told.err
    assert terminal.server.requests == []


@pytest.mark.thorough
async def test_a_server_that_does_not_start_is_explained(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "mcp.json").write_text('{"mcpServers": {"gone": {"command": "no-such-program-here"}}}')
    told = await terminal.ask("plain", "--mcp-config", str(tmp_path / "mcp.json"), "hi")
    assert (told.code, told.out) == (1, "")
    assert "gone" in told.err
    assert "not found" in told.err


async def test_asking_needs_a_terminal(terminal: Terminal) -> None:
    told = await terminal.ask("plain", "--approve", "ask", "hi")
    assert told.code == 2
    assert "needs a terminal" in told.err


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("answer", "result"), [("y", "42"), ("n", "refused")])
async def test_on_a_terminal_the_user_is_asked(terminal: Terminal, answer: str, result: str) -> None:
    master, slave = pty.openpty()
    words = ("--base-url", terminal.server.base_url, "--model", "ask-calculates", "--tool", "calculate")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "desktop_chat", "--data-dir", str(terminal.data_dir), "ask", *words),
        *("--approve", "ask", "6 * 7?"),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "LC_", "LANG"))},
    )
    os.close(slave)
    shown = await asyncio.to_thread(read_until, master, "Allow it?")
    os.write(master, f"{answer}\n".encode())
    shown += await asyncio.to_thread(read_until, master, "Hello")
    assert await process.wait() == 0
    os.close(master)
    assert result in result_in(terminal)


def read_until(master: int, words: str) -> str:
    """Return what a terminal shows until these words, or its end."""
    shown = ""
    with suppress(OSError):  # the other side has ended
        while words not in shown:
            shown += os.read(master, 4_096).decode(errors="replace")
    assert words in shown
    return shown
