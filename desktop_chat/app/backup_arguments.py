"""Parses the command line of `backup`, before loading anything slow."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_chat.app.argument_types import add_data_directory, words


@dataclass(frozen=True, slots=True)
class BackupArguments:
    """The parsed command line of `backup`. `passphrase_file` is None if it is asked for on the terminal, when it is to
    be encrypted at all; "-" is standard input."""

    data_dir: Path | None
    out: str
    encrypt: bool = False
    passphrase_file: str | None = None
    replace: bool = False


def parse_backup(argv: Sequence[str]) -> BackupArguments:
    """Return the arguments. If they are invalid, print a sentence to standard error and exit with code 2."""
    found = _parser().parse_args(argv)
    encrypt = found.encrypt or found.passphrase_file is not None
    return BackupArguments(found.data_dir, found.out, encrypt, found.passphrase_file, found.replace)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="desktop-chat backup",
        description="Write everything to one file: conversations with all branches and attachments, the trash, the "
        "settings with connections and tool servers, and what was used. No keys.",
        epilog="desktop-chat import reads it on any computer. With a passphrase it is encrypted in the format age, "
        "which other programs open, too. Exit codes: 0 written, 1 failed, 2 usage error, 130 cancelled.",
        allow_abbrev=False,
    )
    option = parser.add_argument
    add_data_directory(parser, "back up what is in")
    option("--encrypt", action="store_true", help="ask for a passphrase, and encrypt with it")
    option(
        "--passphrase-file",
        type=words,
        metavar="FILE",
        help="encrypt with the first line of FILE; - for standard input",
    )
    option("--replace", action="store_true", help="replace an existing file, once the new one is complete")
    option("out", type=words, metavar="OUT", help="the file, such as backup.zip, or backup.zip.age if it is encrypted")
    return parser
