"""Parses the command line of `import`, before loading anything slow."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_chat.app.argument_types import add_data_directory, words
from desktop_chat.core.importing import ImportKind

KINDS = tuple(kind.value for kind in ImportKind)
"""What can be named: all that has a reader."""


@dataclass(frozen=True, slots=True)
class ImportArguments:
    """The parsed command line of `import`; `kind` is None for one that is found by the file's content."""

    file: Path
    data_dir: Path | None = None
    kind: ImportKind | None = None
    dry_run: bool = False
    passphrase_file: str | None = None
    """Where the passphrase of an encrypted backup is; "-" is standard input, None asks on the terminal."""


def parse_import(argv: Sequence[str]) -> ImportArguments:
    """Return the arguments. If they are invalid, print a sentence to standard error and exit with code 2."""
    found = _parser().parse_args(argv)
    kind = ImportKind(found.kind) if found.kind else None
    return ImportArguments(found.file, found.data_dir, kind, found.dry_run, found.passphrase_file)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="desktop-chat import",
        description="Add the conversations of another program's export, or of our own. Nothing is overwritten, and "
        "importing again adds only what is new.",
        epilog="Exit codes: 0 everything was read, 1 failed, 2 usage error or not an export, 3 some of it could not be "
        "read, 130 cancelled.",
        allow_abbrev=False,
    )
    add_data_directory(parser, "add them to the conversations in")
    parser.add_argument("--dry-run", action="store_true", help="say what would come, and add nothing")
    parser.add_argument("--from", dest="kind", choices=KINDS, help="what FILE is, if it is not recognised")
    parser.add_argument(
        "--passphrase-file",
        type=words,
        metavar="FILE",
        help="open an encrypted backup with the first line of FILE; - for standard input",
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="the export or backup: a zip, a file or a folder; or a data folder"
    )
    return parser
