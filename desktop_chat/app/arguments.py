"""Parses the command line, before loading Qt or anything else that is slow."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_chat import __version__
from desktop_chat.app.argument_types import directory

if TYPE_CHECKING:
    from desktop_chat.app.ask_arguments import AskArguments

SELF_TEST = "self-test"
ASK = "ask"
_COMMANDS = frozenset({SELF_TEST, ASK})
_OPTIONS_WITH_VALUE = frozenset({"--data-dir", "--connection", "--model", "--base-url"})


@dataclass(frozen=True, slots=True)
class Arguments:
    """The parsed command line of the window or the self-test."""

    data_dir: Path | None = None
    connection: str | None = None
    model: str | None = None
    demo: bool = False
    prompt: str | None = None
    self_test: bool = False
    screenshot: Path | None = None


def parse(argv: Sequence[str]) -> Arguments | AskArguments:
    """Return the arguments. If they are invalid, print a sentence to standard error and exit with code 2."""
    position = _command_position(argv)
    if position is not None and argv[position] == ASK:
        from desktop_chat.app.ask_arguments import parse_ask  # noqa: PLC0415  (not needed for a window)

        return parse_ask([*argv[:position], *argv[position + 1 :]])
    if position is not None:
        namespace = _self_test_parser().parse_args([*argv[:position], *argv[position + 1 :]])
        return Arguments(namespace.data_dir, demo=True, self_test=True, screenshot=namespace.screenshot)
    namespace = _window_parser().parse_args(argv)
    return Arguments(
        data_dir=namespace.data_dir,
        connection=namespace.connection,
        model=namespace.model,
        demo=namespace.demo,
        prompt=namespace.prompt,
    )


def _command_position(argv: Sequence[str]) -> int | None:
    """Return the position of the command: the first word that is not an option's value."""
    skip = False
    for position, word in enumerate(argv):
        if skip or word in _OPTIONS_WITH_VALUE:
            skip = not skip
        elif word == "--" or not word.startswith("-"):
            return position if word in _COMMANDS else None
    return None


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="desktop-chat",
        description="Chat with any OpenAI-compatible model in a desktop window.",
        epilog=(
            "To get a reply in the terminal, run desktop-chat ask PROMPT (see desktop-chat ask --help). To check "
            "an installation, run desktop-chat self-test: it opens a real window, chats with the demo, and reports."
        ),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"desktop-chat {__version__}")
    parser.add_argument("--data-dir", type=directory, metavar="DIR", help="store settings, data and logs in DIR")
    parser.add_argument("--connection", metavar="NAME", help="use this connection in the new tab")
    parser.add_argument("--model", metavar="NAME", help="use this model in the new tab")
    parser.add_argument("--demo", action="store_true", help="open a tab with the built-in demo (canned replies, no AI)")
    parser.add_argument("prompt", nargs="?", metavar="PROMPT", help="text for the new tab's composer, not sent")
    return parser


def _self_test_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"desktop-chat {SELF_TEST}",
        description="Open a real window, stream one reply of the demo, stop a second one, and report.",
        allow_abbrev=False,
    )
    parser.add_argument("--data-dir", type=directory, metavar="DIR", help="store the test's data in DIR")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="save a screenshot of the window as a PNG file")
    return parser
