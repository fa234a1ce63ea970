"""Parses the command line of `export`, before loading anything slow."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_chat.app.argument_types import add_data_directory, words
from desktop_chat.core.exporting import ExportFormat

STANDARD_OUTPUT = "-"
FORMATS = tuple(each.value for each in ExportFormat)


@dataclass(frozen=True, slots=True)
class ExportArguments:
    """The parsed command line of `export`. One of `everything`, `ids` and `search` says what; `format` is one of
    `FORMATS`; `out` is "-" for standard output."""

    data_dir: Path | None
    everything: bool
    ids: tuple[str, ...]
    search: str | None
    format: str
    out: str
    reasoning: bool = True
    all_branches: bool = False
    replace: bool = False


def parse_export(argv: Sequence[str]) -> ExportArguments:
    """Return the arguments. If they are invalid, print a sentence to standard error and exit with code 2."""
    parser = _parser()
    found = parser.parse_args(argv)
    if found.search is not None and not found.search.strip():
        parser.error("--search needs words to search for")
    several = found.all or found.search is not None or len(found.id) > 1
    if found.out == STANDARD_OUTPUT and several and found.format not in {"json", "jsonl"}:
        parser.error("only json and jsonl can hold several conversations; name a folder, or export one with --id")
    return ExportArguments(
        found.data_dir,
        found.all,
        tuple(dict.fromkeys(found.id)),
        found.search,
        found.format,
        found.out,
        not found.no_reasoning,
        found.all_branches,
        found.replace,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="desktop-chat export",
        description="Write conversations to a file, or each to a file of its own in a folder. No keys and no settings.",
        epilog=(
            "json is complete and can be imported again; with a name that ends in .zip, attachments are files in it. "
            "Exit codes: 0 exported, 1 failed, 2 usage error, 130 cancelled, 141 output closed."
        ),
        allow_abbrev=False,
    )
    option = parser.add_argument
    add_data_directory(parser, "read conversations from")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--all", action="store_true", help="export all conversations")
    what.add_argument(
        "--id", type=words, action="append", default=[], metavar="ID", help="export this one (repeatable)"
    )
    what.add_argument("--search", type=words, metavar="WORDS", help="export those that contain these words")
    option("--format", choices=FORMATS, required=True, help="the format")
    option("--no-reasoning", action="store_true", help="leave the models' reasoning out of documents")
    option("--all-branches", action="store_true", help="include all versions of messages, not only those shown")
    option("--replace", action="store_true", help="replace an existing file")
    option("out", type=words, metavar="OUT", help="a file; a folder for several documents; - for standard output")
    return parser
