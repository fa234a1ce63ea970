"""Parses the command line of `ask`, before loading anything slow."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_chat.app.argument_types import add_data_directory, address, directory, retries, seconds, words

STANDARD_INPUT = "-"
APIS = ("chat_completions", "responses")
APPROVALS = ("none", "ask", "all")
TOOLS = ("current_time", "calculate", "fetch_page", "read_file", "run_python")
"""The built-in tools that can be named."""


@dataclass(frozen=True, slots=True)
class AskArguments:
    """The parsed command line of `ask`. `api` is one of `APIS`, or None for the connection's own; `approve` is one of
    `APPROVALS`; `prompt` is None, "-" for standard input, or the text."""

    data_dir: Path | None = None
    connection: str | None = None
    base_url: str | None = None
    model: str | None = None
    api: str | None = None
    system: str = ""
    files: tuple[Path, ...] = ()
    tools: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    """What the tool `read_file` may read."""
    mcp_config: Path | None = None
    approve: str = "none"
    streaming: bool = True
    as_json: bool = False
    timeout_s: float = 60.0
    retries: int = 2
    chat: bool = False
    over_budget: bool = False
    prompt: str | None = None


def parse_ask(argv: Sequence[str]) -> AskArguments:
    """Return the arguments. If they are invalid, print a sentence to standard error and exit with code 2."""
    parser = _parser()
    found = parser.parse_args(argv)
    if found.prompt is None and not found.chat:
        parser.error("PROMPT is missing; use - to read it from standard input")
    if found.chat and found.prompt == STANDARD_INPUT:
        parser.error("--chat reads your messages from standard input, so PROMPT cannot be -")
    if found.approve == "ask" and not _is_terminal():
        parser.error("--approve ask needs a terminal; use --approve all, or leave it out to refuse every call")
    if found.folder and "read_file" not in found.tool:
        parser.error("--folder is for the tool read_file; add --tool read_file")
    return AskArguments(
        data_dir=found.data_dir,
        connection=found.connection,
        base_url=found.base_url,
        model=found.model,
        api=found.api,
        system=found.system,
        files=tuple(found.file),
        tools=tuple(dict.fromkeys(found.tool)),
        folders=tuple(found.folder),
        mcp_config=found.mcp_config,
        approve=found.approve,
        streaming=not found.no_stream,
        as_json=found.json,
        timeout_s=found.timeout,
        retries=found.retries,
        chat=found.chat,
        over_budget=found.over_budget,
        prompt=found.prompt,
    )


def _is_terminal() -> bool:
    """Return whether somebody can be asked: on standard error, with the answer from standard input."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="desktop-chat ask",
        description="Ask a model in the terminal. The reply is streamed to standard output.",
        epilog=(
            "Exit codes: 0 complete, 1 failed, 2 usage error, 3 cut off, filtered or interrupted, 130 cancelled, "
            "141 output closed."
        ),
        allow_abbrev=False,
    )
    option = parser.add_argument
    add_data_directory(parser, "read settings and connections from")
    server = parser.add_mutually_exclusive_group()
    server.add_argument("--connection", type=words, metavar="NAME", help="use this connection and its key")
    server.add_argument("--base-url", type=address, metavar="URL", help="use this server (key: OPENAI_API_KEY)")
    option("--model", type=words, metavar="NAME", help="use this model")
    option("--api", choices=APIS, help="use this API instead of the connection's")
    option("--system", type=words, default="", metavar="TEXT", help="set the system prompt")
    option(
        "--file",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="attach a file (repeatable)",
    )
    option("--tool", choices=TOOLS, action="append", default=[], help="let the model call this tool (repeatable)")
    option("--folder", type=directory, action="append", default=[], metavar="DIR", help="let read_file read in DIR")
    option("--mcp-config", type=Path, metavar="FILE", help="let the model call the tools of these MCP servers")
    option(
        "--approve",
        choices=APPROVALS,
        default="none",
        help="which tool calls run: none (default), those that you allow when asked, or all",
    )
    option("--no-stream", action="store_true", help="request the whole reply at once")
    option("--json", action="store_true", help="write one JSON object per line")
    option("--timeout", type=seconds, default=60.0, metavar="S", help="seconds to wait without data (default: 60)")
    option("--retries", type=retries, default=2, metavar="N", help="retries before the reply begins (default: 2)")
    option("--over-budget", action="store_true", help="send even if a budget is reached and you want to be asked")
    option("--chat", action="store_true", help="keep chatting; end with exit, quit or Ctrl+D")
    option("prompt", nargs="?", type=words, metavar="PROMPT", help="the prompt; use - to read it from standard input")
    return parser
