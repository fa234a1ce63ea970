"""Parses the command line, before loading Qt or anything else that is slow."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from desktop_chat import __version__
from desktop_chat.app.argument_types import add_data_directory, directory

if TYPE_CHECKING:
    from desktop_chat.app.ask_arguments import AskArguments
    from desktop_chat.app.backup_arguments import BackupArguments
    from desktop_chat.app.batch_arguments import BatchArguments
    from desktop_chat.app.export_arguments import ExportArguments
    from desktop_chat.app.import_arguments import ImportArguments
    from desktop_chat.app.serve_arguments import ServeArguments

SELF_TEST = "self-test"
ASK = "ask"
BACKUP = "backup"
BATCH = "batch"
EXPORT = "export"
SERVE = "serve"
IMPORT = "import"
INSTALL_LAUNCHER = "install-launcher"
_COMMANDS = frozenset({SELF_TEST, ASK, BACKUP, BATCH, EXPORT, SERVE, IMPORT, INSTALL_LAUNCHER})
_OPTIONS_WITH_VALUE = frozenset({"--data-dir", "--connection", "--model", "--base-url"})


@dataclass(frozen=True, slots=True)
class Arguments:
    """The parsed command line of the window or the self-test."""

    data_dir: Path | None = None
    connection: str | None = None
    model: str | None = None
    demo: bool = False
    hidden: bool = False
    """Whether to start without taking up the screen."""
    prompt: str | None = None
    quick: bool = False
    """Whether only the quick window is to be shown."""
    self_test: bool = False
    screenshot: Path | None = None


@dataclass(frozen=True, slots=True)
class LauncherArguments:
    """Arguments of `install-launcher`: whether to remove the menu entry instead."""

    remove: bool = False


AnyArguments: TypeAlias = (
    "Arguments | AskArguments | BackupArguments | BatchArguments | ExportArguments | ImportArguments | "
    "ServeArguments | LauncherArguments"
)


def parse(argv: Sequence[str]) -> AnyArguments:
    """Return the arguments. If they are invalid, print a sentence to standard error and exit with code 2."""
    position = _command_position(argv)
    if position is not None:
        return _parse_command(argv[position], [*argv[:position], *argv[position + 1 :]])
    return Arguments(**vars(_window_parser().parse_args(argv)))


def _parse_command(command: str, others: Sequence[str]) -> AnyArguments:  # noqa: PLR0911  (one for each command)
    if command == ASK:
        from desktop_chat.app.ask_arguments import parse_ask  # noqa: PLC0415  (not for a window)

        return parse_ask(others)
    if command == EXPORT:
        from desktop_chat.app.export_arguments import parse_export  # noqa: PLC0415  (not for a window)

        return parse_export(others)
    if command == BACKUP:
        from desktop_chat.app.backup_arguments import parse_backup  # noqa: PLC0415  (not for a window)

        return parse_backup(others)
    if command == BATCH:
        from desktop_chat.app.batch_arguments import parse_batch  # noqa: PLC0415  (not for a window)

        return parse_batch(others)
    if command == IMPORT:
        from desktop_chat.app.import_arguments import parse_import  # noqa: PLC0415  (not for a window)

        return parse_import(others)
    if command == SERVE:
        from desktop_chat.app.serve_arguments import parse_serve  # noqa: PLC0415

        return parse_serve(others)
    if command == INSTALL_LAUNCHER:
        return LauncherArguments(_launcher_parser().parse_args(others).remove)
    namespace = _self_test_parser().parse_args(others)
    return Arguments(namespace.data_dir, demo=True, self_test=True, screenshot=namespace.screenshot)


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
            "To get a reply in the terminal, run desktop-chat ask PROMPT (see desktop-chat ask --help). To ask many "
            "questions, run desktop-chat batch IN OUT (see desktop-chat batch --help). To let programs and pages on "
            "this computer use your models, run desktop-chat serve. To write conversations to files, run "
            "desktop-chat export; to write everything to one file, run desktop-chat backup. To check an installation, "
            "run desktop-chat self-test: it opens a real window, chats with the demo, and reports. "
            "To add a menu entry where no package did, run desktop-chat install-launcher."
        ),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"desktop-chat {__version__}")
    add_data_directory(parser, "store settings, data and logs in")
    parser.add_argument("--connection", metavar="NAME", help="use this connection in the new tab")
    parser.add_argument("--model", metavar="NAME", help="use this model in the new tab")
    parser.add_argument("--demo", action="store_true", help="open a tab with the built-in demo (canned replies, no AI)")
    parser.add_argument(
        "--hidden",
        action="store_true",
        help="start without a window if the icon in the tray is on, or minimised; do nothing if it is already running",
    )
    parser.add_argument("--quick", action="store_true", help="ask in a small window above all others")
    parser.add_argument("prompt", nargs="?", metavar="PROMPT", help="text for the composer, not sent")
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


def _launcher_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"desktop-chat {INSTALL_LAUNCHER}",
        description="Add a menu entry and an icon for this user. A .deb or .rpm brings them for everybody.",
        allow_abbrev=False,
    )
    parser.add_argument("--remove", action="store_true", help="remove the menu entry and the icon")
    return parser
