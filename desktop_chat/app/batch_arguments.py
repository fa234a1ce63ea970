"""Parses the command line of `batch`, before loading anything slow."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_chat.app.argument_types import add_data_directory, address, retries, seconds, words
from desktop_chat.app.ask_arguments import APIS, AskArguments
from desktop_chat.core.batch_job import DEFAULT_AT_ONCE, DEFAULT_RETRIES, MAX_AT_ONCE, MAX_PER_MINUTE, BatchJob


@dataclass(frozen=True, slots=True)
class BatchArguments:
    """The parsed command line of `batch`. `target` says which server and model to use, as for `ask`."""

    target: AskArguments
    job: BatchJob
    dry_run: bool = False
    retry_failed: bool = False
    over_budget: bool = False


def parse_batch(argv: Sequence[str]) -> BatchArguments:
    """Return the arguments. If they are invalid, print a sentence to standard error and exit with code 2."""
    found = _parser().parse_args(argv)
    target = AskArguments(
        data_dir=found.data_dir,
        connection=found.connection,
        base_url=found.base_url,
        model=found.model,
        api=found.api,
        timeout_s=found.timeout,
        retries=found.retries,
    )
    job = BatchJob(
        source=found.input,
        output=found.output,
        template=found.template,
        system=found.system,
        model=found.model or "",
        schema=found.json_schema or "",
        streaming=not found.no_stream,
        at_once=found.concurrency,
        per_minute=found.rate,
        retries=found.retries,
    )
    return BatchArguments(
        target, job, dry_run=found.dry_run, retry_failed=found.retry_failed, over_budget=found.over_budget
    )


def _at_once(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MAX_AT_ONCE):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {MAX_AT_ONCE}")
    return int(text)


def _rate(text: str) -> float:
    """Return requests a minute, from "60" or "60/min"."""
    try:
        number = float(text.removesuffix("/min"))
    except ValueError:
        number = math.nan
    if not 0 < number <= MAX_PER_MINUTE:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of requests a minute, such as 60")
    return number


def _path(text: str) -> str:
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError("the name must not be empty")
    return str(Path(words(text)).expanduser().absolute())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="desktop-chat batch",
        description=(
            "Ask a model many questions, and append the answers to a file. It can be stopped or killed at any moment: "
            "the same command goes on, and no finished row is asked again."
        ),
        epilog=(
            "IN is a JSONL file in the shape of OpenAI's batch API (custom_id, body; method and url are optional), a "
            "CSV file (UTF-8 or GBK; a column custom_id names the rows), or a folder of files: text, PDF, Word and "
            "other documents, and images. OUT is a JSONL file in the shape of that API's output, with status, "
            "attempts, usage and timing. --rate and --concurrency are limits: when the server says that it is too much "
            "(429), the whole run slows down. Exit codes: 0 all rows have an answer, 1 some failed or the run ended "
            "early, 2 usage error or unusable input, 3 all have an answer, but some were cut off or filtered, 130 "
            "cancelled."
        ),
        allow_abbrev=False,
    )
    option = parser.add_argument
    add_data_directory(parser, "read settings and connections from")
    server = parser.add_mutually_exclusive_group()
    server.add_argument("--connection", type=words, metavar="NAME", help="use this connection and its key")
    server.add_argument("--base-url", type=address, metavar="URL", help="use this server (key: OPENAI_API_KEY)")
    option("--model", type=words, metavar="NAME", help="use this model, also for rows that name another")
    option("--api", choices=APIS, help="use this API instead of the connection's")
    option(
        "--template",
        type=words,
        default="",
        metavar="TEXT",
        help="the prompt, with {COLUMN} for each column of a CSV file, or {text} and {name} for files; {{ is a brace",
    )
    option("--system", type=words, default="", metavar="TEXT", help="set the system prompt, a template as well")
    option(
        "--concurrency",
        type=_at_once,
        default=DEFAULT_AT_ONCE,
        metavar="N",
        help=f"ask at most N rows at the same time (default: {DEFAULT_AT_ONCE})",
    )
    option("--rate", type=_rate, default=0.0, metavar="R", help="send at most R requests a minute")
    option(
        "--retries",
        type=retries,
        default=DEFAULT_RETRIES,
        metavar="N",
        help=f"retries a row (default: {DEFAULT_RETRIES})",
    )
    option("--timeout", type=seconds, default=60.0, metavar="S", help="seconds to wait without data (default: 60)")
    option("--no-stream", action="store_true", help="request each reply in one piece")
    option("--json-schema", type=_path, metavar="FILE", help="request JSON that fits this schema, and check it")
    option("--dry-run", action="store_true", help="check the input, estimate tokens and money, and send nothing")
    option("--over-budget", action="store_true", help="start even if a budget is reached and you want to be asked")
    option("--retry-failed", action="store_true", help="ask rows that failed in an earlier run again")
    option("input", type=_path, metavar="IN", help="a JSONL file, a CSV file or a folder")
    option("output", type=_path, metavar="OUT", help="the file to which answers are appended")
    return parser
