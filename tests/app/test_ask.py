"""`desktop-chat ask` as scripts and users run it: a real process, real pipes, a real misbehaving server."""

from __future__ import annotations

import json
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import tomli_w
from ask_terminal import KEY, Terminal, Told

from desktop_chat.app.arguments import parse
from desktop_chat.app.ask_arguments import AskArguments


async def test_only_the_answer_is_written(terminal: Terminal) -> None:
    told = await terminal.ask("plain", "hi")
    assert told == Told(0, "Hello\n", "")
    assert not terminal.data_dir.exists()


async def test_qt_is_never_loaded(terminal: Terminal) -> None:
    told = await terminal.ask("plain", "hi", PYTHONPROFILEIMPORTTIME="1")
    assert "openai" in told.err
    assert "PySide6" not in told.err


async def test_programs_get_one_object_per_line(terminal: Terminal) -> None:
    told = await terminal.ask("reasoning", "--json", "hi")
    *pieces, end = told.lines
    assert {piece["type"] for piece in pieces} == {"reasoning", "delta"}
    assert "".join(piece["text"] for piece in pieces if piece["type"] == "delta") == end["text"] == "Hello"
    assert end == {
        "type": "end",
        "status": "complete",
        "error": None,
        "detail": None,
        "message": None,
        "finish_reason": "stop",
        "usage": None,
        "text": "Hello",
    }


async def test_a_key_of_the_environment_is_sent_and_never_repeated(terminal: Terminal) -> None:
    told = await terminal.ask("401-echo", "hi", OPENAI_API_KEY=KEY)
    assert terminal.server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in told.out + told.err
    assert "[redacted]" in told.err


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the environment of a process as a file")
async def test_a_key_of_the_environment_is_invisible_to_other_processes(terminal: Terminal) -> None:
    words = ("--base-url", terminal.server.base_url, "--model", "slow-text", "hi")
    process = await terminal.start(*words, OPENAI_API_KEY=KEY)
    assert process.stdout is not None
    await process.stdout.read(1)
    place = Path("/proc", str(process.pid))
    seen = place.joinpath("cmdline").read_bytes()
    with suppress(PermissionError):  # the environment of an undumpable process is readable only for root
        seen += place.joinpath("environ").read_bytes()
    assert KEY.encode() not in seen
    process.kill()
    await process.communicate()


async def test_names_cannot_control_the_terminal(terminal: Terminal) -> None:
    terminal.data_dir.mkdir()
    name = "Mine\x1b]0;title\x07\x9b31m\x7f"
    connection = {"id": "c1", "name": name, "base_url": terminal.server.base_url}
    (terminal.data_dir / "settings.toml").write_text(tomli_w.dumps({"connections": [connection]}), encoding="utf-8")
    told = await terminal.run("--connection", "Other", "hi")
    assert "Available: Mine]0;title31m" in told.err
    assert not {"\x1b", "\x07", "\x9b", "\x7f"} & set(told.err)


async def test_files_and_standard_input_form_the_prompt(terminal: Terminal, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("a ``` fence\n", encoding="utf-8")
    told = await terminal.ask("plain", "--system", "Be brief.", "--file", str(note), "-", said="What is it?")
    assert told.code == 0
    system, question = terminal.server.requests[0].body["messages"]
    assert (system["role"], system["content"]) == ("system", "Be brief.")
    assert question["content"] == "note.md\n````\na ``` fence\n````\n\nWhat is it?"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_an_interrupt_keeps_the_text_and_closes_the_connection(how: signal.Signals, terminal: Terminal) -> None:
    process = await terminal.start("--base-url", terminal.server.base_url, "--model", "slow-text", "--json", "hi")
    assert process.stdout is not None
    first = json.loads(await process.stdout.readline())
    process.send_signal(how)
    out, err = await process.communicate()
    await terminal.server.left.wait()
    end = json.loads(out.decode().splitlines()[-1])
    assert process.returncode == 130
    assert end["status"] == "cancelled"
    assert end["text"].startswith(first["text"])
    assert err == b""


async def test_a_conversation_continues_until_it_is_ended(terminal: Terminal) -> None:
    told = await terminal.ask("plain", "--chat", "one", said="two\n\nquit\nthree\n")
    assert told == Told(0, "Hello\nHello\n", "")
    contents = [message["content"] for message in terminal.server.requests[-1].body["messages"]]
    assert contents == ["one", "Hello", "two"]
    assert (await terminal.ask("plain", "--chat", said="hi\n")).out == "Hello\n"


def test_the_command_line_is_parsed() -> None:
    arguments = parse(["--data-dir", "/d", "ask", "--timeout", "2.5", "--retries", "0", "--json", "-"])
    assert arguments == AskArguments(Path("/d"), timeout_s=2.5, retries=0, as_json=True, prompt="-")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--chat", "-"],
        ["--timeout", "0", "hi"],
        ["--timeout", "nan", "hi"],
        ["--retries", "-1", "hi"],
        ["--base-url", "ftp://x/v1", "hi"],
        ["--api", "messages", "hi"],
        ["--base-url", "https://user:secret@x/v1", "hi"],
        ["--base-url", "http://x/v1", "--connection", "y", "hi"],
        ["hi", "there"],
        ["\udcff"],
    ],
)
def test_a_wrong_command_line_is_rejected_with_a_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["ask", *words])
    assert ended.value.code == 2
    assert "error: " in capsys.readouterr().err
