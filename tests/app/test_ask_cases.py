"""Every way in which `desktop-chat ask` is asked, answered, refused and cut off; most start several processes."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
import sys
from contextlib import aclosing, suppress
from decimal import Decimal
from pathlib import Path

import azure_server
import pytest
import tomli_w
from ask_terminal import KEY, Terminal, Told

from desktop_chat.core.entities import Usage
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageOrigin
from desktop_chat.services.sqlite.usage_store import UsageStore

pytestmark = pytest.mark.thorough


RESPONSES = ("--api", "responses")


ENDINGS = [
    ("length", 3, "Hello\n", "Cut off at the length limit"),
    ("content-filter", 3, "Hel\n", "Blocked by the server's content filter"),
    ("refusal", 3, "I would rather not.\n", "The model declined to answer"),
    ("clean-cut", 3, "Hello\n", "The connection was lost."),
    ("401", 1, "", "The server rejected the API key. Check OPENAI_API_KEY"),
    ("404-model", 1, "", "Choose another with --model."),
    ("html-200", 1, "", "No model server was found at this address"),
    ("nothing", 1, "", "The model returned an empty reply."),
    ("broken-json", 0, "Hello\n", "2 events of the reply could not be read."),
]


async def test_each_outcome_has_its_exit_code_and_message(terminal: Terminal) -> None:
    all_told = await asyncio.gather(*(terminal.ask(mode, "hi", OPENAI_API_KEY=KEY) for mode, *_ in ENDINGS))
    for (mode, code, out, sentence), told in zip(ENDINGS, all_told, strict=True):
        assert (mode, told.code, told.out) == (mode, code, out)
        assert sentence in told.err


async def test_programs_learn_that_text_was_reasoning(terminal: Terminal) -> None:
    lines = (await terminal.ask("tags-no-opening", "--json", "hi")).lines
    at = next(place for place, line in enumerate(lines) if line["type"] == "recast")
    assert "".join(line["text"] for line in lines[:at]).startswith("They ask for")
    assert "".join(line["text"] for line in lines[at + 1 : -1]) == lines[-1]["text"] == "Hello"
    plain = await terminal.ask("tags-no-opening", "hi")
    assert plain.out.endswith("\n\nHello\n")


async def test_programs_learn_about_failures_and_usage(terminal: Terminal) -> None:
    failed = (await terminal.ask("error-event", "--json", "hi")).lines[-1]
    assert (failed["status"], failed["error"], failed["text"]) == ("interrupted", "provider_fault", "Hello")
    assert (failed["message"], failed["detail"]) == ("The server reported an internal error.", "Out of memory")
    refused = (await terminal.ask("401-echo", "--json", "hi", OPENAI_API_KEY=KEY)).lines[-1]
    assert refused["detail"] == "Incorrect API key: Bearer [redacted]"
    counted = (await terminal.ask("usage", "--json", "hi")).lines[-1]
    assert counted["usage"]["completion_tokens"] is not None


async def test_messages_follow_the_language_of_the_terminal(terminal: Terminal) -> None:
    told = await terminal.ask("401", "你好", LANG="zh_CN.UTF-8", OPENAI_API_KEY=KEY)
    assert "密钥被拒绝" in told.err
    assert terminal.server.requests[0].body["messages"][-1]["content"] == "你好"


async def test_without_an_address_the_environment_selects_the_server(terminal: Terminal) -> None:
    told = await terminal.run("--model", "plain", "hi", OPENAI_BASE_URL=terminal.server.base_url)
    assert told == Told(0, "Hello\n", "")
    lost = await terminal.run("hi")
    assert lost.code == 1
    assert "Use --base-url or --connection" in lost.err


async def test_an_address_is_normalised(terminal: Terminal) -> None:
    pasted = f' "{terminal.server.base_url}//chat/completions/?api-version=1#top" '
    told = await terminal.run("--base-url", pasted, "--model", "plain", "hi")
    assert told == Told(0, "Hello\n", "")
    assert terminal.server.requests[-1].path == "/v1/chat/completions?api-version=1"
    bare = terminal.server.base_url.removeprefix("http://")
    assert (await terminal.run("--model", "plain", "hi", OPENAI_BASE_URL=f"{bare}/responses")).out == "Hello\n"
    secret = await terminal.run("--base-url", f"http://{bare}?key=abc", "hi")
    assert (secret.code, "set OPENAI_API_KEY" in secret.err) == (2, True)


async def test_the_deployment_in_an_azure_address_answers(terminal: Terminal) -> None:
    azure = azure_server.AzureServer()
    await azure.start()
    deployment = f"http://127.0.0.1:{azure.port}/openai/deployments/second"
    pasted = f"{deployment}/chat/completions?api-version=2024-10-21"
    told = await terminal.run("--base-url", pasted, "hi", OPENAI_API_KEY=azure_server.KEY)
    assert told == Told(0, "Hello from second\n", "")
    other = await terminal.run("--model", "my gpt", "hi", OPENAI_API_KEY=azure_server.KEY, OPENAI_BASE_URL=deployment)
    assert other == Told(0, "Hello from my gpt\n", "")
    assert {request.headers["api-key"] for request in azure.requests} == {azure_server.KEY}
    await azure.aclose()


async def test_a_connection_is_selected_by_name(terminal: Terminal) -> None:
    terminal.data_dir.mkdir()
    connection = {"id": "c1", "name": "Mine", "base_url": terminal.server.base_url, "default_model": "plain"}
    (terminal.data_dir / "settings.toml").write_text(tomli_w.dumps({"connections": [connection]}), encoding="utf-8")
    assert (await terminal.run("--connection", "mine", "hi")).out == "Hello\n"
    assert (await terminal.run("hi")).out == "Hello\n"
    told = await terminal.run("--connection", "Other", "hi")
    assert told.code == 2
    assert "Available: Mine" in told.err


async def test_the_other_api_is_suggested_and_can_be_used_once(terminal: Terminal) -> None:
    for refused, words, offered in (("404-responses-only", (), "responses"), ("r-404", RESPONSES, "chat_completions")):
        told = await terminal.ask(refused, *words, "hi")
        assert (told.code, f"Retry with --api {offered}" in told.err) == (1, True)
    assert await terminal.ask("r-plain", *RESPONSES, "hi") == Told(0, "Hello\n", "")
    terminal.data_dir.mkdir()
    connection = {"id": "c1", "name": "Mine", "base_url": terminal.server.base_url}
    settings = terminal.data_dir / "settings.toml"
    settings.write_text(tomli_w.dumps({"connections": [connection]}), encoding="utf-8")
    before = settings.read_bytes()
    assert await terminal.run(*RESPONSES, "--model", "r-plain", "hi") == Told(0, "Hello\n", "")
    assert terminal.server.requests[-1].path == "/v1/responses"
    assert settings.read_bytes() == before


async def test_broken_settings_are_reported_and_not_moved(terminal: Terminal) -> None:
    terminal.data_dir.mkdir()
    settings = terminal.data_dir / "settings.toml"
    settings.write_text("this is = not [ toml", encoding="utf-8")
    told = await terminal.ask("plain", "hi")
    assert (told.code, told.out) == (0, "Hello\n")
    assert "settings.toml" in told.err
    assert settings.exists()


async def test_settings_that_others_could_have_written_are_not_used(terminal: Terminal) -> None:
    terminal.data_dir.mkdir()
    terminal.data_dir.chmod(0o777)
    told = await terminal.ask("plain", "hi")
    assert (told.code, told.out, terminal.server.requests) == (2, "", [])
    assert told.err == (
        "desktop-chat: Other users of this computer can write to the data directory. They could change your settings "
        f"and conversations. Remove their write access: chmod go-w {terminal.data_dir}\n"
    )
    told = await terminal.ask("plain", "hi", LANG="zh_CN.UTF-8")
    assert f"chmod go-w {terminal.data_dir}" in told.err
    assert "数据目录" in told.err


async def test_a_key_sent_unencrypted_is_warned_about_first(terminal: Terminal) -> None:
    words = ("--base-url", "http://models.invalid:80/v1", "--model", "m", "--retries", "0", "hi")
    told = await terminal.run(*words, OPENAI_API_KEY=KEY)
    assert "is sent to http://models.invalid without encryption" in told.err.splitlines()[0]
    assert "without encryption" not in (await terminal.run(*words)).err, "there is no key"
    assert "without encryption" not in (await terminal.ask("plain", "hi", OPENAI_API_KEY=KEY)).err, "it stays here"


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"https_proxy": "htp://user:pass@proxy:1"}, "https_proxy"),
        ({"HTTPS_PROXY": "htp://proxy"}, "HTTPS_PROXY"),
        ({"all_proxy": "http://proxy:port"}, "all_proxy"),
        ({"http_proxy": "nonsense://x"}, "http_proxy"),
    ],
)
async def test_a_variable_with_an_invalid_proxy_is_named(
    terminal: Terminal, variables: dict[str, str], named: str
) -> None:
    words = ("--base-url", "https://models.invalid/v1", "--model", "m", "--retries", "0", "hi")
    told = await terminal.run(*words, OPENAI_API_KEY=KEY, **variables)
    assert told.code == 1
    assert f"The environment variable {named} is not a valid proxy address" in told.err
    assert "user:pass" not in told.err
    assert not terminal.data_dir.exists()


async def test_warnings_cannot_control_the_terminal(terminal: Terminal) -> None:
    terminal.data_dir.mkdir()
    name = "Mine\x1b]0;title\x07\x9b31m\x7f sk-abcdefghijklmnopqrstuvwx"
    connection = {"id": "c1", "name": name, "base_url": f"{terminal.server.base_url}?key=sk-abcdefghijklmnopqrstuvwx"}
    (terminal.data_dir / "settings.toml").write_text(tomli_w.dumps({"connections": [connection]}), encoding="utf-8")
    told = await terminal.run("--connection", "c1", "--model", "plain", "hi")
    assert "desktop-chat: settings.toml: ignored connections.Mine]0;title31m" in told.err
    assert not {"\x1b", "\x07", "\x9b", "\x7f"} & set(told.err)
    assert "sk-abc" not in told.err


MEET_A_BUG = """
import sys
from pathlib import Path
from desktop_chat.app import ask
from desktop_chat.app.ask_arguments import AskArguments
from desktop_chat.app.ask_target import AskTarget
data_dir = Path(sys.argv[1])
target = AskTarget(AskArguments(data_dir=data_dir, prompt="hi"))
if sys.argv[2:]:
    data_dir.chmod(0o777)
