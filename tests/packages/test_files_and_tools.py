"""Files and tools in the installed .deb and in the portable archive: all libraries, data and helpers are inside."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from document_samples import excel, open_document, pdf, powerpoint, word
from hostile_dialects import DONE, PNG, end
from hostile_parts import call, calls
from hostile_peer import Peer, mode
from hostile_refusals import hello
from hostile_server import HostileServer
from person import Person

from desktop_chat import DOCUMENT_WORD, HIGHLIGHT_WORD
from desktop_chat.services.helper_process import READY

TOOL_SERVER = Path(__file__).parents[1] / "services/odd_tool_server.py"
FILES = {
    "red.png": base64.b64decode(PNG),
    "paper.pdf": pdf(["Words of the paper"]),
    "scan.pdf": pdf([None]),
    "letter.docx": word(),
    "prices.xlsx": excel(),
    "plan.pptx": powerpoint(),
    "note.odt": open_document("odt", "<office:text><text:p>Words of the note</text:p></office:text>"),
}
WORDS = ("Words of the paper", "First paragraph, 中文.", "| tea | 2.5 |", "say hello", "Words of the note")
CODE = '{"code": "print(6 * 7)"}'


@mode("calls-a-tool")
async def _calls_a_tool(peer: Peer) -> None:
    """Call the tool that is offered, with the last line of the question as its arguments; say "Hello" to its result."""
    messages = peer.request.body["messages"]
    if messages[-1]["role"] == "tool":
        await hello(peer)
        return
    name = peer.request.body["tools"][0]["function"]["name"]
    question = text_of(messages[-1]["content"]).splitlines()[-1]
    await peer.head()
    for step in (calls(call(question, name, index=0, id="c1")), *end("tool_calls"), DONE):
        await peer.send(step)


def text_of(content: Any) -> str:
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)


@pytest.fixture(params=["deb", "portable"])
def program(request: pytest.FixtureRequest) -> Path:
    """The program of a package, in a path with blanks if it is not installed."""
    if request.param == "deb":
        request.getfixturevalue("installed")
        return Path("/usr/bin/desktop-chat")
    return Path(request.getfixturevalue("unpacked"), "desktop-chat")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A file of each kind."""
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in FILES]


async def ask(person: Person, program: Path, server: HostileServer, model: str, *words: str | Path) -> Any:
    """Ask on the command line, and return the content of the last message that the model got."""
    address = ("--base-url", server.base_url, "--model", model, "--retries", "0")
    done = await asyncio.to_thread(person.run, program, "ask", *address, *words)
    assert (done.returncode, done.stdout) == (0, "Hello\n"), done.stderr
    return server.requests[-1].body["messages"][-1]["content"]


async def test_every_kind_of_file_is_read(
    program: Path, person: Person, server: HostileServer, files: list[Path]
) -> None:
    options = [word for file in files for word in ("--file", file)]
    *images, text = await ask(person, program, server, "plain", *options, "What is it?")
    kinds = [image["image_url"]["url"].partition(";")[0] for image in images]
    assert kinds == ["data:image/png", "data:image/jpeg"]
    assert [words for words in WORDS if words not in text["text"]] == []


@pytest.mark.parametrize("option", [DOCUMENT_WORD, HIGHLIGHT_WORD])
def test_a_helper_process_does_not_load_qt(program: Path, option: str) -> None:
    with subprocess.Popen([program, option], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as helper:
        assert helper.stdout is not None
        assert helper.stdout.read(4 + len(READY)).endswith(READY)
        assert "libQt6" not in Path(f"/proc/{helper.pid}/maps").read_text()


async def test_tools_run(program: Path, person: Person, server: HostileServer, tmp_path: Path) -> None:
    """A built-in one, the sandbox with the system's Python, and one of a tool server."""
    config = tmp_path / "mcp.json"
    command = {"command": "/usr/bin/python3", "args": [str(TOOL_SERVER)]}
    config.write_text(json.dumps({"mcpServers": {"odd": command}}))
    approved = ("--approve", "all")
    calculate, python = ("--tool", "calculate"), ("--tool", "run_python")
    assert await ask(person, program, server, "calls-a-tool", *calculate, *approved, '{"expression": "6 * 7"}') == "42"
    assert await ask(person, program, server, "calls-a-tool", *python, *approved, CODE) == "42"
    assert await ask(person, program, server, "calls-a-tool", "--mcp-config", config, *approved, '{"text": "x"}') == "x"


async def test_files_and_an_approved_call_in_the_window(
    installed: None, person: Person, server: HostileServer, files: list[Path]
) -> None:
    await asyncio.to_thread(choose_all, person, server.base_url, files[:2])
    first, last = server.requests[-2:]
    image, text = first.body["messages"][-1]["content"]
    assert image["type"] == "image_url"
    assert WORDS[0] in text["text"]
    assert last.body["messages"][-1]["content"] == "42"


def choose_all(person: Person, address: str, files: list[Path]) -> None:
    """Attach files in the window, choose the sandbox among the tools, send, and allow its call."""
    person.start(
        "env", f"OPENAI_BASE_URL={address}", "OPENAI_API_KEY=x", "desktop-chat", "--model", "calls-a-tool", CODE
    )
    person.window()
    person.until_seen(CODE)
    person.key("ctrl+o")
    person.until_seen("File name:")
    person.type(" ".join(f'"{file}"' for file in files))
    person.key("Return")
    for file in files:
        person.until_seen(file.name)
    person.press("Tools")
    person.until_seen("Run Python in a sandbox")
    person.type("run_python")
    person.key("Return", "Escape")
    person.press("Send")
    person.until_seen("Allow once")
    person.key("ctrl+shift+a")
    person.until_seen("Hello")