ask.report_bug(target, LookupError("oops"))
"""


@pytest.mark.parametrize("others_can_write", [False, True])
def test_a_log_that_is_mentioned_exists(tmp_path: Path, others_can_write: bool) -> None:
    words = [sys.executable, "-c", MEET_A_BUG, str(tmp_path), *(["open"] if others_can_write else [])]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "LC_", "LANG"))}
    said = subprocess.run(words, check=True, capture_output=True, text=True, env=environment).stderr
    log = tmp_path / "logs" / "desktop-chat.log"
    if others_can_write:
        assert said == "desktop-chat: An internal error occurred in Desktop Chat: LookupError.\n"
        assert not log.exists()
    else:
        assert (
            said == f"desktop-chat: An internal error occurred in Desktop Chat: LookupError. See {log} for details.\n"
        )
        assert "oops" in log.read_text()


async def test_invalid_input_is_reported_before_anything_is_sent(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0")
    for words in (["--file", str(tmp_path / "picture.png"), "hi"], ["--file", str(tmp_path / "none"), "hi"], ["-"]):
        told = await terminal.ask("plain", *words)
        assert told.code == 2
        assert told.err.startswith("desktop-chat: ")
    assert terminal.server.requests == []


async def test_a_retry_is_announced(terminal: Terminal) -> None:
    told = await terminal.run("--base-url", terminal.server.base_url, "--model", "429-then-plain", "hi")
    assert (told.code, told.out) == (0, "Hello\n")
    assert "Retrying in" in told.err


async def test_a_wait_beyond_the_timeout_is_reported(terminal: Terminal) -> None:
    words = ("--base-url", terminal.server.base_url, "--model", "429-seconds", "--timeout", "1", "hi")
    told = await terminal.run(*words)
    assert told.code == 1
    assert "The server asks you to wait" in told.err
    assert len(terminal.server.requests) == 1


async def test_silence_ends_at_the_timeout(terminal: Terminal) -> None:
    modes = ("silence", "comments-for-ever", "drip", "silence-after-text")
    for told in await asyncio.gather(*(terminal.ask(mode, "--timeout", "0.3", "hi") for mode in modes)):
        assert told.code == (3 if told.out else 1)
        assert "The server stopped sending data" in told.err


async def test_an_answer_in_one_piece_has_the_same_timeout(terminal: Terminal) -> None:
    told = await terminal.ask("silence", "--no-stream", "--timeout", "0.3", "hi")
    assert told.code == 1


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
async def test_a_closed_pipe_ends_it_silently(form: list[str], terminal: Terminal) -> None:
    """Like `ask | head`: the connection is closed, and the exit code is that of SIGPIPE."""
    words = ("--base-url", terminal.server.base_url, "--model", "flood-for-ever", *form, "hi")
    process = await terminal.start(*words)
    assert process.stdout is not None
    assert process.stderr is not None
    await process.stdout.read(10)
    process.stdout._transport.close()  # type: ignore[attr-defined]  # asyncio has no API for it
    assert await process.stderr.read() == b""
    assert await process.wait() == 141
    await terminal.server.left.wait()


async def through_a_shell(terminal: Terminal, mode: str, rest: str, prompt: str = "hi") -> Told:
    """Run `ask` with shell redirections; return the exit code of `ask`."""
    ask = f'"{sys.executable}" -m desktop_chat --data-dir "{terminal.data_dir}" ask --retries 0 --model {mode}'
    script = f'{ask} --base-url {terminal.server.base_url} {prompt} {rest}; exit "${{PIPESTATUS[0]}}"'
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", script, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=SHELL
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return Told(process.returncode, out.decode(), err.decode())


SHELL = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "LC_", "LANG"))}


@pytest.mark.skipif(sys.platform == "win32", reason="these are the redirections of a shell")
@pytest.mark.parametrize(
    ("mode", "rest", "prompt", "told"),
    [
        ("plain", "2>&-", "hi", Told(0, "Hello\n", "")),
        ("401", "2>&-", "hi", Told(1, "", "")),
        ("401", "2> >(exit 0)", "hi", Told(1, "", "")),
        ("flood-for-ever", "2>&1 | head -c 4", "hi", Told(141, "word", "")),
        ("flood-for-ever", "2>&- | head -c 4", "hi", Told(141, "word", "")),
        ("plain", ">&- 2>&-", "hi", Told(1, "", "")),
        ("plain", ">&-", "hi", Told(1, "", "desktop-chat: Could not write the output: Bad file descriptor\n")),
        ("plain", "<&-", "-", Told(2, "", "desktop-chat: The prompt is empty.\n")),
        ("plain", "0> /dev/null", "-", Told(2, "", "desktop-chat: Could not read -: Bad file descriptor\n")),
        ("plain", "<&-", "--chat", Told(0, "", "")),
    ],
)
async def test_closed_streams_are_no_bug(mode: str, rest: str, prompt: str, told: Told, terminal: Terminal) -> None:
    assert await through_a_shell(terminal, mode, rest, prompt) == told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only some systems have a file that is always full")
async def test_output_that_cannot_be_written_is_reported(terminal: Terminal) -> None:
    told = await through_a_shell(terminal, "plain", "> /dev/full")
    assert told == Told(1, "", "desktop-chat: Could not write the output: No space left on device\n")


async def test_request_parts_that_were_left_out_are_reported(terminal: Terminal) -> None:
    told = await terminal.ask("no-system-500", "--system", "Be brief.", "hi")
    assert (told.code, told.out) == (0, "Hello\n")
    assert told.err == (
        "desktop-chat: The system prompt was added to the first message, because the server does not accept it "
        "for this model.\n"
    )
    assert (await terminal.ask("streams-refused", "--json", "hi")).lines[-1]["text"] == "Hello"


async def test_a_dash_in_a_conversation_is_just_a_dash(terminal: Terminal) -> None:
    told = await terminal.ask("plain", "--chat", said="-\nmore\n")
    assert told == Told(0, "Hello\nHello\n", "")
    questions = [request.body["messages"][-1]["content"] for request in terminal.server.requests]
    assert questions == ["-", "more"]


async def test_a_model_cannot_control_the_terminal(terminal: Terminal) -> None:
    """Control characters are removed on a terminal; a pipe receives the model's exact text."""
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "desktop_chat", "--data-dir", str(terminal.data_dir), "ask"),
        *("--base-url", terminal.server.base_url, "--model", "escapes", "hi"),
        stdout=theirs,
    )
    assert await process.wait() == 0
    os.close(theirs)
    seen = b""
    with suppress(OSError):  # reading fails once nobody holds the terminal's other end
        while piece := os.read(ours, 4_096):
            seen += piece
    os.close(ours)
    assert seen == b"a[2Jb]52;c;eA==c\r\n"
    assert (await terminal.ask("escapes", "hi")).out == "a\x1b[2Jb\x1b]52;c;eA==\x07c\n"


async def test_what_it_used_is_kept_where_there_is_a_history(terminal: Terminal) -> None:
    terminal.data_dir.mkdir(mode=0o700)
    assert (await terminal.ask("usage-every-chunk", "hi")).code == 0
    async with aclosing(UsageStore(terminal.data_dir / "usage.sqlite3")) as ledger:
        (entry,) = (await ledger.entries(None, None)).entries
    assert entry.origin is UsageOrigin.ASK
    assert entry.model == "usage-every-chunk"
    assert entry.usage == Usage(19, 13, None, 4)
    assert entry.cost == Cost("", Decimal(0))
